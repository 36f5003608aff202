import { formatInstant } from "@apex/core";
import { lookBackWindow } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** Two weeks show days and weeks, not what only the end of a month brings. */
export function monthEndUnknown({
  window,
  policy,
}: Pick<RuleContext, "window" | "policy">): readonly string[] {
  const span = lookBackWindow(window, policy.lookBack.days);
  const monthOf = (instantMs: number): string => formatInstant(instantMs).slice(0, "2026-01".length);
  return monthOf(span.startMs) === monthOf(span.endMs - 1)
    ? ["month's end: the look-back lies within one month, so load that comes with its turn was not seen"]
    : [];
}
