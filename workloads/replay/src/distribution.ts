import type { Distribution } from "@apex/core";
import { build, type JsHistogram } from "hdr-histogram-js";

const US_PER_MS = 1_000;
const SIGNIFICANT_DIGITS = 3;
/** Bounds of the reported buckets grow by 2^(1/12) = 6 %, the same in all histograms, so that runs can be pooled: 350 reach from 1 µs to 10 min. */
const BUCKETS_PER_OCTAVE = 12;

/** Durations at a resolution of a microsecond and three significant digits, in constant memory (HdrHistogram). */
export class DurationHistogram {
  readonly #histogram: JsHistogram;
  readonly #maxUs: number;

  /** Longer durations than `maxMs` count as `maxMs`. */
  constructor(maxMs: number) {
    this.#maxUs = Math.ceil(maxMs * US_PER_MS);
    this.#histogram = build({
      bitBucketSize: 32,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: Math.max(2, this.#maxUs),
      numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
      useWebAssembly: false,
    }) as JsHistogram;
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(durationMs: number): void {
    this.#histogram.recordValue(Math.max(0, Math.min(this.#maxUs, Math.round(durationMs * US_PER_MS))));
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** Milliseconds; `null` when nothing was recorded. */
  percentile(percent: number): number | null {
    if (this.count === 0) return null;
    return Math.min(this.#maxUs, this.#histogram.getValueAtPercentile(percent)) / US_PER_MS;
  }

  distribution(): Distribution {
    return {
      count: this.count,
      meanMs: this.count === 0 ? null : this.#histogram.mean / US_PER_MS,
      p50Ms: this.percentile(50),
      p90Ms: this.percentile(90),
      p95Ms: this.percentile(95),
      p99Ms: this.percentile(99),
      p999Ms: this.percentile(99.9),
      maxMs: this.percentile(100),
      buckets: this.#buckets(),
    };
  }

  #buckets(): readonly (readonly [number, number])[] {
    const counts = new Map<number, number>();
    const histogram = this.#histogram;
    for (let index = 0; index < histogram.countsArrayLength; index++) {
      const count = histogram.getCountAtIndex(index);
      if (count === 0) continue;
      const step = boundIndex(histogram.highestEquivalentValue(histogram.valueFromIndex(index)));
      counts.set(step, (counts.get(step) ?? 0) + count);
    }
    return [...counts].map(([step, count]) => [bound(step), count] as const);
  }
}

/** The first bound that is not below `us`. */
function boundIndex(us: number): number {
  return us <= 1 ? 0 : Math.ceil(Math.log2(us) * BUCKETS_PER_OCTAVE - Number.EPSILON * 64);
}

/** Milliseconds. */
function bound(step: number): number {
  return 2 ** (step / BUCKETS_PER_OCTAVE) / US_PER_MS;
}
