import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type GuardRule, PROBLEM_CLASSES, type ProblemClass } from "@apex/agent";
import { isJsonObject, type JsonValue, type TerraformDiagnostic } from "@apex/core";

/**
 * Who must repair a case. `fixers`: they alone reach the intended plan. `model`: the fixers leave it, a model that knows the intended
 * text gets it through. `person`: nobody may, the files stay as they are. `refused`: the obvious repair breaks a rule.
 */
export type Expectation = "fixers" | "model" | "person" | "refused";

/** One broken configuration of the benchmark, with what was meant. All texts by path, forward slashes. */
export interface RepairCase {
  /** The file's name without its ending; unique in the benchmark. */
  readonly id: string;
  readonly family: string;
  readonly expect: Expectation;
  /** What Terraform finds wrong, at first or after the first repair. */
  readonly classes: readonly ProblemClass[];
  readonly why: string;
  /** For `refused`: the rules of which the worst proposal breaks at least one. */
  readonly rules: readonly GuardRule[];
  readonly broken: Readonly<Record<string, string>>;
  /** All files as they were meant; `null` where only the owner knows. */
  readonly intended: Readonly<Record<string, string>> | null;
  /** All files as a careless model would leave them. */
  readonly worst: Readonly<Record<string, string>> | null;
  /** The text of a `terraform.tfstate`. */
  readonly state: string | null;
  /** What an apply met; empty where Terraform's own check finds the mistake. */
  readonly applied: readonly TerraformDiagnostic[];
}

const EXPECTATIONS: readonly string[] = ["fixers", "model", "person", "refused"] satisfies Expectation[];

const RULES: Readonly<Record<GuardRule, true>> = {
  "stateful-destroyed": true,
  "resource-destroyed": true,
  "declaration-removed": true,
  "check-removed": true,
  "access-widened": true,
  "protection-weakened": true,
  "outside-intention": true,
  "provider-changed": true,
  "backend-changed": true,
  "module-source-changed": true,
  "ignored-change": true,
  "prevent-destroy": true,
  "code-execution": true,
  "secret-written": true,
  "repetition-emptied": true,
  "too-large": true,
};

const ENDING = ".txtar";
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SECTION = /^-- (\S+) --$/;
const KEYS: readonly string[] = ["classes", "expect", "why", "rules", "line-ends"];
const STATE = "terraform.tfstate";
const APPLIED = "diagnostics.json";

/** Reads every case under a folder of families, in order of their ids. Throws an Error that names the file. */
export async function readCases(folder: string): Promise<RepairCase[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ENDING));
  const cases = await Promise.all(
    names.map(async (name) => readCase(name, await readFile(join(folder, name), "utf8"))),
  );
  const seen = new Set<string>();
  for (const { id, family } of cases) {
    if (seen.has(id)) throw new Error(`${family}/${id}${ENDING}: there is another case of that id`);
    seen.add(id);
  }
  return cases.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Reads one case; `path` ends in `<family>/<id>.txtar`. Throws an Error that names the file and what is missing. */
export function readCase(path: string, text: string): RepairCase {
  const refuse = (what: string): never => {
    throw new Error(`${path}: ${what}`);
  };
  const { header, sections } = split(text, refuse);
  const read: RepairCase = {
    id: basename(path, ENDING),
    family: basename(dirname(path)),
    ...readHeader(header, refuse),
    ...readFiles(sections),
    applied: readApplied(sections.get(APPLIED), refuse),
  };
  for (const flaw of flawsOf(read, sections)) refuse(flaw);
  return read;
}

type Refuse = (what: string) => never;

interface Parts {
  readonly header: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, string>;
}

/** The archive format of Go's txtar, with `key: value` lines in front. */
function split(text: string, refuse: Refuse): Parts {
  const header = new Map<string, string>();
  const sections = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const [index, line] of text.replace(/\n$/, "").split("\n").entries()) {
    const name = SECTION.exec(line)?.[1];
    if (name !== undefined) {
      if (sections.has(name)) refuse(`line ${index + 1}: section ${name} is there twice`);
      lines = [];
      sections.set(name, lines);
    } else if (lines !== undefined) lines.push(line);
    else if (line.trim() !== "") {
      const [, key = "", value = ""] = /^([a-z-]+): *(.*)$/.exec(line) ?? [];
      if (!KEYS.includes(key)) refuse(`line ${index + 1}: not one of the keys ${KEYS.join(", ")}: ${line}`);
      if (header.has(key)) refuse(`line ${index + 1}: ${key} is there twice`);
      header.set(key, value.trim());
    }
  }
  const lineEnd = header.get("line-ends") === "crlf" ? "\r\n" : "\n";
  const whole = (each: readonly string[]): string => each.map((line) => line + lineEnd).join("");
  return { header, sections: new Map([...sections].map(([name, each]) => [name, whole(each)])) };
}

