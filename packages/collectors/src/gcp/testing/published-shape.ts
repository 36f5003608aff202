import { isJsonObject, type JsonValue } from "@apex/core";
import published from "./published-shapes.generated.json" with { type: "json" };

type Shapes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const SHAPES: Shapes = published.shapes;

/** Forms of JSON by type. Source: protobuf, "ProtoJSON format": integers of 64 bits are texts. */
const SCALARS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  string: (value) => typeof value === "string",
  enum: (value) => typeof value === "string",
  bytes: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  double: (value) => typeof value === "number",
  float: (value) => typeof value === "number",
  int32: (value) => Number.isInteger(value),
  uint32: (value) => Number.isInteger(value),
  int64: (value) => typeof value === "string" && /^-?\d+$/.test(value),
  uint64: (value) => typeof value === "string" && /^\d+$/.test(value),
  Timestamp: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  Duration: (value) => typeof value === "string" && /^-?\d+(\.\d+)?s$/.test(value),
  BoolValue: (value) => typeof value === "boolean",
  DoubleValue: (value) => typeof value === "number",
  Int32Value: (value) => Number.isInteger(value),
  StringValue: (value) => typeof value === "string",
  Struct: isJsonObject,
  Value: () => true,
  any: () => true,
};

/**
 * Throws when a value is not a message as Google publishes it: a field that it does not have, or of another type. What our
 * server answers is checked by this, so that it cannot agree with our decoder in a mistake.
 */
export function assertPublished(message: string, value: JsonValue, path = message): void {
  const shape = SHAPES[message];
  if (shape === undefined) throw new Error(`${message} is not among the published messages`);
  if (!isJsonObject(value)) throw new Error(`${path} is no object`);
  for (const [field, content] of Object.entries(value)) {
    const type = shape[field];
    if (type === undefined) throw new Error(`${path}.${field} is not a field of ${message}`);
    assertType(type, content, `${path}.${field}`);
  }
}

function assertType(type: string, value: JsonValue, path: string): void {
  const item = type.endsWith("[]") ? type.slice(0, -2) : undefined;
  const entry = /^\{(.*)\}$/.exec(type)?.[1];
  if (item !== undefined) {
    if (!Array.isArray(value)) throw new Error(`${path} is no list`);
    for (const [index, one] of value.entries()) assertType(item, one, `${path}[${index}]`);
  } else if (entry !== undefined) {
    if (!isJsonObject(value)) throw new Error(`${path} is no map`);
    for (const [key, one] of Object.entries(value)) assertType(entry, one, `${path}.${key}`);
  } else if (SCALARS[type] === undefined) {
    assertPublished(type, value, path);
  } else if (!SCALARS[type](value)) {
    throw new Error(`${path} is no ${type}: ${JSON.stringify(value)}`);
  }
}
