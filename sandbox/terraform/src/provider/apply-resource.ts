import { createHash } from "node:crypto";
import type { ResourceSchema } from "@apex/core";
import { encodeValue, isObjectValue, type ObjectValue } from "./dynamic-value.ts";
import { rememberLaunchTemplate, withDerived, withLaunchTemplates } from "./linked-values.ts";
import { fillPlaceholders } from "./placeholder.ts";
import type { ProviderSession } from "./provider-session.ts";

/** A planned resource that is to be "applied". */
export interface ApplyQuestion {
  readonly type: string;
  readonly schema: ResourceSchema;
  /** `null` for a new resource. */
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue;
}

/**
 * The state after an apply that created nothing: what was planned, with placeholders for the rest. They follow from
 * the planned values alone, so that equal runs give equal states; equal resources of one run are counted.
 */
export function applyResource(question: ApplyQuestion, session: ProviderSession): ObjectValue {
  const { type, schema, prior } = question;
  const { launchTemplates } = session.run;
  const linked = withLaunchTemplates(question.planned, launchTemplates);
  const planned = isObjectValue(linked) ? linked : question.planned;
  const bytes = encodeValue(planned).msgpack ?? new Uint8Array();
  const digest = createHash("sha256").update(type).update(bytes).digest("hex");
  const seed = `${digest}:${session.occurrence(digest)}`;
  const region = session.setting("region") ?? "us-east-1";
  const filled = fillPlaceholders(schema.block, planned, { type, region, seed });
  const state = withDerived(filled, { type, region, prior, planned });
  rememberLaunchTemplate(type, state, launchTemplates);
  return state;
}
