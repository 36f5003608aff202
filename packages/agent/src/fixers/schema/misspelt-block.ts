import type { BlockSchema, BlockTypeSchema, TextEdit } from "@apex/core";
import { type Block, type Body, type Expression, expressionsIn } from "@apex/generators-hcl/syntax";
import { enclosingBlocks, labelPlaces } from "../../world/locate.ts";
import { wordsOf } from "../../world/nearest.ts";
import type { World } from "../../world/world.ts";
import { attributeType, elementOf, type Scope, scopeAt } from "../expression-type.ts";
import type { Fixer, Proposal } from "../fixer.ts";
import { replaced } from "../knowledge/text-pieces.ts";
import { realWords } from "../schema-words.ts";
import { judgeSlip } from "../slip.ts";
import { type BlockSite, blockSite } from "./block-site.ts";
import { ownEntry } from "../type-schema.ts";
import { isSettable } from "./argument-site.ts";
import { strangerIn } from "./body-fit.ts";
import { coreBody, TOP_LEVEL_LABELS } from "./core-schema.ts";

function contentOf(block: Block): Body {
  if (block.type !== "dynamic") return block.body;
  const content = block.body.blocks.find(({ type }) => type === "content");
  return content?.body ?? { attributes: [], blocks: [] };
}

function nameEdit(block: Block, name: string): TextEdit | undefined {
  const { source, start, type } = block;
  if (block.type !== "dynamic") return { file: source.file, start, end: start + type.length, text: name };
  const [label] = labelPlaces(block);
  return label === undefined ? undefined : { ...label, text: `"${name}"` };
}

/**
 * What may be written as a block of that name. Attributes that are lists or sets of objects may: Terraform language, "Attributes as
 * Blocks".
 */
export function blockTypeOf(schema: BlockSchema, name: string): BlockTypeSchema | undefined {
  const block = ownEntry(schema.block_types, name);
  const attribute = ownEntry(schema.attributes, name);
  if (block !== undefined || attribute === undefined || !isSettable(schema, name)) return block;
  const object = elementOf(attributeType(attribute));
  if (object === undefined || typeof object === "string" || object[0] !== "object") return undefined;
  const members = Object.entries(object[1]).map(([member, type]) => [member, { type, optional: true }]);
  return { nesting_mode: "set", block: { attributes: Object.fromEntries(members) } };
}

/** The first name in a body that a schema does not have in any form, or whose value does not fit. */
function unknownIn(body: Body, schema: BlockSchema, scope: Scope): string | undefined {
  const stranger = strangerIn(body, schema, scope);
  if (stranger === undefined || !Object.hasOwn(schema.block_types ?? {}, stranger)) return stranger;
  const attributes = body.attributes.filter(({ name }) => name !== stranger);
  return attributes.length === body.attributes.length
    ? stranger
    : unknownIn({ ...body, attributes }, schema, scope);
}

/** Why the block cannot be one of type `name`. */
function objectionTo({ block, parent, schema, scope, written }: BlockSite, name: string): string | undefined {
  const winner = blockTypeOf(schema, name);
  if (winner === undefined) return `${name} is an argument and not a block`;
  // In another style it is the same name, whatever is written in it.
  const isSame = wordsOf(written).join("") === wordsOf(name).join("");
  const wrong = isSame ? undefined : unknownIn(contentOf(block), winner.block, scope);
  if (wrong !== undefined) return `${wrong} in it does not belong to ${name}`;
  const others = parent.body.blocks.filter(
    (other) => other.type === name || other.type === written || other.labels[0] === name,
  );
  const isOne = winner.nesting_mode === "single" || winner.nesting_mode === "group";
  const most = isOne ? 1 : (winner.max_items ?? Infinity);
  if (others.length > most) return `no more than ${most} ${name} blocks are allowed`;
  const isMixed = iteratorUses(block, written).length > 0 && iteratorUses(block, name).length > 0;
  return isMixed ? `its content uses both ${written} and ${name}` : undefined;
}

/** Where the content of a `dynamic` block uses a label as the iterator, which is called what the block is. */
function iteratorUses(block: Block, label: string): readonly Expression[] {
  if (block.type !== "dynamic") return [];
  return [...expressionsIn({ body: contentOf(block) })].filter(
    (one) => one.kind === "root" && one.name === label,
  );
}

