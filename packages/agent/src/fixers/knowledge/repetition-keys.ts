import type { TextEdit } from "@apex/core";
import { attributeOf, directoryOf, instances } from "@apex/generators-hcl";
import {
  type Attribute,
  type Block,
  type Expression,
  expressionsIn,
  textOf,
} from "@apex/generators-hcl/syntax";
import type { FilePlace, Problem } from "../../diagnostics/problem.ts";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { replaced } from "./text-pieces.ts";

/** A resource of the module, as an expression names it whole: `aws_subnet.private`. */
function wholeResource(expression: Expression): string | undefined {
  if (expression.kind !== "attribute") return undefined;
  const { of } = expression;
  if (of.kind === "root") return `${of.name}.${expression.name}`;
  const isData = of.kind === "attribute" && of.of.kind === "root" && of.of.name === "data";
  return isData ? `data.${of.name}.${expression.name}` : undefined;
}

/** What a set or map of unknown keys is made of: one attribute of each instance of a resource. */
interface Source {
  readonly resource: string;
  readonly attribute: string;
  /** What each instance of the new map is to have as its value. */
  readonly value: "attribute" | "instance";
}

function attributeOfItem(expression: Expression | undefined, item: string): string | undefined {
  const isOwn =
    expression?.kind === "attribute" && expression.of.kind === "root" && expression.of.name === item;
  return isOwn ? expression.name : undefined;
}

/** `[for x in r : x.id]`, `values(r)[*].id`. */
function sourceOfList(expression: Expression): Source | undefined {
  if (expression.kind === "for" && expression.key === undefined && expression.condition === undefined) {
    const resource = wholeResource(expression.collection);
    const attribute = attributeOfItem(expression.value, expression.itemName);
    if (resource === undefined || attribute === undefined) return undefined;
    return { resource, attribute, value: "attribute" };
  }
  if (expression.kind !== "splat" || expression.steps.length !== 1) return undefined;
  const { of } = expression;
  const [attribute] = expression.steps;
  const [argument] = of.kind === "call" && of.name === "values" ? of.arguments : [];
  const resource = argument === undefined ? undefined : wholeResource(argument);
  if (resource === undefined || typeof attribute !== "string") return undefined;
  return { resource, attribute, value: "attribute" };
}

/** Attributes that no two resources share: a set of others may hold fewer values than there are instances. */
const UNIQUE: ReadonlySet<string> = new Set(["id", "arn", "self_link"]);

/** `toset([…])` of the above, `{ for x in r : x.id => x }`, `{ for x in r : x.id => x.id }`. */
function sourceOf(expression: Expression): Source | undefined {
  if (expression.kind === "call" && expression.name === "toset" && expression.arguments.length === 1) {
    const [list] = expression.arguments;
    return list === undefined ? undefined : sourceOfList(list);
  }
  if (expression.kind !== "for" || expression.key === undefined) return undefined;
  if (expression.condition !== undefined || expression.grouped) return undefined;
  const { itemName: item, value, collection } = expression;
  const resource = wholeResource(collection);
  const attribute = attributeOfItem(expression.key, item);
  if (resource === undefined || attribute === undefined) return undefined;
  if (value.kind === "root" && value.name === item) return { resource, attribute, value: "instance" };
  return attributeOfItem(value, item) === attribute ? { resource, attribute, value: "attribute" } : undefined;
}

/** Uses of `each.key`, which was the unknown value itself. */
function eachKeys(block: Block): readonly Expression[] {
  return [...expressionsIn(block)].filter(
    (one) =>
      one.kind === "attribute" && one.name === "key" && one.of.kind === "root" && one.of.name === "each",
  );
}

/** The keys of a resource's instances, as written in an index; `undefined` where they cannot be told. */
function keysOf({ configuration }: World, file: string, resource: string): readonly string[] | undefined {
  if (directoryOf(file) !== "") return undefined;
  const prefix = `${resource}[`;
  const keys = instances(configuration)
    .instances.filter(({ address }) => address.startsWith(prefix))
    .map(({ address }) => address.slice(prefix.length, -1));
  return keys.length === 0 ? undefined : keys;
}

function isForEach({ configuration }: World, file: string, resource: string): boolean {
  const block = configuration.modules.get(directoryOf(file))?.resources.get(resource)?.block;
  return block !== undefined && attributeOf(block.body, "for_each") !== undefined;
}

/** Whether the state holds instances of what a block of the root module declares. */
function isKnown({ state }: World, block: Block): boolean {
  const own = addressOf(block);
  return state.some(
    ({ address }) => address === own || address.startsWith(`${own}[`) || address.startsWith(`${own}.`),
  );
}

function addressOf(block: Block): string {
  const prefix = { data: "data.", module: "module." }[block.type] ?? "";
  return `${prefix}${block.labels.join(".")}`;
}

