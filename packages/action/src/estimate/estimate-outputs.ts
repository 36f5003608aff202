import { compareDecimals, type Decimal, multiply } from "@apex/core";
import { type EstimateReport, estimateTotals, renderEstimateMarkdown } from "@apex/report";
import { failures, type FailCondition } from "../inputs/fail-on.ts";
import type { ActionIo } from "../runner/action-io.ts";
import type { ReportFiles } from "./report-files.ts";

const ZERO = "0" as Decimal;
/** GitHub takes 1 MiB for the summary of a step; what is longer is cut in the middle. */
const SUMMARY_LENGTH_MAX = 300_000;
/** GitHub keeps ten annotations of each kind of a step. */
const ANNOTATIONS_MAX = 10;

function savingsOf(delta: Decimal): Decimal {
  return compareDecimals(delta, ZERO) < 0 ? multiply(delta, "-1" as Decimal) : ZERO;
}

/** Sets what later steps of the workflow may ask for. An amount that is not known is empty, never zero. */
export async function setEstimateOutputs(
  io: ActionIo,
  report: EstimateReport,
  made: { readonly files: ReportFiles; readonly commentUrl: string | undefined },
): Promise<void> {
  const { before, after, delta, unpriced, mayBeLess, mayBeMore } = estimateTotals(report);
  const isKnown = delta !== null && !mayBeMore && !mayBeLess;
  const outputs = {
    "monthly-before": before ?? "",
    "monthly-after": after ?? "",
    "monthly-delta": delta ?? "",
    savings: isKnown ? savingsOf(delta) : "",
    "unpriced-count": String(unpriced),
    "comment-url": made.commentUrl ?? "",
    "report-json": made.files.report,
    "report-directory": made.files.directory,
  };
  for (const [name, value] of Object.entries(outputs)) await io.setOutput(name, value);
}

/** Shows the estimate on the page of the workflow's run. */
export async function addEstimateSummary(io: ActionIo, report: EstimateReport): Promise<void> {
  const validAt = io.now().toISOString();
  const lengthMax = SUMMARY_LENGTH_MAX;
  await io.addSummary(renderEstimateMarkdown(report, { flavour: "github", tag: "", validAt, lengthMax }));
}

/** Problems beside the lines that they are about, as the page of the changed files shows them. */
export function annotateProblems(io: ActionIo, report: EstimateReport): void {
  const problems = report.projects.flatMap((project) => project.problems).slice(0, ANNOTATIONS_MAX);
  for (const { severity, summary, detail, file, line } of problems) {
    io.annotate(severity, detail ?? summary, { title: summary, file, line });
  }
}

/** Which conditions of `fail-on` the estimate meets, as sentences. */
export function estimateFailures(
  report: EstimateReport,
  conditions: readonly FailCondition[],
): readonly string[] {
  const problems = report.projects.flatMap((project) => project.problems);
  return failures(conditions, {
    differences: report.projects.flatMap(({ difference }) => (difference === null ? [] : [difference])),
    unpricedCount: estimateTotals(report).unpricedChanged,
    problemsCount: problems.filter(({ severity }) => severity === "error").length,
  });
}
