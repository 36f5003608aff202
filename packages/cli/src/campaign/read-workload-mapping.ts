import { readFile } from "node:fs/promises";
import { LineCounter } from "yaml";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { parseYaml, placeInYaml } from "../parse-yaml.ts";
import { type MappingMistake, parseMapping, type WorkloadEntry } from "./workload-mapping.ts";

/** As many mistakes as fit on a screen. */
const MISTAKES_MAX = 20;

/**
 * Which load belongs to which service: `apex.workloads/v1`, as YAML or JSON. Throws a CommandError that names every mistake with its
 * file and line.
 */
export async function readWorkloadMapping(file: string): Promise<readonly WorkloadEntry[]> {
  const lines = new LineCounter();
  const { value, document } = parseYaml(`--workloads ${file}`, await textOf(file), lines);
  const parsed = parseMapping(value);
  if (parsed.kind === "ok") return parsed.entries;
  const { mistakes } = parsed;
  const told = mistakes.slice(0, MISTAKES_MAX).map((mistake) => {
    const line = placeInYaml(document, lines, mistake.path)?.line;
    return `  ${file}${line === undefined ? "" : `:${line}`} ${placeOf(mistake)}${mistake.message}`;
  });
  if (mistakes.length > told.length) told.push(`  and ${mistakes.length - told.length} more`);
  throw wrong(`--workloads ${file} has mistakes:\n${told.join("\n")}`);
}

function wrong(message: string, cause?: unknown): CommandError {
  return new CommandError(EXIT_CODES.badInput, message, { cause });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw wrong(`--workloads ${file} cannot be read: ${(cause as NodeJS.ErrnoException).message}`, cause);
  }
}

/** "workloads[2].files: " */
function placeOf({ path }: MappingMistake): string {
  const place = path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
  return place === "" ? "" : `${place}: `;
}
