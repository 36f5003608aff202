import type { Cancellation, Diagnostic, MetricSeries } from "@apex/core";
import { metricExportCollector } from "../exports/metrics/index.ts";
import type { RecordedTrace } from "./recorded-trace.ts";

/**
 * `cpu_percent` of metric exports, one trace for each resource however many files tell of it. A file without CPU says so in
 * `diagnostics`.
 */
export async function readCpuExports(
  files: readonly string[],
  signal: Cancellation,
  diagnostics: Diagnostic[],
): Promise<readonly RecordedTrace[]> {
  const byMachine = new Map<string, MetricSeries[]>();
  for (const file of files) {
    let series = 0;
    let cpu = 0;
    for await (const item of metricExportCollector().collect({ files: [file] }, signal)) {
      if (item.kind === "diagnostic") diagnostics.push(item.diagnostic);
      if (item.kind !== "samples") continue;
      series += 1;
      if (item.series.metric !== "cpu_percent") continue;
      cpu += 1;
      const own = byMachine.get(item.series.resourceId) ?? [];
      own.push(item.series);
      byMachine.set(item.series.resourceId, own);
    }
    if (series > 0 && cpu === 0) {
      diagnostics.push({
        severity: "warning",
        code: "trace-without-cpu",
        summary: `${file} has no CPU of any machine, and is not replayed`,
        source: { file },
      });
    }
  }
  return [...byMachine].flatMap(([id, all]) => {
    const series = cpuSeriesOf(all);
    return series === undefined ? [] : [{ id, vcpu: undefined, series }];
  });
}

/**
 * Of the CPU series of one machine the parts that rules are replayed on, joined in the order of time: averages where there are any,
 * because rules are published for them; of several periods the finest. `undefined` without a series.
 */
export function cpuSeriesOf(all: readonly MetricSeries[]): MetricSeries | undefined {
  const averages = all.filter(({ statistic }) => statistic === "average");
  const kind =
    averages.length > 0 ? averages : all.filter(({ statistic }) => statistic === all[0]?.statistic);
  const finest = Math.min(...kind.map(({ periodMs }) => periodMs));
  const parts = kind.filter(({ periodMs }) => periodMs === finest);
  const [first] = parts;
  return first === undefined || parts.length === 1 ? first : { ...first, ...joined(parts) };
}

/** Of two samples of one time, which overlapping exports hold, the later file's counts. */
function joined(parts: readonly MetricSeries[]): Pick<MetricSeries, "timestampsMs" | "values"> {
  const samples = new Map<number, number>();
  for (const { timestampsMs, values } of parts) {
    for (const [index, at] of timestampsMs.entries()) samples.set(at, values[index] ?? Number.NaN);
  }
  const ordered = [...samples].toSorted(([a], [b]) => a - b);
  return {
    timestampsMs: Float64Array.from(ordered, ([at]) => at),
    values: Float64Array.from(ordered, ([, value]) => value),
  };
}
