import { readFile, stat } from "node:fs/promises";
import { parseUsageFile, type RecordedUsage, type UsageFile, usageQuantities } from "@apex/catalog";
import { LineCounter } from "yaml";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { parseYaml, placeInYaml } from "../parse-yaml.ts";
import { printableLine } from "../printable.ts";

/** A company's own has some hundred kilobytes. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** The usage file of `--usage`. */
export interface LoadedUsage {
  /** As the user named it. */
  readonly name: string;
  readonly quantities: RecordedUsage;
  readonly warnings: readonly string[];
}

async function read(name: string, file: string): Promise<UsageFile> {
  if ((await stat(file)).size > FILE_BYTES_MAX) {
    throw new CommandError(EXIT_CODES.badInput, `--usage ${name} has more than 16 MiB: no usage file has`);
  }
  const lines = new LineCounter();
  const { value, document } = parseYaml(`--usage ${name}`, await readFile(file, "utf8"), lines);
  const parsed = parseUsageFile(value, (path) => {
    const place = placeInYaml(document, lines, path);
    return place === undefined ? undefined : `line ${place.line}, column ${place.col}`;
  });
  if (parsed.kind === "ok") return parsed.file;
  const mistakes = parsed.mistakes.map((mistake) => `  ${printableLine(mistake)}`).join("\n");
  throw new CommandError(EXIT_CODES.badInput, `--usage ${name} has mistakes:\n${mistakes}`);
}

/** Reads a usage file in Infracost's format. Throws a CommandError that names every mistake with its place. */
export async function loadUsage(io: Pick<Io, "cwd">, name: string): Promise<LoadedUsage> {
  const [file = ""] = await requireFiles("--usage", [name], io.cwd);
  const usage = await read(name, file);
  return { name, quantities: usageQuantities(usage), warnings: usage.warnings };
}
