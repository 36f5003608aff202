import { bootId } from "./owner.ts";

/** Milliseconds since boot without the time asleep (CLOCK_MONOTONIC): the same for every process of the machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Both clocks at one moment: turns the engine's wall-clock stamps into monotonic ones. */
export interface ClockPair {
  readonly bootId: string;
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Both clocks now. */
export function clockPair(): ClockPair {
  return { bootId: bootId(), monotonicMs: monotonicMs(), wallMs: Date.now() };
}

/** "BOOT MONOTONIC WALL", as the label has it. */
export function formatClockPair(pair: ClockPair): string {
  return `${pair.bootId} ${pair.monotonicMs} ${pair.wallMs}`;
}

/** `undefined` for a label that is none. */
export function parseClockPair(text: string | undefined): ClockPair | undefined {
  const [boot = "", monotonic = "", wall = ""] = (text ?? "").split(" ");
  const pair = { bootId: boot, monotonicMs: Number(monotonic), wallMs: Number(wall) };
  return boot === "" || wall === "" || Number.isNaN(pair.monotonicMs + pair.wallMs) ? undefined : pair;
}

/** When the engine says a container began and ended: ISO 8601 by the wall clock, and the year 1 for "not yet". */
export interface ContainerTimes {
  readonly isRunning: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * For how long a container has run, in milliseconds of the monotonic clock, given both clocks from just before it was started.
 * The stamp of the start is milliseconds younger than `made`, so a clock that is set in between does no harm; that
 * of the end can be wrong by as much as the clock was set while the container ran, and is held to what is possible.
 */
export function ranForMs(times: ContainerTimes, made: ClockPair, nowMs: number): number {
  const startedWallMs = Date.parse(times.startedAt);
  if (Number.isNaN(startedWallMs) || startedWallMs <= 0) return 0;
  const startedMs = Math.min(made.monotonicMs + Math.max(0, startedWallMs - made.wallMs), nowMs);
  if (times.isRunning) return nowMs - startedMs;
  const lastedMs = Date.parse(times.finishedAt) - startedWallMs;
  return Number.isNaN(lastedMs) ? 0 : Math.min(Math.max(0, lastedMs), nowMs - startedMs);
}
