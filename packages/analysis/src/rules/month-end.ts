import { type MachineType } from "@apex/catalog";
import { DAY_MS, formatInstant, type MetricSeries, type TimeWindow } from "@apex/core";
import { comparableVcpu, sustainedVcpu } from "../rightsizing/machine-capacity.ts";
import { coverageOf } from "../statistics/coverage.ts";
import { distributionOf, maximumOf, percentileOf } from "../statistics/distribution.ts";
import { monthTurns } from "../statistics/month-turns.ts";
import { lookBackWindow } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** Two weeks show days and weeks, not what only the end of a month brings. */
export function monthEndUnknown({
  window,
  policy,
}: Pick<RuleContext, "window" | "policy">): readonly string[] {
  return monthTurns(lookBackWindow(window, policy.lookBack.days)).length > 0
    ? []
    : ["month's end: no turn of a month lies in the look-back, so load that comes with it was not seen"];
}

/** No published figure: what share of machines works for the end of a month only is not known; one in twenty is allowed for. */
const UNSEEN_MONTH_END = 0.95;

/** What an unseen end of a month does to a decision: a sentence, and a factor of its confidence; neither where one was seen. */
export interface MonthEndDoubt {
  readonly unknowns: readonly string[];
  readonly factors: Readonly<Record<string, number>>;
  /** The product of the factors. */
  readonly confidence: number;
}

/** The doubt of a decision on a machine whose CPU is measured: older samples of a turn than the look-back settle it as well. */
export function monthEndDoubt(context: Pick<RuleContext, "profile" | "window" | "policy">): MonthEndDoubt {
  const unknowns = monthEndUnknown(context);
  if (unknowns.length === 0 || olderTurns(context).length > 0) {
    return { unknowns: [], factors: {}, confidence: 1 };
  }
  return { unknowns, factors: { monthEnd: UNSEEN_MONTH_END }, confidence: UNSEEN_MONTH_END };
}

/**
 * Why a machine is too small for the end of a month: a turn before the look-back, in which none lies, asked for more CPU than
 * it has. `undefined` when no such turn was recorded, or it fits.
 */
export function monthEndShortage(
  context: RuleContext,
  now: MachineType,
  after: MachineType,
): string | undefined {
  if (monthEndUnknown(context).length === 0) return undefined;
  const comparable = comparableVcpu(now, after) ?? 0;
  const capacity = Math.min(comparable, sustainedVcpu(after) ?? 0);
  for (const { turn, percents } of olderTurns(context)) {
    const distribution = distributionOf(percents);
    if (distribution === undefined) continue;
    const used = (percentileOf(distribution, context.policy.sizing.cpuPercentile) * now.vcpu) / 100;
    if (used > capacity)
      return `${turnText(turn)} it used ${used.toFixed(1)} vCPU, more than ${after.name} has; the look-back shows no turn of a month`;
  }
  return undefined;
}

/** Why a machine is not idle at the end of a month, though it is in the look-back, in which none lies. */
export function monthEndWork(context: RuleContext, limitPercent: number): string | undefined {
  if (monthEndUnknown(context).length === 0) return undefined;
  for (const { turn, percents } of olderTurns(context)) {
    const distribution = distributionOf(percents);
    const busiest = distribution === undefined ? 0 : maximumOf(distribution);
    if (busiest > limitPercent) {
      return `it is idle, but ${turnText(turn)} it worked (CPU ${busiest.toFixed(0)} %), and the look-back shows no turn of a month`;
    }
  }
  return undefined;
}

function turnText({ endMs }: TimeWindow): string {
  return `around the end of the month before ${formatInstant(endMs - DAY_MS).slice(0, "2026-01-01".length)}`;
}

interface Turn {
  readonly turn: TimeWindow;
  readonly percents: Float64Array;
}

/** CPU around the turns of months that were recorded at all, if not in the look-back alone, where complete enough. */
function olderTurns({
  profile,
  window,
  policy,
}: Pick<RuleContext, "profile" | "window" | "policy">): readonly Turn[] {
  const cpu = profile.series.filter(({ metric, part }) => metric === "cpu_percent" && part === undefined);
  return monthTurns(window).flatMap((turn) => {
    const seen = cpu
      .map((series) => within(series, turn))
      .find(
        ({ timestampsMs, periodMs }) =>
          coverageOf(timestampsMs, periodMs, turn).share >= policy.lookBack.minimumCoverage,
      );
    return seen === undefined ? [] : [{ turn, percents: seen.values }];
  });
}

function within({ timestampsMs, values, periodMs }: MetricSeries, { startMs, endMs }: TimeWindow) {
  const isInside = (atMs: number, index: number): boolean =>
    atMs >= startMs && atMs < endMs && Number.isFinite(values[index]);
  return {
    periodMs,
    timestampsMs: timestampsMs.filter(isInside),
    values: values.filter((_, index) => isInside(timestampsMs[index] ?? Number.NaN, index)),
  };
}
