import { type Diagnostic, formatInstant, type TimeWindow } from "@apex/core";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What is odd about the time that the metrics cover: a future that cannot have been measured. */
export function windowDiagnostics(window: TimeWindow | undefined, nowMs: number): readonly Diagnostic[] {
  // A day is more than any time zone's or clock's difference.
  if (window === undefined || window.endMs <= nowMs + DAY_MS) return [];
  return [
    {
      severity: "warning",
      code: "metrics-in-the-future",
      summary: `The metrics reach to ${formatInstant(window.endMs)}, which is still to come`,
      detail: "Check the clock of this machine, and the unit and zone of the exported timestamps.",
    },
  ];
}
