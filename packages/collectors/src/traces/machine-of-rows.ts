import type { RecordedTrace, UnusedTrace } from "./recorded-trace.ts";
import { TRACE_PERIOD_MS } from "./trace-layout.ts";
import { samplesOf, type TraceRow } from "./trace-row.ts";

/** Readings a little above the whole machine are rounding of its clock; more of them than this are no percent of it. */
const ABOVE_WHOLE_SHARE_MAX = 0.01;
const WHOLE_PERCENT_MAX = 101;

/** One machine's rows as a series, or why they make none. `capacity` is its MHz where another file tells. */
export function machineOf(
  id: string,
  all: readonly TraceRow[],
  capacity: number | undefined,
): RecordedTrace | UnusedTrace {
  // Rows of 0 CPUs are the machine being made or removed.
  const rows = all.filter(({ vcpu }) => vcpu === null || vcpu > 0);
  const sizes = new Set(rows.map(({ vcpu }) => vcpu));
  const unused = (reason: string): UnusedTrace => ({ machine: id, reason });
  if (sizes.size > 1)
    return unused(`had ${[...sizes].join(" and ")} vCPU in turn, so its percent are of neither`);
  const above = rows.filter(({ percent }) => percent !== null && percent > WHOLE_PERCENT_MAX);
  if (above.length > ABOVE_WHOLE_SHARE_MAX * rows.length) {
    const most = above.reduce((largest, { percent }) => Math.max(largest, percent ?? 0), 0);
    return unused(`goes up to ${Number(most.toPrecision(3))}, so its values are no percent of a machine`);
  }
  const periodMs = periodOf(rows);
  const samples = samplesAt(rows, periodMs, capacity);
  if (samples.size === 0) {
    const isMhz = rows.some(({ mhz }) => mhz !== null);
    return unused(
      isMhz
        ? "is recorded in MHz, and its capacity is not known: an OpenDC trace needs the file of its machines beside it"
        : "has no sample that could be read as percent of the machine",
    );
  }
  const ordered = [...samples].toSorted(([a], [b]) => a - b);
  const [vcpu] = sizes;
  return {
    id,
    vcpu: vcpu ?? undefined,
    series: {
      resourceId: id,
      metric: "cpu_percent",
      statistic: "average",
      periodMs,
      timestampsMs: Float64Array.from(ordered, ([at]) => at),
      values: Float64Array.from(ordered, ([, value]) => value),
    },
  };
}

/** Five minutes, or the usual step of timestamps that lie further apart: an hour's average is none of five minutes. */
function periodOf(rows: readonly TraceRow[]): number {
  if (rows.some(({ lengthMs }) => lengthMs !== null)) return TRACE_PERIOD_MS;
  const starts = Float64Array.from(rows, ({ startMs }) => startMs).toSorted();
  const steps = starts
    .map((at, index) => at - (starts[index - 1] ?? at))
    .filter((step) => step > 0)
    .toSorted();
  // Stamps that come a little late or early still mean their minute.
  const usual = Math.round((steps[steps.length >> 1] ?? 0) / MINUTE_MS) * MINUTE_MS;
  return Math.max(TRACE_PERIOD_MS, usual);
}

const MINUTE_MS = 60_000;

/** Percent of the machine by the start of the period; several readings of one period are averaged. */
function samplesAt(
  rows: readonly TraceRow[],
  periodMs: number,
  capacity: number | undefined,
): ReadonlyMap<number, number> {
  const samples = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const row of rows) {
    const { startMs, percent, mhz, capacityMhz } = row;
    const whole = capacityMhz ?? capacity;
    const value = percent ?? (mhz === null || whole === undefined || whole <= 0 ? null : (mhz / whole) * 100);
    if (value === null || value < 0) continue;
    const firstMs = Math.round(startMs / periodMs) * periodMs;
    for (let period = 0; period < samplesOf(row); period += 1) {
      const atMs = firstMs + period * periodMs;
      const count = (counts.get(atMs) ?? 0) + 1;
      counts.set(atMs, count);
      const mean = samples.get(atMs) ?? 0;
      samples.set(atMs, mean + (Math.min(100, value) - mean) / count);
    }
  }
  return samples;
}
