import type { AttributeSchema, JsonObject, JsonValue } from "@apex/core";
import { isJsonObject } from "@apex/core";
import { directoryOf } from "@apex/generators-hcl";
import type { Block } from "@apex/generators-hcl/syntax";
import type { World } from "../../world/world.ts";
import { isOnce, isRepeated, resourcePlace } from "./resource-place.ts";

/** Longer texts are documents, not settings. */
const TEXT_LENGTH_MAX = 256;

/** Arguments that hold secrets whether or not a schema says so. */
const SECRET_NAME = /passw|secret|token|private_key|credential|auth/;

/** A constant that can be written into a file: no secret, no document, nothing that is empty. */
export function isPlain(
  name: string,
  value: JsonValue | undefined,
  schema: AttributeSchema | undefined,
): boolean {
  if (schema?.sensitive === true || SECRET_NAME.test(name)) return false;
  if (typeof value === "number" || typeof value === "boolean") return true;
  return (
    typeof value === "string" && value !== "" && value.length <= TEXT_LENGTH_MAX && !/[\n{[]/.test(value)
  );
}

/**
 * What the state holds of the resource that a block declares, where there is exactly one: no `count`, no `for_each`, in the root
 * module or in one that is called once.
 */
function knownAttributes({ configuration, state }: World, resource: Block): JsonObject | undefined {
  const { labels, type, source } = resource;
  const directory = directoryOf(source.file);
  if (type !== "resource" || isRepeated(resource) || !isOnce(configuration, directory)) return undefined;
  const own = labels.join(".");
  const found = state.find(({ address, mode }) => {
    if (mode !== "managed" || address.includes("[")) return false;
    const place = resourcePlace(configuration, address);
    return place?.own === own && place.directory === directory;
  });
  return found?.attributes;
}

/** What state holds at the innermost of the blocks, each of them the only one of its type in the one around it. */
export function knownBody(world: World, blocks: readonly Block[]): JsonObject | undefined {
  const [resource, ...inner] = blocks;
  if (resource === undefined) return undefined;
  let at = knownAttributes(world, resource);
  let body = resource.body;
  for (const block of inner) {
    const isOnly = body.blocks.filter(({ type, labels }) => type === block.type || labels[0] === block.type);
    const value = at?.[block.type];
    const items: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    const [item] = items;
    if (isOnly.length !== 1 || items.length !== 1 || item === undefined || !isJsonObject(item))
      return undefined;
    at = item;
    body = block.body;
  }
  return at;
}
