import type { BlockSchema } from "@apex/core";
import { isListValue, isObjectValue, type ObjectValue, type Value } from "./dynamic-value.ts";
import type { AttributeStep } from "./replacement.ts";
import { type WireDiagnostic, wireError } from "./wire-diagnostic.ts";

/** Reports attributes that are set although only the provider can tell them; the words are those of the plugin SDK. */
export function checkConfigurable(
  block: BlockSchema,
  config: ObjectValue,
  path: readonly AttributeStep[] = [],
): readonly WireDiagnostic[] {
  const own = Object.entries(block.attributes ?? {}).flatMap(([name, attribute]) => {
    const isDecided =
      attribute.computed === true && attribute.optional !== true && attribute.required !== true;
    if (!isDecided || (config[name] ?? null) === null) return [];
    const detail = `Can't configure a value for ${JSON.stringify(name)}: its value will be decided automatically based on the result of applying this configuration.`;
    return [wireError("Value for unconfigurable attribute", detail, [...path, name])];
  });
  const nested = Object.entries(block.block_types ?? {}).flatMap(([name, type]) =>
    elements(config[name] ?? null).flatMap(({ value, step }) =>
      checkConfigurable(type.block, value, [...path, name, ...(step === undefined ? [] : [step])]),
    ),
  );
  return [...own, ...nested];
}

function elements(value: Value): readonly { readonly value: ObjectValue; readonly step?: number }[] {
  if (isListValue(value)) {
    return value.flatMap((item, step) => (isObjectValue(item) ? [{ value: item, step }] : []));
  }
  return isObjectValue(value) ? [{ value }] : [];
}
