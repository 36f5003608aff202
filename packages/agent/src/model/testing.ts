import type { BlockSchema } from "@apex/core";
import type { Problem, ProblemClass } from "../diagnostics/problem.ts";
import { schemasOf, smallWorld } from "../fixers/testing/propose.ts";
import type { World } from "../world/world.ts";
import type { Framing } from "./framed-data.ts";
import type { ToolCall } from "./model-client.ts";
import { runTool, type ToolResult } from "./run-tool.ts";

/** Part of an instance. */
const INSTANCE: BlockSchema = {
  attributes: {
    ami: { type: "string", required: true },
    instance_type: { type: "string", optional: true },
    user_data: { type: "string", optional: true, sensitive: true },
    arn: { type: "string", computed: true },
    tags: { type: ["map", "string"], optional: true },
  },
  block_types: {
    root_block_device: {
      nesting_mode: "list",
      max_items: 1,
      block: { attributes: { volume_size: { type: "number", optional: true, computed: true } } },
    },
  },
};

/** A secret that the tests' redaction knows. */
export const SECRET = "hunter2-hunter2";

/** Data of these tests is framed so. */
export const FRAMING: Framing = {
  nonce: "n0nce",
  redact: (text) => text.replaceAll(SECRET, "«secret-1»"),
};

/** A world with one known resource type, `aws_instance`. */
export function worldOf(files: Readonly<Record<string, string>>): World {
  const ami: BlockSchema = { attributes: { id: { type: "string", computed: true } } };
  return smallWorld(files, schemasOf({ resources: { aws_instance: INSTANCE }, data: { aws_ami: ami } }));
}

/** A problem at the first place of `text` in a file of a world. */
export function problemAt(
  world: World,
  file: string,
  text: string,
  told: Partial<Problem> & { detail?: string } = {},
): Problem {
  const start = (world.configuration.source.files.get(file) ?? "").indexOf(text);
  const name: ProblemClass = told.class ?? "unsupported-argument";
  return {
    class: name,
    diagnostic: { severity: "error", summary: "Unsupported argument", detail: told.detail },
    names: {},
    place: { file, start, end: start + text.length },
    ...told,
  };
}

/** What a tool answers in a world. */
export function called(
  name: string,
  given: unknown,
  world: World,
  earlier: readonly ToolCall[] = [],
): ToolResult {
  const call = { id: "c", name, arguments: typeof given === "string" ? given : JSON.stringify(given) };
  return runTool(call, { ...FRAMING, world, earlier });
}
