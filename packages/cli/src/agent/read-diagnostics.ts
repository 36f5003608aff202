import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { JsonValue, TerraformDiagnostic } from "@apex/core";
import { isJsonObject } from "@apex/core";
import type { Configuration } from "@apex/generators-hcl";
import { diagnosticsOfLines, diagnosticsOfValidate } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";

/** Hours of `terraform apply -json` of a large estate. */
const BYTES_MAX = 64 * 1024 ** 2;
/** Terraform stops far earlier; a person reads none of so many. */
const ERRORS_MAX = 1_000;

/** What a Terraform of the user's said of a configuration. */
export interface ReportedDiagnostics {
  /** Errors alone, with their places as this configuration has them. */
  readonly diagnostics: readonly TerraformDiagnostic[];
  /** What was left out and why: whole sentences. */
  readonly notes: readonly string[];
}

function refuse(file: string, reason: string, cause?: unknown): CommandError {
  return new CommandError(
    EXIT_CODES.badInput,
    `--diagnostics ${file} ${reason}; give what \`terraform apply -json\`, \`plan -json\` or \`validate -json\` prints`,
    { cause },
  );
}

async function textOf(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > BYTES_MAX) throw refuse(file, `has ${size} bytes, more than ${BYTES_MAX}`);
  const text = await readFile(file, "utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** The name by which the configuration has a file that Terraform named; the name itself where it has none. */
function nameOf(filename: string, directory: string, configuration: Configuration): string {
  const given = filename.replaceAll("\\", "/");
  const relative = path.isAbsolute(given) ? path.relative(directory, given).split(path.sep).join("/") : given;
  const name = path.posix.normalize(relative);
  return configuration.source.files.has(name) ? name : filename;
}

/** The first line of the source that Terraform shows with a diagnostic. */
function shownLine(snippet: TerraformDiagnostic["snippet"]): string | undefined {
  const code: JsonValue | undefined = isJsonObject(snippet ?? undefined) ? snippet?.["code"] : undefined;
  return typeof code === "string" ? code.split("\n")[0]?.trimEnd() : undefined;
}

/** Whether a file still says on that line what Terraform complained of; true where that cannot be told. */
function isStillThere({ range, snippet }: TerraformDiagnostic, configuration: Configuration): boolean {
  const shown = shownLine(snippet);
  const text = range === undefined ? undefined : configuration.source.files.get(range.filename);
  if (shown === undefined || range === undefined || text === undefined) return true;
  return text.split("\n")[range.start.line - 1]?.trimEnd() === shown;
}

/**
 * Reads what a real Terraform said, from a file: JSON lines, or the document of `validate -json`. What it said of lines that have
 * changed since is left out, with a note. Throws a CommandError for what is neither.
 */
export async function readDiagnostics(
  file: string,
  directory: string,
  configuration: Configuration,
): Promise<ReportedDiagnostics> {
  const text = await textOf(file);
  const all = diagnosticsOfValidate(text) ?? diagnosticsOfLines(text);
  const errors = all.filter(({ severity }) => severity === "error");
  if (errors.length === 0) {
    throw refuse(
      file,
      all.length === 0 ? "holds no diagnostics of Terraform's" : "holds warnings alone, no error",
    );
  }
  const placed = errors.slice(0, ERRORS_MAX).map((each) =>
    each.range === undefined
      ? each
      : {
          ...each,
          range: { ...each.range, filename: nameOf(each.range.filename, directory, configuration) },
        },
  );
  const diagnostics = placed.filter((each) => isStillThere(each, configuration));
  const gone = placed.filter((each) => !isStillThere(each, configuration));
  const notes = gone.map(
    ({ summary, range }) =>
      `${path.basename(file)} says "${summary}" of ${range?.filename}:${range?.start.line}, which has changed since: left out.`,
  );
  if (diagnostics.length === 0) {
    throw refuse(file, "speaks of lines that have all changed since: run Terraform again");
  }
  return { diagnostics, notes };
}
