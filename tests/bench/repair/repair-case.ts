import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { LoopOutcome, ModelClient } from "@apex/agent";
import { recordedIo, repairDirectory, type RepairRun } from "@apex/cli/testing";
import { planner, withFiles } from "../../agent/diagnose.ts";
import { differences, type Meaning, understand, type Understood } from "./meaning.ts";
import type { RepairCase } from "./read-case.ts";
import { scriptedModel } from "./scripted-model.ts";
import { changedLines } from "./text-lines.ts";

type Files = Readonly<Record<string, string>>;

/**
 * How a case ended. `right`: as it was meant, or refused or left where that is expected. `better`: fixed as intended though nobody
 * expected it. `left`: not fixed though it should be, or refused by another rule. `wrong`: fixed, and it means something else, or a
 * trap was walked into. `crashed`: the repair threw.
 */
export type Verdict = "right" | "better" | "left" | "wrong" | "crashed";

/** One case, repaired and judged. */
export interface CaseResult {
  readonly id: string;
  readonly family: string;
  readonly expect: RepairCase["expect"];
  readonly verdict: Verdict;
  /** Whether the last text is the intended one or plans the same: what the fixers did alone. */
  readonly isFixedByFixers: boolean;
  /** What there is to say about a verdict other than "right": lines. */
  readonly remarks: readonly string[];
  /** Of the fixers' own run, as long as it took. */
  readonly ms: number;
  readonly checks: number;
  /** Lines taken away and added by the fix, and by the intended text; absent when it was not fixed. */
  readonly lines?: { readonly changed: number; readonly intended: number };
  readonly fixers: readonly string[];
}

interface Attempt {
  readonly outcome: LoopOutcome;
  readonly followed: RepairRun["followed"];
  readonly ms: number;
}

/** Repairs a case as `apex fix --dry-run` does, with a model or without. Throws an Error if that changes a file. */
export async function attempt(read: RepairCase, client?: ModelClient): Promise<Attempt> {
  const { broken, state, applied } = read;
  const written = state === null ? broken : { ...broken, "terraform.tfstate": state };
  return withFiles(written, async (directory) => {
    const task = {
      directory,
      planner: await planner(),
      ...(applied.length === 0 ? {} : { reported: applied }),
      ...(client === undefined ? {} : { client }),
    };
    const startedAt = performance.now();
    const io = recordedIo({ now: () => new Date(performance.timeOrigin + performance.now()) });
    const { outcome, followed } = await repairDirectory(io, task);
    const ms = performance.now() - startedAt;
    for (const [file, text] of Object.entries(written)) {
      if ((await readFile(join(directory, file), "utf8")) !== text) throw new Error(`${file} was changed`);
    }
    return { outcome, followed, ms };
  });
}

type Compared = { readonly kind: "same" } | { readonly kind: "differs"; readonly lines: readonly string[] };

/** Compares what was reached with what was meant. */
export class Reference {
  private meant: Promise<Understood> | undefined;
  private readonly read: RepairCase;

  constructor(read: RepairCase) {
    this.read = read;
  }

  async compare(files: Files): Promise<Compared> {
    const { intended, state } = this.read;
    if (intended === null) return { kind: "differs", lines: ["nobody may fix it, and it was fixed"] };
    // One text has one meaning.
    if (sameTexts(files, intended)) return { kind: "same" };
    this.meant ??= understand(intended, state);
    const lines = differences(meaningOf(await this.meant), meaningOf(await understand(files, state)));
    return lines.length === 0 ? { kind: "same" } : { kind: "differs", lines };
  }
}

function sameTexts(a: Files, b: Files): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** A text that does not plan has one fact: that. */
function meaningOf(understood: Understood): Meaning {
  if (understood.kind === "means") return understood.meaning;
  return new Map([["plan", understood.diagnostics.map(({ summary }) => summary).join("; ")]]);
}

function textsAfter({ broken }: RepairCase, files: ReadonlyMap<string, string>): Files {
  return { ...broken, ...Object.fromEntries(files) };
}

/** What fixers changed in a text that they did not finish, and the intended text does not have. */
function strayLines(read: RepairCase, outcome: LoopOutcome): string[] {
  if (outcome.kind === "fixed" || read.intended === null) return [];
  const plain = (text: string | undefined): Set<string> =>
    new Set((text ?? "").split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim()));
  return [...outcome.partial].flatMap(([file, text]) => {
    const known = new Set([...plain(read.broken[file]), ...plain(read.intended?.[file])]);
    return [...plain(text)].filter((line) => !known.has(line)).map((line) => `stray in ${file}: ${line}`);
  });
}

