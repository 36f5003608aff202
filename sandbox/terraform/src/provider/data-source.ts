import { createHash } from "node:crypto";
import type { ResourceSchema } from "@apex/core";
import { KNOWN_DATA_SOURCES } from "./known-data-sources.ts";
import {
  isListValue,
  isObjectValue,
  isSameValue,
  type ObjectValue,
  UnknownValue,
  type Value,
} from "./dynamic-value.ts";
import { fillPlaceholders } from "./placeholder.ts";
import type { ProviderSession } from "./provider-session.ts";
import { coerceBlock } from "./raw-state.ts";
import { isEquivalentText } from "./equivalent-text.ts";

/** Where a data source's values came from. `placeholder` values exist in no cloud. */
export type DataSourceOrigin = "given" | "computed" | "placeholder";

/** The answer to reading one data block. */
export interface DataSourceAnswer {
  readonly value: ObjectValue;
  readonly origin: DataSourceOrigin;
}

/** Whether everything that is configured has the same value in `stored`; sets may be in another order. */
function isConfiguredIn(config: Value, stored: Value): boolean {
  if (config === null) return true;
  if (isListValue(config)) {
    if (config.length === 0) return true;
    return (
      isListValue(stored) &&
      config.length === stored.length &&
      config.every((item) => stored.some((candidate) => isConfiguredIn(item, candidate)))
    );
  }
  if (isObjectValue(config)) {
    return (
      isObjectValue(stored) &&
      Object.entries(config).every(([name, item]) => isConfiguredIn(item, stored[name] ?? null))
    );
  }
  return isSameValue(config, stored) || isEquivalentText(stored, config);
}

function unknownWhereComputed(schema: ResourceSchema, config: ObjectValue): ObjectValue {
  const value: Record<string, Value> = { ...config };
  for (const [name, attribute] of Object.entries(schema.block.attributes ?? {})) {
    if (attribute.computed === true && (config[name] ?? null) === null) value[name] = new UnknownValue();
  }
  return value;
}

/** The configured values win over the stored ones: they are what the data block says. */
function overlay(config: ObjectValue, stored: ObjectValue): ObjectValue {
  const merged: Record<string, Value> = { ...stored };
  for (const [name, value] of Object.entries(config)) {
    if (value === null || (isListValue(value) && value.length === 0)) continue;
    merged[name] = isListValue(value) || isObjectValue(value) ? (stored[name] ?? value) : value;
  }
  return merged;
}

/**
 * Answers a data block offline: from the state or the fixtures when one of them has the same configuration, computed
 * where the result follows from the configuration alone, else with typed placeholders.
 */
export function readDataSource(
  type: string,
  schema: ResourceSchema,
  config: ObjectValue,
  session: ProviderSession,
): DataSourceAnswer {
  for (const fixture of session.run.dataSources) {
    if (fixture.type !== type) continue;
    const stored = coerceBlock(schema.block, fixture.attributes as Parameters<typeof coerceBlock>[1]);
    const { match } = fixture;
    const isMatch =
      match === null
        ? isConfiguredIn(config, stored)
        : Object.entries(match).every(([name, value]) => isConfiguredIn(value, config[name] ?? null));
    if (isMatch) return { value: overlay(config, stored), origin: "given" };
  }
  const region = session.setting("region") ?? "us-east-1";
  const seed = createHash("sha256").update(JSON.stringify(config, jsonSafe)).digest("hex");
  const known = KNOWN_DATA_SOURCES[type]?.({ config, region, session });
  const value = fillPlaceholders(
    schema.block,
    { ...unknownWhereComputed(schema, config), ...known?.values },
    { type, region, seed },
  );
  return { value, origin: known?.isExact === true ? "computed" : "placeholder" };
}

function jsonSafe(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
