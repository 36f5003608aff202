import type { Validation } from "@apex/core";
import { details, list } from "../markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "../markdown-document.ts";
import { escapeMarkdown, tableRow } from "../markdown-text.ts";
import { plural } from "../wording.ts";
import { chartFile } from "./chart-frame.ts";
import { type FigureTable, percentileTable, runTable, timeTable } from "./figure-tables.ts";
import { type NamedChart, validationCharts } from "./validation-charts.ts";
import { type Fact, findingFacts, settingFacts } from "./validation-facts.ts";
import { boundText, type ComparisonRow, comparisonRows, validationSentence } from "./validation-wording.ts";

/** The hidden first line by which a later run finds its comment again. */
const VALIDATION_TAG = "[//]: <> (apex-validation)";

/** A sentence with names from outside in it fits; a reason of the judge's is shorter. */
const SENTENCE_LENGTH_MAX = 600;

/** How a validation becomes a comment. */
export interface ValidationMarkdownOptions {
  readonly apexVersion: string;
  /**
   * Whether `files` will lie beside the text: only then are they shown in it. A comment of a pull request has nothing beside
   * it; GitHub takes no drawing inside a text.
   */
  readonly hasFilesBeside: boolean;
  /** What the files' names begin with, "validation" by default: several validations can share a directory. */
  readonly filePrefix?: string;
}

/** The comment, and the drawings by file name. */
export interface ValidationMarkdown {
  readonly markdown: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A validation as a pull request comment of at most 65,000 characters: one sentence with its reasons, one table, then folded
 * away what each run measured, the numbers behind the charts, and what the sandbox does not show.
 */
export function renderValidationMarkdown(
  validation: Validation,
  options: ValidationMarkdownOptions,
): ValidationMarkdown {
  const prefix = options.filePrefix ?? "validation";
  const charts = validationCharts(validation);
  const image = (wanted: NamedChart["name"]): MarkdownBlock[] => {
    const found = options.hasFilesBeside ? charts.find(({ name }) => name === wanted) : undefined;
    return found === undefined
      ? []
      : [`![${escapeMarkdown(found.chart.title)}](${prefix}-${wanted}.svg)`, ""];
  };
  const markdown = fitMarkdown([
    VALIDATION_TAG,
    "",
    `### Apex: ${escapeMarkdown(validationSentence(validation), SENTENCE_LENGTH_MAX)}`,
    "",
    ...validation.verdict.reasons.map(({ summary }) => `- ${escapeMarkdown(summary, SENTENCE_LENGTH_MAX)}`),
    "",
    ...comparisonTable(comparisonRows(validation)),
    ...image("latency"),
    ...factList([...settingFacts(validation), ...findingFacts(validation)]),
    "",
    ...details(plural(validation.runs.length, "run"), [
      ...image("runs"),
      ...table(runTable(validation), "run"),
    ]),
    ...details("Latency by percentile", table(percentileTable(validation), "percentile")),
    ...details("Over the time of a replay", [...image("time"), ...table(timeTable(validation), "step")]),
    ...sentences("What the sandbox does not show", validation.limits, "limit"),
    ...sentences(
      "Assumptions",
      [...validation.fit.notes, ...(validation.calibration?.notes ?? [])],
      "assumption",
    ),
    `<sub>Apex ${escapeMarkdown(options.apexVersion, 40)}, ${escapeMarkdown(validation.runId, 80)}</sub>`,
  ]);
  const files = charts.map(({ name, chart }) => [`${prefix}-${name}.svg`, chartFile(chart)] as const);
  return { markdown, files: new Map(files) };
}

function comparisonTable(comparisons: readonly ComparisonRow[]): MarkdownBlock[] {
  if (comparisons.length === 0) return [];
  const rows = comparisons.map((row) =>
    tableRow([
      row.metric,
      row.baseline,
      row.candidate,
      row.ratio,
      // Where a bound comes from may quote a file of the user's.
      escapeMarkdown(boundText(row)),
      row.kind === "violated" ? `**${row.outcome}**` : row.outcome,
    ]),
  );
  return [
    tableRow(["", "Baseline", "Candidate", "Ratio", "Bound", "Outcome"]),
    "| --- | ---: | ---: | --- | --- | --- |",
    ...rows,
    "",
  ];
}

function factList(facts: readonly Fact[]): MarkdownBlock[] {
  return facts.map(([name, text]) => `- ${name}: ${escapeMarkdown(text, SENTENCE_LENGTH_MAX)}`);
}

function table({ headings, rows }: FigureTable, noun: string): MarkdownBlock[] {
  return [
    tableRow(headings),
    tableRow(headings.map(() => "---")),
    {
      lines: rows.map((row) => tableRow(row.map((cell) => escapeMarkdown(cell)))),
      cutLine: (count) =>
        tableRow(headings.map((_, at) => (at === 0 ? `… ${plural(count, noun)} cut to fit` : ""))),
    },
    "",
  ];
}

function sentences(title: string, texts: readonly string[], noun: string): MarkdownBlock[] {
  if (texts.length === 0) return [];
  const lines = texts.map((text) => `- ${escapeMarkdown(text, SENTENCE_LENGTH_MAX)}`);
  return details(`${title} (${texts.length})`, [list(lines, noun)]);
}
