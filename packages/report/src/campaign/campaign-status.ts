import { type Campaign, type CampaignRun, compareDecimals, decimal } from "@apex/core";
import { instantMs } from "../instant.ts";
import { columnTable, factLine, type TerminalColumn } from "../terminal-columns.ts";
import { openPage, pageText, paragraph, type TableOptions, type TerminalPage } from "../terminal-page.ts";
import { visibleLine } from "../visible-text.ts";
import { plural } from "../wording.ts";
import { outcomeOf, RUN_OUTCOMES } from "./campaign-report.ts";
import { chargePair, chargeText, outcomePaint, outcomeWord, stateText } from "./campaign-wording.ts";
import { durationText, timeLeft } from "./time-left.ts";

/** More running ones than a screen shows are counted. */
const RUNNING_MAX = 12;

const BAR_WIDTH_MAX = 40;
const BAR_FULL = "█";
const BAR_RUNNING = "▒";
const BAR_EMPTY = "░";

const COLUMNS: readonly TerminalColumn[] = [
  { heading: "running", mayShrink: true },
  { heading: "for", isFigure: true },
  { heading: "worker", mayShrink: true, leavesFirst: 1 },
  { heading: "progress", mayShrink: true },
];

/** How a status is shown; `nowMs` is Unix time in milliseconds, by the clock that the runs' times are of. */
export interface StatusOptions extends TableOptions {
  readonly nowMs: number;
}

/** A campaign as it stands, for a person who waits: with a final newline, no line wider than `width` (40 to 160). */
export function renderCampaignStatus(
  campaign: Campaign,
  runs: readonly CampaignRun[],
  options: StatusOptions,
): string {
  const page = openPage(options);
  paragraph(page, `${campaign.name} (${campaign.id}): ${stateText(campaign)}`, { paint: "bold" });
  progressLine(page, runs);
  paragraph(page, countsText(runs));
  factLine(page, "Cost", costText(campaign));
  const left = campaign.state === "running" ? timeLeft(runs, options.nowMs) : null;
  if (left !== null) {
    const basis = `${plural(left.finished, "finished run")} took ${durationText(left.meanMs)} each`;
    factLine(page, "Time left", `about ${durationText(left.ms)}, as ${basis}`);
  }
  if (campaign.deadline !== null) factLine(page, "Deadline", deadlineText(campaign, options.nowMs));
  runningLines(page, runs, options.nowMs);
  return pageText(page);
}

function isOver({ state }: CampaignRun): boolean {
  return state !== "waiting" && state !== "running";
}

function progressLine(page: TerminalPage, runs: readonly CampaignRun[]): void {
  const over = runs.filter(isOver).length;
  const running = runs.filter(({ state }) => state === "running").length;
  const text = ` ${over} of ${runs.length}`;
  const width = Math.min(BAR_WIDTH_MAX, page.width - text.length);
  // A bar is full when everything is over, and not before.
  const cells = (count: number) => (runs.length === 0 ? 0 : Math.floor((count / runs.length) * width));
  const full = cells(over);
  const busy = cells(over + running) - full;
  page.lines.push(
    `${page.paint(BAR_FULL.repeat(full), "green")}${BAR_RUNNING.repeat(busy)}${page.paint(BAR_EMPTY.repeat(width - full - busy), "dim")}${text}`,
  );
}

function countsText(runs: readonly CampaignRun[]): string {
  const counts = RUN_OUTCOMES.flatMap((outcome) => {
    const count = runs.filter((run) => outcomeOf(run) === outcome).length;
    const word = outcome === "not-run" ? "waiting" : outcomeWord(outcome);
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const reused = runs.filter(({ isReused }) => isReused).length;
  return [...counts, ...(reused === 0 ? [] : [`${reused} of them known before`])].join(", ");
}

function costText({ charged, reserved, quote, budget, currency }: Campaign): string {
  const [spent, most] = chargePair(charged, quote, currency);
  const parts = [`${spent} charged of at most ${most} quoted`];
  if (compareDecimals(reserved, decimal(0)) > 0)
    parts.push(`${chargeText(reserved, currency)} set aside for what runs now`);
  if (budget !== null) parts.push(`budget ${chargeText(budget, currency)}`);
  return parts.join(", ");
}

function deadlineText({ deadline, state }: Campaign, nowMs: number): string {
  const at = instantMs(deadline);
  if (at === null || state === "done" || state === "stopped") return deadline ?? "";
  return at <= nowMs ? `${deadline}, over` : `${deadline}, in ${durationText(at - nowMs)}`;
}

function runningLines(page: TerminalPage, runs: readonly CampaignRun[], nowMs: number): void {
  const running = runs.filter(({ state }) => state === "running");
  if (running.length === 0) return;
  page.lines.push("");
  columnTable(
    page,
    COLUMNS,
    running.slice(0, RUNNING_MAX).map((run) => {
      const startedAt = instantMs(run.startedAt);
      const attempt = run.attempts > 1 ? `attempt ${run.attempts}: ` : "";
      return {
        cells: [
          run.target,
          startedAt === null ? "" : durationText(nowMs - startedAt),
          run.worker ?? "",
          visibleLine(`${attempt}${run.progress ?? "begins"}`),
        ],
        paint: { column: 0, paint: outcomePaint("running") },
      };
    }),
  );
  if (running.length > RUNNING_MAX)
    paragraph(page, `… and ${running.length - RUNNING_MAX} more`, { paint: "dim" });
}
