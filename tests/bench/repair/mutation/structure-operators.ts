import type { BlockSchema } from "@apex/core";
import type { ParsedFile } from "@apex/generators-hcl";
import type { Attribute, Block } from "@apex/generators-hcl/syntax";
import { bundledSchemas } from "@apex/sandbox-terraform";
import {
  argumentsIn,
  blocksIn,
  labelsOf,
  type Operator,
  pick,
  type Spoiling,
  wholeLines,
} from "./mutable-text.ts";

const schemas = bundledSchemas();

/** Types looked at for a near one. */
const NEAR_TYPES_MAX = 40;

const argumentAsBlock: Operator = (parsed) =>
  argumentsIn(parsed).flatMap(({ start, name, value }): readonly Spoiling[] =>
    value.kind === "object" ? [[{ start: start + name.length, end: value.start, text: " " }]] : [],
  );

const blockAsArgument: Operator = (parsed) =>
  blocksIn(parsed)
    .filter(({ labels }) => labels.length === 0)
    .map(({ open }) => [{ start: open, end: open, text: "= " }]);

const blockDuplicated: Operator = (parsed) =>
  blocksIn(parsed).map((block) => {
    const { start, end } = wholeLines(block);
    return [{ start: end, end, text: parsed.source.text.slice(start, end) }];
  });

/** Moves whole lines to before the closing brace of another block. */
function movedInto(piece: Block | Attribute, home: Block): readonly Spoiling[] {
  const { start, end } = wholeLines(piece);
  const { text } = piece.source;
  const isInside = home.start >= start && home.close <= end;
  if (isInside || !text.slice(home.open, home.close).includes("\n")) return [];
  const at = piece.source.lineStart(home.close);
  if (at === end || (at > start && at < end)) return [];
  return [
    [
      { start, end, text: "" },
      { start: at, end: at, text: text.slice(start, end) },
    ],
  ];
}

const blockMoved: Operator = (parsed, random) => {
  const blocks = blocksIn(parsed);
  return blocks.flatMap((block) => {
    const home = pick(blocks, random);
    return home === undefined ? [] : movedInto(block, home);
  });
};

/** Into a block beside it, or out into what is around its block. */
const argumentMoved: Operator = (parsed, random) => {
  const blocks = blocksIn(parsed);
  return blocks.flatMap((block) => {
    const around = blocks.filter(({ body }) => body.blocks.includes(block));
    const homes = [...around, ...block.body.blocks];
    return block.body.attributes.flatMap((attribute) => {
      const home = pick(homes, random);
      return home === undefined ? [] : movedInto(attribute, home);
    });
  });
};

function typed({ body }: ParsedFile): readonly Block[] {
  return body.blocks.filter(({ type }) => type === "resource" || type === "data");
}

/** Another type of the same family, or the type without its provider. */
const typeChanged: Operator = (parsed, random) =>
  typed(parsed).flatMap((block): readonly Spoiling[] => {
    const [label] = labelsOf(block);
    if (label === undefined) return [];
    const family = label.name.split("_").slice(0, 2).join("_");
    const all = block.type === "data" ? schemas.dataSourceTypes() : schemas.resourceTypes();
    const near = all.filter((type) => type.startsWith(family) && type !== label.name);
    const other =
      random() < 0.3 ? label.name.split("_").slice(1).join("_") : pick(near.slice(0, NEAR_TYPES_MAX), random);
    return other === undefined ? [] : [[{ start: label.start, end: label.end, text: other }]];
  });

function requiredIn(block: Block, schema: BlockSchema | undefined): readonly Attribute[] {
  const own = block.body.attributes.filter(({ name }) => schema?.attributes?.[name]?.required === true);
  const inner = block.body.blocks.flatMap((one) => requiredIn(one, schema?.block_types?.[one.type]?.block));
  return [...own, ...inner];
}

const requiredArgumentRemoved: Operator = (parsed) =>
  typed(parsed).flatMap((block) => {
    const type = block.labels[0] ?? "";
    const schema = block.type === "data" ? schemas.dataSource(type) : schemas.resource(type);
    return requiredIn(block, schema?.block).map((attribute) => [{ ...wholeLines(attribute), text: "" }]);
  });

/** Mistakes in what stands where, and in which type it is of. */
export const STRUCTURE_OPERATORS = {
  "argument-as-block": argumentAsBlock,
  "block-as-argument": blockAsArgument,
  "block-duplicated": blockDuplicated,
  "block-moved": blockMoved,
  "argument-moved": argumentMoved,
  "type-changed": typeChanged,
  "required-argument-removed": requiredArgumentRemoved,
} satisfies Record<string, Operator>;
