import type { ResourceSchema } from "@apex/core";
import {
  isListValue,
  isObjectValue,
  isSameValue,
  isWhollyKnown,
  type ObjectValue,
  UNKNOWN,
  type Value,
} from "./dynamic-value.ts";
import type { ProviderSession } from "./provider-session.ts";

interface LabelQuestion {
  readonly schema: ResourceSchema;
  readonly prior: ObjectValue | null;
  readonly planned: ObjectValue;
  readonly config: ObjectValue;
}

/** Tags that the provider block adds to every resource: `default_tags { tags = … }`. */
function defaultTags(session: ProviderSession): ObjectValue {
  const blocks = session.config["default_tags"];
  const block = isListValue(blocks) ? blocks[0] : blocks;
  const tags = isObjectValue(block) ? block["tags"] : undefined;
  return isObjectValue(tags) ? tags : {};
}

function mergeTags(defaults: ObjectValue, own: Value): Value {
  if (own !== null && !isObjectValue(own)) return UNKNOWN;
  const merged = { ...defaults, ...own };
  return isWhollyKnown(merged) ? merged : UNKNOWN;
}

function isNothing(value: Value): boolean {
  return value === null || (isObjectValue(value) && Object.keys(value).length === 0);
}

function planTagsAll(question: LabelQuestion, session: ProviderSession): ObjectValue {
  const { prior, planned } = question;
  const merged = mergeTags(defaultTags(session), planned["tags"] ?? null);
  const before = prior?.["tags_all"] ?? null;
  if (prior === null) return { ...planned, tags_all: isNothing(merged) ? UNKNOWN : merged };
  const isUnchanged = isSameValue(before, merged) || (isNothing(before) && isNothing(merged));
  return { ...planned, tags_all: isUnchanged ? before : isNothing(merged) ? UNKNOWN : merged };
}

/** The label that the provider for Google adds on creation unless `add_terraform_attribution_label` is off. */
const ATTRIBUTION_LABEL: ObjectValue = { "goog-terraform-provisioned": "true" };

function planGoogleLabels(question: LabelQuestion, session: ProviderSession): ObjectValue {
  const { prior, planned } = question;
  const own = planned["labels"] ?? null;
  const defaults = session.config["default_labels"];
  const given = mergeTags(isObjectValue(defaults) ? defaults : {}, own);
  if (prior === null) {
    const isAttributed = session.config["add_terraform_attribution_label"] !== false;
    const all = isObjectValue(given) ? { ...given, ...(isAttributed ? ATTRIBUTION_LABEL : {}) } : UNKNOWN;
    return { ...planned, terraform_labels: all, effective_labels: all };
  }
  if (isSameValue(prior["labels"] ?? null, own) || (isNothing(prior["labels"] ?? null) && isNothing(own))) {
    return planned;
  }
  const changed: Record<string, Value> = { ...planned };
  for (const name of ["terraform_labels", "effective_labels"]) {
    changed[name] = replaceLabels(prior[name] ?? null, prior["labels"] ?? null, given);
  }
  return changed;
}

/** What other parties added stays; what the configuration had set before goes unless it sets it still. */
function replaceLabels(all: Value, before: Value, after: Value): Value {
  if (!isObjectValue(after)) return UNKNOWN;
  const kept = Object.entries(isObjectValue(all) ? all : {}).filter(
    ([key]) => !(isObjectValue(before) && Object.hasOwn(before, key)),
  );
  return { ...Object.fromEntries(kept), ...after };
}

/**
 * Plans the attributes that hold a resource's tags together with those of its provider: AWS's `tags_all`, Google's
 * `terraform_labels` and `effective_labels`. The real providers compute them while planning.
 */
export function planLabels(question: LabelQuestion, session: ProviderSession): ObjectValue {
  const attributes = question.schema.block.attributes ?? {};
  if (attributes["tags_all"]?.computed === true && attributes["tags"] !== undefined) {
    const isOwn = (question.config["tags_all"] ?? null) !== null;
    return isOwn ? question.planned : planTagsAll(question, session);
  }
  if (attributes["effective_labels"] !== undefined && attributes["labels"] !== undefined) {
    return planGoogleLabels(question, session);
  }
  return question.planned;
}
