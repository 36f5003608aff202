import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PlannedResource,
  type TerraformPlan,
} from "@apex/core";
import { digestOf } from "./digest.ts";
import type { PlanFacts, ResourceFacts } from "./guard.ts";
import { UNKNOWN } from "./grants/covers.ts";
import { formatGrant, type Grant } from "./grants/grant.ts";
import { grantsOf } from "./grants/grants-of.ts";

/** The values, with a placeholder where one is known only after apply: a condition that is not known is a condition. */
function withUnknown(value: JsonValue, unknown: JsonValue): JsonValue {
  if (unknown === true) return UNKNOWN;
  if (Array.isArray(unknown)) {
    const items = Array.isArray(value) ? (value as JsonValue[]) : [];
    const length = Math.max(items.length, unknown.length);
    return Array.from({ length }, (_, at) =>
      withUnknown(items[at] ?? null, (unknown as JsonValue[])[at] ?? false),
    );
  }
  if (!isJsonObject(unknown)) return value;
  const known = isJsonObject(value) ? value : {};
  const names = new Set([...Object.keys(known), ...Object.keys(unknown)]);
  return Object.fromEntries(
    [...names].map((name) => [name, withUnknown(known[name] ?? null, unknown[name] ?? false)]),
  );
}

function grantsIn({ type, after, afterUnknown }: PlannedResource): readonly string[] {
  const values = after === null ? null : withUnknown(after, afterUnknown);
  if (!isJsonObject(values ?? undefined)) return [];
  // Attributes that nobody set are unknown as well: they attach nothing.
  const isTold = (grant: Grant): boolean => grant.kind !== "open" || !grant.what.includes(UNKNOWN);
  return grantsOf(type, values as JsonObject)
    .filter(isTold)
    .map(formatGrant);
}

function factsOf(resource: PlannedResource): ResourceFacts {
  const { address, mode, type, actions, after, afterUnknown, changedAttributes } = resource;
  return {
    address,
    mode,
    type,
    actions,
    changed: changedAttributes,
    digest: digestOf([after, afterUnknown]),
    grants: grantsIn(resource),
  };
}

/**
 * What the guards need of a plan. Deterministic, and without values: what a resource will be is a digest. Sensitive values are not part
 * of it, because a {@link TerraformPlan} does not hold them.
 */
export function planFacts(plan: TerraformPlan): PlanFacts {
  const resources = plan.resources.map(factsOf).toSorted((a, b) => (a.address < b.address ? -1 : 1));
  if (plan.outputs === undefined) return { resources };
  const outputs = Object.entries(plan.outputs).flatMap(([name, { actions, ...output }]) => {
    const isGone = actions.includes("delete") && !actions.includes("create");
    return isGone ? [] : [[name, digestOf(output as unknown as JsonValue)] as const];
  });
  return { resources, outputs: Object.fromEntries(outputs) };
}
