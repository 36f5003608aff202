import {
  formatAddress,
  type IntendedChange,
  isJsonObject,
  type JsonValue,
  type NewBlock,
  type TextEdit,
} from "@apex/core";
import { attributeOf } from "../configuration/module-definition.ts";
import type { ResourceInstance } from "../evaluate/interpreter.ts";
import { textOf } from "../syntax/expression.ts";
import { formatLiteral } from "../syntax/literal.ts";
import { expressionsIn } from "../syntax/walk.ts";
import type { SiteIndex } from "../trace/site-index.ts";
import { insertResource, type NewAttribute, type NewNestedBlock } from "./insert-text.ts";

/** A resource block that can be added, with the address it will have. */
export type AddedResource =
  | { readonly kind: "added"; readonly edit: TextEdit; readonly address: string }
  | { readonly kind: "refused"; readonly reason: string };

type AddResource = Extract<IntendedChange, { kind: "add-resource" }>;

function isReference(value: JsonValue | { readonly ref: string }): value is { readonly ref: string } {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return false;
  // Anything else would be written outside of quotes.
  return typeof value.ref === "string" && /^[a-z_][a-z0-9_]*$/.test(value.ref);
}

/** A name that Terraform takes, made of the wanted one. */
function identifier(name: string): string {
  const cleaned = name.replace(/[^\p{L}\p{N}_-]/gu, "_");
  return /^[\p{L}_]/u.test(cleaned) ? cleaned : `_${cleaned}`;
}

function nestedBlock({ type, attributes, blocks = [] }: NewBlock): NewNestedBlock {
  const written = Object.entries(attributes).map(([name, value]) => ({ name, value: formatLiteral(value) }));
  return { type, attributes: written, blocks: blocks.map(nestedBlock) };
}

/**
 * Arguments that decide where a resource lives, by the provider that knows them: what refers to a neighbour has to live where it
 * does. Sources: Terraform language, "provider"; AWS provider 6, "Enhanced Region Support"; Google provider, "project".
 */
const PLACING: Readonly<Record<string, readonly string[]>> = {
  aws: ["provider", "region"],
  google: ["provider", "project"],
};

/** What only a block with `count` or `for_each` can refer to. */
const REPEATING: ReadonlySet<string> = new Set(["count", "each"]);

/** The placing arguments of a neighbour, as it writes them; a string names one that cannot be written for another block. */
function placing(
  index: SiteIndex,
  instance: ResourceInstance,
  change: AddResource,
): readonly NewAttribute[] | string {
  const { body } = instance.declaration.block;
  const written: NewAttribute[] = [];
  const family = change.type.split("_")[0] ?? "";
  for (const name of PLACING[family] ?? ["provider"]) {
    const attribute = attributeOf(body, name);
    if (attribute === undefined || Object.hasOwn(change.attributes, name)) continue;
    const nodes = [...expressionsIn({ body: { attributes: [attribute], blocks: [] } })];
    if (!nodes.some((node) => node.kind === "root" && REPEATING.has(node.name))) {
      written.push({ name, value: textOf(attribute.value) });
      continue;
    }
    const value = index.fleet.interpreter.define(attribute.value, instance.scope);
    if (value.kind !== "scalar") return name;
    written.push({ name, value: formatLiteral(value.scalar) });
  }
  return written;
}

/** Tries to add a resource after the block of `besideAddress`. `taken` holds the names given out so far, by directory. */
export function addResource(index: SiteIndex, change: AddResource, taken: Set<string>): AddedResource {
  const instance = index.fleet.instances.get(change.besideAddress);
  if (instance === undefined) {
    const reason = `${change.besideAddress} is not among the instances that the configuration declares`;
    return { kind: "refused", reason };
  }
  const { definition, path } = instance.scope.module;
  const copies = index.fleet.modules.filter((module) => module.definition === definition);
  if (copies.length > 1) {
    const where = `${definition.directory || "."}`;
    const reason = `${change.besideAddress} is in module ${where}, which is used ${copies.length} times: the new resource would be made in each`;
    return { kind: "refused", reason };
  }
  const placed = placing(index, instance, change);
  if (typeof placed === "string") {
    const reason = `the ${placed} of ${change.besideAddress}, in which the new resource has to be too, is not known`;
    return { kind: "refused", reason };
  }
  const isTaken = (name: string): boolean =>
    definition.resources.has(`${change.type}.${name}`) ||
    taken.has(`${definition.directory}/${change.type}.${name}`);
  const wanted = identifier(change.name);
  let name = wanted;
  for (let number = 2; isTaken(name); number++) name = `${wanted}_${number}`;
  taken.add(`${definition.directory}/${change.type}.${name}`);
  const seen = formatAddress({ ...instance.address, modules: [] });
  const attributes = Object.entries(change.attributes).map(([key, value]) => ({
    name: key,
    value: isReference(value) ? `${seen}.${value.ref}` : formatLiteral(value),
  }));
  const inside = { attributes: [...placed, ...attributes], blocks: (change.blocks ?? []).map(nestedBlock) };
  const edit = insertResource(instance.declaration.block, { type: change.type, name }, inside);
  const address = formatAddress({ modules: path, mode: "managed", type: change.type, name });
  return { kind: "added", edit, address };
}
