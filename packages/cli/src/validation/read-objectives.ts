import { readFile } from "node:fs/promises";
import { parseObjectives, type WrittenObjectives } from "@apex/sandbox-engine";
import { parseDocument } from "yaml";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";

/** The guard of the YAML library against documents that grow a million times when their aliases are followed. */
const ALIASES_MAX = 100;

/**
 * The user's objectives, `apex.slo/v1` as YAML or JSON. Throws a CommandError that names every mistake with what is
 * allowed.
 */
export async function readObjectives(file: string): Promise<WrittenObjectives> {
  const parsed = parseObjectives(plainValue(file, await textOf(file)), file);
  if (parsed.kind === "ok") return parsed.objectives;
  const mistakes = parsed.diagnostics.map(({ summary }) => `  ${summary}`);
  throw new CommandError(EXIT_CODES.badInput, `--slo ${file} has mistakes:\n${mistakes.join("\n")}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { message } = cause as NodeJS.ErrnoException;
    throw new CommandError(EXIT_CODES.badInput, `--slo ${file} cannot be read: ${message}`, { cause });
  }
}

function plainValue(file: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    throw new CommandError(EXIT_CODES.badInput, `--slo ${file} is not YAML: ${syntaxError.message}`);
  }
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT_CODES.badInput, `--slo ${file} is not usable YAML: ${message}`, { cause });
  }
}
