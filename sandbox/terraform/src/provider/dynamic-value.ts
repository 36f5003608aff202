import { decode, ExtData, encode, ExtensionCodec } from "@msgpack/msgpack";

/**
 * A value that Terraform learns only during apply. Keeps the refinement bytes that Terraform may have sent with it
 * ("not null", a prefix), so that passing it on says as much as was known.
 */
export class UnknownValue {
  readonly refinement: Uint8Array | undefined;

  constructor(refinement?: Uint8Array) {
    this.refinement = refinement;
  }
}

/** The unknown value without refinement. */
export const UNKNOWN = new UnknownValue();

/**
 * A Terraform value as decoded from msgpack. A number may be a number, a bigint (64-bit) or its decimal text (longer
 * mantissas); bytes occur only as the type part of a dynamic value.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | UnknownValue
  | readonly Value[]
  | ObjectValue;

/** An object, map or block value. */
export interface ObjectValue {
  readonly [name: string]: Value;
}

/** Extension code of an unknown value, and of one with refinements (docs/plugin-protocol/object-wire-format.md). */
const UNKNOWN_CODE = 0;
const REFINED_UNKNOWN_CODE = 12;
/** All other codes stand for unknown values of later protocol versions. */
const EXTENSION_CODES_MAX = 127;

function createCodec(): ExtensionCodec {
  const codec = new ExtensionCodec();
  for (let type = 0; type <= EXTENSION_CODES_MAX; type++) {
    codec.register({
      type,
      encode: () => null,
      decode: (data) => (type === REFINED_UNKNOWN_CODE ? new UnknownValue(data) : UNKNOWN),
    });
  }
  codec.register({
    type: UNKNOWN_CODE,
    encode: (value) =>
      value instanceof UnknownValue && value.refinement === undefined ? new Uint8Array(1) : null,
    decode: () => UNKNOWN,
  });
  codec.register({
    type: REFINED_UNKNOWN_CODE,
    encode: (value) => (value instanceof UnknownValue ? (value.refinement ?? null) : null),
    decode: (data) => new UnknownValue(data),
  });
  return codec;
}

const CODEC = createCodec();

/** The protocol's message for a value: Terraform sends msgpack, and JSON in a few old places. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Reads a value that Terraform sent; an empty message is null. */
export function decodeValue(message: DynamicValue | null | undefined): Value {
  if (message?.msgpack !== undefined && message.msgpack.length > 0) {
    return decode(message.msgpack, { extensionCodec: CODEC, useBigInt64: true }) as Value;
  }
  if (message?.json !== undefined && message.json.length > 0) {
    return JSON.parse(Buffer.from(message.json).toString("utf8")) as Value;
  }
  return null;
}

/** The message for a value. */
export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(value, { extensionCodec: CODEC, useBigInt64: true }) };
}

/** Whether a value is an object, map or block (not null, not a list, not unknown). */
export function isObjectValue(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof UnknownValue) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof ExtData)
  );
}

/** Whether a value is a list, set or tuple. */
export function isListValue(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether nothing inside a value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  if (value instanceof UnknownValue) return false;
  if (isListValue(value)) return value.every(isWhollyKnown);
  if (isObjectValue(value)) return Object.values(value).every(isWhollyKnown);
  return true;
}

/** Whether a value is what the plugin SDK stores for an argument that is not set. */
export function isZeroValue(value: Value): boolean {
  if (value === null || value === "" || value === false || value === 0 || value === "0") return true;
  if (isListValue(value)) return value.length === 0;
  return isObjectValue(value) && Object.keys(value).length === 0;
}

function isNumberValue(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/**
 * Whether two values are the same; unknown equals nothing. Lists compare in order. Numbers compare by value, also
 * against their decimal text.
 */
export function isSameValue(a: Value, b: Value): boolean {
  if (a === b) return !(a instanceof UnknownValue);
  if (a === null || b === null) return false;
  if (isNumberValue(a) && (isNumberValue(b) || typeof b === "string")) return isSameNumber(a, b);
  if (typeof a === "string" && isNumberValue(b)) return isSameNumber(b, a);
  if (isListValue(a) && isListValue(b)) {
    return a.length === b.length && a.every((item, index) => isSameValue(item, b[index] ?? null));
  }
  if (isObjectValue(a) && isObjectValue(b)) return isSameObject(a, b);
  return false;
}

function isSameObject(a: ObjectValue, b: ObjectValue): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameValue(a[name] ?? null, b[name] ?? null))
  );
}

function isSameNumber(a: number | bigint, b: number | bigint | string): boolean {
  return String(a) === String(b);
}
