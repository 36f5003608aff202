import {
  formatAddress,
  type IntendedChange,
  isJsonObject,
  type JsonValue,
  type NewBlock,
  type TextEdit,
} from "@apex/core";
import { formatLiteral } from "../syntax/literal.ts";
import type { SiteIndex } from "../trace/site-index.ts";
import { insertResource, type NewNestedBlock } from "./insert-text.ts";

/** A resource block that can be added, with the address it will have. */
export type AddedResource =
  | { readonly kind: "added"; readonly edit: TextEdit; readonly address: string }
  | { readonly kind: "refused"; readonly reason: string };

type AddResource = Extract<IntendedChange, { kind: "add-resource" }>;

function isReference(value: JsonValue | { readonly ref: string }): value is { readonly ref: string } {
  return isJsonObject(value) && typeof value.ref === "string" && Object.keys(value).length === 1;
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
  const inside = { attributes, blocks: (change.blocks ?? []).map(nestedBlock) };
  const edit = insertResource(instance.declaration.block, { type: change.type, name }, inside);
  const address = formatAddress({ modules: path, mode: "managed", type: change.type, name });
  return { kind: "added", edit, address };
}
