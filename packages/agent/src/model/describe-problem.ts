import { formatPath } from "@apex/core";
import type { FilePlace, Problem } from "../diagnostics/problem.ts";
import { SourceText } from "@apex/generators-hcl/syntax";
import type { World } from "../world/world.ts";
import { framed, type Framing, inLine, shortened } from "./framed-data.ts";
import { placesOf } from "./problem-places.ts";
import { numberedLines } from "./read-lines.ts";

/** Characters of Terraform's message that are told, and of its explanation. */
const SUMMARY_MAX = 200;
const DETAIL_MAX = 800;
/** Places that are told of problems that read the same. */
const ALSO_MAX = 8;
/** Characters of a line in an excerpt. */
const EXCERPT_LINE_MAX = 300;
/** Lines of all excerpts together. */
const EXCERPTS_LINES_MAX = 240;

/**
 * Terraform's "Did you mean" is the first near name of an unordered map, another one from run to run: the schema tells better. Source:
 * helper `didyoumean` and its callers, seen in runs of Terraform 1.11.4.
 */
function withoutSuggestion(detail: string): string {
  return detail.replace(/\s*Did you mean (to define )?[^?]*\?( If so,[^.]*\.)?/g, "");
}

/** Problems that read the same, each group in the order of its first: one mistake may be told for every line after it. */
export function groupAlike(problems: readonly Problem[]): readonly (readonly Problem[])[] {
  const key = ({ class: name, diagnostic, path }: Problem): string =>
    JSON.stringify([name, diagnostic.summary, withoutSuggestion(diagnostic.detail ?? ""), path ?? []]);
  return [...Map.groupBy(problems, key).values()];
}

/** Problems that read the same as data, with what Apex knows of them. */
export function describeProblems(alike: readonly Problem[], number: number, framing: Framing): string {
  const [problem, ...others] = alike;
  if (problem === undefined) return "";
  const { diagnostic, address, path, place } = problem;
  const also = [...new Set(others.map(placeLine))].filter((line) => line !== "");
  const more = also.length > ALSO_MAX ? ` and ${also.length - ALSO_MAX} more places` : "";
  const lines = [
    shortened(diagnostic.summary, SUMMARY_MAX),
    shortened(withoutSuggestion(diagnostic.detail ?? ""), DETAIL_MAX),
    ...(diagnostic.range === undefined && place === undefined ? [] : [`file: ${placeLine(problem)}`]),
    ...(also.length === 0 ? [] : [`also: ${also.slice(0, ALSO_MAX).join(", ")}${more}`]),
    ...(address === undefined ? [] : [`address: ${inLine(address)}`]),
    ...(path === undefined ? [] : [`attribute: ${inLine(formatPath(path))}`]),
  ];
  return framed(
    `problem ${number} ${problem.class}`,
    lines.filter((line) => line !== "").join("\n"),
    framing,
  );
}

function placeLine({ diagnostic, place }: Problem): string {
  const file = inLine(place?.file ?? diagnostic.range?.filename ?? "");
  const line = diagnostic.range?.start.line;
  return line === undefined ? file : `${file} line ${line}`;
}

interface Excerpt {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** Lines around places; neighbouring ones together, in order of files. */
function excerptsAround(
  places: readonly FilePlace[],
  files: ReadonlyMap<string, string>,
  around: number,
): Excerpt[] {
  const wanted = places.flatMap((place) => {
    const text = files.get(place.file);
    if (text === undefined) return [];
    const source = new SourceText(place.file, text);
    const first = source.position(Math.min(place.start, text.length)).line;
    // A place may be a whole block: its first lines tell what it is.
    const last = Math.min(source.position(Math.min(place.end, text.length)).line, first + around);
    return [{ file: place.file, from: Math.max(1, first - around), to: last + around }];
  });
  const merged: Excerpt[] = [];
  for (const one of wanted.toSorted((a, b) =>
    a.file === b.file ? a.from - b.from : a.file < b.file ? -1 : 1,
  )) {
    const last = merged.at(-1);
    if (last !== undefined && last.file === one.file && one.from <= last.to + 1) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, one.to) };
    } else merged.push(one);
  }
  return merged;
}

/** The lines around the problems with their numbers, as data; each piece is whole. `around`: lines on each side. */
export function excerptsOf(
  problems: readonly Problem[],
  world: World,
  { nonce, redact, around }: Framing & { readonly around: number },
): string[] {
  const { files } = world.configuration.source;
  const places = problems.flatMap((problem) => placesOf(problem, world));
  const shown: string[] = [];
  let left = EXCERPTS_LINES_MAX;
  for (const { file, from, to } of excerptsAround(places, files, around)) {
    if (left <= 0) break;
    const last = Math.min(to, from + left - 1);
    left -= last - from + 1;
    const text = files.get(file) ?? "";
    shown.push(numberedLines(file, { from, to: last }, { nonce, redact, text, lineMax: EXCERPT_LINE_MAX }));
  }
  return shown;
}
