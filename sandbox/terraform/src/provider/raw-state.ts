import type { BlockSchema, BlockTypeSchema, TypeConstraint } from "@apex/core";
import type { ObjectValue, Value } from "./dynamic-value.ts";
import { attributeType } from "./value-type.ts";

/** A JSON number that a double or a safe integer cannot hold exactly, as its text. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type RawValue = null | boolean | number | string | NumberText | readonly RawValue[] | RawObject;
interface RawObject {
  readonly [name: string]: RawValue;
}

const NUMBER_TEXT = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;

/** TypeScript's library does not know the third argument yet that V8 has passed to a reviver since Node 22. */
type SourceReviver = (key: string, value: RawValue, context?: { readonly source?: string }) => RawValue;

const keepDigits: SourceReviver = (_key, value, context) =>
  typeof value === "number" && !Number.isSafeInteger(value)
    ? new NumberText(context?.source ?? String(value))
    : value;

/**
 * Reads the JSON of a stored resource without losing digits: 0.1 as a double is not the number Terraform compares
 * with, and would show as a change. Throws a SyntaxError for what is not JSON.
 */
export function parseRawState(bytes: Uint8Array): RawValue {
  return JSON.parse(
    Buffer.from(bytes).toString("utf8"),
    keepDigits as (key: string, value: unknown) => unknown,
  );
}

function isRawObject(raw: RawValue | undefined): raw is RawObject {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof NumberText);
}

function coerceString(raw: RawValue): Value {
  if (typeof raw === "string") return raw;
  if (typeof raw === "number" || typeof raw === "boolean") return String(raw);
  return raw instanceof NumberText ? raw.text : null;
}

function coerceNumber(raw: RawValue): Value {
  if (typeof raw === "number") return raw;
  if (raw instanceof NumberText) return raw.text;
  return typeof raw === "string" && NUMBER_TEXT.test(raw) ? raw : null;
}

function coerceBool(raw: RawValue): Value {
  if (typeof raw === "boolean") return raw;
  if (raw === "true" || raw === "1") return true;
  return raw === "false" || raw === "0" ? false : null;
}

function plainJson(raw: RawValue): unknown {
  if (raw instanceof NumberText) return raw.text;
  if (Array.isArray(raw)) return raw.map(plainJson);
  if (isRawObject(raw)) {
    return Object.fromEntries(Object.entries(raw).map(([name, item]) => [name, plainJson(item)]));
  }
  return raw;
}

/** A dynamic value is stored as `{type, value}` and travels as `[type's JSON, value]`. */
function coerceDynamic(raw: RawValue): Value {
  if (!isRawObject(raw) || raw["type"] === undefined) return null;
  const type = plainJson(raw["type"]) as TypeConstraint;
  return [Buffer.from(JSON.stringify(type)), coerceValue(type, raw["value"] ?? null)];
}

function coerceObject(types: { readonly [name: string]: TypeConstraint }, raw: RawValue): Value {
  // A block that was a list of one in an older schema version and is single now, or the other way round.
  const source = Array.isArray(raw) ? raw[0] : raw;
  if (!isRawObject(source)) return null;
  const value: Record<string, Value> = {};
  for (const [name, type] of Object.entries(types)) value[name] = coerceValue(type, source[name] ?? null);
  return value;
}

/**
 * Brings a stored value into a type of the current schema: other spellings of the same value are converted, what has
 * no place is dropped, what is missing is null.
 */
export function coerceValue(type: TypeConstraint, raw: RawValue): Value {
  if (raw === null) return null;
  if (type === "string") return coerceString(raw);
  if (type === "number") return coerceNumber(raw);
  if (type === "bool") return coerceBool(raw);
  if (type === "dynamic") return coerceDynamic(raw);
  if (type[0] === "object") return coerceObject(type[1], raw);
  if (type[0] === "tuple") {
    return Array.isArray(raw) ? type[1].map((item, index) => coerceValue(item, raw[index] ?? null)) : null;
  }
  const element = type[1];
  if (type[0] === "map") {
    if (!isRawObject(raw)) return null;
    return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, coerceValue(element, item)]));
  }
  const items = Array.isArray(raw) ? raw : isRawObject(raw) ? [raw] : null;
  return items === null ? null : items.map((item) => coerceValue(element, item));
}

function coerceNested(nested: BlockTypeSchema, raw: RawValue): Value {
  switch (nested.nesting_mode) {
    case "single":
      return raw === null ? null : coerceBlock(nested.block, raw);
    case "group":
      return coerceBlock(nested.block, raw);
    case "map":
      return isRawObject(raw)
        ? Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, coerceBlock(nested.block, item)]))
        : {};
    case "list":
    case "set": {
      const items = Array.isArray(raw) ? raw : isRawObject(raw) ? [raw] : [];
      return items.map((item) => coerceBlock(nested.block, item));
    }
  }
}

/** {@link coerceValue} for a block: every attribute and block type of the schema is present in the result. */
export function coerceBlock(block: BlockSchema, raw: RawValue): ObjectValue {
  const first = Array.isArray(raw) ? raw[0] : raw;
  const source: RawObject = isRawObject(first) ? first : {};
  const value: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    value[name] = coerceValue(attributeType(attribute), source[name] ?? null);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    value[name] = coerceNested(nested, source[name] ?? null);
  }
  return value;
}

/** The value of a block of which nothing is set. */
export function emptyBlock(block: BlockSchema): ObjectValue {
  return coerceBlock(block, null);
}