function proposeNested(site: BlockSite, world: World): Proposal {
  const { schema, written, block } = site;
  if (Object.hasOwn(schema.block_types ?? {}, written) || Object.hasOwn(schema.attributes ?? {}, written))
    return null;
  const names = [
    ...Object.keys(schema.block_types ?? {}),
    ...Object.keys(schema.attributes ?? {}),
    "dynamic",
  ];
  const verdict = judgeSlip(written, names, realWords(world));
  if (verdict.kind === "unclear") {
    const { reason, candidates } = verdict;
    return candidates.length === 0 ? null : { kind: "unsure", reason, candidates };
  }
  const { name } = verdict;
  const reason = objectionTo(site, name);
  const edit = nameEdit(block, name);
  if (reason !== undefined) return { kind: "unsure", reason, candidates: [name] };
  if (edit === undefined) return null;
  const sentence = `${written} is the block ${name}: of all names of this body it is a slip of that one alone, and its content fits.`;
  const uses = iteratorUses(block, written).map((use) => replaced(use, name));
  return { kind: "edits", edits: [edit, ...uses], sentence };
}

/** Plurals and singulars that people write for Terraform's own blocks; the content and the labels have to fit as well. */
const TOP_LEVEL_SYNONYMS: Readonly<Record<string, string>> = {
  local: "locals",
  outputs: "output",
  variables: "variable",
  resources: "resource",
  modules: "module",
  providers: "provider",
  imports: "import",
  checks: "check",
};

function proposeTopLevel(block: Block, scope: Scope): Proposal {
  const { type: written, source, start, labels } = block;
  const { world } = scope;
  const types = Object.keys(TOP_LEVEL_LABELS);
  if (types.includes(written)) return null;
  const synonym = Object.hasOwn(TOP_LEVEL_SYNONYMS, written) ? TOP_LEVEL_SYNONYMS[written] : undefined;
  const verdict = judgeSlip(written, types, realWords(world));
  const name = synonym ?? (verdict.kind === "slip" ? verdict.name : undefined);
  if (name === undefined) {
    if (verdict.kind === "slip" || verdict.candidates.length === 0) return null;
    return { kind: "unsure", reason: verdict.reason, candidates: verdict.candidates };
  }
  const schema = coreBody(world, name, labels);
  const wrong = schema === undefined ? undefined : strangerIn(block.body, schema, scope);
  const unsure = (reason: string): Proposal => ({ kind: "unsure", reason, candidates: [name] });
  if (labels.length !== TOP_LEVEL_LABELS[name]) return unsure(`${name} needs another number of labels`);
  if (wrong !== undefined) return unsure(`${wrong} in it does not belong to ${name}`);
  if (name === "locals" && block.body.blocks.length > 0) return unsure("locals hold no blocks");
  return {
    kind: "edits",
    edits: [{ file: source.file, start, end: start + written.length, text: name }],
    sentence: `${written} is ${name}: Terraform has no other block that is near, and its labels and content fit.`,
  };
}

/**
 * Renames a block that its body does not know to the one that it is a slip of, also the label of a `dynamic` block, and misspelt
 * top-level blocks (`resorce`, `local`, `outputs`).
 *
 * Certain only where one name is near, all that is written in the block belongs to the winner (unless only the style differs), no more
 * blocks result than the schema allows, and the labels are as many as the winner needs. The iterator of a `dynamic` block, which is
 * called like the block, is renamed with it.
 */
export const misspeltBlock: Fixer = {
  name: "misspelt-block",
  classes: ["unsupported-block"],
  propose(problem, world): Proposal {
    const { place } = problem;
    if (place === undefined) return null;
    const site = blockSite(problem, world);
    if (site !== undefined) return proposeNested(site, world);
    const [block, ...inner] = enclosingBlocks(world.configuration, place);
    if (block === undefined || inner.length > 0 || place.end > block.open) return null;
    const scope = scopeAt(world, place.file, block);
    return scope === undefined ? null : proposeTopLevel(block, scope);
  },
};
