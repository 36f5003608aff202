import type { Calibration, Verdict, VerdictReason } from "@apex/core";

/** What burning too much CPU brings about by itself. Memory that does not suffice, and a service that ends, are not among it. */
const BY_CPU = new Set(["cpu-share", "does-not-hold-the-load", "error-share"]);

function isByCpu({ code }: VerdictReason): boolean {
  return BY_CPU.has(code) || code.startsWith("latency-");
}

function doubt(summary: string): VerdictReason {
  // The calibration's own code: more replays of the same work settle nothing.
  return { code: "calibration", kind: "inconclusive", summary };
}

function doubted(verdict: Verdict, reason: VerdictReason): Verdict {
  return { ...verdict, kind: "inconclusive", reasons: [reason, ...verdict.reasons] };
}

/**
 * A twin whose work can only be too small proves no pass, one whose work can only be too large no fail for want of CPU; the other way
 * it is all the stronger. What fails for another reason fails all the same.
 */
export function withDemandDoubt(verdict: Verdict, calibration: Calibration | null): Verdict {
  const bias = calibration?.demandBias ?? "exact";
  if (verdict.kind === "pass" && bias === "low") {
    return doubted(
      verdict,
      doubt(
        "The CPU samples reach beyond the recorded window, into times that may have been quieter, so a request may need more than the twin burned: give CPU samples of a minute, or choose a window that holds whole samples (--window).",
      ),
    );
  }
  const failed = verdict.reasons.filter(({ kind }) => kind === "fail");
  if (verdict.kind === "fail" && bias === "high" && failed.every(isByCpu)) {
    return doubted(
      verdict,
      doubt(
        "The work of a request comes from the highest CPU use of other times or from maxima, and is more than it was: give the average CPU samples of the recorded window, or choose a window that has them (--window).",
      ),
    );
  }
  return verdict;
}
