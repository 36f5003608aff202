import type { JsonObject, JsonPath, JsonValue, PlannedResource, TerraformPlan } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { isUnknownAt, textAt } from "./attributes.ts";

/** Which side of a plan is looked at. */
export type PlanSide = "before" | "after";

/** What Terraform's configuration cannot tell about prices. */
export interface PricePlanOptions {
  /** The operating system of machines by address; "linux" for the others. Terraform only knows an image id. */
  readonly operatingSystems?: Readonly<Record<string, OperatingSystem>>;
  /** The region of resources for which neither an attribute nor the provider configuration tells one, by provider. */
  readonly defaultRegions?: { readonly aws?: string; readonly gcp?: string };
}

/** One resource on one side of a plan. */
export interface ResourceView {
  readonly address: string;
  readonly type: string;
  readonly values: JsonObject;
  /** `true` at the paths that the plan does not know yet. */
  readonly unknowns: JsonValue;
  /** The values before the plan, when this is the side after it and the resource exists already. */
  readonly previous: JsonObject | null;
  readonly planned: PlannedResource;
}

/** A side of a plan with what is needed to follow a resource to others. */
export interface PlanView {
  readonly side: PlanSide;
  readonly options: PricePlanOptions;
  readonly resources: readonly ResourceView[];
  /** All resources of a type. */
  ofType(type: string): readonly ResourceView[];
}

/**
 * A resource on a side; `undefined` when it does not exist there. A resource that Terraform only forgets goes on running,
 * and costing, so that it is seen on both sides.
 */
function viewResource(planned: PlannedResource, side: PlanSide): ResourceView | undefined {
  if (planned.mode !== "managed") return undefined;
  const { address, type } = planned;
  if (side === "before" || planned.actions.includes("forget")) {
    return planned.before === null
      ? undefined
      : { address, type, values: planned.before, unknowns: {}, previous: null, planned };
  }
  if (planned.after === null) return undefined;
  return {
    address,
    type,
    values: planned.after,
    unknowns: planned.afterUnknown,
    previous: planned.before,
    planned,
  };
}

/** Looks at one side of a plan. */
export function viewPlan(plan: TerraformPlan, side: PlanSide, options: PricePlanOptions): PlanView {
  const resources = plan.resources.flatMap((planned) => viewResource(planned, side) ?? []);
  const byType = Map.groupBy(resources, (resource) => resource.type);
  return { side, options, resources, ofType: (type) => byType.get(type) ?? [] };
}

/** How an attribute of one resource points at another. */
export interface Reference {
  /** The pointing attribute: `["launch_template", 0, "id"]`. */
  readonly path: JsonPath;
  /** The attribute of the other resource that has the same value. */
  readonly targetAttribute: string;
}

/** Where a reference leads: to a resource of the plan, or not, and why. */
export type Followed =
  | { readonly kind: "found"; readonly resource: ResourceView }
  | { readonly kind: "absent" }
  | { readonly kind: "not-found"; readonly reason: string };

function sameThing(from: string, target: string): boolean {
  return from === target || from.endsWith(`/${target}`) || target.endsWith(`/${from}`);
}

/**
 * Follows a reference to a resource of one of `types`. Known values are compared. An unknown value can only come from a
 * resource that this plan creates: when exactly one could be it, it is; else the reference stays unresolved.
 */
export function follow(
  view: PlanView,
  resource: ResourceView,
  target: { readonly types: readonly string[]; readonly references: readonly Reference[] },
): Followed {
  const candidates = target.types.flatMap((type) => view.ofType(type));
  for (const { path, targetAttribute } of target.references) {
    const value = textAt(resource.values, path);
    if (value === undefined) continue;
    const found = candidates.find((candidate) => {
      const theirs = textAt(candidate.values, [targetAttribute]);
      return theirs !== undefined && sameThing(value, theirs);
    });
    if (found !== undefined) return { kind: "found", resource: found };
    return { kind: "not-found", reason: `${value} is not in this plan` };
  }
  for (const { path, targetAttribute } of target.references) {
    if (!isUnknownAt(resource.unknowns, path)) continue;
    const created = candidates.filter((candidate) => isUnknownAt(candidate.unknowns, [targetAttribute]));
    const [only] = created;
    if (only !== undefined && created.length === 1) return { kind: "found", resource: only };
    if (created.length > 1) {
      return {
        kind: "not-found",
        reason: `it is known only after apply which ${target.types[0] ?? "resource"} is meant`,
      };
    }
  }
  return { kind: "absent" };
}
