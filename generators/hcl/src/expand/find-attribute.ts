import type { JsonPath } from "@apex/core";
import { attributeOf } from "../configuration/module-definition.ts";
import type { Interpreter, ResourceInstance, Scope } from "../evaluate/interpreter.ts";
import type { Site } from "../evaluate/trail.ts";
import { entryOf, itemAt, kindOf, missingKey, type Value } from "../evaluate/value.ts";
import type { Attribute, Block } from "../syntax/expression.ts";
import { nestedBlocks } from "./resource-body.ts";

/** What stands at a path of a resource instance. `path` is canonical: block indices are always written. */
export type FoundAttribute =
  | { readonly kind: "value"; readonly path: JsonPath; readonly attribute: Attribute; readonly value: Value }
  /** The block is there, the attribute is not. */
  | { readonly kind: "no-attribute"; readonly path: JsonPath; readonly block: Block; readonly name: string }
  /** The map is there, the key is not. `site` tells where it could be added. */
  | { readonly kind: "no-key"; readonly path: JsonPath; readonly value: Value; readonly site?: Site }
  /** The nested block itself is missing from `block`. */
  | {
      readonly kind: "no-block";
      readonly path: JsonPath;
      readonly block: Block;
      readonly type: string;
      readonly rest: JsonPath;
    }
  | { readonly kind: "unknown"; readonly path: JsonPath; readonly value: Value }
  | { readonly kind: "wrong-path"; readonly path: JsonPath; readonly reason: string };

/** Looks a path up in a resource instance: `["root_block_device", 0, "volume_type"]`, `["tags", "Name"]`. */
export function findAttribute(
  interpreter: Interpreter,
  instance: ResourceInstance,
  path: JsonPath,
): FoundAttribute {
  let block = instance.declaration.block;
  let { scope }: { scope: Scope } = instance;
  let rest = path;
  const canonical: (string | number)[] = [];
  for (;;) {
    const [name, ...more] = rest;
    if (typeof name !== "string") return { kind: "wrong-path", path, reason: "a path starts with a name" };
    canonical.push(name);
    const attribute = attributeOf(block.body, name);
    if (attribute !== undefined) {
      const value = interpreter.define(attribute.value, scope);
      return within(value, more, { path: [...canonical, ...more], attribute });
    }
    if (more.length === 0) return { kind: "no-attribute", path: canonical, block, name };
    const nested = nestedBlocks(interpreter, block.body, scope, name);
    if (nested.kind === "unknown")
      return { kind: "unknown", path: [...canonical, ...more], value: nested.value };
    const [first, ...afterIndex] = more;
    const index = typeof first === "number" ? first : 0;
    rest = typeof first === "number" ? afterIndex : more;
    canonical.push(index);
    if (typeof first === "string" && nested.blocks.length > 1)
      return {
        kind: "wrong-path",
        path,
        reason: `there are ${nested.blocks.length} ${name} blocks: say which`,
      };
    const found = nested.blocks[index];
    if (found === undefined)
      return { kind: "no-block", path: [...canonical, ...rest], block, type: name, rest };
    if (rest.length === 0)
      return { kind: "wrong-path", path, reason: "the path names a block, not an attribute" };
    ({ block, scope } = found);
  }
}

function within(
  start: Value,
  steps: JsonPath,
  found: { readonly path: JsonPath; readonly attribute: Attribute },
): FoundAttribute {
  const { path, attribute } = found;
  let value = start;
  for (const step of steps) {
    if (value.kind === "unknown") return { kind: "unknown", path, value };
    const next: Value | undefined =
      value.kind === "object"
        ? entryOf(value, String(step))
        : value.kind === "list" && typeof step === "number"
          ? itemAt(value, step)
          : undefined;
    if (next !== undefined) {
      value = next;
      continue;
    }
    if (value.kind !== "object" || step !== steps.at(-1)) {
      return { kind: "wrong-path", path, reason: `a ${kindOf(value)} has no ${JSON.stringify(step)}` };
    }
    const site = missingKey(value, String(step));
    return { kind: "no-key", path, value, ...(site === undefined ? {} : { site }) };
  }
  return value.kind === "unknown" || value.kind === "resource"
    ? { kind: "unknown", path, value }
    : { kind: "value", path, attribute, value };
}
