import { type MachineType, machineType } from "@apex/catalog";
import { type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";

const POLICY = ["mixed_instances_policy", 0] as const;

/** The types that a mixed instances policy lists over its template's; empty for groups without such a list. */
export function overridesOf(group: Resource): readonly { readonly weight: number; readonly type?: string }[] {
  return blocksAt(group.attributes, ...POLICY, "launch_template", 0, "override").map(({ block }) => {
    const type = textAt(block, "instance_type");
    const weight = numberAt(block, "weighted_capacity") ?? 1;
    return type === undefined ? { weight } : { weight, type };
  });
}

/** Why the instances of a group are not all bought on demand; `undefined` when they are. */
export function whyNotOnDemand({ attributes }: Resource): string | undefined {
  const share = numberAt(
    attributes,
    ...POLICY,
    "instances_distribution",
    0,
    "on_demand_percentage_above_base_capacity",
  );
  return share === undefined || share >= 100
    ? undefined
    : `${100 - share} % of what it has above its base is spot capacity, whose price is not the list price`;
}

/**
 * The types that a group may start, as machines of one size: those of its policy, else its template's. Unknown where they
 * differ in vCPU or memory or count for more than one, since a share of the group is then no number of instances.
 */
export function typesOf(group: Resource, templateType: string | undefined): Known<readonly MachineType[]> {
  const overrides = overridesOf(group);
  if (overrides.some(({ weight }) => weight !== 1)) {
    return unknown("its size is counted in weights, not in instances");
  }
  const names = overrides.length === 0 ? [templateType] : overrides.map(({ type }) => type);
  if (names.includes(undefined)) {
    return unknown(
      overrides.length === 0
        ? "its launch template names no instance type"
        : "its mixed instances policy chooses types by requirements, not by name",
    );
  }
  return machinesOfOneSize(names.flatMap((name) => name ?? []));
}

/** The machines of some type names; unknown where they differ in vCPU or memory. */
export function machinesOfOneSize(names: readonly string[]): Known<readonly MachineType[]> {
  const machines: MachineType[] = [];
  for (const name of new Set(names)) {
    const machine = machineType("aws", name);
    if (machine === undefined) return unknown(`the catalogue does not know the shape of ${name}`);
    machines.push(machine);
  }
  const [first] = machines;
  const isOneSize = machines.every(
    ({ vcpu, memoryGib }) => vcpu === first?.vcpu && memoryGib === first.memoryGib,
  );
  return isOneSize
    ? known(machines)
    : unknown("it mixes types of different size, so a share of it is no number of instances");
}

/** Instances that a group keeps at least: its minimum, which weights may count several times. */
export function fewestInstances(group: Resource): number | undefined {
  const minimum = numberAt(group.attributes, "min_size");
  const heaviest = Math.max(1, ...overridesOf(group).map(({ weight }) => weight));
  return minimum === undefined ? undefined : Math.ceil(minimum / heaviest);
}
