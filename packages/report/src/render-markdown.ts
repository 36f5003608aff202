import { compareDecimals } from "@apex/core";
import { evidenceText } from "./evidence-text.ts";
import {
  assumptionBlocks,
  evidenceBlocks,
  keptBlocks,
  lineItemBlocks,
  NOTE_LENGTH_MAX,
} from "./markdown-details.ts";
import { type CuttableLines, fitMarkdown, type MarkdownBlock } from "./markdown-document.ts";
import { addressSpan, codeSpan, escapeMarkdown, tableRow } from "./markdown-text.ts";
import { planSentence } from "./plan-sentence.ts";
import type { Report, ReportedRecommendation } from "./report.ts";
import { validationBlocks } from "./validation/validation-blocks.ts";
import { costSentence, realisationSentence, verdict } from "./verdict.ts";
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

/** The hidden first line by which a later run finds its comment again. */
export const MARKDOWN_TAG = "[//]: <> (apex-report)";

/**
 * The pull request comment: tag, one sentence, one table, the validation block, then collapsed details; at most
 * 65,000 characters, cut in the middle of its longest lists. It holds no time and no run id, so that equal results
 * are equal text and an unchanged comment can be left alone.
 */
export function renderMarkdown(report: Report): string {
  return fitMarkdown([
    MARKDOWN_TAG,
    "",
    `### Apex: ${verdict(report)}`,
    "",
    ...changeTable(report),
    ...planAndCost(report),
    ...validationBlocks(report.validation ?? [], "none"),
    ...evidenceBlocks(report),
    ...lineItemBlocks(report),
    ...keptBlocks(report),
    ...assumptionBlocks(report),
    `<sub>Apex ${escapeMarkdown(report.apexVersion, 40)}, monthly amounts of 730 hours</sub>`,
  ]);
}

/** One dimension in our own words fits; the names in it may be longer than they should. */
const EVIDENCE_LENGTH_MAX = 240;

const CHANGE_COLUMNS = ["Resource", "Change", "Now", "After", "Saving", "Risk", "Evidence"] as const;

function changeTable(report: Report): MarkdownBlock[] {
  const rows = report.recommendations.filter(isInPatch);
  if (rows.length === 0) return [];
  const costs = new Map(report.cost.resources.map((resource) => [resource.address, resource]));
  const lines = rows.map((row) => {
    const cost = row.address === null ? undefined : costs.get(row.address);
    const [now, after] = amountPair(cost?.before ?? null, cost?.after ?? null, report.cost.currency);
    return tableRow([
      addressSpan(nameOf(row)),
      `${actionWord(row.action)}: ${codeSpan(row.from, 80)} → ${codeSpan(row.to, 80)}`,
      now,
      after,
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

function planAndCost(report: Report): MarkdownBlock[] {
  const savings = realisationSentence(report);
  return [
    `**Plan.** ${planSentence(report.plan, escapeMarkdown)}`,
    ...(report.plan.notes.length === 0
      ? []
      : [
          "",
          {
            lines: report.plan.notes.map((note) => `- ${escapeMarkdown(clipEnd(note, NOTE_LENGTH_MAX))}`),
            cutLine: (count: number) => `- … ${plural(count, "note")} cut to fit`,
          },
        ]),
    "",
    ...(savings === null ? [] : [`**Savings** at list prices: ${savings}.`, ""]),
    `**Cost** at list prices: ${costSentence(report.cost)}.`,
    "",
  ];
}
