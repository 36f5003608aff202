import { formatMoney } from "@apex/core";
import { escapeMarkdown } from "@apex/report";
import type { PullRequestAction } from "../pull-requests/decide-actions.ts";
import type { ModuleProblem } from "./analyse-modules.ts";
import type { ActionResult } from "./carry-out.ts";
import type { ReadyGroup } from "./prepare-groups.ts";

/** What a run did, or in a dry run would do. */
export interface RunSummary {
  readonly isDryRun: boolean;
  readonly results: readonly ActionResult[];
  readonly groups: readonly ReadyGroup[];
  /** Recommendations that a person declined or merged, as sentences. */
  readonly withheld: readonly string[];
  readonly notes: readonly string[];
  /** Root modules that were not analysed. */
  readonly problems: readonly ModuleProblem[];
  /** `null` where no root module was analysed. */
  readonly currency: string | null;
}

const WORDS: Readonly<Record<PullRequestAction["kind"], readonly [done: string, wouldBe: string]>> = {
  open: ["opened", "would be opened"],
  update: ["updated", "would be updated"],
  close: ["closed", "would be closed"],
  note: ["told that it is left alone", "would be told that it is left alone"],
  leave: ["left as it is", "left as it is"],
  hold: ["not opened", "not opened"],
};

function whatOf({ action, obstacle }: ActionResult, isDryRun: boolean): string {
  if (obstacle !== undefined) return "not done";
  return WORDS[action.kind][isDryRun ? 1 : 0];
}

function whyOf({ action, obstacle, refusedReviewers = [] }: ActionResult): string {
  const refused =
    refusedReviewers.length === 0
      ? []
      : [`GitHub takes no request for a review by ${refusedReviewers.join(", ")}`];
  const reason =
    action.kind === "update" ? [`new: ${action.changes.join(", ")}`] : "why" in action ? [action.why] : [];
  return [...(obstacle === undefined ? reason : [obstacle]), ...refused].join("; ");
}

function savingOf({ groups, currency }: RunSummary, key: string): string {
  const group = groups.find((each) => each.key === key);
  return group === undefined || currency === null ? "" : formatMoney({ amount: group.saving, currency });
}

function nameOf({ groups }: RunSummary, action: PullRequestAction): string {
  return groups.find(({ key }) => key === action.key)?.title ?? ("name" in action ? action.name : action.key);
}

function rowsOf(summary: RunSummary): readonly (readonly string[])[] {
  return summary.results.map((result) => [
    "number" in result.action ? `#${result.action.number}` : "",
    nameOf(summary, result.action),
    savingOf(summary, result.action.key),
    whatOf(result, summary.isDryRun),
    whyOf(result),
  ]);
}

/** Why a root module is not in the table, as a sentence. */
export function problemSentence({ directory, message }: ModuleProblem): string {
  return `${directory} could not be analysed: ${message}`;
}

/** What is told besides the table. */
function linesOf({ problems, withheld, notes }: RunSummary): readonly string[] {
  return [...problems.map(problemSentence), ...withheld, ...notes];
}

const HEAD = ["", "pull request", "saves a month", "what", "why"];

/** For the page of the workflow's run. */
export function renderResultsMarkdown(summary: RunSummary): string {
  const rows = rowsOf(summary);
  const cells = ([number = "", ...others]: readonly string[]) =>
    `| ${[number, ...others.map((text) => escapeMarkdown(text))].join(" | ")} |`;
  const table =
    rows.length === 0
      ? ["No group of recommendations, and no pull request of Apex's."]
      : [cells(HEAD), "|---|---|--:|---|---|", ...rows.map(cells)];
  const lists = linesOf(summary).map((text) => `- ${escapeMarkdown(text)}`);
  const dry = summary.isDryRun ? ["A dry run: nothing was written.", ""] : [];
  return ["## Optimization pull requests", "", ...dry, ...table, "", ...lists, ""].join("\n");
}

/** For the log: the same as plain text. */
export function renderResultsTable(summary: RunSummary): string {
  const rows = [HEAD, ...rowsOf(summary)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...linesOf(summary)].join("\n");
}

/** What was decided and done, with the texts and files of what was or would be pushed: for scripts, and for whoever checks a dry run. */
export function renderResultsJson(summary: RunSummary): string {
  const groups = summary.groups.map(({ key, directory, title, body, commits, saving, reviewers }) => ({
    key,
    directory,
    title,
    saving,
    reviewers,
    body,
    commits,
  }));
  const { isDryRun, results, withheld, notes, problems, currency } = summary;
  return `${JSON.stringify({ schema: "apex.pull-requests/v1", isDryRun, currency, results, problems, withheld, notes, groups }, null, 2)}\n`;
}

/** A recommendation that is not proposed, as a sentence. */
export function withheldSentence(name: string, sentence: string, number: number): string {
  return `${name} is not proposed. ${sentence} (#${number}).`;
}
