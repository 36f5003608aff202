/** A JSON Schema, or a schema of OpenAPI 3.0 on its way to one. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** The part of an OpenAPI 3.0 document that is read here. */
export interface Description {
  readonly info: { readonly version: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly "x-webhooks"?: { readonly [name: string]: { readonly post: Operation } };
  readonly components: { readonly [kind: string]: { readonly [name: string]: JsonObject } };
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly JsonObject[];
  readonly requestBody?: JsonObject;
  readonly responses?: { readonly [status: string]: JsonObject };
}

interface PrunedParameter {
  readonly name: string;
  readonly in: string;
  readonly isRequired: boolean;
  readonly schema: Json;
}

interface PrunedOperation {
  readonly id: string;
  readonly method: string;
  /** "/repos/{owner}/{repo}". */
  readonly path: string;
  readonly parameters: readonly PrunedParameter[];
  readonly body: { readonly isRequired: boolean; readonly schema: Json } | null;
  /** The schema of the answer by status; null where there is no JSON to answer with. */
  readonly responses: { readonly [status: string]: Json };
}

interface PrunedDescription {
  readonly operations: readonly PrunedOperation[];
  /** Schemas of payloads by the name of the event. */
  readonly webhooks: { readonly [name: string]: Json };
  readonly $defs: { readonly [name: string]: Json };
}

/** What constrains nothing: prose, examples, and what only code generators read. */
const PROSE = new Set([
  "description",
  "summary",
  "title",
  "example",
  "examples",
  "default",
  "deprecated",
  "externalDocs",
  "readOnly",
  "discriminator",
]);
/**
 * Where the description is known to be stricter than GitHub: the repository of a pull request's branch is null once the fork is
 * gone, which the payloads of the same document's webhooks say.
 */
const NULLABLE = { "pull-request": ["head", "repo"], "pull-request-simple": ["head", "repo"] } as const;

/** Keywords under which names stand, not keywords. */
const MAPS = new Set(["properties", "patternProperties"]);

/** Keeps some operations with all that their schemas refer to. Throws when one of them is not described. */
export function pruneDescription(
  description: Description,
  operationIds: readonly string[],
  webhookNames: readonly string[],
): PrunedDescription {
  const found = new Map(
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        operation.operationId,
        { path, method, operation },
      ]),
    ),
  );
  const operations = operationIds.map((id) => {
    const entry = found.get(id);
    if (entry === undefined) throw new Error(`the description ${description.info.version} has no ${id}`);
    return pruneOperation(description, id, entry);
  });
  const webhooks = Object.fromEntries(
    webhookNames.map((name) => {
      const body = description["x-webhooks"]?.[name]?.post.requestBody;
      if (body === undefined) throw new Error(`the description has no webhook ${name}`);
      return [name, bodySchema(body)];
    }),
  );
  return { operations, webhooks, $defs: reachable(description, { operations, webhooks } as unknown as Json) };
}

function pruneOperation(
  description: Description,
  id: string,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): PrunedOperation {
  const { requestBody } = operation;
  return {
    id,
    method: method.toUpperCase(),
    path,
    parameters: (operation.parameters ?? []).map((parameter) => {
      const target = resolved(description, parameter);
      return {
        name: target.name as string,
        in: target.in as string,
        isRequired: target.required === true,
        schema: jsonSchema(target.schema ?? {}),
      };
    }),
    body:
      requestBody === undefined
        ? null
        : { isRequired: requestBody.required === true, schema: bodySchema(requestBody) },
    responses: Object.fromEntries(
      Object.entries(operation.responses ?? {}).map(([status, response]) => [
        status,
        bodySchema(resolved(description, response)),
      ]),
    ),
  };
}

function resolved(description: Description, value: JsonObject): JsonObject {
  if (typeof value.$ref !== "string") return value;
  const [, , kind = "", name = ""] = value.$ref.split("/");
  const target = description.components[kind]?.[name];
  if (target === undefined) throw new Error(`nothing is at ${value.$ref}`);
  return target;
}

function bodySchema(holder: JsonObject): Json {
  const content = (holder.content ?? {}) as { readonly [type: string]: { readonly schema?: Json } };
  const json = content["application/json"] ?? Object.values(content)[0];
  return json?.schema === undefined ? null : jsonSchema(json.schema);
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes the type null, references go to `$defs`, prose goes. */
function jsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (schema === null || typeof schema !== "object") return schema;
  if (isReference(schema)) return { $ref: schema.$ref.replace("#/components/schemas/", "#/$defs/") };
  const kept = Object.entries(schema as JsonObject).filter(
    ([key]) => !PROSE.has(key) && !key.startsWith("x-") && key !== "nullable",
  );
  const converted = Object.fromEntries(
    kept.map(([key, value]) => [key, MAPS.has(key) ? namedSchemas(value as JsonObject) : jsonSchema(value)]),
  );
  return (schema as JsonObject).nullable === true ? withNull(converted) : converted;
}

function namedSchemas(schemas: JsonObject): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)]));
}

function withNull(schema: JsonObject): Json {
  if (typeof schema.type !== "string") return { anyOf: [{ type: "null" }, schema] };
  const values = schema.enum as readonly Json[] | undefined;
  return {
    ...schema,
    type: [schema.type, "null"],
    ...(values === undefined ? {} : { enum: [...new Set([...values, null])] }),
  };
}

function isReference(value: object): value is { readonly $ref: string } {
  return "$ref" in value && typeof value.$ref === "string";
}

function reachable(description: Description, root: Json): { readonly [name: string]: Json } {
  const reached = new Map<string, Json>();
  const pending: Json[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value === null || typeof value !== "object") continue;
    if (isReference(value)) {
      const name = value.$ref.replace("#/$defs/", "");
      if (reached.has(name)) continue;
      const schema = corrected(
        name,
        jsonSchema(resolved(description, { $ref: `#/components/schemas/${name}` })),
      );
      reached.set(name, schema);
      pending.push(schema);
    } else {
      pending.push(
        ...(Array.isArray(value) ? value : Object.values(value)).filter((item) => item !== undefined),
      );
    }
  }
  return Object.fromEntries([...reached].toSorted(([first], [second]) => (first < second ? -1 : 1)));
}

function corrected(name: string, schema: Json): Json {
  const path: readonly string[] | undefined = NULLABLE[name as keyof typeof NULLABLE];
  return path === undefined ? schema : nullableAt(schema, path);
}

function nullableAt(schema: Json, [field, ...rest]: readonly string[]): Json {
  if (field === undefined) return { anyOf: [{ type: "null" }, schema] };
  const { properties, ...others } = schema as { readonly properties: JsonObject };
  const property = properties[field];
  if (property === undefined) throw new Error(`the description has no ${field} any more`);
  return { ...others, properties: { ...properties, [field]: nullableAt(property, rest) } };
}
