import { readFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";

/** The guard of the YAML library against documents that grow a million times when their aliases are followed. */
const ALIASES_MAX = 100;
const ISSUES_MAX = 10;

function valueOf(said: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new AdapterError("invalid", `${said} is not YAML: ${problem.message}`);
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError("invalid", `${said} is not usable YAML: ${reason}`, { cause });
  }
}

/** A file of the user's, YAML or JSON, in the form that is expected. Throws an AdapterError or CommandError with every mistake. */
export async function readYaml<T>(
  io: Io,
  { option, file }: { readonly option: string; readonly file: string },
  schema: z.ZodType<T>,
): Promise<T> {
  const [absolute = ""] = await requireFiles(option, [file], io.cwd);
  const said = `${option} ${file}`;
  const read = schema.safeParse(valueOf(said, await readFile(absolute, "utf8")));
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`,
  );
  throw new AdapterError("invalid", `${said} has mistakes:\n${issues.slice(0, ISSUES_MAX).join("\n")}`);
}
