import type { CampaignRun } from "@apex/core";
import { instantMs } from "../instant.ts";

/** Fewer finished runs tell nothing of those to come. */
const FINISHED_MIN = 3;

const MS_PER_S = 1_000;
const S_PER_MIN = 60;
const MIN_PER_H = 60;

/** How long a campaign will still take, and what that rests on. */
export interface TimeLeft {
  readonly ms: number;
  /** Finished runs, and how long one of them took, in the mean. */
  readonly finished: number;
  readonly meanMs: number;
}

/**
 * The time that is left if the other runs take as long as the finished ones and as many run at a time as now; `null` where fewer
 * than three are finished, or none runs.
 */
export function timeLeft(runs: readonly CampaignRun[], nowMs: number): TimeLeft | null {
  const durations = runs.flatMap(({ state, isReused, startedAt, endedAt }) => {
    const [start, end] = [instantMs(startedAt), instantMs(endedAt)];
    if (isReused || state !== "done" || start === null || end === null || end < start) return [];
    return [end - start];
  });
  const running = runs.filter(({ state }) => state === "running");
  if (durations.length < FINISHED_MIN || running.length === 0) return null;
  const meanMs = durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
  const waiting = runs.filter(({ state }) => state === "waiting").length;
  const rest = running.map(({ startedAt }) => {
    const elapsed = nowMs - (instantMs(startedAt) ?? nowMs);
    return Math.min(meanMs, Math.max(0, meanMs - elapsed));
  });
  const work = waiting * meanMs + rest.reduce((sum, value) => sum + value, 0);
  // With one run for each that works nothing is shared out: the longest decides.
  const ms = Math.max(work / running.length, ...rest);
  return { ms, finished: durations.length, meanMs };
}

/** "45 s", "12 min", "2 h 5 min": to the unit that people plan by. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / MS_PER_S));
  if (seconds < S_PER_MIN) return `${seconds} s`;
  const minutes = Math.round(seconds / S_PER_MIN);
  if (minutes < MIN_PER_H) return `${minutes} min`;
  const rest = minutes % MIN_PER_H;
  return `${Math.floor(minutes / MIN_PER_H)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
