import type { MetricSeries, SampleStore } from "@apex/core";

/** Points that are gathered before they are written: 64 MB of numbers. A write sorts what it touches, so few and large ones are cheaper. */
const POINTS_A_WRITE = 4_000_000;

/** Writes the samples of parts together; a part is done once its samples are in the store. */
export class SampleBatches {
  private readonly store: SampleStore;
  private readonly markDone: (keys: readonly string[]) => Promise<void>;
  private series: MetricSeries[] = [];
  private keys: string[] = [];
  private pending = 0;
  private writing: Promise<void> = Promise.resolve();
  /** Points that are in the store. */
  points = 0;

  constructor(store: SampleStore, markDone: (keys: readonly string[]) => Promise<void>) {
    this.store = store;
    this.markDone = markDone;
  }

  /** Takes over all samples of a part. Waits where the store does not keep up. */
  async add(key: string, series: readonly MetricSeries[]): Promise<void> {
    for (const one of series) {
      this.series.push(one);
      this.pending += one.values.length;
    }
    this.keys.push(key);
    if (this.pending >= POINTS_A_WRITE) await this.flush();
  }

  /** Writes what has been gathered. */
  flush(): Promise<void> {
    const { series, keys } = this;
    this.series = [];
    this.keys = [];
    this.pending = 0;
    this.writing = this.writing.then(async () => {
      if (series.length > 0) this.points += (await this.store.write(series)).points;
      if (keys.length > 0) await this.markDone(keys);
    });
    return this.writing;
  }
}
