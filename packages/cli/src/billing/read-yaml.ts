import { readFile } from "node:fs/promises";
import { AdapterError } from "@apex/core";
import type { z } from "zod";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { parseYaml } from "../parse-yaml.ts";

const ISSUES_MAX = 10;

/** A file of the user's, YAML or JSON, in the form that is expected. Throws an AdapterError or CommandError with every mistake. */
export async function readYaml<T>(
  io: Io,
  { option, file }: { readonly option: string; readonly file: string },
  schema: z.ZodType<T>,
): Promise<T> {
  const [absolute = ""] = await requireFiles(option, [file], io.cwd);
  const said = `${option} ${file}`;
  const read = schema.safeParse(parseYaml(said, await readFile(absolute, "utf8")).value);
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    ({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`,
  );
  throw new AdapterError("invalid", `${said} has mistakes:\n${issues.slice(0, ISSUES_MAX).join("\n")}`);
}
