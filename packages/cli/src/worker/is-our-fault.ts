import type { Verdict } from "@apex/core";

/**
 * Reasons of the judge that our own machine is to blame for: other programs or guests took its time, or the sender fell behind. A
 * verdict that stays open for these alone is not charged.
 */
export const OURS: ReadonlySet<string> = new Set(["host-noise", "unfit-replays"]);

/** What follows from them and is no reason of its own: a figure that could not be decided, too few replays that can be used. */
export const CONSEQUENCES: ReadonlySet<string> = new Set([
  "too-few-replays",
  "latency-p50",
  "latency-p90",
  "latency-p95",
  "latency-p99",
  "error-share",
  "cpu-share",
  "peak-not-measured",
  "broken-off",
]);

/** Whether a verdict is inconclusive for reasons of our machine's alone. */
export function isOurFault({ kind, reasons }: Pick<Verdict, "kind" | "reasons">): boolean {
  if (kind !== "inconclusive") return false;
  const open = reasons.filter((reason) => reason.kind === "inconclusive").map(({ code }) => code);
  return (
    open.some((code) => OURS.has(code)) && open.every((code) => OURS.has(code) || CONSEQUENCES.has(code))
  );
}