/** Whether something else in the module may see the keys: all but `values(r)` and `for` expressions without a key. */
function isKeySeen({ configuration }: World, block: Block): boolean {
  const own = addressOf(block);
  let seen = 0;
  for (const [file, { body }] of configuration.parsed) {
    if (directoryOf(file) !== directoryOf(block.source.file)) continue;
    for (const one of expressionsIn({ body })) {
      if (wholeResource(one) === own) seen++;
      if (one.kind === "for" && one.keyName === undefined && wholeResource(one.collection) === own) seen--;
      const [argument] = one.kind === "call" && one.name === "values" ? one.arguments : [];
      if (argument !== undefined && wholeResource(argument) === own) seen--;
    }
  }
  return seen > 0;
}

function overInstances(attribute: Attribute, block: Block, world: World): Proposal {
  const source = sourceOf(attribute.value);
  const what = "the keys are only known after an apply";
  if (source === undefined || !UNIQUE.has(source.attribute))
    return { kind: "unsure", reason: `${what}: write a map with keys of your own`, candidates: [] };
  const { resource } = source;
  if (
    !isForEach(world, block.source.file, resource) ||
    keysOf(world, block.source.file, resource) === undefined
  ) {
    const reason = `${what}, and ${resource} has no for_each whose keys are known`;
    return { kind: "unsure", reason, candidates: [] };
  }
  if (isKnown(world, block)) {
    const reason = `${what}; other keys would replace what exists, unless it is moved`;
    return { kind: "unsure", reason, candidates: [] };
  }
  if (isKeySeen(world, block))
    return { kind: "unsure", reason: `${what}, and other expressions see these keys`, candidates: [] };
  const value = source.value === "instance" ? "item" : `item.${source.attribute}`;
  const map = `{ for key, item in ${resource} : key => ${value} }`;
  const each = source.value === "instance" ? `each.value.${source.attribute}` : "each.value";
  const edits: TextEdit[] = [
    replaced(attribute.value, map),
    ...eachKeys(block).map((use) => replaced(use, each)),
  ];
  const sentence = `${block.labels.join(".")} is repeated over the keys of ${resource}, which are known; each still has the same ${source.attribute}`;
  return { kind: "edits", edits, sentence };
}

/** The index expression that a place, its brackets, belongs to. */
function indexAt(world: World, place: FilePlace): Extract<Expression, { kind: "index" }> | undefined {
  const attribute = attributeAt(world.configuration, place);
  if (attribute === undefined) return undefined;
  for (const one of expressionsIn({ body: { attributes: [attribute], blocks: [] } })) {
    if (one.kind === "index" && one.end === place.end && one.of.end <= place.start) return one;
  }
  return undefined;
}

/** `r[0]` of a resource that has `for_each` now, `r["a"]` of one that has `count`: the only instance that there is. */
function onlyInstance(place: FilePlace, world: World): Proposal {
  const index = indexAt(world, place);
  const resource = index === undefined ? undefined : wholeResource(index.of);
  if (index === undefined || resource === undefined || index.key.kind !== "literal") return null;
  const keys = keysOf(world, place.file, resource);
  if (keys === undefined) return null;
  const [only] = keys;
  const { value } = index.key;
  const isOther = isForEach(world, place.file, resource)
    ? value === 0
    : typeof value === "string" && only === "0";
  if (!isOther) return null;
  if (keys.length > 1 || only === undefined)
    return { kind: "unsure", reason: `${resource} has several instances`, candidates: keys };
  const sentence = `${textOf(index)} is the only instance of ${resource}, which is ${resource}[${only}] now`;
  return { kind: "edits", edits: [replaced(index.key, only)], sentence };
}

function propose({ class: problemClass, place, names }: Problem, world: World): Proposal {
  if (place === undefined) return null;
  if (problemClass === "invalid-index") return onlyInstance(place, world);
  const [block, ...inner] = enclosingBlocks(world.configuration, place);
  const attribute = attributeAt(world.configuration, place);
  if (names["why"] !== "unknown" || block === undefined || inner.length > 0) return null;
  if (problemClass === "invalid-count") {
    const reason = "how many there are is only known after an apply: count something that the files tell";
    return { kind: "unsure", reason, candidates: [] };
  }
  return attribute?.name === "for_each" ? overInstances(attribute, block, world) : null;
}

/**
 * Mends what hangs on the keys of a repetition. A `for_each` over an attribute of another resource's instances, unknown before an
 * apply, goes over the known keys of that resource: each instance still has the same value, and `each.key`, which was that value,
 * becomes it. Only in the root module, only where the other resource has a `for_each` whose keys the files tell, and not where the state
 * holds instances, which other keys would replace, or another expression sees the keys. And a reference to instance 0 of what has
 * `for_each` now (or to a key of what has `count`) becomes one to the only instance. Counts that are null, negative or unknown are for a
 * person.
 */
export const repetitionKeys: Fixer = {
  name: "repetition-keys",
  classes: ["invalid-for-each", "invalid-count", "invalid-index"],
  propose,
};
