import type { GaveUpReason, Problem } from "@apex/agent";
import { formatMoney, unreachable } from "@apex/core";
import { printable } from "../printable.ts";
import type { FixReport, ReportedProblem } from "./fix-report.ts";

/** "3 problems", "1 problem". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first sentence or so of what Terraform says, on one line. */
export function shortened(text: string, length = 160): string {
  const line = printable(text).replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** "main.tf:3", "aws_instance.web", or where nothing is told "the configuration". */
export function whereabouts({
  file,
  line,
  address,
}: Pick<ReportedProblem, "file" | "line" | "address">): string {
  if (file !== null) return printable(line === null ? file : `${file}:${line}`);
  return address === null ? "the configuration" : printable(address);
}

/** The place of a problem as {@link whereabouts} writes it. */
export function placeOfProblem({ place, diagnostic, address }: Problem): string {
  return whereabouts({
    file: place?.file ?? diagnostic.range?.filename ?? null,
    line: diagnostic.range?.start.line ?? null,
    address: address ?? diagnostic.address ?? null,
  });
}

/** "Unsupported argument: An argument named …". */
export function sentenceOf({ summary, detail }: Pick<ReportedProblem, "summary" | "detail">): string {
  return detail === null || detail === "" ? summary : `${summary}: ${detail}`;
}

/** Whose word it is that the configuration plans. */
function planSentence({ terraform }: FixReport): string {
  if (terraform === null) return "";
  return terraform.providers === "real"
    ? `Terraform ${terraform.version} plans it with the real providers.`
    : `Terraform ${terraform.version} plans it, offline: the stand-in provider asked nothing of a cloud.`;
}

/** The one sentence that says how it ended. */
export function verdictOf(report: FixReport): string {
  const { outcome, problems, isWritten, isDryRun } = report;
  const mended = problems.filter(({ isMended }) => isMended).length;
  const left = problems.length - mended;
  switch (outcome.kind) {
    case "nothing-broken":
      return `Nothing is broken. ${planSentence(report)}`;
    case "fixed": {
      const unwritten = isDryRun ? "No file was changed (--dry-run)." : "The files could not be written.";
      const files = isWritten ? "The files are written." : unwritten;
      return `Fixed: ${counted(mended, "problem")}. ${planSentence(report)} ${files}`;
    }
    case "gave-up":
      return `Not fixed: ${counted(left, "problem")} left. No file was changed.`;
    case "refused":
      return "Not fixed: the only ways that were found break a rule. No file was changed.";
    default:
      return unreachable(outcome);
  }
}

/** What a repair took: "2 rounds of fixers, 3 checks, 2.1 s; no model was asked". */
export function usedSentence({ used, model }: FixReport): string {
  const seconds = `${(used.ms / 1_000).toFixed(1)} s`;
  const work = [counted(used.rounds, "round") + " of fixers", counted(used.checks, "check"), seconds].join(
    ", ",
  );
  if (used.turns === 0) return `${work}; no model was asked`;
  const { inputTokens, outputTokens } = used.tokens;
  const atLeast = used.turnsWithoutUsage === 0 ? "" : "at least ";
  const tokens = `${atLeast}${(inputTokens + outputTokens).toLocaleString("en-US")} tokens`;
  const cost =
    used.cost === null ? "at a price that is not known" : `for ${atLeast}${formatMoney(used.cost)}`;
  return `${work}; ${printable(model ?? "the model")}: ${counted(used.turns, "turn")}, ${counted(used.attempts, "attempt")}, ${tokens} ${cost}`;
}

const GO_ON = "Mend what is left, and run apex fix again";

/** What may help where a repair gave up; else {@link GO_ON}. */
const AFTER: Readonly<Partial<Record<GaveUpReason, string>>> = {
  attempts: `With --max-attempts the model may try more often. Else: ${GO_ON.toLowerCase()}`,
  tokens: "With --max-tokens the model may use more of them",
  cost: "With --max-cost the model may cost more",
  time: "With --timeout it may take longer",
  "not-code": "Decide it in the configuration or by a value (--var-file), and run apex fix again",
  "model-unavailable":
    "Look at OPENAI_BASE_URL (--base-url), OPENAI_API_KEY and APEX_MODEL (--model), or leave it to fixers alone (--no-model)",
};

/** What a person does next; none where all is done. */
export function nextSteps(report: FixReport): readonly string[] {
  const { outcome, isDryRun, whyNoModel } = report;
  switch (outcome.kind) {
    case "nothing-broken":
      return [];
    case "fixed":
      return isDryRun
        ? ["Run the same without --dry-run to write it: what was found is kept, no model is asked again."]
        : [];
    case "refused":
      return ["No edit of Apex's may make that change: if it is meant, make it yourself."];
    case "gave-up": {
      const isModelMissing = outcome.reason === "no-model" && whyNoModel !== null;
      const model = `A model may mend what no fixer is certain of. ${whyNoModel}`;
      return [outcome.sentence, isModelMissing ? model : (AFTER[outcome.reason] ?? GO_ON)];
    }
    default:
      return unreachable(outcome);
  }
}
