import { compareDecimals, decimal } from "@apex/core";
import { compareText } from "../compare-text.ts";
import { list } from "../markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "../markdown-document.ts";
import { escapeMarkdown } from "../markdown-text.ts";
import { validationBlocks } from "../validation/validation-blocks.ts";
import { amountText, plural } from "../wording.ts";
import { commentTagLine } from "./comment-tag.ts";
import { assumptionBlocks, projectName } from "./estimate-assumptions.ts";
import type { EstimatedProject, EstimateProblem, EstimateReport } from "./estimate-report.ts";
import { type EstimateRows, estimateRows } from "./estimate-rows.ts";
import { estimateSentence } from "./estimate-sentence.ts";
import { estimateTable } from "./estimate-table.ts";
import { estimateTotals } from "./estimate-totals.ts";
import { lineItemDiff } from "./line-item-diff.ts";
import { type EstimateFlavour, FLAVOURS, type FlavouredMarkdown } from "./markdown-flavour.ts";

/** How an estimate becomes a comment. */
export interface EstimateMarkdownOptions {
  readonly flavour: EstimateFlavour;
  /** Tells several comments on one pull request apart; "" where there is only one. {@link isCommentTag} */
  readonly tag: string;
  /** ISO 8601 UTC: the state that the comment tells of, for {@link readCommentTag}. It is in the hidden line only. */
  readonly validAt: string;
  /** Characters at most; by default what the flavour's host takes. */
  readonly lengthMax?: number;
  /** Whether somebody else's job made the report, who may have written anything into it: then the comment says so. */
  readonly isFromFork?: boolean;
}

/** More recommendations than this are counted. */
const MISSED_MAX = 5;

/** Projects that failed, and messages of each: the first ones mostly cause the rest. */
const FAILED_MAX = 5;
const PROBLEMS_MAX = 3;

const SUMMARY_LENGTH_MAX = 240;
const DETAIL_LENGTH_MAX = 400;

/**
 * A pull request's change in cost as a comment: a hidden tag, one sentence, one table, what was tried, what the changed resources
 * were recommended, then folded line items and assumptions. Everything in the report is taken as hostile: no text of it becomes
 * markup, a link, an image or a mention, and no list makes it longer than it may be. But for the hidden line, equal reports are
 * equal text. Throws a RangeError for a tag or time of the wrong form.
 */
export function renderEstimateMarkdown(report: EstimateReport, options: EstimateMarkdownOptions): string {
  const flavour = FLAVOURS[options.flavour];
  const totals = estimateTotals(report);
  const rows = estimateRows(report);
  const blocks = [
    commentTagLine(options),
    "",
    `### Apex: ${estimateSentence(totals)}`,
    "",
    ...estimateTable(report, rows, totals, flavour),
    ...failedBlocks(report.projects, flavour),
    ...validationBlocks(report.validation, flavour.plot),
    ...missedBlocks(report, flavour),
    ...lineItemBlocks(rows, flavour),
    ...assumptionBlocks(report, flavour),
    flavour.small(footer(report, options.isFromFork ?? false)),
  ];
  return fitMarkdown(blocks, Math.min(options.lengthMax ?? flavour.lengthMax, flavour.lengthMax));
}

function failedBlocks(
  projects: readonly EstimatedProject[],
  flavour: FlavouredMarkdown,
): readonly MarkdownBlock[] {
  const failed = projects.filter(({ difference }) => difference === null);
  if (failed.length === 0) return [];
  const lines = failed.slice(0, FAILED_MAX).flatMap((project) => failedLines(project, flavour));
  const more = failed.length - FAILED_MAX;
  return [
    "**Could not be planned.** What this costs is in no amount. Correct it and push again.",
    "",
    list([...lines, ...(more > 0 ? [`- and ${plural(more, "more configuration")}`] : [])], "line"),
    "",
  ];
}

function failedLines(project: EstimatedProject, flavour: FlavouredMarkdown): string[] {
  // Warnings do not stop a plan: they are told only where nothing else is.
  const errors = project.problems.filter(({ severity }) => severity === "error");
  const problems = errors.length > 0 ? errors : project.problems;
  const more = problems.length - PROBLEMS_MAX;
  return [
    `- ${flavour.code(projectName(project), 120)}${problems.length === 0 ? `: no reason was given; run ${flavour.code("terraform plan")} there` : ""}`,
    ...problems.slice(0, PROBLEMS_MAX).map((problem) => `  - ${problemText(problem, flavour)}`),
    ...(more > 0 ? [`  - and ${plural(more, "more message")}`] : []),
  ];
}

function problemText(
  { summary, detail, address, file, line }: EstimateProblem,
  { code }: FlavouredMarkdown,
): string {
  const place = file === undefined ? address : `${file}${line === undefined ? "" : `:${line}`}`;
  const where = place === undefined ? "" : ` (${code(place, 120)})`;
  const more = detail === undefined ? "" : `: ${escapeMarkdown(detail, DETAIL_LENGTH_MAX)}`;
  return `${escapeMarkdown(summary, SUMMARY_LENGTH_MAX)}${where}${more}`;
}

function missedBlocks(
  { missed, projects }: EstimateReport,
  { code }: FlavouredMarkdown,
): readonly MarkdownBlock[] {
  // Under a commitment a smaller machine may save nothing: then it is no advice.
  const saving = missed.filter(({ monthlySavings }) => compareDecimals(monthlySavings, decimal(0)) > 0);
  if (saving.length === 0) return [];
  const best = saving.toSorted(
    (a, b) => compareDecimals(b.monthlySavings, a.monthlySavings) || compareText(a.address, b.address),
  );
  const lines = best.slice(0, MISSED_MAX).map((row) => {
    const where = projects.length > 1 ? ` in ${code(row.directory, 80)}` : "";
    const amount = amountText(row.monthlySavings, row.currency);
    return `- ${code(row.address)}${where}: ${code(row.change, 120)} saves ${amount} a month. ${escapeMarkdown(row.summary)}`;
  });
  const more = saving.length - MISSED_MAX;
  return [
    "**Recommended for what this pull request changes, and not in it.**",
    "",
    list([...lines, ...(more > 0 ? [`- and ${more} more`] : [])], "recommendation"),
    "",
  ];
}

function lineItemBlocks({ rows }: EstimateRows, flavour: FlavouredMarkdown): readonly MarkdownBlock[] {
  if (rows.length === 0) return [];
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  return flavour.folded(`Line items of ${plural(count, "resource")}`, lineItemDiff(rows));
}

/** Enough of a hash to find the commit by. */
const HASH_LENGTH = 7;

function footer({ commits, apexVersion }: EstimateReport, isFromFork: boolean): string {
  const hash = (commit: string) => escapeMarkdown(commit.slice(0, HASH_LENGTH));
  return [
    ...(commits === null ? [] : [`${hash(commits.base)} → ${hash(commits.head)}`]),
    `Apex ${escapeMarkdown(apexVersion, 40)}`,
    ...(isFromFork ? ["estimated by the fork's own workflow run, which its author controls"] : []),
  ].join(" · ");
}
