import { isJsonObject, type JsonObject, type JsonPath, type JsonValue } from "@apex/core";

/**
 * Attributes that hold secrets whatever the state marks: before 1.x, states recorded no schema-level sensitivity.
 */
const SECRET_NAMES = new Set([
  ..."access_token admin_password auth_token client_secret connection_string key_material master_password".split(
    " ",
  ),
  ..."password private_key private_key_pem root_password secret secret_access_key secret_binary secret_key".split(
    " ",
  ),
  ..."secret_string ses_smtp_password_v4 token".split(" "),
]);

/** The attributes without those at sensitive paths and without well-known secrets, at any depth. */
export function withoutSensitivePaths(attributes: JsonObject, paths: readonly JsonPath[]): JsonObject {
  return prune(
    attributes,
    paths.filter((path) => path.length > 0),
    undefined,
  );
}

/** The same for the mirror form of `terraform show -json`, in which `true` marks what is sensitive. */
export function withoutSensitiveMirror(attributes: JsonObject, mirror: JsonValue | undefined): JsonObject {
  return prune(attributes, [], mirror);
}

function prune(value: JsonObject, paths: readonly JsonPath[], mirror: JsonValue | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(SECRET_NAMES.has(key) && typeof item === "string"))
      .filter(([key]) => !isMarked(key, paths, mirror))
      .map(([key, item]) => [key, pruneItem(item, pathsBelow(value, key, paths), mirrorAt(mirror, key))]),
  );
}

/**
 * The paths that go on below a key. A state wraps an attribute without a fixed type as `{value, type}`, a step that the
 * paths leave out; whatever looks so is searched both ways, which removes more rather than less.
 */
function pathsBelow(value: JsonObject, key: string, paths: readonly JsonPath[]): readonly JsonPath[] {
  const isWrapped = key === "value" && Object.keys(value).toSorted().join() === "type,value";
  return isWrapped ? [...stepInto(key, paths), ...paths] : stepInto(key, paths);
}

function pruneItem(value: JsonValue, paths: readonly JsonPath[], mirror: JsonValue | undefined): JsonValue {
  if (isJsonObject(value)) return prune(value, paths, mirror);
  if (!Array.isArray(value)) return value;
  return value.flatMap((item, index) =>
    isMarked(index, paths, mirror)
      ? [null]
      : [pruneItem(item, stepInto(index, paths), mirrorAt(mirror, index))],
  );
}

function isMarked(step: string | number, paths: readonly JsonPath[], mirror: JsonValue | undefined): boolean {
  return paths.some((path) => path.length === 1 && path[0] === step) || mirrorAt(mirror, step) === true;
}

function stepInto(step: string | number, paths: readonly JsonPath[]): readonly JsonPath[] {
  return paths.filter((path) => path.length > 1 && path[0] === step).map((path) => path.slice(1));
}

function mirrorAt(mirror: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(mirror)) return typeof step === "number" ? mirror[step] : undefined;
  return isJsonObject(mirror) && Object.hasOwn(mirror, step) ? mirror[step] : undefined;
}
