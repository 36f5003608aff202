import type { TextEdit, TypeConstraint } from "@apex/core";
import { attributeOf } from "@apex/generators-hcl";
import type { Block, Body } from "@apex/generators-hcl/syntax";
import { attributeType, type Scope } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { valueFits } from "../value-fits.ts";
import { isSettable } from "./argument-site.ts";
import { type BlockSite, blockSite } from "./block-site.ts";

/** Why the body of a block is no value of the type, `undefined` where it is one. */
function bodyObjection(body: Body, type: TypeConstraint, scope: Scope): string | undefined {
  if (body.blocks.some(({ labels }) => labels.length > 0)) return "a block in it has labels";
  const twice = body.blocks.find(({ type: name }, at) =>
    body.blocks.some((other, index) => (index !== at && other.type === name) || attributeOf(body, name)),
  );
  if (twice !== undefined) return `${twice.type} is written twice in it`;
  for (const { name, value } of body.attributes) {
    const wanted = memberType(type, name);
    if (wanted === undefined) return `${name} is not part of it`;
    if (valueFits(value, wanted, scope) === "no") return `the value of ${name} does not fit`;
  }
  for (const block of body.blocks) {
    const wanted = memberType(type, block.type);
    if (wanted === undefined) return `${block.type} is not part of it`;
    const objection = bodyObjection(block.body, wanted, scope);
    if (objection !== undefined) return objection;
  }
  return missingMember(body, type);
}

function memberType(type: TypeConstraint, name: string): TypeConstraint | undefined {
  if (type === "dynamic") return "dynamic";
  if (typeof type === "string") return undefined;
  if (type[0] === "map") return type[1];
  return type[0] === "object" && Object.hasOwn(type[1], name) ? type[1][name] : undefined;
}

function missingMember(body: Body, type: TypeConstraint): string | undefined {
  if (type === "dynamic") return undefined;
  if (typeof type === "string" || (type[0] !== "map" && type[0] !== "object")) return "it is not an object";
  if (type[0] === "map") return undefined;
  const written = new Set([
    ...body.attributes.map(({ name }) => name),
    ...body.blocks.map((one) => one.type),
  ]);
  const missing = Object.keys(type[1]).find((name) => !written.has(name) && !type[2]?.includes(name));
  return missing === undefined ? undefined : `${missing} is missing in it`;
}

/** Puts the equals sign in front of the brace, of the blocks inside too. */
function signEdits(block: Block): readonly TextEdit[] {
  const { source, start, type, open, body } = block;
  const edit = { file: source.file, start: start + type.length, end: open, text: " = " };
  return [edit, ...body.blocks.flatMap(signEdits)];
}

function isList(type: TypeConstraint): type is readonly ["list" | "set", TypeConstraint] {
  return typeof type !== "string" && (type[0] === "list" || type[0] === "set");
}

function editsOf({ block, parent, schema, scope, written }: BlockSite): readonly TextEdit[] | string {
  if (block.type === "dynamic")
    return "a dynamic block makes blocks, and what it would be as a value is not said";
  if (block.labels.length > 0) return "the block has labels";
  if (parent.body.blocks.some((other) => other !== block && other.type === written))
    return "several such blocks are written";
  if (attributeOf(parent.body, written) !== undefined) return "it is set already";
  const attribute = schema.attributes?.[written];
  if (attribute === undefined || !isSettable(schema, written)) return "it is decided by the provider";
  const type = attributeType(attribute);
  const wanted = isList(type) ? type[1] : type;
  const objection = bodyObjection(block.body, wanted, scope);
  if (objection !== undefined) return objection;
  const edits = signEdits(block);
  if (!isList(type)) return edits;
  const { file } = block.source;
  const [sign, ...rest] = edits;
  if (sign === undefined) return edits;
  return [
    { ...sign, text: " = [" },
    ...rest,
    { file, start: block.close + 1, end: block.close + 1, text: "]" },
  ];
}

/**
 * Puts the equals sign into `tags { … }`, and brackets around a single object where a list of them is wanted.
 *
 * Certain only where the body has an argument of that name, the block stands there once, and what is written in it fits the argument's
 * type: each value the map's, each name the object's, none missing. `dynamic` blocks and blocks with labels are left alone.
 */
export const argumentWrittenAsBlock: Fixer = {
  name: "argument-written-as-block",
  classes: ["unsupported-block"],
  propose(problem, world): Proposal {
    const site = blockSite(problem, world);
    if (site === undefined || !Object.hasOwn(site.schema.attributes ?? {}, site.written)) return null;
    const { written } = site;
    const edits = editsOf(site);
    if (typeof edits === "string") {
      return { kind: "unsure", reason: `${written} is an argument, but ${edits}`, candidates: [written] };
    }
    const sentence = `${written} is an argument and no block: it needs the equals sign.`;
    return { kind: "edits", edits, sentence };
  },
};
