import type { Diagnostic } from "@apex/core";
import { placeOf } from "../syntax/expression.ts";
import type { HclParser, ParsedFile } from "../syntax/hcl-parser.ts";
import { defineModule, type ModuleDefinition } from "./module-definition.ts";
import { directoryOf, isOverrideFile, isUnreadConfiguration } from "./module-path.ts";
import { type Assignment, readAssignments } from "./variable-files.ts";

/** The texts that make up a Terraform root module with its local modules and variable values. */
export interface ConfigurationSource {
  /** Path relative to the root module's directory (forward slashes, may start with `../`) → text. */
  readonly files: ReadonlyMap<string, string>;
  /** What `-var-file` names, in order, as keys of `files`. */
  readonly variableFiles?: readonly string[];
  /** What `-var` gives. */
  readonly variables?: Readonly<Record<string, string>>;
  /** `terraform.workspace`, "default" unless told. */
  readonly workspace?: string;
}

/** A configuration as read: declarations with their places, nothing evaluated yet. Immutable. */
export interface Configuration {
  readonly source: ConfigurationSource;
  readonly parser: HclParser;
  readonly parsed: ReadonlyMap<string, ParsedFile>;
  readonly modules: ReadonlyMap<string, ModuleDefinition>;
  readonly assignments: ReadonlyMap<string, Assignment>;
  readonly diagnostics: readonly Diagnostic[];
}

function parseFiles(
  parser: HclParser,
  files: ReadonlyMap<string, string>,
  previous: ReadonlyMap<string, ParsedFile>,
): Map<string, ParsedFile> {
  const parsed = new Map<string, ParsedFile>();
  for (const [file, text] of files) {
    if (!file.endsWith(".tf")) continue;
    const old = previous.get(file);
    parsed.set(file, old?.source.text === text ? old : parser.parse(file, text));
  }
  return parsed;
}

function unread(files: Iterable<string>): Diagnostic[] {
  return [...files].filter(isUnreadConfiguration).map((file) =>
    file.endsWith(".json")
      ? {
          severity: "warning",
          code: "tf-json",
          summary: `${file} is written in JSON, which is not traced or edited`,
          detail: "What it declares counts as unknown. Write it as HCL to have it optimised.",
          source: { file },
        }
      : {
          severity: "warning",
          code: "tofu-file",
          summary: `${file} is for OpenTofu alone and is not traced or edited`,
          detail:
            "What it declares counts as unknown; OpenTofu reads it in place of the .tf file of the same name.",
          source: { file },
        },
  );
}

function byDirectory(parsed: ReadonlyMap<string, ParsedFile>): Map<string, ParsedFile[]> {
  const directories = new Map<string, ParsedFile[]>();
  const names = [...parsed.keys()].toSorted(
    (a, b) => Number(isOverrideFile(a)) - Number(isOverrideFile(b)) || (a < b ? -1 : 1),
  );
  for (const file of names) {
    const entry = parsed.get(file);
    if (entry === undefined) continue;
    const list = directories.get(directoryOf(file));
    if (list === undefined) directories.set(directoryOf(file), [entry]);
    else list.push(entry);
  }
  return directories;
}

/** The directories that the root module's calls lead to, itself included; those of which nothing was given as well. */
function reachedDirectories(modules: ReadonlyMap<string, ModuleDefinition>): ReadonlySet<string> {
  const reached = new Set([""]);
  for (const directory of reached) {
    for (const call of modules.get(directory)?.calls.values() ?? []) {
      if (call.directory !== undefined) reached.add(call.directory);
    }
  }
  return reached;
}

function unresolvedCalls(modules: ReadonlyMap<string, ModuleDefinition>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const directory of reachedDirectories(modules)) {
    for (const call of modules.get(directory)?.calls.values() ?? []) {
      if (call.directory !== undefined && modules.has(call.directory)) continue;
      const source = { file: call.block.source.file, ...call.block.source.position(call.block.start) };
      const summary =
        call.directory === undefined
          ? `module.${call.name} comes from ${JSON.stringify(call.source)}, not from a local directory: its resources are not read`
          : `module.${call.name} is in ${call.directory || "."}, which was not given or holds no .tf file`;
      found.push({ severity: "warning", code: "module-not-read", summary, source });
    }
  }
  return found;
}

/**
 * Reads a root module, the modules under it and its variable values. Files in directories that no module call reaches
 * do no harm. Bad files are reported in `diagnostics`; the rest stays usable.
 */
export function readConfiguration(parser: HclParser, source: ConfigurationSource): Configuration {
  return reread(parser, source, new Map());
}

/** {@link readConfiguration} of the same configuration with other texts; files that did not change are not parsed again. */
export function rereadConfiguration(
  configuration: Configuration,
  files: ReadonlyMap<string, string>,
): Configuration {
  return reread(configuration.parser, { ...configuration.source, files }, configuration.parsed);
}

function reread(
  parser: HclParser,
  source: ConfigurationSource,
  previous: ReadonlyMap<string, ParsedFile>,
): Configuration {
  const parsed = parseFiles(parser, source.files, previous);
  const diagnostics: Diagnostic[] = [...parsed.values()].flatMap((file) => file.diagnostics);
  const modules = new Map<string, ModuleDefinition>();
  for (const [directory, files] of byDirectory(parsed)) {
    const inputs = files.map((file) => ({
      body: file.body,
      isOverride: isOverrideFile(file.source.file),
    }));
    const defined = defineModule(directory, inputs);
    modules.set(directory, defined.definition);
    diagnostics.push(...defined.diagnostics);
  }
  const read = readAssignments(parser, source);
  diagnostics.push(...unread(source.files.keys()), ...unresolvedCalls(modules), ...read.diagnostics);
  diagnostics.push(...undeclared(modules.get(""), read.assignments));
  return { source, parser, parsed, modules, assignments: read.assignments, diagnostics };
}

function undeclared(
  root: ModuleDefinition | undefined,
  assignments: ReadonlyMap<string, Assignment>,
): Diagnostic[] {
  if (root === undefined) return [];
  return [...assignments]
    .filter(([name]) => !root.variables.has(name))
    .map(([name, assignment]) => ({
      severity: "warning",
      code: "variable-undeclared",
      summary: `A value is given for var.${name}, which the root module does not declare${
        assignment.kind === "file" ? ` (${placeOf(assignment.value)})` : ""
      }`,
    }));
}

/**
 * The directories of local modules that are called but of which no file was given, relative to the root module:
 * read them, add their `.tf` files, and ask again until none is left.
 */
export function missingModuleDirectories(configuration: Configuration): string[] {
  const { modules } = configuration;
  return [...reachedDirectories(modules)].filter((directory) => !modules.has(directory)).toSorted();
}
