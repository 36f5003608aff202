import { directoryOf, joinPath, type Configuration } from "@apex/generators-hcl";
import { isJsonObject } from "@apex/core";
import { type Problem, PROBLEM_CLASSES, type ProblemClass } from "../diagnostics/problem.ts";
import type { TextChange } from "./guard.ts";
import { inventoryOf, type Written } from "./inventory.ts";
import { labelsOf } from "./labels.ts";

/** Classes whose message names a declaration, and not an argument or an attribute. */
const NAMES_DECLARATIONS: ReadonlySet<ProblemClass> = new Set<ProblemClass>([
  "undeclared-variable",
  "undeclared-local",
  "undeclared-module",
  "undeclared-resource",
  "duplicate-declaration",
  "invalid-name",
  "invalid-default",
  "invalid-variable-value",
  "invalid-reference",
  "missing-instance-key",
  "unexpected-instance-key",
  "invalid-dependency",
  "sensitive-output",
  "refactoring",
  "module-not-found",
  "module-source",
]);

/** References are followed so far: a value may come through a variable and a local. */
const REFERENCES_MAX = 4;

/** What problems name: the only things that an edit may touch. */
export interface Named {
  /** Those that an edit of the configuration can be an answer to. */
  readonly problems: readonly Problem[];
  /** All names in their messages. */
  readonly names: ReadonlySet<string>;
  /** Whether a declaration of either configuration may be touched. */
  touches(written: Written): boolean;
  /** Whether a problem is about this very declaration, or about nothing that can be told. */
  problemsOf(written: Written): readonly Problem[];
  isBroken(file: string): boolean;
}

