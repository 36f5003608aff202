import type { TypeConstraint } from "@apex/core";
import { directoryOf } from "@apex/generators-hcl";
import { type Attribute, type Block, expressionsIn, textOf } from "@apex/generators-hcl/syntax";
import type { FilePlace } from "../../diagnostics/problem.ts";
import { attributeAt, enclosingBlocks } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { attributeType, calledModule, type Scope, scopeAt, variableType } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { fullSchemaOfBody } from "../schema/core-schema.ts";
import { valueFits } from "../value-fits.ts";
import { convert, type Conversion, type Wanted } from "./convert.ts";

/** `aws_instance.root_block_device.volume_size`; `dynamic` blocks as what they make. */
function argumentPath(blocks: readonly Block[], name: string): string {
  const [outermost, ...inner] = blocks;
  const types = inner.flatMap(({ type, labels }) => {
    if (type === "content") return [];
    return [type === "dynamic" ? (labels[0] ?? type) : type];
  });
  return [outermost?.labels[0] ?? "", ...types, name].join(".");
}

/** The value of a variables file at a place, with the variable's type. */
function assigned(
  world: World,
  place: FilePlace,
): { attribute: Attribute; type: TypeConstraint } | undefined {
  const { configuration } = world;
  const text = configuration.source.files.get(place.file);
  const root = configuration.modules.get("");
  if (text === undefined || root === undefined || directoryOf(place.file) !== "") return undefined;
  const { body, diagnostics } = configuration.parser.parse(place.file, text);
  if (diagnostics.length > 0) return undefined;
  const attribute = body.attributes.find(({ start, end }) => start <= place.start && place.end <= end);
  const type = attribute === undefined ? undefined : variableType(root, attribute.name);
  return attribute === undefined || type === undefined ? undefined : { attribute, type };
}

/** The argument at a place and what it takes. */
function wantedAt(
  world: World,
  place: FilePlace,
): { readonly attribute: Attribute; readonly wanted: Wanted } | undefined {
  if (place.file.endsWith(".tfvars")) {
    const found = assigned(world, place);
    const scope = scopeAt(world, place.file);
    if (found === undefined || scope === undefined) return undefined;
    return {
      attribute: found.attribute,
      wanted: { type: found.type, argument: found.attribute.name, scope, isNoJson: true },
    };
  }
  const blocks = enclosingBlocks(world.configuration, place);
  const attribute = attributeAt(world.configuration, place);
  const scope = scopeAt(world, place.file, blocks[0]);
  if (attribute === undefined || scope === undefined) return undefined;
  const schema = fullSchemaOfBody(world, blocks)?.attributes ?? {};
  const known = Object.hasOwn(schema, attribute.name) ? schema[attribute.name] : undefined;
  if (known === undefined) return undefined;
  const argument = argumentPath(blocks, attribute.name);
  const isNoJson = blocks[0]?.type === "module" && isEncodedInside(scope, blocks[0], attribute.name);
  return { attribute, wanted: { type: attributeType(known), argument, scope, isNoJson } };
}

/** Whether a called module makes JSON of one of its inputs itself. */
function isEncodedInside(scope: Scope, { labels }: Block, input: string): boolean {
  const called = calledModule(scope, labels[0] ?? "");
  for (const [file, { body }] of scope.world.configuration.parsed) {
    if (called === undefined || directoryOf(file) !== called.directory) continue;
    for (const one of expressionsIn({ body })) {
      if (one.kind === "call" && one.name === "jsonencode" && textOf(one).includes(`var.${input}`))
        return true;
    }
  }
  return false;
}

/** A conversion of an argument's value as a fixer's answer. */
export function proposalOf(conversion: Conversion, name: string): Proposal {
  if (conversion.kind === "unsure") return conversion;
  const { edits, how } = conversion;
  return {
    kind: "edits",
    edits,
    sentence: `The value of ${name} is written in the type that it takes: ${how}.`,
  };
}

/** `count = var.enabled`: one instance or none, which is what a bool can mean there. */
function countOf({
  attribute,
  wanted,
}: {
  readonly attribute: Attribute;
  readonly wanted: Wanted;
}): Proposal {
  const { value } = attribute;
  const { file, text } = value.source;
  if (valueFits(value, "bool", wanted.scope) !== "yes") return null;
  const sentence = "A bool for count means one instance or none.";
  const at = { file, start: value.start, end: value.end };
  if (value.kind === "literal") {
    const isBool = typeof value.value === "boolean";
    return isBool
      ? { kind: "edits", edits: [{ ...at, text: value.value === true ? "1" : "0" }], sentence }
      : null;
  }
  const written = text.slice(value.start, value.end);
  const condition = value.kind === "conditional" ? `(${written})` : written;
  return { kind: "edits", edits: [{ ...at, text: `${condition} ? 1 : 0` }], sentence };
}

/**
 * A value that is not of the type that its argument, its module's variable or its root variable takes. Certain where the value itself
 * is kept ({@link convert}) and was written at this place; a value that comes from somewhere else is left to who wrote it there.
 */
export const wrongType: Fixer = {
  name: "wrong-type",
  classes: ["wrong-type", "invalid-variable-value", "invalid-count"],
  propose({ place, class: problemClass, names }, world): Proposal {
    if (place === undefined) return null;
    const found = wantedAt(world, place);
    if (found === undefined) return null;
    const { attribute, wanted } = found;
    if (attribute.name === "count") return countOf(found);
    if (problemClass === "invalid-count" || names["reason"] === "value must be known") return null;
    if (valueFits(attribute.value, wanted.type, wanted.scope) === "yes") return null;
    return proposalOf(convert(attribute.value, wanted), attribute.name);
  },
};
