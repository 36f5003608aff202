import type { ResourceSchema } from "@apex/core";
import { BlockPlanner } from "./plan-block.ts";
import { isSameValue, type ObjectValue, UNKNOWN, type Value } from "./dynamic-value.ts";
import { recomputedAttributes } from "./recomputed.ts";
import { type AttributeStep, replacementPaths } from "./replacement.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ProviderSession } from "./provider-session.ts";
import { planLabels } from "./labels.ts";
import { planLocation } from "./location.ts";

/** What Terraform asks when it plans one resource instance. */
export interface PlanQuestion {
  readonly type: string;
  readonly schema: ResourceSchema;
  /** `null` for an instance that does not exist yet. */
  readonly prior: ObjectValue | null;
  readonly config: ObjectValue;
}

/** The answer: the state after, and the changed attributes that cannot change in place. */
export interface PlanAnswer {
  readonly planned: ObjectValue;
  readonly requiresReplace: readonly (readonly AttributeStep[])[];
}

/** Plans a creation or a change of a resource as the real provider would, as far as schemas and our tables tell. */
export function planResource(question: PlanQuestion, session: ProviderSession): PlanAnswer {
  const { type, schema, prior, config } = question;
  const planner = new BlockPlanner({
    defaultOf: (path) => DEFAULTS[type]?.[path],
    onAssumption: (path) => session.assume(`${type}.${path}`),
  });
  const block = planner.plan(schema.block, prior, config);
  const labelled = planLabels({ schema, prior, planned: block, config }, session);
  if (prior === null) return { planned: planLocation(schema, labelled, session), requiresReplace: [] };
  const planned = withRecomputed(type, prior, labelled, config);
  return { planned, requiresReplace: replacementPaths(type, prior, planned) };
}

function withRecomputed(
  type: string,
  prior: ObjectValue,
  planned: ObjectValue,
  config: ObjectValue,
): ObjectValue {
  const changed = Object.keys(planned).filter(
    (name) => !isSameValue(prior[name] ?? null, planned[name] ?? null),
  );
  const unknown: Record<string, Value> = {};
  for (const name of recomputedAttributes(type, changed, planned)) {
    if (Object.hasOwn(planned, name) && (config[name] ?? null) === null) unknown[name] = UNKNOWN;
  }
  return { ...planned, ...unknown };
}
