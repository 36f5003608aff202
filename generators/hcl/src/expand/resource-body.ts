import { attributeOf } from "../configuration/module-definition.ts";
import type { Interpreter, Scope } from "../evaluate/interpreter.ts";
import { computed, entriesOf, itemsOf, objectOf, unknownValue, type Value } from "../evaluate/value.ts";
import type { Attribute, Block, Body } from "../syntax/expression.ts";

/** A nested block as Terraform sees it: written out, or made by a `dynamic` block. */
export interface NestedBlock {
  readonly block: Block;
  readonly scope: Scope;
}

/** The nested blocks of one type, in order; `unknown` where a `dynamic` block cannot be expanded. */
export type NestedBlocks =
  | { readonly kind: "blocks"; readonly blocks: readonly NestedBlock[] }
  | { readonly kind: "unknown"; readonly value: Value };

const META_ATTRIBUTES: ReadonlySet<string> = new Set([
  "count",
  "for_each",
  "provider",
  "providers",
  "depends_on",
]);
const META_BLOCKS: ReadonlySet<string> = new Set(["lifecycle", "connection", "provisioner"]);

/** The attributes of a resource's body that belong to the resource, not to Terraform. */
export function ownAttributes(body: Body, isTopLevel: boolean): readonly Attribute[] {
  return isTopLevel ? body.attributes.filter(({ name }) => !META_ATTRIBUTES.has(name)) : body.attributes;
}

/** The types of nested blocks in a body, those of `dynamic` blocks included. */
export function nestedTypes(body: Body, isTopLevel: boolean): string[] {
  const types = body.blocks.map((block) => (block.type === "dynamic" ? (block.labels[0] ?? "") : block.type));
  return [...new Set(types)].filter((type) => type !== "" && !(isTopLevel && META_BLOCKS.has(type)));
}

/** The nested blocks of one type in a body. */
export function nestedBlocks(interpreter: Interpreter, body: Body, scope: Scope, type: string): NestedBlocks {
  const blocks: NestedBlock[] = [];
  for (const block of body.blocks) {
    if (block.type === type) {
      blocks.push({ block, scope });
    } else if (block.type === "dynamic" && block.labels[0] === type) {
      const expanded = expandDynamic(interpreter, block, scope);
      if (!Array.isArray(expanded)) return { kind: "unknown", value: expanded };
      blocks.push(...expanded);
    }
  }
  return { kind: "blocks", blocks };
}

function expandDynamic(interpreter: Interpreter, block: Block, scope: Scope): NestedBlock[] | Value {
  const content = block.body.blocks.find((inner) => inner.type === "content");
  const forEach = attributeOf(block.body, "for_each");
  if (content === undefined || forEach === undefined) return unknownValue("a dynamic block without content");
  const iterator = attributeOf(block.body, "iterator")?.value;
  const name = iterator?.kind === "root" ? iterator.name : (block.labels[0] ?? "");
  const collection = interpreter.define(forEach.value, scope);
  if (collection.kind !== "list" && collection.kind !== "object") {
    if (collection.kind === "unknown") return collection;
    return unknownValue("for_each of a dynamic block needs a list, set or map", [collection]);
  }
  const entries: [Value, Value][] =
    collection.kind === "object"
      ? entriesOf(collection)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [computed(key, "a key", []), value])
      : itemsOf(collection).map((value, at) => [
          collection.isSet ? value : computed(at, "an index", []),
          value,
        ]);
  return entries.map(([key, value]) => {
    const element = objectOf(
      new Map([
        ["key", key],
        ["value", value],
      ]),
    );
    return { block: content, scope: { ...scope, bindings: new Map(scope.bindings).set(name, element) } };
  });
}
