import { assert, type TimeWindow, type Workload } from "@apex/core";
import { pickRows } from "./pick-rows.ts";
import { rowFrom } from "./row-from.ts";

/**
 * The window of `durationMs` with most requests, the earliest of several; the whole workload when it is shorter. It lies
 * within the log, so that it holds no time of which nothing is known.
 */
export function busiestWindow(workload: Workload, durationMs: number): TimeWindow {
  assert(durationMs > 0, `a window of ${durationMs} ms`);
  const { timesMs, window } = workload;
  if (durationMs >= window.endMs - window.startMs) return window;
  let startMs = window.startMs;
  let most = 0;
  for (let first = 0, end = 0; first < timesMs.length; first += 1) {
    const from = timesMs[first] ?? 0;
    while (end < timesMs.length && (timesMs[end] ?? 0) < from + durationMs) end += 1;
    if (end - first > most) {
      most = end - first;
      startMs = from;
    }
  }
  startMs = Math.min(startMs, window.endMs - durationMs);
  return { startMs, endMs: startMs + durationMs };
}

/** The requests inside a window. Outside of the log nothing is known, so that the window is cut to it. */
export function selectWindow(workload: Workload, window: TimeWindow): Workload {
  const startMs = Math.max(window.startMs, workload.window.startMs);
  const endMs = Math.max(startMs, Math.min(window.endMs, workload.window.endMs));
  const first = rowFrom(workload.timesMs, startMs);
  const end = rowFrom(workload.timesMs, endMs);
  const rows = Uint32Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  return { ...pickRows(workload, rows), window: { startMs, endMs } };
}
