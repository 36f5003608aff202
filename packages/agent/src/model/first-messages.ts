import { directoryOf } from "@apex/generators-hcl";
import { type Problem, PROBLEM_CLASSES } from "../diagnostics/problem.ts";
import type { World } from "../world/world.ts";
import { describeProblems, excerptsOf, groupAlike } from "./describe-problem.ts";
import { charactersOf, framed, type Framing, inLine } from "./framed-data.ts";
import { declaredAddresses, declaredNames } from "./list-declared.ts";
import type { ModelMessage } from "./model-client.ts";
import { placesOf } from "./problem-places.ts";
import { schemaOfProblem } from "./problem-schema.ts";
import { systemPrompt } from "./system-prompt.ts";

/** What a fixer knows of a problem without being certain. */
export interface Unsure {
  readonly fixer: string;
  readonly reason: string;
  readonly candidates: readonly string[];
}

/** What a model is told at the start. */
export interface Briefing extends Framing {
  readonly problems: readonly Problem[];
  /** Its configuration has the texts as they are now. */
  readonly world: World;
  readonly unsure: readonly Unsure[];
  /** What was changed already and is kept: sentences. */
  readonly tried: readonly string[];
  /** Of both messages together, as estimated; {@link BRIEFING_TOKENS} unless told. */
  readonly tokensMax?: number;
}

/** Tokens of the first messages: with the answers to some tool calls a repair stays below 30,000. */
const BRIEFING_TOKENS = 6000;
/** Whatever the bound: the share of problems then has room for the longest one. */
const CHARACTERS_MIN = 5000;
const PROBLEMS_MAX = 10;
const TRIED_MAX = 20;
const LINES_MAX = 100;
/** Lines on each side of a problem, as far as they fit. */
const AROUND = [20, 8, 3] as const;

const ASK = "ask with the tools";
/** What is said of pieces that are left out, and the marks of a title. */
const NOTE_LENGTH = 50;

/** One part of the first message. Its pieces are left out whole: a frame that is cut would not end. */
interface Section {
  readonly title: string;
  readonly pieces: readonly string[];
  /** Of the whole message's room. */
  readonly share: number;
  /** How many pieces there would be, where these are not all. */
  readonly total?: number;
  /** What becomes of pieces that are left out. */
  readonly rest?: string;
}

/** The names, one a line, as one piece; none where there are none. */
function listed(label: string, lines: readonly string[], framing: Framing): string[] {
  return lines.length === 0 ? [] : [framed(label, lines.slice(0, LINES_MAX).join("\n"), framing)];
}

function findingOf({ reason, candidates }: Unsure, framing: Framing): string {
  const near = candidates.slice(0, 10).map((candidate) => inLine(candidate, 100));
  const names = near.length === 0 ? "" : ` Candidates: ${near.join(", ")}.`;
  return framed("finding", `${inLine(reason, 300)}${names}`, framing);
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length + 1, 0);
}

/** The lines around the problems, as many of them as fit. */
function roomyExcerpts(problems: readonly Problem[], briefing: Briefing, max: number): string[] {
  const tries = AROUND.map((around) => excerptsOf(problems, briefing.world, { ...briefing, around }));
  return tries.find((pieces) => lengthOf(pieces) <= max) ?? tries.at(-1) ?? [];
}

function sectionsOf(briefing: Briefing, max: number): Section[] {
  const { problems, world, unsure, tried } = briefing;
  const { configuration } = world;
  const ours = problems.filter(({ class: name }) => PROBLEM_CLASSES[name] === "code");
  const others = problems.filter(({ class: name }) => PROBLEM_CLASSES[name] !== "code");
  const groups = groupAlike(ours);
  const shown = groups.slice(0, PROBLEMS_MAX);
  const told = shown.flatMap((alike) => alike.slice(0, 1));
  const places = told.flatMap((problem) => placesOf(problem, world));
  const directories = [...new Set(places.map(({ file }) => directoryOf(file)))];
  if (directories.length === 0) directories.push("");
  const schemas = told
    .map((problem) => schemaOfProblem(problem, world, briefing))
    .filter((text) => text !== "");
  const done = tried.slice(-TRIED_MAX).map((sentence) => `- ${inLine(sentence, 300)}`);
  const names = directories.flatMap((directory) => declaredNames(configuration, directory, briefing));
  const addresses = directories.flatMap((directory) => declaredAddresses(configuration, directory));
  const files = [...configuration.source.files.keys()].toSorted();
  return [
    {
      title: `Problems to repair: ${ours.length}`,
      pieces: shown.map((alike, index) => describeProblems(alike, index + 1, briefing)),
      share: 0.4,
      total: groups.length,
      rest: "told when these are gone",
    },
    { title: "Where they are", pieces: roomyExcerpts(told, briefing, max * 0.4), share: 0.4 },
    { title: "What the provider takes there", pieces: [...new Set(schemas)], share: 0.4 },
    {
      title: "What is known and not certain",
      pieces: unsure.slice(0, PROBLEMS_MAX).map((one) => findingOf(one, briefing)),
      share: 0.2,
    },
    { title: "What was done so far", pieces: listed("done", done, briefing), share: 0.2 },
    {
      title: "Not yours: a person or the cloud has to solve these, leave them alone",
      pieces: others
        .slice(0, PROBLEMS_MAX)
        .map(({ diagnostic }) => framed("problem", inLine(diagnostic.summary), briefing)),
      share: 0.1,
    },
    { title: "Declared names", pieces: listed("names", names, briefing), share: 0.2 },
    { title: "Declared addresses", pieces: listed("addresses", addresses, briefing), share: 0.2 },
    { title: "Files", pieces: listed("files", files, briefing), share: 0.1 },
  ];
}

/** The conversation's start: what a repair is and is not, then what is broken, as far as it fits. */
export function firstMessages(briefing: Briefing): readonly ModelMessage[] {
  const system = systemPrompt(briefing.nonce);
  const max = Math.max(charactersOf(briefing.tokensMax ?? BRIEFING_TOKENS) - system.length, CHARACTERS_MIN);
  const parts: string[] = [];
  let left = max;
  for (const { title, pieces, share, total, rest = ASK } of sectionsOf(briefing, max)) {
    const room = Math.min(left, max * share) - title.length - NOTE_LENGTH;
    const kept: string[] = [];
    for (const piece of pieces) {
      if (lengthOf([...kept, piece]) > room) break;
      kept.push(piece);
    }
    if (pieces.length === 0 || left < title.length + NOTE_LENGTH) continue;
    const more = (total ?? pieces.length) - kept.length;
    const note = more === 0 ? [] : [kept.length === 0 ? `(${rest})` : `(${more} more: ${rest})`];
    const part = [`## ${title}`, ...kept, ...note].join("\n");
    parts.push(part);
    left -= part.length + 2;
  }
  return [
    { role: "system", text: system },
    { role: "user", text: parts.join("\n\n") },
  ];
}
