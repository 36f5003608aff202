import type { AttributeSchema, BlockSchema, BlockTypeSchema, TerraformSchemas } from "@apex/core";
import { editDistance } from "@apex/core";
import type { z } from "zod";
import { framed, inLine } from "./framed-data.ts";
import type { TOOL_ARGUMENTS } from "./model-tools.ts";
import type { Answer, ToolView } from "./tool-view.ts";

/** Characters of one slice: about 2,000 tokens, the top of all but some ten types of the AWS provider. */
const SLICE_MAX = 8000;
/** Names that are offered in place of one that does not exist. */
const NEAR_MAX = 8;
/** Characters of a name that are compared: distances take time with the square. */
const NAME_MAX = 80;

type Asked = z.infer<typeof TOOL_ARGUMENTS.provider_schema>;

function bodyOf(
  { kind, type }: Pick<Asked, "kind" | "type">,
  schemas: TerraformSchemas,
): BlockSchema | undefined {
  if (kind === "resource") return schemas.resource(type)?.block;
  return (kind === "data" ? schemas.dataSource(type) : schemas.provider(type))?.block;
}

function attributeLine(name: string, attribute: AttributeSchema): string {
  const { type, nested_type: nested, required, optional, computed } = attribute;
  const kind = type === undefined ? `${nested?.nesting_mode ?? "single"} object` : JSON.stringify(type);
  const how = required === true ? "required" : optional === true ? "optional" : "";
  const notes = [
    ...(how === "" ? ["read-only"] : [how]),
    ...(how === "optional" && computed === true ? ["computed when left out"] : []),
    ...(attribute.deprecated === true ? ["deprecated"] : []),
    ...(attribute.sensitive === true ? ["sensitive"] : []),
  ];
  return `${name}: ${inLine(kind, 300)} (${notes.join(", ")})`;
}

function blockLine(name: string, { nesting_mode, min_items, max_items }: BlockTypeSchema): string {
  const bounds = [
    ...(min_items === undefined || min_items === 0 ? [] : [`at least ${min_items}`]),
    ...(max_items === undefined || max_items === 0 ? [] : [`at most ${max_items}`]),
  ];
  return `block ${name} { … } (${[nesting_mode, ...bounds].join(", ")})`;
}

/** What may stand in a body, the required first, then what can be set, then what can only be read. */
function linesOf(body: BlockSchema): string[] {
  const rank = ({ required, optional }: AttributeSchema): number =>
    required === true ? 0 : optional === true ? 1 : 3;
  const attributes = Object.entries(body.attributes ?? {}).map(([name, attribute]) => ({
    order: rank(attribute),
    line: attributeLine(name, attribute),
  }));
  const blocks = Object.entries(body.block_types ?? {}).map(([name, block]) => ({
    order: (block.min_items ?? 0) > 0 ? 0 : 2,
    line: blockLine(name, block),
  }));
  return [...attributes, ...blocks]
    .toSorted((a, b) => a.order - b.order || (a.line < b.line ? -1 : 1))
    .map(({ line }) => line);
}

function within(body: BlockSchema | undefined, path: string): BlockSchema | undefined {
  let inner = body;
  for (const step of path.split(".").filter((name) => name !== "")) {
    const blocks: BlockSchema["block_types"] = inner?.block_types ?? {};
    inner = Object.hasOwn(blocks, step) ? blocks[step]?.block : undefined;
  }
  return inner;
}

/** What may stand in a body, one line each, within `max` characters. */
export function schemaLines(body: BlockSchema, max: number): string {
  const lines = linesOf(body);
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > max) break;
    kept.push(line);
  }
  return [...kept, ...(kept.length < lines.length ? [`… ${lines.length - kept.length} more`] : [])].join(
    "\n",
  );
}

function nearest(name: string, names: readonly string[]): string[] {
  const asked = name.slice(0, NAME_MAX);
  const near = names.map((other) => ({ other, distance: editDistance(asked, other.slice(0, NAME_MAX)) }));
  return near
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, NEAR_MAX)
    .map(({ other }) => other);
}

/** `provider_schema`. */
export function schemaSlice(asked: Asked, view: ToolView): Answer {
  const { schemas } = view.world;
  const top = bodyOf(asked, schemas);
  const body = within(top, asked.block_path);
  const label = `schema of ${asked.kind} ${inLine(asked.type, 80)} ${inLine(asked.block_path, 80)}`.trim();
  if (body !== undefined) {
    // Names and types of a provider's schema are no secrets, however much they look like them.
    const framing = { nonce: view.nonce, redact: (text: string) => text };
    return { ok: true, text: framed(label, schemaLines(body, SLICE_MAX), framing) };
  }
  if (top !== undefined) {
    return {
      ok: false,
      text: 'This type has no nested block of that path. Ask for its top with block_path "".',
    };
  }
  if (asked.kind === "provider") return { ok: false, text: "No schema of a provider of that name is known." };
  const types = asked.kind === "resource" ? schemas.resourceTypes() : schemas.dataSourceTypes();
  const near = nearest(asked.type, types);
  return {
    ok: false,
    text: `No known provider has such a type. Near names: ${near.join(", ") || "none"}.`,
  };
}
