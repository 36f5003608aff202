import type { Workload } from "@apex/core";
import { busiestWindow } from "@apex/workloads-formats";
import { quantity } from "../fit/fit-notes.ts";
import { recordedRate } from "./service-demand.ts";

/** A peak that exceeds the rate of what is replayed by no more than this needs no sentence. */
const PEAK_SHARE = 0.1;

/**
 * What the replays leave out: they send stretches of about the window's own rate, so that the CPU of the window can be compared, and
 * never its busiest one. A whole sentence where that had over a tenth more requests.
 */
export function peakLimits(workload: Workload, replayMs: number): readonly string[] {
  const { timesMs } = workload;
  const { startMs, endMs } = busiestWindow(workload, replayMs);
  const within = timesMs.filter((at) => at >= startMs && at < endMs).length;
  const peak = (within * 1000) / Math.max(1, endMs - startMs);
  const rate = recordedRate(workload);
  const factor = peak / rate;
  if (!(factor > 1 + PEAK_SHARE)) return [];
  return [
    `Each replay sends ${quantity(replayMs / 1000)} s of the window at about its mean rate, ${quantity(rate)} requests a second; its busiest ${quantity(replayMs / 1000)} s had ${quantity(peak)}, ${quantity(factor)} times as many: the verdict holds for them where the headroom reaches that factor.`,
  ];
}
