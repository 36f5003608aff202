import { list } from "../markdown-details.ts";
import type { MarkdownBlock } from "../markdown-document.ts";
import { escapeMarkdown } from "../markdown-text.ts";
import { latencyPlot, type PlotForm } from "./latency-plot.ts";
import type { ReportedValidation } from "./reported-validation.ts";
import { reportedFigures, reportedSentence } from "./reported-wording.ts";

/** A verdict with its names from outside fits. */
const SENTENCE_LENGTH_MAX = 600;

/** A page with more plots than this is scrolled past; the figures are there in words. */
const PLOTS_MAX = 2;

/** More than this is counted: the JSON report has it all. */
const VALIDATIONS_MAX = 100;
const REASONS_MAX = 20;

/** What the sandbox said of each thing that was tried, and a plot of the first ones. */
export function validationBlocks(
  validations: readonly ReportedValidation[],
  form: PlotForm,
): readonly MarkdownBlock[] {
  if (validations.length === 0) return [];
  const words = (text: string) => escapeMarkdown(text, SENTENCE_LENGTH_MAX);
  const more = validations.length - VALIDATIONS_MAX;
  const lines = [
    ...validations
      .slice(0, VALIDATIONS_MAX)
      .flatMap((row) => [
        `- ${words(reportedSentence(row))} ${words(reportedFigures(row))}`,
        ...row.reasons.slice(0, REASONS_MAX).map(({ summary }) => `  - ${words(summary)}`),
      ]),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ];
  return [
    "**Tried in the sandbox.**",
    "",
    list(lines, "line"),
    "",
    ...validations.slice(0, PLOTS_MAX).flatMap((row) => {
      const plot = latencyPlot(row, form);
      const isNamed = plot.length > 0 && validations.length > 1;
      return isNamed ? [`${words(row.target)}:`, "", ...plot] : plot;
    }),
  ];
}
