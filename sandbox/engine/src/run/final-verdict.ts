import type { ComputeService, HeadroomProbe, RunMeasurement, Verdict, VerdictReason } from "@apex/core";
import { probeHeadroom } from "../judge/headroom.ts";
import { judge } from "../judge/judge.ts";
import { deriveObjectives } from "../judge/objectives.ts";
import type { FailureCause, RunState } from "./run-state.ts";

/** The judge's opinion of what was measured so far. */
export function judgeRuns(state: RunState): Verdict {
  const { plan, runs, calibration, probes } = state;
  const objectives = deriveObjectives({
    user: plan.request.objectives,
    recorded: plan.recorded,
    baselineRuns: runs,
  });
  const { candidate } = plan.request;
  return withUnmeasuredMemory(state, judge(runs, { objectives, calibration, candidate, headroom: probes }));
}

function memoryOf({ count, machineType, memoryGib }: ComputeService): string {
  return count === 1
    ? `${machineType} has ${memoryGib} GiB`
    : `${count} × ${machineType} have ${memoryGib} GiB each`;
}

/**
 * Memory that nobody recorded was not held by the twin: a candidate with less of it, or with fewer machines to share what is
 * held, cannot pass on that. Unknown is not enough.
 */
function withUnmeasuredMemory({ plan }: RunState, verdict: Verdict): Verdict {
  const { baseline, candidate } = plan.request;
  const isUnknown = plan.twin !== null && plan.twin.demand.memoryShare === null;
  const hasLess = candidate.memoryGib < baseline.memoryGib || candidate.count < baseline.count;
  if (verdict.kind !== "pass" || !isUnknown || !hasLess) return verdict;
  const reason: VerdictReason = {
    code: "memory-not-recorded",
    kind: "inconclusive",
    summary: `${memoryOf(candidate)} where ${memoryOf(baseline)}, and nobody recorded how much is used: give memory metrics, or an image of the service.`,
  };
  return { ...verdict, kind: "inconclusive", reasons: [reason, ...verdict.reasons] };
}

/** Of an engine's message in a reason. */
const DETAIL_LENGTH_MAX = 300;

const START_FAILURES: Readonly<Record<Exclude<FailureCause, "unknown">, string>> = {
  "out-of-memory": "was killed for want of memory before it could serve",
  exited: "ended by itself before it could serve",
  "not-ready": "did not get ready in time",
  "not-startable": "could not be started",
};

/** The verdict on a candidate that does not even start where the baseline does. */
export function startFailureVerdict(
  state: RunState,
  cause: Exclude<FailureCause, "unknown">,
  message: string,
): Verdict {
  const verdict = judgeRuns(state);
  const { candidate } = state.plan.request;
  // What the container printed follows on more lines: for the log, not for a sentence.
  const [first = ""] = message.split("\n", 1);
  const reason: VerdictReason = {
    code: cause === "out-of-memory" ? "out-of-memory" : "does-not-start",
    kind: "fail",
    summary: `The service ${START_FAILURES[cause]} on ${candidate.machineType}, twice, where it starts on the baseline: ${first.slice(0, DETAIL_LENGTH_MAX)}`,
  };
  return { ...verdict, kind: "fail", reasons: [reason, ...verdict.reasons] };
}

/** The recorded load as the first probe: the verdict says that it holds, the middle replay gives the figures. */
export function recordedLoadProbe(state: RunState, verdict: Verdict): HeadroomProbe | undefined {
  const faithful = state.runs
    .filter((run) => run.side === "candidate" && run.unfit.length === 0)
    .toSorted((a, b) => (a.latency.p99Ms ?? 0) - (b.latency.p99Ms ?? 0));
  const middle: RunMeasurement | undefined = faithful[Math.floor((faithful.length - 1) / 2)];
  return middle === undefined ? undefined : { ...probeHeadroom(middle, verdict), holds: true };
}
