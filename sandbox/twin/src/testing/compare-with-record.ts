import type { RecordedShape } from "./recorded-shapes.ts";

/** CPU of a replay beside the record. Shares are of the container's CPU limit. */
export interface RecordComparison {
  readonly shape: string;
  readonly points: readonly { readonly recordedShare: number; readonly measuredShare: number }[];
  readonly recordedShare: number;
  readonly measuredShare: number;
  /** Of the whole: |measured − recorded| ÷ recorded. */
  readonly errorShare: number;
  /** Mean over the points of |measured − recorded|, over the recorded mean: whether it is the same shape. */
  readonly shapeErrorShare: number;
  readonly throttledShare: number;
  /** How busy the whole host was, everybody's work included. */
  readonly hostBusyShare: number;
}

/** Counters of a container at a moment. */
export interface CpuSample {
  readonly atMs: number;
  readonly cpuNs: number;
  readonly throttledPeriods: number;
  readonly periods: number;
}

/** A replay with the CPU at its start and at the end of each step, and when all was answered. */
export interface Steps {
  /** Between two points of the shape, as planned. */
  readonly stepMs: number;
  /** The container's limit. */
  readonly cpus: number;
  readonly samples: readonly CpuSample[];
  readonly after: CpuSample;
  readonly hostBusyShare: number;
}

/**
 * The figures of a replay. A sample may come late on a busy machine: points are held to the time that really lay between
 * their samples, and the whole, which is all the CPU that was used, to the time that was planned for it.
 */
export function compareWithRecord(shape: RecordedShape, steps: Steps): RecordComparison {
  const { stepMs, cpus, samples, after, hostBusyShare } = steps;
  const points = shape.cpuPercent.map((percent, step) => {
    const [from, to] = samples.slice(step, step + 2);
    if (!from || !to) throw new Error("a step without samples");
    return {
      recordedShare: percent / 100,
      measuredShare: (to.cpuNs - from.cpuNs) / 1e6 / (to.atMs - from.atMs) / cpus,
    };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const recordedShare = mean(points.map((point) => point.recordedShare));
  const [first] = samples;
  if (!first) throw new Error("a replay without samples");
  // What came in the last step may have been worked on after it.
  const measuredShare = (after.cpuNs - first.cpuNs) / 1e6 / (stepMs * points.length) / cpus;
  const errors = points.map((point) => Math.abs(point.measuredShare - point.recordedShare));
  const periods = after.periods - first.periods;
  return {
    shape: shape.name,
    points,
    recordedShare,
    measuredShare,
    errorShare: Math.abs(measuredShare - recordedShare) / recordedShare,
    shapeErrorShare: mean(errors) / recordedShare,
    throttledShare: periods === 0 ? 0 : (after.throttledPeriods - first.throttledPeriods) / periods,
    hostBusyShare,
  };
}
