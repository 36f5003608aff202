import { type JsonObject, type JsonValue } from "@apex/core";
import { z } from "zod";
import type { ModelTool } from "./model-client.ts";

const text = (description: string) => z.string().describe(description);
const line = (description: string) => z.int().describe(description);

/**
 * What each tool takes. Strict schemas allow no optional arguments: an empty text stands for "all". Sizes are not bounded here,
 * which not every server knows, but where the tool is run.
 */
export const TOOL_ARGUMENTS = {
  read_file: z.strictObject({
    path: text("Path of the file as the task names it."),
    from_line: line("First line, from 1."),
    to_line: line("Last line, included."),
  }),
  list_addresses: z.strictObject({
    filter: text('Part of an address or of a file\'s path, for example "aws_subnet"; "" for all.'),
  }),
  provider_schema: z.strictObject({
    kind: z.enum(["resource", "data", "provider"]).describe("What has the schema."),
    type: text('Type of the resource or data source ("aws_instance"), or name of the provider ("aws").'),
    block_path: text('Nested block, names joined by dots ("root_block_device"); "" for the top.'),
  }),
  list_names: z.strictObject({
    directory: text(
      'Directory of a module relative to the root module ("modules/web"); "" for the root module.',
    ),
  }),
  propose_edit: z.strictObject({
    edits: z
      .array(
        z.strictObject({
          path: text("Path of the file."),
          old_text: text("Text of the file to replace, exact to the last blank. Must occur exactly once."),
          new_text: text("What stands there afterwards."),
        }),
      )
      .describe("Replacements, made all together or not at all. Each against the file as it is now."),
    reason: text("One sentence for the reviewer: what is changed, and why it is what was meant."),
  }),
  check: z.strictObject({}),
  give_up: z.strictObject({
    reason: text("What is missing or has to be decided, and by whom: one or two sentences."),
  }),
} as const;

/** The name of a tool. */
export type ToolName = keyof typeof TOOL_ARGUMENTS;

const DESCRIPTIONS: Readonly<Record<ToolName, string>> = {
  read_file: "Reads lines of one file of the configuration.",
  list_addresses: "Lists the resources, data sources and module calls that are declared, with their places.",
  provider_schema:
    "Shows the arguments, attributes and nested blocks of a type, as its provider defines them.",
  list_names:
    "Lists the variables, local values, outputs and module calls of one directory, with their types.",
  propose_edit:
    "Changes files. The change is judged by fixed rules, then validated and planned; you are told the result.",
  check: "Validates and plans the configuration as it is now, with your accepted edits.",
  give_up:
    "Ends the repair without a change, when a person has to decide or no change within the rules helps.",
};

/** JSON Schema of a tool's arguments without what strict servers do not take. */
function parametersOf(schema: z.ZodType): JsonObject {
  const plain = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => !["$schema", "minimum", "maximum"].includes(key));
    return Object.fromEntries(kept.map(([key, each]) => [key, plain(each)]));
  };
  return plain(z.toJSONSchema(schema) as JsonValue) as JsonObject;
}

/** The tools that a model has in a repair. None runs a command, reaches a network or writes a file. */
export const MODEL_TOOLS: readonly ModelTool[] = Object.entries(TOOL_ARGUMENTS).map(([name, schema]) => ({
  name,
  description: DESCRIPTIONS[name as ToolName],
  parameters: parametersOf(schema),
}));
