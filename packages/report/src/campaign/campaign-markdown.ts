import type { Diagnostic } from "@apex/core";
import { details, list } from "../markdown-details.ts";
import { fitMarkdown, type MarkdownBlock } from "../markdown-document.ts";
import { addressSpan, codeSpan, escapeMarkdown, tableRow } from "../markdown-text.ts";
import { messageText, plural } from "../wording.ts";
import type { CampaignReport, CampaignReportRun } from "./campaign-report.ts";
import {
  campaignFacts,
  campaignSentence,
  chargedText,
  headroomText,
  latencyText,
  outcomeWord,
  ratioText,
  reasonText,
  safeLink,
  savingText,
  sortedRuns,
} from "./campaign-wording.ts";

/** The hidden first line by which a later report finds its comment again. */
const CAMPAIGN_TAG = "[//]: <> (apex-campaign)";

/** A sentence with names from outside in it fits. */
const SENTENCE_LENGTH_MAX = 600;

const COLUMNS = ["Target", "Change", "Verdict", "p99", "Headroom", "Saving a month", "Charged"] as const;

/**
 * A campaign as a comment or issue of at most 65,000 characters: one sentence, one table, the sums, then folded away why each run
 * came to what it did and what was left out. It holds no time, so that equal results are equal text.
 */
export function renderCampaignMarkdown(report: CampaignReport): string {
  const runs = sortedRuns(report);
  return fitMarkdown([
    CAMPAIGN_TAG,
    "",
    `### Apex: ${campaignSentence(report)}`,
    "",
    ...runTable(report, runs),
    ...campaignFacts(report).map(([name, text]) => `- ${name}: ${escapeMarkdown(text, SENTENCE_LENGTH_MAX)}`),
    "",
    ...reasons(runs),
    ...leftOut(report.diagnostics),
    `<sub>Apex ${escapeMarkdown(report.apexVersion, 40)}, ${escapeMarkdown(report.campaign.id, 80)}, monthly amounts of 730 hours, priced by ${escapeMarkdown(report.campaign.rateCard, 80)}</sub>`,
  ]);
}

function runTable({ campaign }: CampaignReport, runs: readonly CampaignReportRun[]): MarkdownBlock[] {
  if (runs.length === 0) return [];
  const lines = runs.map((run) =>
    tableRow([
      addressSpan(run.target),
      codeSpan(run.change, 120),
      verdictCell(run),
      [latencyText(run.p99), ratioText(run.p99)].filter((part) => part !== "").join(", "),
      headroomText(run.headroomFactor),
      savingText(run, campaign.currency),
      chargedText(run, campaign.currency),
    ]),
  );
  return [
    tableRow(COLUMNS),
    "| --- | --- | --- | --- | --- | ---: | ---: |",
    {
      lines,
      cutLine: (count) => tableRow([`… ${plural(count, "run")} cut to fit`, "", "", "", "", "", ""]),
    },
    "",
  ];
}

function verdictCell(run: CampaignReportRun): string {
  const word = outcomeWord(run.outcome);
  const link = safeLink(run.link);
  const shown = run.outcome === "failed" ? `**${word}**` : word;
  return link === null ? shown : `[${shown}](${link})`;
}

function reasons(runs: readonly CampaignReportRun[]): MarkdownBlock[] {
  const lines = runs.flatMap((run) => {
    const text = reasonText(run);
    return text === ""
      ? []
      : [
          `- ${codeSpan(run.target)} ${outcomeWord(run.outcome)}: ${escapeMarkdown(text, SENTENCE_LENGTH_MAX)}`,
        ];
  });
  return lines.length === 0
    ? []
    : details(`Reasons of ${plural(lines.length, "run")}`, [list(lines, "reason")]);
}

function leftOut(diagnostics: readonly Diagnostic[]): MarkdownBlock[] {
  if (diagnostics.length === 0) return [];
  const lines = diagnostics.map((diagnostic) => {
    const { address } = diagnostic;
    const where = address === undefined ? "" : `${codeSpan(address)}: `;
    return `- ${where}${escapeMarkdown(messageText(diagnostic), SENTENCE_LENGTH_MAX)}`;
  });
  return details(`Left out (${lines.length})`, [list(lines, "entry")]);
}
