import type { Validation } from "@apex/core";
import { factLine } from "../terminal-columns.ts";
import { openPage, pageText, paragraph, shortList, type TableOptions } from "../terminal-page.ts";
import { verdictPaint } from "../terminal-paint.ts";
import { comparisonLines } from "./comparison-lines.ts";
import { findingFacts, settingFacts } from "./validation-facts.ts";
import { comparisonRows, validationSentence } from "./validation-wording.ts";

/**
 * A validation for a person at a terminal, with a final newline: the verdict and what decided it, what was compared, the
 * figures, and what the sandbox cannot show. No line is wider than `width` (40 to 160).
 */
export function renderValidationTable(validation: Validation, options: TableOptions): string {
  const page = openPage(options);
  const { kind, reasons } = validation.verdict;
  paragraph(page, `${validationSentence(validation)}.`, { paint: verdictPaint(kind) });
  for (const { summary } of reasons) paragraph(page, `· ${summary}`, { indent: 2 });
  page.lines.push("");
  for (const [name, text] of settingFacts(validation)) factLine(page, name, text);
  comparisonLines(page, comparisonRows(validation));
  page.lines.push("");
  for (const [name, text] of findingFacts(validation)) factLine(page, name, text);
  shortList(page, listOf("What the sandbox does not show", validation.limits));
  shortList(page, listOf("Assumptions", [...validation.fit.notes, ...(validation.calibration?.notes ?? [])]));
  return pageText(page);
}

function listOf(title: string, entries: readonly string[]) {
  return { title, count: entries.length, entries };
}
