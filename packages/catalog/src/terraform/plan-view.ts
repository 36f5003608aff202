import {
  formatPath,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  type PlannedResource,
  type TerraformPlan,
} from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { isUnknownAt, textAt } from "./attributes.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";
import type { PrivatePrices } from "../private-prices/private-prices.ts";
import type { UsageQuantities } from "./usage.ts";

/** Which side of a plan is looked at. */
export type PlanSide = "before" | "after";

/** What Terraform's configuration cannot tell about prices. */
export interface PricePlanOptions {
  /** The operating system of machines by address; "linux" for the others. Terraform only knows an image id. */
  readonly operatingSystems?: Readonly<Record<string, OperatingSystem>>;
  /** The region of resources for which neither an attribute nor the provider configuration tells one, by provider. */
  readonly defaultRegions?: { readonly aws?: string; readonly gcp?: string };
  /** Where prices come from; the committed tables when absent. */
  readonly prices?: PriceBook;
  /** What counts in place of list prices, where it says something of them. */
  readonly contract?: PrivatePrices | undefined;
  /** How much of what is paid by use is expected; without it such lines have a unit price only. */
  readonly usage?: UsageQuantities | undefined;
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
  /** What the resource is expected to use, `{}` where nothing is told: read by {@link usageAt}. */
  readonly usage: JsonObject;
}

/** A side of a plan with what is needed to follow a resource to others. */
export interface PlanView {
  readonly side: PlanSide;
  readonly options: PricePlanOptions;
  readonly prices: PriceBook;
  readonly resources: readonly ResourceView[];
  /** All resources of a type. */
  ofType(type: string): readonly ResourceView[];
}

/**
 * A resource on a side; `undefined` when it does not exist there. A resource that Terraform only forgets goes on running,
 * and costing, so that it is seen on both sides.
 */
function viewResource(
  planned: PlannedResource,
  side: PlanSide,
  quantities: UsageQuantities | undefined,
): ResourceView | undefined {
  if (planned.mode !== "managed") return undefined;
  const { address, type } = planned;
  const usage = quantities?.of(planned) ?? {};
  if (side === "before" || planned.actions.includes("forget")) {
    return planned.before === null
      ? undefined
      : { address, type, values: planned.before, unknowns: {}, previous: null, planned, usage };
  }
  if (planned.after === null) return undefined;
  return {
    address,
    type,
    values: planned.after,
    unknowns: planned.afterUnknown,
    previous: planned.before,
    planned,
    usage,
  };
}

/** Looks at one side of a plan. */
export function viewPlan(plan: TerraformPlan, side: PlanSide, options: PricePlanOptions): PlanView {
  const resources = plan.resources.flatMap((planned) => viewResource(planned, side, options.usage) ?? []);
  const byType = Map.groupBy(resources, (resource) => resource.type);
  const { prices = COMMITTED_PRICES } = options;
  return { side, options, prices, resources, ofType: (type) => byType.get(type) ?? [] };
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

/** Whether two spellings name one thing: the last segments of a self link or ARN are enough. */
function sameThing(from: string, target: string): boolean {
  return from === target || from.endsWith(`/${target}`) || target.endsWith(`/${from}`);
}

function byValue(
  resource: ResourceView,
  references: readonly Reference[],
  candidates: readonly ResourceView[],
): Followed {
  let missed: string | undefined;
  for (const { path, targetAttribute } of references) {
    const value = textAt(resource.values, path);
    if (value === undefined) continue;
    const found = candidates.find((candidate) => {
      const theirs = textAt(candidate.values, [targetAttribute]);
      return theirs !== undefined && sameThing(value, theirs);
    });
    if (found !== undefined) return { kind: "found", resource: found };
    missed ??= value;
  }
  return missed === undefined
    ? { kind: "absent" }
    : { kind: "not-found", reason: `${missed} is not in this plan` };
}

/** The instance key at the end of an address, "" when it has none. */
function instanceKey(address: string): string {
  return /\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.exec(address)?.[0] ?? "";
}

/** The candidate that the configuration's expression names; with several instances, the one of the same key. */
function byConfiguration(
  resource: ResourceView,
  path: JsonPath,
  candidates: readonly ResourceView[],
): ResourceView | undefined {
  const written = resource.planned.references?.[formatPath(path)] ?? [];
  const named = candidates.filter((candidate) => {
    const key = instanceKey(candidate.address);
    return written.includes(candidate.address.slice(0, candidate.address.length - key.length));
  });
  if (named.length <= 1) return named[0];
  return named.find((candidate) => instanceKey(candidate.address) === instanceKey(resource.address));
}

/**
 * Follows a reference to a resource of one of `types`. Known values are compared. An unknown value can only come from a
 * resource that this plan creates: the one that the configuration names or, where that is not at hand, the only one that
 * it can be; else the reference stays unresolved.
 */
export function follow(
  view: PlanView,
  resource: ResourceView,
  target: { readonly types: readonly string[]; readonly references: readonly Reference[] },
): Followed {
  const candidates = target.types.flatMap((type) => view.ofType(type));
  const known = byValue(resource, target.references, candidates);
  if (known.kind !== "absent") return known;
  const open = target.references.filter(({ path }) => isUnknownAt(resource.unknowns, path));
  // First what is named by any attribute: the others are unknown just because they are not set.
  for (const { path } of open) {
    const named = byConfiguration(resource, path, candidates);
    if (named !== undefined) return { kind: "found", resource: named };
  }
  for (const { targetAttribute } of open) {
    const created = candidates.filter((candidate) => isUnknownAt(candidate.unknowns, [targetAttribute]));
    const [only] = created;
    if (only !== undefined && created.length === 1) return { kind: "found", resource: only };
    if (created.length > 1) {
      const reason = `which ${target.types[0] ?? "resource"} is meant is known only after apply`;
      return { kind: "not-found", reason };
    }
  }
  return { kind: "absent" };
}
