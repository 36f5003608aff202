import {
  type BlockSchema,
  type BlockTypeSchema,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "@apex/core";
import { directoryOf } from "@apex/generators-hcl";
import { formatKey, formatLiteral } from "@apex/generators-hcl/syntax";
import { enclosingBlocks, schemaOfBody } from "../../world/locate.ts";
import type { Fixer } from "../fixer.ts";
import { isPlain, knownBody } from "./known-value.ts";
import { appended } from "./text-pieces.ts";

/** More than that is not one block that was forgotten. */
const BLOCKS_MAX = 10;

function itemsOf(value: JsonValue | undefined): readonly JsonObject[] {
  const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return all.filter(isJsonObject);
}

function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

/** The lines of a body as it exists, without what only the provider decides; `undefined` where something is not to be copied. */
function bodyLines(schema: BlockSchema, known: JsonObject): readonly string[] | undefined {
  const lines: string[] = [];
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const value = known[name];
    const isSettable =
      attribute.required === true || (attribute.optional === true && attribute.computed !== true);
    if (!isSettable || isNothing(value)) continue;
    if (!isPlain(name, value, attribute) || value === undefined) return undefined;
    lines.push(`${formatKey(name)} = ${formatLiteral(value)}`);
  }
  for (const [type, block] of Object.entries(schema.block_types ?? {})) {
    const inner = blockLines(type, block, known[type]);
    if (inner === undefined) return undefined;
    lines.push(...inner);
  }
  return lines;
}

function blockLines(
  type: string,
  { block }: BlockTypeSchema,
  value: JsonValue | undefined,
): readonly string[] | undefined {
  const lines: string[] = [];
  for (const item of itemsOf(value)) {
    const body = bodyLines(block, item);
    if (body === undefined) return undefined;
    lines.push(`${type} {`, ...body.map((line) => `  ${line}`), "}");
  }
  return lines;
}

/**
 * Writes required blocks as the state has them for the resource, its only instance: all that can be set and is plain. Not without a
 * state, for maps of blocks, or where a value in them is a secret or a document.
 */
export const missingBlock: Fixer = {
  name: "missing-block",
  classes: ["missing-block"],
  propose({ names, place }, world) {
    const { block: type } = names;
    if (place === undefined || type === undefined) return null;
    const blocks = enclosingBlocks(world.configuration, place);
    const body = blocks.at(-1);
    const schema = schemaOfBody(world, blocks)?.block_types?.[type];
    if (body === undefined || schema === undefined || schema.nesting_mode === "map") return null;
    if (body.body.blocks.some((inner) => inner.type === type || inner.labels[0] === type)) return null;
    const items = itemsOf(knownBody(world, blocks)?.[type]);
    if (items.length < (schema.min_items ?? 1) || items.length > BLOCKS_MAX) return null;
    const lines = blockLines(type, schema, [...items]);
    const where = `${directoryOf(body.source.file) === "" ? "" : "the module's "}${blocks[0]?.labels.join(".")}`;
    if (lines === undefined) {
      const reason = `the state has ${type} of ${where}, with values that are not to be copied`;
      return { kind: "unsure", reason, candidates: [] };
    }
    return {
      kind: "edits",
      edits: [appended(body, lines)],
      sentence: `${type} is written as the state has it for ${where}`,
    };
  },
};
