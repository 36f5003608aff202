import { abstentionsByResource } from "./abstentions-by-resource.ts";
import type { Report } from "./report.ts";
import { LONE_OPINIONS_TITLE, loneOpinionText, opinionRows } from "./second-opinions.ts";
import { groupByText, isInPatch, nameOf } from "./wording.ts";

/** A list for a terminal: what it counts, and its entries, the most telling first. */
export interface TerminalList {
  readonly title: string;
  readonly count: number;
  readonly entries: readonly string[];
}

/** What is not in the patch and why, what has no price, what was not known: the same thing is said once. */
export function terminalLists(report: Report): readonly TerminalList[] {
  return [
    notApplicable(report),
    unpriced(report),
    withoutRecommendation(report),
    opinions(report),
    loneOpinions(report),
    unknowns(report),
  ];
}

function notApplicable(report: Report): TerminalList {
  const rows = report.recommendations.filter(({ status }) => status === "not-applicable");
  const entries = rows.map((row) => withName(nameOf(row), row.reason ?? ""));
  return { title: "Not applicable", count: rows.length, entries };
}

/** A reason that opens with the name needs it only once. */
function withName(name: string, reason: string): string {
  return reason.startsWith(name) ? reason : `${name}: ${reason}`;
}

function unpriced(report: Report): TerminalList {
  const rows = report.cost.unpriced.map(({ address, reason }) => ({ name: address, text: reason }));
  return { title: "Not or only partly priced", count: rows.length, entries: textEntries(rows) };
}

function withoutRecommendation(report: Report): TerminalList {
  const entries = abstentionsByResource(report).map(({ name, reasons }) => `${name}: ${reasons.join("; ")}`);
  return { title: "No recommendation", count: entries.length, entries };
}

function opinions(report: Report): TerminalList {
  const rows = opinionRows(report.recommendations.filter(isInPatch), nameOf);
  return { title: "Second opinions", count: rows.length, entries: textEntries(rows) };
}

function loneOpinions({ loneOpinions: rows = [] }: Report): TerminalList {
  const entries = rows.map((row) => withName(nameOf(row), loneOpinionText(row)));
  return { title: LONE_OPINIONS_TITLE, count: rows.length, entries };
}

function unknowns(report: Report): TerminalList {
  const rows = report.recommendations
    .filter(isInPatch)
    .flatMap((row) => row.unknowns.map((text) => ({ name: nameOf(row), text })));
  return { title: "Not known", count: rows.length, entries: textEntries(rows) };
}

/** One entry for all that say the same, what concerns most of them first. */
function textEntries(rows: readonly { readonly name: string; readonly text: string }[]): string[] {
  return groupByText(rows)
    .toSorted((a, b) => b.names.length - a.names.length)
    .map(({ text, names }) => `${names.length === 1 ? `${names.join()}:` : `${names.length} ×`} ${text}`);
}
