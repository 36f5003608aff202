import { readFile } from "node:fs/promises";
import { parseObjectives, type WrittenObjectives } from "@apex/sandbox-engine";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { parseYaml } from "../parse-yaml.ts";

/**
 * The user's objectives, `apex.slo/v1` as YAML or JSON. Throws a CommandError that names every mistake with what is
 * allowed.
 */
export async function readObjectives(file: string): Promise<WrittenObjectives> {
  const { value } = parseYaml(`--slo ${file}`, await textOf(file));
  const parsed = parseObjectives(value, file);
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
