import { DAY_MS } from "@apex/core";
import type { History } from "../recorded-machine.ts";

/** The mean of the samples; `undefined` without any. */
export function meanOf(values: Float64Array): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The means of consecutive stretches of `stretchMs`, counted back from the decision; stretches without a sample are absent. */
export function meansOf(history: History, stretchMs: number): readonly number[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [index, at] of history.timestampsMs.entries()) {
    const stretch = Math.ceil((history.nowMs - at) / stretchMs);
    const entry = sums.get(stretch) ?? { sum: 0, count: 0 };
    entry.sum += history.values[index] ?? 0;
    entry.count += 1;
    sums.set(stretch, entry);
  }
  return [...sums.values()].map(({ sum, count }) => sum / count);
}

/** The means of the days before the decision. */
export function dailyMeans(history: History): readonly number[] {
  return meansOf(history, DAY_MS);
}
