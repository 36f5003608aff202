import type { IntendedChange, PlannedResource, TerraformPlan } from "@apex/core";
import { formatAddress, formatPath, parseAddress, REMOVABLE_TYPES } from "@apex/core";

/** How one resource ends up differently in the plan after an edit than in the plan before it. */
export interface PlanDifference {
  readonly address: string;
  readonly type: string;
  readonly kind: "added" | "removed" | "replaced" | "changed";
  /** Attributes whose planned value the edit moved, formatted; empty for added and removed. */
  readonly attributes: readonly string[];
  /** Those of them that are now known only after apply, with the resources that their expressions refer to. */
  readonly unknowns: ReadonlyMap<string, readonly string[]>;
}

const NO_UNKNOWNS: PlanDifference["unknowns"] = new Map();

function managed(plan: TerraformPlan): ReadonlyMap<string, PlannedResource> {
  return new Map(
    plan.resources.filter(({ mode }) => mode === "managed").map((resource) => [resource.address, resource]),
  );
}

const isReplacement = ({ actions }: PlannedResource) =>
  actions.includes("delete") && actions.includes("create");
const isAbsentAfter = ({ after, actions }: PlannedResource) => after === null && !actions.includes("create");

function differingPaths(before: unknown, after: unknown, prefix: string): readonly string[] {
  if (Object.is(before, after)) return [];
  const areLists = Array.isArray(before) && Array.isArray(after);
  const areObjects =
    typeof before === "object" &&
    typeof after === "object" &&
    before !== null &&
    after !== null &&
    Array.isArray(before) === Array.isArray(after);
  if (!areObjects) return [prefix];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differingPaths(
      (before as Record<string, unknown>)[key],
      (after as Record<string, unknown>)[key],
      areLists ? `${prefix}[${key}]` : prefix === "" ? key : `${prefix}.${key}`,
    ),
  );
}

function movedAttributes(
  old: PlannedResource,
  resource: PlannedResource,
): Pick<PlanDifference, "attributes" | "unknowns"> {
  const unknown = differingPaths(old.afterUnknown, resource.afterUnknown, "");
  const attributes = new Set([
    ...differingPaths(old.after, resource.after, ""),
    ...unknown,
    // A sensitive value is in neither plan, only the fact that it changes.
    ...resource.changedAttributes.filter((attribute) => !old.changedAttributes.includes(attribute)),
  ]);
  return {
    attributes: [...attributes].toSorted(),
    unknowns: new Map(unknown.map((attribute) => [attribute, resource.references?.[attribute] ?? []])),
  };
}

/**
 * What an edit changes: the plan of the edited configuration against the plan of the configuration as it was. A change
 * that was pending anyway is in both and so is not the edit's.
 */
export function comparePlans(base: TerraformPlan, edited: TerraformPlan): readonly PlanDifference[] {
  const before = managed(base);
  const after = managed(edited);
  const differences: PlanDifference[] = [];
  for (const [address, resource] of after) {
    const old = before.get(address);
    const common = { address, type: resource.type };
    if (old === undefined) {
      differences.push({ ...common, kind: "added", attributes: [], unknowns: NO_UNKNOWNS });
    } else if (isAbsentAfter(resource) !== isAbsentAfter(old)) {
      differences.push({
        ...common,
        kind: isAbsentAfter(resource) ? "removed" : "added",
        attributes: [],
        unknowns: NO_UNKNOWNS,
      });
    } else {
      const moved = movedAttributes(old, resource);
      if (isReplacement(resource) && !isReplacement(old)) {
        differences.push({ ...common, kind: "replaced", ...moved });
      } else if (moved.attributes.length > 0) {
        differences.push({ ...common, kind: "changed", ...moved });
      }
    }
  }
  for (const [address, resource] of before) {
    if (!after.has(address)) {
      differences.push({
        address,
        type: resource.type,
        kind: "removed",
        attributes: [],
        unknowns: NO_UNKNOWNS,
      });
    }
  }
  return differences.toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** The address without its own instance key, as references name it. */
function withoutKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  const { key: _key, ...rest } = parsed;
  return formatAddress(rest);
}

/**
 * Why a set of differences is not what was intended, as sentences; empty when the plan changes exactly the intended
 * addresses and attributes. Destroyed may be only what was to be removed, and holds no data. A value that the cloud computes
 * anew because of an intended change (a launch template's latest version, and the version that a group takes from it) is its
 * consequence, not a change of its own.
 */
export function unintendedDifferences(
  differences: readonly PlanDifference[],
  intended: readonly IntendedChange[],
): readonly string[] {
  const attributes = new Map<string, Set<string>>();
  const additions: { type: string; beside: string }[] = [];
  const removals = new Set<string>();
  for (const change of intended) {
    if (change.kind === "add-resource") {
      additions.push({ type: change.type, beside: change.besideAddress });
    } else if (change.kind === "remove-resource") {
      removals.add(change.address);
    } else {
      const paths = attributes.get(change.address) ?? new Set();
      attributes.set(change.address, paths.add(formatPath(change.path)));
    }
  }
  const edited = new Set([...attributes.keys()].map(withoutKey));
  const reasons: string[] = [];
  const seen = new Map<string, Set<string>>();
  for (const difference of differences) {
    const { address, kind, type } = difference;
    if (kind === "added") {
      const index = additions.findIndex((addition) => addition.type === type);
      if (index >= 0) additions.splice(index, 1);
      else reasons.push(`${address} would be created, which was not intended`);
    } else if (kind === "removed" && REMOVABLE_TYPES.has(type) && removals.delete(address)) {
      continue;
    } else if (kind === "removed" || kind === "replaced") {
      reasons.push(`${address} would be ${kind === "removed" ? "destroyed" : "replaced"}`);
    } else {
      const wanted = attributes.get(address) ?? new Set();
      seen.set(address, new Set(difference.attributes));
      const isConsequence = (attribute: string) => {
        const referred = difference.unknowns.get(attribute);
        return referred !== undefined && (wanted.size > 0 || referred.some((target) => edited.has(target)));
      };
      const others = difference.attributes.filter(
        (attribute) => !wanted.has(attribute) && !isConsequence(attribute),
      );
      if (others.length > 0) reasons.push(`${address} would also change in ${others.join(", ")}`);
    }
  }
  for (const [address, wanted] of attributes) {
    const missing = [...wanted].filter((attribute) => seen.get(address)?.has(attribute) !== true);
    if (missing.length > 0) reasons.push(`the plan does not change ${missing.join(", ")} of ${address}`);
  }
  for (const { type, beside } of additions) reasons.push(`the plan adds no ${type} beside ${beside}`);
  for (const address of removals) reasons.push(`the plan does not destroy ${address}`);
  return reasons;
}
