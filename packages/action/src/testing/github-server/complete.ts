import { description } from "./description.ts";

/** Values that a test's state knows of an object; the rest of what GitHub always sends is filled in. */
export type Known = { readonly [field: string]: unknown };

type Schema = { readonly [keyword: string]: unknown };

/**
 * An object as GitHub describes it under `name` ("issue-comment"): what is known, and for each other field that is always there the
 * plainest value that is allowed. Clients then meet whole objects, not only the fields that they read.
 */
export function complete(name: string, known: Known): Known {
  return { ...plainObject(definition(`#/$defs/${name}`)), ...known };
}

/** As `complete`, and so in the objects inside of what is known. */
export function completeDeeply(name: string, known: Known): Known {
  return deeplyCompleted(definition(`#/$defs/${name}`), known);
}

function deeplyCompleted(schema: Schema, known: Known): Known {
  const properties = (schema.properties ?? {}) as { readonly [name: string]: Schema };
  const fields = Object.entries(known).map(([name, value]) => {
    const property = resolved(properties[name] ?? {});
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return [name, isObject ? deeplyCompleted(property, value as Known) : value];
  });
  return { ...plainObject(schema), ...Object.fromEntries(fields) };
}

/** The schema of a value that is there: what may also be null is not. */
function resolved(schema: Schema): Schema {
  if (typeof schema.$ref === "string") return resolved(definition(schema.$ref));
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map(resolved);
    return {
      properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
      required: parts.flatMap((part) => part.required ?? []),
    };
  }
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []) as readonly Schema[];
  const present = alternatives.find(({ type }) => type !== "null");
  return present === undefined ? schema : resolved(present);
}

function plainest(schema: Schema): unknown {
  if (typeof schema.$ref === "string") return plainest(definition(schema.$ref));
  const [alternative] = (schema.anyOf ?? schema.oneOf ?? []) as readonly Schema[];
  if (alternative !== undefined) return plainest(alternative);
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...schema.allOf.map((part: Schema) => plainest(part))) as unknown;
  }
  const types = [schema.type].flat();
  if (types.includes("null")) return null;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  return plainestOf(types[0], schema);
}

function plainestOf(type: unknown, schema: Schema): unknown {
  switch (type) {
    case "string":
      return text(schema);
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    default:
      return plainObject(schema);
  }
}

function plainObject(schema: Schema): Known {
  const properties = (schema.properties ?? {}) as { readonly [name: string]: Schema };
  const required = (schema.required ?? []) as readonly string[];
  return Object.fromEntries(required.map((field) => [field, plainest(properties[field] ?? {})]));
}

function text({ format, minLength }: Schema): string {
  if (format === "uri") return "https://github.example/";
  if (format === "date-time") return "2026-01-01T00:00:00Z";
  return "0".repeat(typeof minLength === "number" ? minLength : 0);
}

function definition(reference: string): Schema {
  const schema = description.$defs[reference.replace("#/$defs/", "")];
  if (schema === undefined || schema === null || typeof schema === "boolean")
    throw new Error(`no ${reference}`);
  return schema;
}
