import type { TimeWindow, Workload } from "@apex/core";
import { busiestWindow, rowFrom } from "@apex/workloads-formats";
import { quantity } from "../fit/fit-notes.ts";
import { recordedRate } from "./service-demand.ts";

/** A peak that exceeds the rate of what the replays of pairs send by no more than this is covered by them. */
const PEAK_SHARE = 0.1;

/** The busiest stretch of a window that is as long as a replay. */
export interface RecordedPeak {
  readonly window: TimeWindow;
  /** Requests a second in it, all machines of the service. */
  readonly rate: number;
  /** Times the rate of the whole window. */
  readonly factor: number;
  /** The replays of pairs send as much. */
  readonly isCovered: boolean;
}

/**
 * The peak of the window. The replays of pairs send stretches of about the window's own rate, so that the CPU of the window can be
 * compared, and never its busiest one: unless the window is no longer than a replay, or has no peak.
 */
export function recordedPeak(workload: Workload, replayMs: number, arrivalFactor = 1): RecordedPeak {
  const { timesMs } = workload;
  const window = busiestWindow(workload, replayMs);
  const within = rowFrom(timesMs, window.endMs) - rowFrom(timesMs, window.startMs);
  const rate = (within * 1000) / Math.max(1, window.endMs - window.startMs);
  const factor = rate / recordedRate(workload);
  return { window, rate: rate * arrivalFactor, factor, isCovered: !(factor > 1 + PEAK_SHARE) };
}

/** What the replays of pairs leave out, as a whole sentence, where that is anything. */
export function peakLimits({ window, rate, factor, isCovered }: RecordedPeak): readonly string[] {
  if (isCovered) return [];
  const seconds = quantity((window.endMs - window.startMs) / 1000);
  return [
    `Each replay sends ${seconds} s of the window at about its mean rate, ${quantity(rate / factor)} requests a second; its busiest ${seconds} s had ${quantity(rate)}, ${quantity(factor)} times as many, and are sent to the candidate alone, once, before it passes.`,
  ];
}
