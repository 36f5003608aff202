import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import {
  openPage,
  pageText,
  paragraph,
  shortList,
  type TableOptions,
  type TerminalPage,
} from "../terminal-page.ts";
import type { Paint } from "../terminal-paint.ts";
import type { CampaignReport, CampaignReportRun } from "./campaign-report.ts";
import {
  campaignFacts,
  campaignSentence,
  chargedText,
  headroomText,
  latencyText,
  outcomePaint,
  outcomeWord,
  ratioText,
  reasonText,
  savingPair,
  sortedRuns,
} from "./campaign-wording.ts";

/** More rows than a few screens tell a person nothing: the JSON report has all. */
const ROWS_MAX = 60;

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "target", mayShrink: true },
  { heading: "change", mayShrink: true },
  { heading: "verdict" },
  { heading: "p99", isFigure: true, leavesFirst: 3 },
  { heading: "ratio", leavesFirst: 1 },
  { heading: "headroom", isFigure: true, leavesFirst: 4 },
  { heading: "saving", isFigure: true },
  { heading: "net", isFigure: true, leavesFirst: 2 },
  { heading: "charged", isFigure: true },
];
const VERDICT_COLUMN = COLUMNS.findIndex(({ heading }) => heading === "verdict");

/**
 * A campaign for a person at a terminal, with a final newline: what it came to, each run, why they did not pass, and what was left
 * out. No line is wider than `width` (40 to 160).
 */
export function renderCampaignTable(report: CampaignReport, options: TableOptions): string {
  const page = openPage(options);
  paragraph(page, `${campaignSentence(report)}.`, { paint: headPaint(report) });
  page.lines.push("");
  for (const [name, text] of campaignFacts(report)) factLine(page, name, text);
  runLines(page, report);
  shortList(page, reasonList(report));
  const left = report.diagnostics.map(({ address, summary }) =>
    address === undefined ? summary : `${address}: ${summary}`,
  );
  shortList(page, { title: "Left out", count: left.length, entries: left });
  return pageText(page);
}

function headPaint({ summary: { runs } }: CampaignReport): Paint {
  if (runs.byOutcome.failed > 0) return "red";
  return runs.byOutcome.passed === runs.total && runs.total > 0 ? "green" : "yellow";
}

function runLines(page: TerminalPage, report: CampaignReport): void {
  const runs = sortedRuns(report);
  if (runs.length === 0) return;
  page.lines.push("");
  const { currency } = report.campaign;
  columnTable(
    page,
    COLUMNS,
    runs.slice(0, ROWS_MAX).map((run) => ({
      cells: [
        run.target,
        run.change,
        outcomeWord(run.outcome),
        latencyText(run.p99),
        ratioText(run.p99),
        headroomText(run.headroomFactor),
        ...savingPair(run, currency),
        chargedText(run, currency),
      ],
      paint: { column: VERDICT_COLUMN, paint: outcomePaint(run.outcome) },
    })),
  );
  if (runs.length > ROWS_MAX)
    paragraph(page, `… and ${runs.length - ROWS_MAX} more in the JSON report`, { paint: "dim" });
}

/** Why a run did not pass matters most here; of those that did, the figures say enough. */
function reasonList(report: CampaignReport) {
  const explained = sortedRuns(report).filter(
    (run: CampaignReportRun) => run.outcome !== "passed" && reasonText(run) !== "",
  );
  const entries = explained.map((run) => `${run.target} ${outcomeWord(run.outcome)}: ${reasonText(run)}`);
  return { title: "Not passed", count: entries.length, entries };
}
