import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { description, type MatchedOperation, type Operation } from "./description.ts";

/** Where a call is not what GitHub's description says. */
export interface Violation {
  /** GitHub's id: "issues/create-comment"; the method and the path of a call that it does not know. */
  readonly operation: string;
  readonly side: "request" | "response";
  /** "body/title", "query/per_page", "status". */
  readonly path: string;
  readonly reason: string;
}

/** Statuses that any operation may answer with, whether or not its description lists them. */
const COMMON_STATUSES = new Set(["401", "403", "404", "409", "422", "429", "500", "502", "503", "504"]);
const DIALECT = {
  strict: false,
  allErrors: true,
  formats: { "repo.nwo": /^[^/]+\/[^/]+$/ },
} as const;

const answers = new Ajv2020(DIALECT);
/** Query and path arrive as text. */
const texts = new Ajv2020({ ...DIALECT, coerceTypes: true });
for (const ajv of [answers, texts]) {
  addFormats.default(ajv);
  ajv.addSchema({ $id: "github", $defs: description.$defs });
}

const validators = new WeakMap<object, ValidateFunction>();

/** Checks what a client asked, strictly: what GitHub would silently ignore is a mistake, too. */
export function checkRequest(
  { operation, path }: MatchedOperation,
  request: { readonly query: URLSearchParams; readonly body: unknown },
): readonly Violation[] {
  const violations: Violation[] = [];
  const found = (where: string, reason: string) =>
    violations.push({ operation: operation.id, side: "request", path: where, reason });
  for (const { name, in: place, schema, isRequired } of operation.parameters) {
    const value = place === "path" ? path[name] : (request.query.get(name) ?? undefined);
    if (value === undefined && isRequired) found(`${place}/${name}`, "is required");
    if (value === undefined || place === "header") continue;
    for (const reason of reasons(texts, schema, { value }, true)) found(`${place}/${name}`, reason.text);
  }
  const known = new Set(operation.parameters.filter((each) => each.in === "query").map((each) => each.name));
  for (const name of new Set(request.query.keys())) {
    if (!known.has(name)) found(`query/${name}`, "is no parameter of this operation");
  }
  const { body } = operation;
  if (request.body === undefined) {
    if (body?.isRequired) found("body", "is required");
  } else if (body === null) {
    found("body", "this operation takes none");
  } else {
    for (const { path: where, text } of reasons(answers, body.schema, request.body, false))
      found(`body${where}`, text);
    for (const where of unknownFields(body.schema, request.body))
      found(`body${where}`, "is no field of this operation");
  }
  return violations;
}

/** Checks what the server answers with. `body` is undefined where it answers with nothing. */
export function checkResponse(
  operation: Operation,
  response: { readonly status: number; readonly body: unknown },
): readonly Violation[] {
  const status = String(response.status);
  const schema = operation.responses[status];
  const violation = (path: string, reason: string): Violation => ({
    operation: operation.id,
    side: "response",
    path,
    reason,
  });
  if (schema === undefined) {
    return COMMON_STATUSES.has(status) ? [] : [violation("status", `${status} is none of its answers`)];
  }
  // What an error says is left open in many places.
  if (schema === null && response.status >= 400) return [];
  if (schema === null) return response.body === undefined ? [] : [violation("body", "has to be empty")];
  return reasons(answers, schema, response.body ?? null, false).map(({ path, text }) =>
    violation(`body${path}`, text),
  );
}

/** Where the payload of an event is not what GitHub's description says: "/pull_request/number must be integer". */
export function checkWebhook(name: string, payload: unknown): readonly string[] {
  const schema = description.webhooks[name];
  if (schema === undefined) throw new Error(`the description has no webhook ${name}`);
  return reasons(answers, schema, payload, false).map(({ path, text }) => `${path} ${text}`);
}

type Schema = Operation["responses"][string];

function reasons(
  ajv: Ajv2020,
  schema: Schema,
  value: unknown,
  isWrapped: boolean,
): readonly { path: string; text: string }[] {
  if (schema === null || typeof schema === "boolean") return [];
  const known = validators.get(schema);
  const validate = known ?? ajv.compile(inDocument(isWrapped ? { properties: { value: schema } } : schema));
  validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => ({
    path: error.instancePath,
    text: `${error.message ?? error.keyword}${error.keyword === "enum" ? `: ${error.params.allowedValues}` : ""}`,
  }));
}

/** References inside of the description point to its definitions. */
function inDocument(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"github#/$defs/')) as object;
}

/** Fields of a body, also inside of lists of objects, that a schema with plain properties does not name. */
function unknownFields(schema: Schema, value: unknown, path = ""): readonly string[] {
  if (schema === null || typeof schema === "boolean" || value === null || typeof value !== "object")
    return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      unknownFields((schema.items as Schema) ?? null, item, `${path}/${index}`),
    );
  }
  const only = schema.oneOf as readonly Schema[] | undefined;
  if (only?.length === 1) return unknownFields(only[0] ?? null, value, path);
  const properties = schema.properties as { readonly [name: string]: Schema } | undefined;
  if (properties === undefined) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const known = properties[name];
    return known === undefined ? [`${path}/${name}`] : unknownFields(known, field, `${path}/${name}`);
  });
}