/** `resource "aws_instance" "web"` as Terraform writes it in a snippet's context. */
function contextOf({ diagnostic }: Problem): readonly string[] {
  const context = isJsonObject(diagnostic.snippet) ? diagnostic.snippet["context"] : undefined;
  return typeof context === "string" ? (context.match(/[^\s"]+/g) ?? []) : [];
}

function fileOf({ place, diagnostic }: Problem): string | undefined {
  return place?.file ?? diagnostic.range?.filename;
}

function isAbout(problem: Problem, written: Written): boolean {
  const { kind, labels, file, start, end } = written;
  const { place, address } = problem;
  if (place !== undefined && place.file === file && place.start <= end && place.end >= start) return true;
  const [contextKind, ...context] = contextOf(problem);
  const inDirectory = directoryOf(fileOf(problem) ?? "") === directoryOf(file);
  if (inDirectory && contextKind === kind && context.join("\0") === labels.join("\0")) return true;
  if (inDirectory && contextKind === "locals" && kind === "local" && fileOf(problem) === file) {
    return problem.names["name"] === labels[0];
  }
  return address !== undefined && isAddressOf(address, written);
}

/** Terraform tells no place, nor what it is about. */
function isUnplaced({ place, address, diagnostic }: Problem): boolean {
  return place === undefined && address === undefined && diagnostic.range === undefined;
}

function isAddressOf(address: string, { kind, labels }: Written): boolean {
  if (kind === "resource" || kind === "data") {
    const [type, name] = labelsOf(address);
    return type === labels[0] && name === labels[1];
  }
  const prefix = { module: "module", variable: "var", output: "output", local: "local", check: "check" }[
    kind
  ];
  if (prefix === undefined) return false;
  return address === `${prefix}.${labels[0]}` || address.endsWith(`.${prefix}.${labels[0]}`);
}

function isNamedBy(problem: Problem, written: Written): boolean {
  const { names, diagnostic } = problem;
  const { labels, kind } = written;
  if (problem.class === "cycle") {
    return diagnostic.summary
      .replace(/^Cycle: /, "")
      .split(", ")
      .some((part) => isAddressOf(part.replace(/ \([^)]*\)$/, ""), written));
  }
  // Terraform tells the resource and the configuration that it lacks, and no place.
  const lacking = problem.class === "provider-not-configured" ? names["resource"] : undefined;
  if (lacking !== undefined) return isAddressOf(lacking, written);
  if (!NAMES_DECLARATIONS.has(problem.class)) {
    // Some providers tell an argument and nothing else.
    const argument = names["name"] ?? "";
    const isPlain = isUnplaced(problem) && /^\w+$/.test(argument);
    return isPlain && new RegExp(`\\b${argument}\\s*[={]`).test(written.text);
  }
  const name = labels.at(-1) ?? "";
  if (names["kind"] !== undefined && names["kind"] !== kind) return false;
  if (kind === "resource" || kind === "data") {
    const type = names["type"] ?? names["resource"]?.split(".")[0];
    return names["name"] === name && (type === undefined || type === labels[0]);
  }
  return Object.values(names).includes(name);
}

class NamedByProblems implements Named {
  readonly problems: readonly Problem[];
  readonly names: ReadonlySet<string>;
  private readonly direct: (written: Written) => boolean;
  private readonly touched: ReadonlySet<string>;
  private readonly openFiles: ReadonlySet<string>;
  private readonly brokenFiles: ReadonlySet<string>;

  constructor(
    problems: readonly Problem[],
    configurations: readonly Configuration[],
    files: readonly string[],
  ) {
    this.problems = problems.filter((problem) => PROBLEM_CLASSES[problem.class] === "code");
    this.names = new Set(this.problems.flatMap(({ names }) => Object.values(names)));
    const syntax = this.problems.filter((problem) => problem.class === "syntax");
    this.brokenFiles = new Set(syntax.flatMap((problem) => fileOf(problem) ?? []));
    const isOpen = this.problems.some((problem) => problem.class === "unclassified" && isUnplaced(problem));
    this.openFiles = new Set(isOpen ? files : []);
    this.direct = (written) =>
      this.problems.some((problem) => isAbout(problem, written) || isNamedBy(problem, written));
    this.touched = new Set(configurations.flatMap((configuration) => [...this.reached(configuration)]));
  }

  /** Keys of what the problems name, and of what decides the values there. */
  private reached(configuration: Configuration): ReadonlySet<string> {
    const all = inventoryOf(configuration);
    const keys = new Set<string>();
    let frontier = all.filter(this.direct);
    for (const { key } of frontier) keys.add(key);
    for (const added of frontier.flatMap((written) => acrossModules(written, all))) keys.add(added.key);
    for (let step = 0; step < REFERENCES_MAX && frontier.length > 0; step++) {
      const next = frontier
        .flatMap((written) => referencedBy(written, all))
        .filter(({ key }) => !keys.has(key));
      for (const { key } of next) keys.add(key);
      frontier = next;
    }
    return keys;
  }

  touches(written: Written): boolean {
    const { key, file } = written;
    const isAnywhere = this.brokenFiles.has(file) || this.openFiles.has(file);
    return isAnywhere || this.touched.has(key) || this.direct(written);
  }

  problemsOf(written: Written): readonly Problem[] {
    const isOpen = this.openFiles.has(written.file);
    return this.problems.filter(
      (problem) =>
        isAbout(problem, written) || isNamedBy(problem, written) || (isOpen && isUnplaced(problem)),
    );
  }

  isBroken(file: string): boolean {
    return this.brokenFiles.has(file);
  }
}

/** The variables and locals of the same module that a declaration refers to. */
function referencedBy(written: Written, all: readonly Written[]): readonly Written[] {
  const names = new Set(
    [...written.text.matchAll(/\b(var|local)\.([\p{L}_][\p{L}\p{N}_-]*)/gu)].map(
      ([, root, name = ""]) => `${root === "var" ? "variable" : "local"} ${name}`,
    ),
  );
  if (names.size === 0) return [];
  const directory = directoryOf(written.file);
  return all.filter(
    ({ kind, labels, file }) => names.has(`${kind} ${labels[0] ?? ""}`) && directoryOf(file) === directory,
  );
}

/** A call's directory. */
function calledDirectory({ file, text }: Written): string | undefined {
  const source = /\bsource\s*=\s*"(\.\.?\/[^"]*)"/.exec(text)?.[1];
  return source === undefined ? undefined : joinPath(directoryOf(file), source);
}

/** What a problem of a module call may be mended in within the module, and the other way round. */
function acrossModules(written: Written, all: readonly Written[]): readonly Written[] {
  if (written.kind === "module") {
    const directory = calledDirectory(written);
    return all.filter(
      ({ kind, file }) => (kind === "variable" || kind === "output") && directoryOf(file) === directory,
    );
  }
  if (written.kind !== "variable" && written.kind !== "output") return [];
  const own = directoryOf(written.file);
  return all.filter((other) => other.kind === "module" && calledDirectory(other) === own);
}

/**
 * What the problems of a run name. Those that only a person, a retry or the cloud can answer name nothing. One without any place
 * (an objection to a plan) names all of the files that the caller gave, and nothing where none were given.
 */
export function namedBy({ problems, original, edited, files }: TextChange): Named {
  return new NamedByProblems(problems, [original, edited], files ?? []);
}
