import type { MachineType } from "@apex/catalog";
import type { Decimal, IntendedChange } from "@apex/core";
import { marketOf, scalingGroup } from "../fleet/group.ts";
import type { Market } from "../rightsizing/machine-candidates.ts";
import { ec2Machine, whyNotStopped } from "./ec2-machine.ts";
import { noEdit } from "./no-edit.ts";
import type { RuleContext } from "./rule.ts";
import { setAttribute } from "./worthwhile.ts";

/** What runs on a machine type of EC2: one instance, or all of an Auto Scaling group. */
export interface Ec2Subject {
  readonly part: "machine" | "group";
  readonly noun: "instance" | "group";
  readonly machine: MachineType;
  readonly market: Market;
  /** USD an hour of one machine. */
  readonly hourly: Decimal;
  /** How many are counted. */
  readonly count: number;
  /** Whether an edit has an effect; else {@link notes} say why not. */
  readonly isEditable: boolean;
  readonly changesTo: (typeName: string) => readonly IntendedChange[];
  readonly restart: string;
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
  /** The resource whose attributes say what is launched. */
  readonly launched: RuleContext["resource"];
}

/**
 * The instance or group of a context; `undefined` for what cannot be judged, which ec2-idle and asg-floor say once, and for
 * a group whose launch template others share.
 */
export function ec2Subject(context: RuleContext): Ec2Subject | undefined {
  return context.resource.type === "aws_instance" ? instanceSubject(context) : groupSubject(context);
}

function instanceSubject(context: RuleContext): Ec2Subject | undefined {
  const found = ec2Machine(context);
  if (found.kind === "refused") return undefined;
  const { machine } = found;
  const kept = whyNotStopped(machine);
  return {
    part: "machine",
    noun: "instance",
    machine,
    market: found.market,
    hourly: found.hourly,
    count: 1,
    isEditable: kept === undefined,
    changesTo: (to) =>
      kept === undefined ? setAttribute(context.resource, ["instance_type"], { from: machine.name, to }) : [],
    restart: "the instance is stopped and started",
    notes: kept === undefined ? [] : [noEdit(kept)],
    unknowns: found.unknowns,
    launched: context.resource,
  };
}

function groupSubject(context: RuleContext): Ec2Subject | undefined {
  const group = scalingGroup(context.fleet, context.resource, context.prices);
  if (group.kind === "refused" || group.hasOverrides) return undefined;
  if (group.minimum === 0 || group.templateGroups.length > 1) return undefined;
  const { machine, template } = group;
  return {
    part: "group",
    noun: "group",
    machine,
    market: marketOf(group, context.prices),
    hourly: group.hourly,
    count: group.minimum,
    isEditable: group.keptVersion === undefined,
    changesTo: (to) =>
      group.keptVersion === undefined
        ? setAttribute(template, ["instance_type"], { from: machine.name, to })
        : [],
    restart: "running instances keep their type until an instance refresh replaces them",
    notes: [
      `Counted for the ${group.minimum} instances of its floor`,
      ...(group.keptVersion === undefined ? [] : [noEdit(group.keptVersion)]),
    ],
    unknowns: group.unknowns,
    launched: template,
  };
}
