import type { GaveUpReason, LoopNews, LoopOutcome, Problem, Used, Violation } from "@apex/agent";
import { canonicalJson, type ProviderMode } from "@apex/core";

/** One problem that a repair met, and what became of it. */
export interface ReportedProblem {
  readonly class: Problem["class"];
  readonly summary: string;
  readonly detail: string | null;
  readonly address: string | null;
  readonly file: string | null;
  /** As Terraform told it, when it was met. */
  readonly line: number | null;
  readonly isMended: boolean;
}

/** One change that stands. */
export interface ReportedRepair {
  /** A fixer's name, or "model". */
  readonly by: string;
  readonly sentence: string;
  readonly files: readonly string[];
}

/** How a repair ended, for people and scripts. */
export type ReportedOutcome =
  | { readonly kind: "nothing-broken" }
  | { readonly kind: "fixed" }
  | { readonly kind: "gave-up"; readonly reason: GaveUpReason; readonly sentence: string }
  | { readonly kind: "refused"; readonly violations: readonly Violation[] };

/** What became known while a repair ran. */
export interface Followed {
  readonly problems: readonly Problem[];
  readonly repairs: readonly ReportedRepair[];
  readonly unsure: readonly Extract<LoopNews, { kind: "unsure" }>[];
}

/** All that `apex fix` tells at its end. */
export interface FixReport {
  readonly apexVersion: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** As the user may name it from where they stand. */
  readonly directory: string;
  readonly runId: string;
  readonly transcript: string;
  readonly outcome: ReportedOutcome;
  /** Whether the files were changed. */
  readonly isWritten: boolean;
  readonly isDryRun: boolean;
  readonly isResumed: boolean;
  readonly problems: readonly ReportedProblem[];
  readonly repairs: readonly ReportedRepair[];
  readonly unsure: Followed["unsure"];
  /** As a unified diff; of a repair that gave up: how far it came, which is not written. */
  readonly diff: string;
  /** Who planned it; `null` where nothing was checked. */
  readonly terraform: { readonly providers: ProviderMode; readonly version: string } | null;
  readonly notes: readonly string[];
  /** `null`: no model was asked. */
  readonly model: string | null;
  /** Why none was, where it was not the user's wish. */
  readonly whyNoModel: string | null;
  readonly used: Used;
}

/** Equal for the same problem, wherever edits have moved it to. */
function keyOf({ class: kind, diagnostic, address, place }: Problem): string {
  const { summary, detail, address: told } = diagnostic;
  return canonicalJson([kind, summary, detail ?? "", address ?? told ?? "", place?.file ?? ""]);
}

/** Gathers what a repair tells into what its report needs. */
export function followNews(): { readonly add: (news: LoopNews) => void; readonly followed: () => Followed } {
  const problems = new Map<string, Problem>();
  const unsure: Extract<LoopNews, { kind: "unsure" }>[] = [];
  const repairs: ReportedRepair[] = [];
  return {
    add(news) {
      switch (news.kind) {
        case "problems":
          for (const problem of news.problems) {
            if (!problems.has(keyOf(problem))) problems.set(keyOf(problem), problem);
          }
          return;
        case "edited": {
          const files = [...new Set(news.edits.map(({ file }) => file))];
          repairs.push({ by: news.by, sentence: news.sentence, files });
          return;
        }
        case "undone":
          repairs.length = Math.max(0, repairs.length - news.edits);
          return;
        case "unsure":
          unsure.push(news);
          return;
        default:
          return;
      }
    },
    followed: () => ({ problems: [...problems.values()], repairs, unsure }),
  };
}

/** What is left of the problems at the end of a repair. */
function leftOf(outcome: LoopOutcome): ReadonlySet<string> {
  return new Set(outcome.kind === "fixed" ? [] : outcome.left.map(keyOf));
}

/** The problems that a repair met, with what became of each. */
export function reportedProblems(
  problems: readonly Problem[],
  outcome: LoopOutcome,
): readonly ReportedProblem[] {
  const left = leftOf(outcome);
  return problems.map((problem) => ({
    class: problem.class,
    summary: problem.diagnostic.summary,
    detail: problem.diagnostic.detail ?? null,
    address: problem.address ?? problem.diagnostic.address ?? null,
    file: problem.place?.file ?? problem.diagnostic.range?.filename ?? null,
    line: problem.diagnostic.range?.start.line ?? null,
    isMended: !left.has(keyOf(problem)),
  }));
}

/** How it ended, without the texts. */
export function reportedOutcome(outcome: LoopOutcome): ReportedOutcome {
  switch (outcome.kind) {
    case "fixed":
      return { kind: outcome.files.size === 0 ? "nothing-broken" : "fixed" };
    case "gave-up":
      return { kind: "gave-up", reason: outcome.reason, sentence: outcome.sentence };
    case "refused":
      return { kind: "refused", violations: outcome.violations };
  }
}
