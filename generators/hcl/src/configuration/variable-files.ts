import type { Diagnostic } from "@apex/core";
import type { Expression } from "../syntax/expression.ts";
import type { HclParser } from "../syntax/hcl-parser.ts";
import { parseJson } from "../syntax/read-json.ts";
import { directoryOf } from "./module-path.ts";

/** A value given to a root variable from outside the configuration. */
export type Assignment =
  | { readonly kind: "file"; readonly value: Expression }
  /** `-var name=text`: nothing in a file can be edited for it. */
  | { readonly kind: "command-line"; readonly text: string };

interface AssignmentsInFile {
  readonly values: ReadonlyMap<string, Expression>;
  readonly diagnostics: readonly Diagnostic[];
}

function readFile(parser: HclParser, file: string, text: string): AssignmentsInFile {
  if (!file.endsWith(".json")) {
    const { body, diagnostics } = parser.parse(file, text);
    return { values: new Map(body.attributes.map(({ name, value }) => [name, value])), diagnostics };
  }
  const { value, diagnostics } = parseJson(file, text);
  if (value === undefined) return { values: new Map(), diagnostics };
  if (value.kind !== "object") {
    const summary = "A variables file must hold one JSON object";
    return {
      values: new Map(),
      diagnostics: [{ severity: "error", code: "tfvars-shape", summary, source: { file } }],
    };
  }
  return { values: new Map(value.items.map((item) => [item.name ?? "", item.value])), diagnostics };
}

/**
 * The variable files that Terraform loads by itself from the root module, in its order: `terraform.tfvars`,
 * `terraform.tfvars.json`, then `*.auto.tfvars` and `*.auto.tfvars.json` by name. Later ones win.
 */
export function automaticVariableFiles(files: Iterable<string>): string[] {
  const rootFiles = [...files].filter((file) => directoryOf(file) === "");
  const fixed = ["terraform.tfvars", "terraform.tfvars.json"].filter((file) => rootFiles.includes(file));
  const automatic = rootFiles.filter((file) => /\.auto\.tfvars(\.json)?$/.test(file));
  return [...fixed, ...automatic.toSorted((a, b) => (a < b ? -1 : 1))];
}

/** What the root variables are set to, by Terraform's precedence: automatic files, `-var-file` in order, then `-var`. */
export function readAssignments(
  parser: HclParser,
  source: {
    readonly files: ReadonlyMap<string, string>;
    readonly variableFiles?: readonly string[] | undefined;
    readonly variables?: Readonly<Record<string, string>> | undefined;
  },
): { readonly assignments: ReadonlyMap<string, Assignment>; readonly diagnostics: readonly Diagnostic[] } {
  const assignments = new Map<string, Assignment>();
  const diagnostics: Diagnostic[] = [];
  for (const file of [...automaticVariableFiles(source.files.keys()), ...(source.variableFiles ?? [])]) {
    const text = source.files.get(file);
    if (text === undefined) {
      const summary = `The variables file ${file} was not given`;
      diagnostics.push({ severity: "error", code: "tfvars-missing", summary, source: { file } });
      continue;
    }
    const read = readFile(parser, file, text);
    diagnostics.push(...read.diagnostics);
    for (const [name, value] of read.values) assignments.set(name, { kind: "file", value });
  }
  for (const [name, text] of Object.entries(source.variables ?? {})) {
    assignments.set(name, { kind: "command-line", text });
  }
  return { assignments, diagnostics };
}
