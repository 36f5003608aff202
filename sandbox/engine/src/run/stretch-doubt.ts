import type { Verdict } from "@apex/core";
import { STRETCH_TOLD } from "../calibration/twin-load.ts";
import { formatFactor } from "../judge/wording.ts";

/**
 * Where requests take longer here than on the machine, on both sides alike, a user's bound in milliseconds proves no fail: the time scale
 * may be to blame. Bounds of our own are the baseline's, which is stretched as much; what fails otherwise fails all the same.
 * `stretch` is how many times as long a request takes, 1 without a twin.
 */
export function withStretchDoubt(verdict: Verdict, stretch: number): Verdict {
  if (verdict.kind !== "fail" || verdict.objectives.origin !== "user" || !(stretch > STRETCH_TOLD))
    return verdict;
  const failed = verdict.reasons.filter(({ kind }) => kind === "fail");
  if (!failed.every(({ code }) => code.startsWith("latency-"))) return verdict;
  return {
    ...verdict,
    kind: "inconclusive",
    reasons: [
      {
        code: "time-scale",
        kind: "inconclusive",
        summary: `A request alone takes ${formatFactor(stretch)} times as long here as on the machine, so that a latency over the SLO may be owed to that: validate on a host with more CPUs, or without an SLO against the baseline alone.`,
      },
      ...verdict.reasons,
    ],
  };
}
