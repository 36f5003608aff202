import type { TextEdit } from "@apex/core";
import { canonicalJson, parseJson } from "@apex/core";
import { z } from "zod";
import { editsOf } from "./edit-proposal.ts";
import { inLine } from "./framed-data.ts";
import { listAddresses, listNames } from "./list-declared.ts";
import type { ToolCall } from "./model-client.ts";
import { TOOL_ARGUMENTS, type ToolName } from "./model-tools.ts";
import { readLines } from "./read-lines.ts";
import { schemaSlice } from "./schema-slice.ts";
import type { Answer, ToolView } from "./tool-view.ts";

/** What comes of a tool call. `summary` is for people: one line, no secret. */
export type ToolResult =
  | {
      readonly kind: "answer";
      /** False where the call was refused: its text tells why. */
      readonly ok: boolean;
      readonly text: string;
      readonly summary: string;
    }
  | {
      readonly kind: "edits";
      /** Against the texts of the world that was given. */
      readonly edits: readonly TextEdit[];
      /** The model's own words: untrusted, bounded, redacted. */
      readonly reason: string;
      readonly summary: string;
    }
  | { readonly kind: "check"; readonly summary: string }
  | { readonly kind: "gave-up"; readonly reason: string; readonly summary: string };

/** Characters of a call's arguments that are read. Ours: a proposal of 40 lines on each side has some 6,000. */
const ARGUMENTS_MAX = 40_000;
/** Characters of a reason that are kept. */
const REASON_MAX = 500;

function refused(name: string, text: string): ToolResult {
  return { kind: "answer", ok: false, text, summary: `${name}: ${inLine(text)}` };
}

function isToolName(name: string): name is ToolName {
  return Object.hasOwn(TOOL_ARGUMENTS, name);
}

/** Equal for calls of the same tool with equal arguments, however they are written. */
function callKey(call: ToolCall): string {
  const given = parseJson(call.arguments.slice(0, ARGUMENTS_MAX));
  const parsed = isToolName(call.name) ? TOOL_ARGUMENTS[call.name].safeParse(given).data : undefined;
  // Only what fits a schema is written anew: anything else may be nested without end.
  return `${call.name} ${parsed === undefined ? call.arguments : canonicalJson(parsed)}`;
}

/**
 * Answers a call of one of the tools, or tells what the loop has to do for it. Reads the world only. Never throws on what a model
 * writes: a wrong call is answered by what is wrong with it.
 */
export function runTool(call: ToolCall, view: ToolView): ToolResult {
  const { name } = call;
  if (!isToolName(name)) {
    const names = Object.keys(TOOL_ARGUMENTS).join(", ");
    return refused(inLine(name, 40), `There is no such tool. The tools are ${names}.`);
  }
  if (call.arguments.length > ARGUMENTS_MAX) {
    return refused(name, `The arguments have more than ${ARGUMENTS_MAX} characters. Make smaller calls.`);
  }
  const given = parseJson(call.arguments.trim() === "" ? "{}" : call.arguments);
  if (given === undefined) {
    return refused(
      name,
      "The arguments are not JSON: cut off, or not escaped. Make the call again, complete.",
    );
  }
  const parsed = TOOL_ARGUMENTS[name].safeParse(given);
  if (!parsed.success) {
    return refused(
      name,
      `The arguments do not fit the schema: ${inLine(z.prettifyError(parsed.error), 400)}`,
    );
  }
  const key = callKey(call);
  if (name !== "give_up" && view.earlier.some((earlier) => callKey(earlier) === key)) {
    return refused(
      name,
      "You have made this very call and nothing has changed since: its answer is above. Do something else, or give up.",
    );
  }
  return answered(name, parsed.data, view);
}

type Arguments = { readonly [Name in ToolName]: z.infer<(typeof TOOL_ARGUMENTS)[Name]> };

function answered(name: ToolName, data: Arguments[ToolName], view: ToolView): ToolResult {
  const own = (reason: string): string => inLine(view.redact(reason), REASON_MAX);
  switch (name) {
    case "read_file":
      return told(name, readLines(data as Arguments["read_file"], view));
    case "list_addresses":
      return told(name, listAddresses(data as Arguments["list_addresses"], view));
    case "provider_schema":
      return told(name, schemaSlice(data as Arguments["provider_schema"], view));
    case "list_names":
      return told(name, listNames(data as Arguments["list_names"], view));
    case "propose_edit": {
      const { edits, reason } = data as Arguments["propose_edit"];
      const proposal = editsOf(edits, view);
      if (proposal.kind === "refused") return refused(name, proposal.text);
      const files = [...new Set(proposal.edits.map(({ file }) => file))]
        .map((file) => inLine(file))
        .join(", ");
      const summary = `propose_edit: ${proposal.edits.length} in ${files}`;
      return { kind: "edits", edits: proposal.edits, reason: own(reason), summary };
    }
    case "check":
      return { kind: "check", summary: "check" };
    case "give_up": {
      const reason = own((data as Arguments["give_up"]).reason);
      return { kind: "gave-up", reason, summary: `give_up: ${reason}` };
    }
  }
}

function told(name: ToolName, { ok, text }: Answer): ToolResult {
  if (!ok) return refused(name, text);
  return { kind: "answer", ok, text, summary: `${name}: ${text.length} characters` };
}
