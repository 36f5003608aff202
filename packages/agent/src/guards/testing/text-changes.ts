import { type Configuration, readConfiguration, rereadConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { Problem, ProblemClass } from "../../diagnostics/problem.ts";
import type { GuardRule, Violation } from "../guard.ts";
import { inventoryOf } from "../inventory.ts";
import { reviewTextChange } from "../review-text-change.ts";

const parser = await loadHclParser();

/** A configuration in memory: path → text. */
export type Texts = Readonly<Record<string, string>>;

/** Reads files. */
function configurationOf(files: Texts): Configuration {
  return readConfiguration(parser, { files: new Map(Object.entries(files)) });
}

/** A problem at the first place of a text, with names for the blanks of its message. */
export function problemAt(
  files: Texts,
  text: string,
  problem: { readonly class: ProblemClass; readonly names?: Problem["names"]; readonly file?: string },
): Problem {
  const file = problem.file ?? "main.tf";
  const start = (files[file] ?? "").indexOf(text);
  if (start === -1) throw new Error(`${JSON.stringify(text)} is not in ${file}`);
  const line = (files[file] ?? "").slice(0, start).split("\n").length;
  const at = { line, column: 1, byte: start };
  return {
    class: problem.class,
    diagnostic: { severity: "error", summary: problem.class, range: { filename: file, start: at, end: at } },
    names: problem.names ?? {},
    place: { file, start, end: start + text.length },
  };
}

/** Problems at the header of every declaration: nothing is refused because no problem is near. */
function problemsEverywhere(configuration: Configuration): readonly Problem[] {
  return inventoryOf(configuration).map(({ file, start, kind }) => ({
    class: "unclassified",
    diagnostic: { severity: "error", summary: "Something is wrong" },
    names: {},
    place: { file, start, end: start + kind.length },
  }));
}

/** An edit: pairs of old and new text by file, each of which is there once; `null`: the file is as given. */
export type Edits = readonly (readonly [file: string, old: string, now: string])[];

/** The files after an edit. Old text "" appends. */
function edit(files: Texts, edits: Edits): Texts {
  const result: Record<string, string> = { ...files };
  for (const [file, old, now] of edits) {
    const text = result[file] ?? "";
    if (old !== "" && text.split(old).length !== 2)
      throw new Error(`${JSON.stringify(old)} is not once in ${file}`);
    result[file] = old === "" ? text + now : text.replace(old, () => now);
  }
  return result;
}

/** What the rules say of an edit. */
export function review(files: Texts, edits: Edits, problems?: readonly Problem[]): readonly Violation[] {
  const original = configurationOf(files);
  const edited = rereadConfiguration(original, new Map(Object.entries(edit(files, edits))));
  return reviewTextChange({ original, edited, problems: problems ?? problemsEverywhere(original) });
}

/** The rules that an edit breaks. */
export function brokenRules(files: Texts, edits: Edits, problems?: readonly Problem[]): readonly GuardRule[] {
  return [...new Set(review(files, edits, problems).map(({ rule }) => rule))];
}
