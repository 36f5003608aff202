import { compareDecimals } from "@apex/core";
import { evidenceText } from "./evidence-text.ts";
import { NOTE_LENGTH_MAX } from "./markdown-details.ts";
import { type CuttableLines, type MarkdownBlock } from "./markdown-document.ts";
import { addressSpan, codeSpan, escapeMarkdown, tableRow } from "./markdown-text.ts";
import { planSentence } from "./plan-sentence.ts";
import type { Report, ReportedPlan, ReportedRecommendation } from "./report.ts";
import { resourceCostTexts } from "./report-cost-text.ts";
import { clipEnd } from "./visible-text.ts";
import {
  actionWord,
  amountPair,
  amountText,
  isInPatch,
  nameOf,
  plural,
  realisationText,
  riskWord,
} from "./wording.ts";

/** One dimension in our own words fits; the names in it may be longer than they should. */
const EVIDENCE_LENGTH_MAX = 240;

const CHANGE_COLUMNS = ["Resource", "Change", "Now", "After", "Saving", "Risk", "Evidence"] as const;

/** The resources that change, one a row, with what it saves and what says so. */
export function changeTable(report: Pick<Report, "recommendations" | "cost">): readonly MarkdownBlock[] {
  const rows = report.recommendations.filter(isInPatch);
  if (rows.length === 0) return [];
  const costOf = resourceCostTexts(report.cost);
  const lines = rows.map((row) => {
    const cost = costOf(row.address);
    return tableRow([
      addressSpan(nameOf(row)),
      `${actionWord(row.action)}: ${codeSpan(row.from, 80)} → ${codeSpan(row.to, 80)}`,
      cost.before,
      cost.after,
      savingCell(row),
      riskCell(row),
      escapeMarkdown(evidenceText(row), EVIDENCE_LENGTH_MAX),
    ]);
  });
  return [
    tableRow(CHANGE_COLUMNS),
    "| --- | --- | ---: | ---: | ---: | --- | --- |",
    {
      lines,
      cutLine: (count) => tableRow([`… ${plural(count, "change")} cut to fit`, "", "", "", "", "", ""]),
    } satisfies CuttableLines,
    "",
  ];
}

function savingCell(row: ReportedRecommendation): string {
  const { list, net, currency, realised } = row.monthlySavings;
  const parts = [amountText(list, currency)];
  if (net === null) parts.push("after commitments unknown");
  else if (compareDecimals(net, list) !== 0)
    parts.push(`${amountPair(list, net, currency)[1]} after commitments`);
  if (realised !== "on-merge") parts.push(realisationText(realised));
  return parts.join(", ");
}

function riskCell(row: ReportedRecommendation): string {
  const word = `${riskWord(row.risk)} (${row.risk})`;
  return row.restartRequired ? `${word}, restart` : word;
}

/** What the plan says of it, and what the plan could not check. */
export function planBlocks(plan: ReportedPlan): readonly MarkdownBlock[] {
  return [
    `**Plan.** ${planSentence(plan, escapeMarkdown)}`,
    ...(plan.notes.length === 0
      ? []
      : [
          "",
          {
            lines: plan.notes.map((note) => `- ${escapeMarkdown(clipEnd(note, NOTE_LENGTH_MAX))}`),
            cutLine: (count: number) => `- … ${plural(count, "note")} cut to fit`,
          },
        ]),
    "",
  ];
}