function endOf(outcome: LoopOutcome): string {
  switch (outcome.kind) {
    case "fixed":
      return "fixed";
    case "gave-up":
      return `gave up (${outcome.reason}): ${outcome.sentence}`;
    case "refused":
      return `refused: ${outcome.violations.map(({ rule, sentence }) => `${rule}: ${sentence}`).join(" | ")}`;
  }
}

interface Judged {
  readonly verdict: Verdict;
  readonly remarks: readonly string[];
}

const RIGHT: Judged = { verdict: "right", remarks: [] };

/** The fixers did not finish, as `outcome` tells: is that as it should be? */
function judgeLeft(read: RepairCase, outcome: LoopOutcome): Judged {
  if (outcome.kind === "fixed" || read.expect !== "person") return RIGHT;
  const left = [...new Set(outcome.left.map((problem) => problem.class))];
  const unknown = left.filter((each) => !read.classes.includes(each));
  if (left.length > 0 && unknown.length === 0) return RIGHT;
  return { verdict: "left", remarks: [`left are ${left.join(", ") || "no problems"}: ${endOf(outcome)}`] };
}

/** A model proposes the intended text, or the worst. */
async function judgeModel(read: RepairCase, reference: Reference): Promise<Judged> {
  const target = read.expect === "refused" ? read.worst : read.intended;
  if (target === null) return RIGHT;
  const { outcome } = await attempt(read, scriptedModel(target));
  if (outcome.kind === "fixed") {
    const compared = await reference.compare(textsAfter(read, outcome.files));
    if (compared.kind === "same") return RIGHT;
    return { verdict: "wrong", remarks: ["with the scripted model:", ...compared.lines] };
  }
  if (read.expect === "model") {
    return { verdict: "left", remarks: [`the intended text was not taken: ${endOf(outcome)}`] };
  }
  // What no edit can help with is not even offered to a model.
  if (outcome.kind === "gave-up" && outcome.reason === "not-code") return RIGHT;
  const rules = outcome.kind === "refused" ? outcome.violations.map(({ rule }) => rule) : [];
  if (rules.some((rule) => read.rules.includes(rule))) return RIGHT;
  return { verdict: "left", remarks: [`not refused by ${read.rules.join(" or ")}: ${endOf(outcome)}`] };
}

/** Repairs a case by the fixers alone, then with the scripted model where the case asks for it, and judges what came of it. */
export async function repairCase(read: RepairCase): Promise<CaseResult> {
  try {
    return await repairAndJudge(read);
  } catch (error) {
    const { id, family, expect } = read;
    const remarks = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    const nothing = { isFixedByFixers: false, ms: 0, checks: 0, fixers: [] };
    return { id, family, expect, ...nothing, verdict: "crashed", remarks };
  }
}

async function repairAndJudge(read: RepairCase): Promise<CaseResult> {
  const { id, family, expect, broken } = read;
  const { outcome, followed, ms } = await attempt(read);
  const reference = new Reference(read);
  const base = {
    id,
    family,
    expect,
    ms,
    checks: outcome.used.checks,
    fixers: [...new Set(followed.repairs.map(({ by }) => by))],
  };
  if (outcome.kind === "fixed") {
    const after = textsAfter(read, outcome.files);
    const compared = await reference.compare(after);
    const lines = {
      changed: changedLines(broken, after),
      intended: changedLines(broken, read.intended ?? broken),
    };
    const done = followed.repairs.map(({ by, sentence }) => `${by}: ${sentence}`);
    if (compared.kind === "differs") {
      return {
        ...base,
        lines,
        verdict: "wrong",
        isFixedByFixers: false,
        remarks: [...compared.lines, ...done],
      };
    }
    const verdict = expect === "fixers" ? "right" : "better";
    return { ...base, lines, verdict, isFixedByFixers: true, remarks: verdict === "right" ? [] : done };
  }
  const stray = strayLines(read, outcome);
  const judged: Judged =
    expect === "fixers"
      ? { verdict: "left", remarks: [endOf(outcome)] }
      : expect === "person"
        ? judgeLeft(read, outcome)
        : await judgeModel(read, reference);
  return { ...base, isFixedByFixers: false, ...judged, remarks: [...judged.remarks, ...stray] };
}
