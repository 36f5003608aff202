import { sumDecimals, toNumber } from "@apex/core";
import { axisFor, linearAxisFor } from "../validation/chart-axis.ts";
import type { Chart } from "../validation/chart-frame.ts";
import { label, px, rule, verticalGrid } from "../validation/chart-parts.ts";
import { figure } from "../validation/validation-wording.ts";
import { fitColumns, visibleLine } from "../visible-text.ts";
import { amountText, plural } from "../wording.ts";
import { type CampaignReport, type CampaignReportRun, RUN_OUTCOMES } from "./campaign-report.ts";
import { outcomeWord } from "./campaign-wording.ts";

const WIDTH = 720;
const LEFT = 210;
const RIGHT = 580;
const TOP = 34;
const BELOW = 40;
const BAR_ROW = 24;
const BAR_HEIGHT = 12;
const RATIO_ROW = 18;
/** What a label of 11 px has room for, left of the panel. */
const NAME_COLUMNS = 30;
/** More rows than a page shows are counted in the description; the table has all of them. */
const RATIO_ROWS_MAX = 40;

/** Marks differ in shape as well as in colour: a dot, a cross, a ring. */
export const CAMPAIGN_CHART_STYLE = `
svg.plot .bar { fill: light-dark(#8c959f, #6e7681); } svg.plot .bar.passed { fill: light-dark(#0969da, #58a6ff); }
svg.plot .bar.failed { fill: light-dark(#bc4c00, #db6d28); } svg.plot .mark { fill: none; stroke-width: 2; stroke: light-dark(#59636e, #9198a1); }
svg.plot .mark.passed { fill: light-dark(#0969da, #58a6ff); stroke: light-dark(#0969da, #58a6ff); } svg.plot .mark.failed { stroke: light-dark(#bc4c00, #db6d28); }
svg.plot .line.one { stroke: light-dark(#1b1f24, #e6edf3); stroke-width: 1; }
`;

/** What each outcome is worth a month: the picture of the sums. Each target once, as in the sums. */
export function savingsChart(report: CampaignReport): Chart {
  const { currency } = report.campaign;
  const bars = RUN_OUTCOMES.flatMap((outcome) => {
    const runs = report.runs.filter((run) => run.isCounted && run.outcome === outcome);
    if (runs.length === 0) return [];
    const list = sumDecimals(runs.map(({ monthlySavings }) => monthlySavings.list));
    return [
      { outcome, runs: runs.length, value: Math.max(0, toNumber(list)), text: amountText(list, currency) },
    ];
  });
  const x = linearAxisFor(
    bars.map(({ value }) => value),
    LEFT,
    RIGHT,
  );
  const bottom = TOP + bars.length * BAR_ROW;
  const drawn = bars.map(({ outcome, runs, value, text }, index) => {
    const y = TOP + (index + 0.5) * BAR_ROW;
    const width = x.position(value) - LEFT;
    return [
      label(`${outcomeWord(outcome)} (${runs})`, LEFT - 10, y + 4, "end"),
      `<rect class="bar ${outcome}" x="${LEFT}" y="${px(y - BAR_HEIGHT / 2)}" width="${px(width)}" height="${BAR_HEIGHT}"/>`,
      label(text, LEFT + width + 6, y + 4),
    ].join("");
  });
  return {
    title: "Savings a month by outcome, at list prices",
    description:
      bars.length === 0
        ? "There are no runs."
        : `${bars.map(({ outcome, runs, text }) => `${outcomeWord(outcome)}: ${text} in ${plural(runs, "change")}`).join("; ")}.`,
    width: WIDTH,
    height: bottom + BELOW,
    body: [verticalGrid(x, { left: LEFT, right: RIGHT, top: TOP, bottom }), ...drawn].join("\n"),
  };
}

interface RatioRow {
  readonly run: CampaignReportRun;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The bound as a ratio; `null` without one. */
  readonly bound: number | null;
}

function ratioRows({ runs }: CampaignReport): readonly RatioRow[] {
  return runs
    .flatMap((run): RatioRow[] => {
      const { p99 } = run;
      if (p99 === null || p99.ratio === null) return [];
      const { boundMs, baselineMs } = p99;
      const bound = boundMs === null || baselineMs === null || baselineMs <= 0 ? null : boundMs / baselineMs;
      return [{ run, ...p99.ratio, bound }];
    })
    .toSorted((a, b) => b.high - a.high);
}

/** How much slower the candidate's p99 is, run by run with its interval, and the bound; `null` where no run has a ratio. */
export function ratioChart(report: CampaignReport): Chart | null {
  const all = ratioRows(report);
  const rows = all.slice(0, RATIO_ROWS_MAX);
  if (rows.length === 0) return null;
  const x = axisFor([1, ...rows.flatMap(({ low, high, bound }) => [low, high, bound ?? 1])], LEFT, RIGHT);
  const bottom = TOP + rows.length * RATIO_ROW;
  const one = x.position(1);
  const left = all.length - rows.length;
  return {
    title: "p99 after the change, times before, with its interval",
    description: [
      `${plural(all.length, "run")}, the slowest first; dotted: what was allowed.`,
      left === 0 ? "" : `${left} more are in the table only.`,
      ...rows.map(ratioSentence),
    ]
      .filter((part) => part !== "")
      .join(" "),
    width: WIDTH,
    height: bottom + BELOW,
    body: [
      verticalGrid(x, { left: LEFT, right: RIGHT, top: TOP, bottom }),
      rule([one, TOP], [one, bottom], "line one"),
      ...rows.map((row, index) => drawRatio(row, TOP + (index + 0.5) * RATIO_ROW, x.position)),
      label("× of the baseline's p99", (LEFT + RIGHT) / 2, bottom + 30, "middle"),
    ].join("\n"),
  };
}

function ratioSentence({ run, estimate, low, high }: RatioRow): string {
  return `${run.target} ${outcomeWord(run.outcome)}: × ${figure(estimate)}, ${figure(low)} to ${figure(high)}.`;
}

function drawRatio(
  { run, estimate, low, high, bound }: RatioRow,
  y: number,
  position: (value: number) => number,
) {
  const at = position(estimate);
  const kind = run.outcome;
  const mark =
    kind === "failed"
      ? `<path class="mark failed" d="M${px(at - 4)} ${px(y - 4)}L${px(at + 4)} ${px(y + 4)}M${px(at - 4)} ${px(y + 4)}L${px(at + 4)} ${px(y - 4)}"/>`
      : `<circle class="mark ${kind}" cx="${px(at)}" cy="${px(y)}" r="4"/>`;
  const limit =
    bound === null
      ? ""
      : rule([position(bound), y - RATIO_ROW / 2], [position(bound), y + RATIO_ROW / 2], "line bound");
  return [
    label(fitColumns(visibleLine(run.target), NAME_COLUMNS), LEFT - 10, y + 4, "end"),
    rule([position(low), y], [position(high), y], "line candidate span"),
    limit,
    mark,
    label(`× ${figure(estimate)}`, RIGHT + 8, y + 4),
  ].join("");
}