function readHeader(header: Parts["header"], refuse: Refuse) {
  const list = (key: string): string[] =>
    (header.get(key) ?? "").split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
  const expect = header.get("expect") ?? "";
  if (!EXPECTATIONS.includes(expect)) refuse(`expect is not one of ${EXPECTATIONS.join(", ")}: ${expect}`);
  const lineEnds = header.get("line-ends");
  if (lineEnds !== undefined && lineEnds !== "crlf") refuse(`line-ends is crlf or not there: ${lineEnds}`);
  const classes = list("classes");
  for (const each of classes)
    if (!Object.hasOwn(PROBLEM_CLASSES, each)) refuse(`no class of problems: ${each}`);
  const rules = list("rules");
  for (const rule of rules) if (!Object.hasOwn(RULES, rule)) refuse(`no rule of the guards: ${rule}`);
  return {
    expect: expect as Expectation,
    classes: classes as ProblemClass[],
    why: header.get("why") ?? "",
    rules: rules as GuardRule[],
  };
}

function readFiles(sections: Parts["sections"]) {
  const broken: Record<string, string> = {};
  const fixed: Record<string, string> = {};
  const worst: Record<string, string> = {};
  for (const [name, text] of sections) {
    if (name === STATE || name === APPLIED) continue;
    if (name.startsWith("fixed/")) fixed[name.slice("fixed/".length)] = text;
    else if (name.startsWith("worst/")) worst[name.slice("worst/".length)] = text;
    else broken[name] = text;
  }
  const over = (changed: Readonly<Record<string, string>>) =>
    Object.keys(changed).length === 0 ? null : { ...broken, ...changed };
  return { broken, intended: over(fixed), worst: over(worst), state: sections.get(STATE) ?? null };
}

function readApplied(text: string | undefined, refuse: Refuse): TerraformDiagnostic[] {
  if (text === undefined) return [];
  const value = parseJson(text);
  if (!Array.isArray(value) || value.length === 0) return refuse(`${APPLIED} is not a list of diagnostics`);
  return value.map((item) =>
    isJsonObject(item) && item["severity"] === "error" && typeof item["summary"] === "string"
      ? (item as unknown as TerraformDiagnostic)
      : refuse(`${APPLIED} holds something that is no error of Terraform's`),
  );
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What makes a case useless though it can be read. */
function flawsOf(read: RepairCase, sections: Parts["sections"]): string[] {
  const flaws: string[] = [];
  const demand = (holds: boolean, flaw: string): void => {
    if (!holds) flaws.push(flaw);
  };
  demand(KEBAB.test(read.id) && KEBAB.test(read.family), "family and id are kebab-case");
  demand(read.classes.length > 0, "classes is missing");
  demand(read.why.split(/\s+/).length >= 4, "why is missing, or no sentence");
  demand(
    Object.keys(read.broken).some((name) => /\.tf(?:\.json)?$/.test(name)),
    "there is no .tf file",
  );
  demand(
    read.intended !== null || !["fixers", "model"].includes(read.expect),
    `expect: ${read.expect} needs a section -- fixed/… --`,
  );
  demand(
    (read.worst !== null) === (read.expect === "refused"),
    "-- worst/… -- is for expect: refused, and is needed there",
  );
  demand(
    read.rules.length > 0 === (read.expect === "refused"),
    "rules is for expect: refused, and is needed there",
  );
  for (const [name, text] of sections) {
    const path = name.replace(/^(?:fixed|worst)\//, "");
    demand(!path.split("/").includes("..") && !path.startsWith("/"), `section ${name} leaves the directory`);
    demand(
      path === name || read.broken[path] !== text,
      `section ${name} is no different from what is broken`,
    );
  }
  demand(read.state === null || isJsonObject(parseJson(read.state)), `${STATE} is not JSON`);
  return flaws;
}
