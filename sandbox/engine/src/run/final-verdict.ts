import type { HeadroomProbe, RunMeasurement, Side, Verdict, VerdictReason } from "@apex/core";
import { FAITHFUL_RUNS_MIN } from "../judge/compare.ts";
import { probeHeadroom } from "../judge/headroom.ts";
import { judge, type StandIn } from "../judge/judge.ts";
import { deriveObjectives } from "../judge/objectives.ts";
import { sideRuns } from "../judge/signals.ts";
import { counted } from "../judge/wording.ts";
import { withAnswersDoubt } from "./answers-doubt.ts";
import { withDemandDoubt } from "./demand-doubt.ts";
import { imageRecord } from "./image-record.ts";
import { withPassGates } from "./pass-gates.ts";
import { unsentPeak, withPeak } from "./peak-probe.ts";
import type { ValidationPlan } from "./plan-validation.ts";
import { withStretchDoubt } from "./stretch-doubt.ts";
import type { FailureCause, RunState } from "./run-state.ts";

/** Waits are in the durations of the record alone. */
function standInOf({ request }: ValidationPlan): StandIn | undefined {
  const { service, workload } = request;
  if (service.kind === "image") return undefined;
  return service.hasWaits === true && workload.durationsMs !== undefined ? "twin-with-waits" : "twin";
}

/** The judge's opinion of what was measured so far; no pass on what was not measured. */
export function judgeRuns(state: RunState): Verdict {
  const { plan, runs, calibration, probes } = state;
  const objectives = deriveObjectives({
    user: plan.request.objectives,
    recorded: plan.recorded,
    baselineRuns: runs,
  });
  const verdict = judge(runs, {
    objectives,
    calibration,
    imageRecord: imageRecord(plan, runs),
    candidate: plan.request.candidate,
    headroom: probes,
    standIn: standInOf(plan),
  });
  const tied = withStretchDoubt(withDemandDoubt(verdict, calibration), plan.twin?.load.stretch ?? 1);
  const gated = withPassGates(plan, runs, withAnswersDoubt(tied, runs, plan.recordedAnswers));
  return withPeak(plan, gated, state.peak);
}

/** Of an engine's message in a reason. */
const DETAIL_LENGTH_MAX = 300;

const START_FAILURES: Readonly<Record<Exclude<FailureCause, "unknown">, string>> = {
  "out-of-memory": "was killed for want of memory before it could serve",
  exited: "ended by itself before it could serve",
  "not-ready": "did not get ready in time",
  "not-startable": "could not be started",
};

/** What the container printed follows on more lines: for the log, not for a sentence. */
function detailOf(message: string): string {
  const [first = ""] = message.split("\n", 1);
  return first.slice(0, DETAIL_LENGTH_MAX);
}

/** The verdict on a candidate that does not even start where the baseline does. */
export function startFailureVerdict(
  state: RunState,
  cause: Exclude<FailureCause, "unknown">,
  message: string,
): Verdict {
  const verdict = judgeRuns(state);
  const { candidate } = state.plan.request;
  const reason: VerdictReason = {
    code: cause === "out-of-memory" ? "out-of-memory" : "does-not-start",
    kind: "fail",
    summary: `The service ${START_FAILURES[cause]} on ${candidate.machineType}, twice, where it starts on the baseline: ${detailOf(message)}`,
  };
  return { ...verdict, kind: "fail", reasons: [reason, ...verdict.reasons] };
}

/** Whether there are enough replays for a verdict on what they measured. */
export function isDecided({ runs }: Verdict): boolean {
  return Math.min(runs.baseline, runs.candidate) >= FAITHFUL_RUNS_MIN;
}

/**
 * The verdict on what was measured before a side that had come up failed to, twice in a row. That is no proof against the candidate,
 * but where it was the service that failed there is no pass either.
 */
export function brokenOffVerdict(
  state: RunState,
  failed: { readonly side: Side; readonly cause: FailureCause; readonly message: string },
): Verdict {
  const verdict = judgeRuns({ ...state, peak: state.peak ?? unsentPeak(state.plan) });
  const { side, cause, message } = failed;
  const service = state.plan.request[side];
  const count = state.runs.filter((run) => run.side === side).length;
  const happened = cause === "unknown" ? "could not be run by the sandbox" : START_FAILURES[cause];
  const isDoubt = verdict.kind === "pass" && side === "candidate" && cause !== "unknown";
  const reason: VerdictReason = {
    code: "broken-off",
    kind: verdict.kind === "pass" && !isDoubt ? "pass" : "inconclusive",
    summary: `After ${counted(count, "replay")} of the ${side} the service ${happened} on ${service.machineType}, twice in a row, so that no more were done: ${detailOf(message)}`,
  };
  return isDoubt
    ? { ...verdict, kind: "inconclusive", reasons: [reason, ...verdict.reasons] }
    : { ...verdict, reasons: [...verdict.reasons, reason] };
}

/** The recorded load as the first probe: the verdict says that it holds, the middle replay gives the figures. */
export function recordedLoadProbe(state: RunState, verdict: Verdict): HeadroomProbe | undefined {
  const faithful = sideRuns(state.runs, "candidate").faithful.toSorted(
    (a, b) => (a.latency.p99Ms ?? 0) - (b.latency.p99Ms ?? 0),
  );
  const middle: RunMeasurement | undefined = faithful[Math.floor((faithful.length - 1) / 2)];
  return middle === undefined ? undefined : { ...probeHeadroom(middle, verdict), holds: true };
}
