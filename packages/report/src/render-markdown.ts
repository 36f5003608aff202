import { changeTable, planBlocks } from "./change-table.ts";
import { assumptionBlocks, evidenceBlocks, keptBlocks, lineItemBlocks } from "./markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "./markdown-document.ts";
import { escapeMarkdown } from "./markdown-text.ts";
import type { Report } from "./report.ts";
import { validationBlocks } from "./validation/validation-blocks.ts";
import { costSentence } from "./report-cost-text.ts";
import { realisationSentence, verdict } from "./verdict.ts";

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

function planAndCost(report: Report): readonly MarkdownBlock[] {
  const savings = realisationSentence(report);
  return [
    ...planBlocks(report.plan),
    ...(savings === null ? [] : [`**Savings** at list prices: ${savings}.`, ""]),
    `**Cost** at list prices: ${costSentence(report.cost)}.`,
    "",
  ];
}
