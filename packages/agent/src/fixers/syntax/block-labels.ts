import { attributeOf, directoryOf } from "@apex/generators-hcl";
import { type Block, expressionsIn } from "@apex/generators-hcl/syntax";
import { enclosingBlocks, labelPlaces, schemaOfBody } from "../../world/locate.ts";
import type { World } from "../../world/world.ts";
import { attributeType } from "../expression-type.ts";
import { blockTypeOf } from "../schema/misspelt-block.ts";
import type { Fixer, Proposal } from "../fixer.ts";

/** Blocks with one label that others refer to, and how. */
const REFERRED: Readonly<Record<string, string>> = { variable: "var", module: "module" };
const PRIMITIVES: ReadonlySet<string> = new Set(["string", "number", "bool"]);
/** The names that the module's expressions refer to under a root: `var` → all that stands after `var.`. */
function referredNames(world: World, directory: string, root: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [file, { body }] of world.configuration.parsed) {
    if (directoryOf(file) !== directory) continue;
    for (const expression of expressionsIn({ body })) {
      if (expression.kind !== "attribute" || expression.of.kind !== "root") continue;
      if (expression.of.name === root) names.add(expression.name);
    }
  }
  return names;
}

/** The edit that takes labels out of a header, with the space after each. */
function without(block: Block, dropped: readonly number[]): Proposal & { kind: "edits" } {
  const { source } = block;
  const places = labelPlaces(block).filter((_, index) => dropped.includes(index));
  const edits = places.map(({ file, start, end }) => {
    const space = /^[ \t]*/.exec(source.text.slice(end))?.[0].length ?? 0;
    return { file, start, end: end + space, text: "" };
  });
  return { kind: "edits", edits, sentence: "" };
}

/** `variable "string" "env"`: the type where another language has it. */
function typedVariable(block: Block): Proposal {
  const [type = "", name = ""] = block.labels;
  const declared = attributeOf(block.body, "type");
  const { source } = block;
  const fallback = attributeOf(block.body, "default")?.value;
  const isSame =
    declared !== undefined && source.text.slice(declared.value.start, declared.value.end) === type;
  const fits =
    fallback === undefined ||
    (fallback.kind === "literal" &&
      fallback.value !== null &&
      typeof fallback.value === type.replace("bool", "boolean"));
  if (!isSame && (declared !== undefined || !fits)) return null;
  const removal = without(block, [0]);
  const indentation = /^[ \t]*/.exec(source.text.slice(source.lineStart(block.start)))?.[0] ?? "";
  const line = `${source.lineBreak(block.open)}${indentation}  type = ${type}`;
  const isOneLine = !source.text.slice(block.open, block.close).includes("\n");
  if (!isSame && isOneLine) return null;
  const at = block.open + 1;
  const insertion = { file: source.file, start: at, end: at, text: line };
  return {
    kind: "edits",
    edits: [...removal.edits, ...(isSame ? [] : [insertion])],
    sentence: `A variable has one label, its name ${name}; ${type} is its type.`,
  };
}

function oneLabel(world: World, block: Block): Proposal {
  const { file } = block.source;
  const [first = "", second = ""] = block.labels;
  if (block.labels.length !== 2) return null;
  if (block.type === "variable" && PRIMITIVES.has(first) && !PRIMITIVES.has(second)) {
    const typed = typedVariable(block);
    if (typed !== null) return typed;
  }
  const root = Object.hasOwn(REFERRED, block.type) ? REFERRED[block.type] : undefined;
  const names = root === undefined ? new Set() : referredNames(world, directoryOf(file), root);
  const isFirst = names.has(first);
  if (isFirst === names.has(second)) {
    const reason = `A ${block.type} has one label, and which of the two is meant is not plain`;
    return { kind: "unsure", reason, candidates: [first, second] };
  }
  const sentence = `A ${block.type} has one label; ${isFirst ? first : second} is the name that is referred to.`;
  return { ...without(block, [isFirst ? 1 : 0]), sentence };
}

/** The arguments of the innermost block that take text and are not set: a label may be meant for each. */
function textArguments(world: World, blocks: readonly Block[]): readonly string[] {
  const { type = "", body } = blocks.at(-1) ?? {};
  const around = schemaOfBody(world, blocks.slice(0, -1));
  const schema =
    schemaOfBody(world, blocks) ?? (around === undefined ? undefined : blockTypeOf(around, type)?.block);
  return Object.entries(schema?.attributes ?? {}).flatMap(([name, attribute]) => {
    const isDecided = attribute.computed === true && attribute.optional !== true;
    const takesText = JSON.stringify(attributeType(attribute)).includes("string");
    const isSet = body !== undefined && attributeOf(body, name) !== undefined;
    return takesText && !isDecided && !isSet ? [name] : [];
  });
}

/**
 * Labels that a block does not have. Those of a block that has none are dropped unless one of its arguments could say the same (`name`,
 * `description`). Of two where one belongs, the name stays that the module refers to; `variable "string" "x"` has its type there.
 */
export const blockLabels: Fixer = {
  name: "block-labels",
  classes: ["syntax", "invalid-name", "unsupported-block"],
  propose({ place, names }, world): Proposal {
    if (place === undefined || names["why"] !== "labels") return null;
    const blocks = enclosingBlocks(world.configuration, place);
    const block = blocks.at(-1);
    if (block === undefined || labelPlaces(block).length !== block.labels.length) return null;
    // How many labels belong there: Terraform names no number where it is none.
    if (names["count"] === "1") return oneLabel(world, block);
    if (names["count"] !== undefined) return null;
    const naming = textArguments(world, blocks);
    if (naming.length > 0) {
      const reason = `A ${block.type} block has no labels; ${block.labels.join(", ")} may be meant for an argument`;
      return { kind: "unsure", reason, candidates: naming.slice(0, 5) };
    }
    const all = block.labels.map((_, index) => index);
    return { ...without(block, all), sentence: `A ${block.type} block has no labels.` };
  },
};
