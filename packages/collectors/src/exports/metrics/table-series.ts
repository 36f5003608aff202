import { ruleByName } from "./cloudwatch-rules.ts";
import type { MetricColumns } from "./csv-columns.ts";
import type { MetricNotes } from "./metric-notes.ts";
import type { TableSeries } from "./sample-table.ts";
import type { RawSeries } from "./series-builder.ts";
import { defaultStatistic, isUsable, parseStatistic } from "./statistic.ts";
import { withUnit } from "./unit.ts";

/** Series of one table: some 50,000 machines with 20 metrics each. */
export const SERIES_MAX = 1_000_000;

/** The longest period of CloudWatch's. */
const PERIOD_SECONDS_MAX = 86_400;

/** Says which columns of a table are not read. */
export function ignoredColumns({ ignored }: MetricColumns, notes: MetricNotes): void {
  if (ignored.length === 0) return;
  notes.remark(
    "info",
    "metrics-columns-unknown",
    `Columns that were not read: ${ignored.slice(0, 20).join(", ")}`,
  );
}

/** What a series of a table is in our terms; `undefined`, with the reason noted, for one that Apex cannot use. */
export function rawSeriesOf(
  series: Omit<TableSeries, "samples">,
  notes: MetricNotes,
): Omit<RawSeries, "points"> | undefined {
  const named = ruleByName(series.metric);
  if (named === undefined) {
    notes.unknownMetric(series.metric);
    return undefined;
  }
  const rule = withUnit(named, series.unit);
  if (rule === undefined) {
    notes.remark(
      "error",
      "unit-unusable",
      `Unit ${series.unit} of ${series.metric} is not understood; it was not read`,
    );
    return undefined;
  }
  const statistic = series.statistic === "" ? defaultStatistic(rule) : parseStatistic(series.statistic);
  if (statistic === undefined || !isUsable(rule, statistic)) {
    notes.remark(
      rule.scale.kind === "count" ? "warning" : "info",
      "statistic-unusable",
      `Statistic ${series.statistic} of ${series.metric} tells Apex nothing and was not read`,
      rule.scale.kind === "count" ? "Export the statistic Sum." : "Export Average, Maximum or p99.",
    );
    return undefined;
  }
  const part = /^\d+$/.test(series.part) ? `gpu-${series.part}` : series.part;
  return {
    resourceId: series.resourceId,
    rule,
    part: part === "" ? undefined : part,
    statistic,
    periodMs: periodOf(series.period),
  };
}

/** A period in seconds, as CloudWatch has it; `undefined` for what is none. */
function periodOf(text: string): number | undefined {
  const seconds = Number(text);
  return seconds > 0 && seconds <= PERIOD_SECONDS_MAX ? seconds * 1000 : undefined;
}
