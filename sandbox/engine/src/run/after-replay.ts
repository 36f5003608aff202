import { assert, type Calibration, type RunMeasurement, unreachable } from "@apex/core";
import { calibrationOf, correctedWorkUs, ERROR_SHARE_GOOD } from "../calibration/calibrate.ts";
import { FAITHFUL_RUNS_MIN } from "../judge/compare.ts";
import { probeHeadroom } from "../judge/headroom.ts";
import { isSettled } from "../judge/is-settled.ts";
import { needsMoreRuns } from "../judge/needs-more-runs.ts";
import { isAnotherService } from "./answers-doubt.ts";
import { judgeRuns, recordedLoadProbe } from "./final-verdict.ts";
import { measuredPeak, unsentPeak } from "./peak-probe.ts";
import { calibrationReplay, pairedReplays, peakReplay, probeReplay } from "./replay-queue.ts";
import type { RunCommand, RunInput, RunState, RunStep } from "./run-state.ts";
import { CALIBRATIONS_MAX } from "./time-budget.ts";
import { andThen, finish, hasTimeFor, startNext } from "./transitions.ts";
import type { PlannedReplay } from "./validation-request.ts";

/** Replays that were not faithful and are done again, in a whole run. */
const REPEATS_MAX = 4;

type Replayed = Extract<RunInput, { readonly kind: "replayed" }>;

/** What the twin was told, measured over `runs` of the baseline. */
function calibrate(state: RunState, runs: readonly RunMeasurement[]): Calibration | null {
  const { twin, fit } = state.plan;
  if (twin === null || state.workUs === null || runs.length === 0) return state.calibration;
  return calibrationOf({ ...twin, fit }, runs, state.workUs);
}

/** Corrects the work until it is right, or enough was tried; then the pairs begin. */
function afterCalibration(state: RunState, run: RunMeasurement): RunStep {
  const { plan } = state;
  const calibration = calibrate(state, [run]);
  assert(calibration !== null && plan.twin !== null, "a calibration without a twin");
  const isGood = calibration.errorShare <= ERROR_SHARE_GOOD;
  const workUs = isGood ? state.workUs : correctedWorkUs(plan.twin.load, calibration);
  const calibrations = state.calibrations + 1;
  const next = { ...state, calibration, workUs, calibrations };
  if (!isGood && calibrations < CALIBRATIONS_MAX) {
    return { state: { ...next, queue: [calibrationReplay(plan)] }, commands: [] };
  }
  return {
    state: { ...next, phase: "measuring", queue: pairedReplays(plan, 0, state.pairs) },
    commands: [{ kind: "record", event: { kind: "calibrated", calibration } }],
  };
}

/** Time that the pairs leave for the peak, in replays. */
function peakReplays({ plan }: RunState): number {
  return plan.peak.isCovered ? 0 : 1;
}

/** Whether an unfaithful replay is done again. */
function isRepeated(state: RunState, run: RunMeasurement, atMs: number): boolean {
  const left = state.queue.length + 1 + (state.phase === "measuring" ? peakReplays(state) : 0);
  return run.unfit.length > 0 && state.repeats < REPEATS_MAX && hasTimeFor(state, left, atMs);
}

/**
 * Whether the pairs end before their number: what there is settles it, or there is no time for the next pair, from the fourth on, where
 * they can be judged. A pair that was begun is ended.
 */
function endsEarly(state: RunState, atMs: number): boolean {
  const { runs, queue, plan } = state;
  if (isSettled(runs, { isTwin: plan.twin !== null })) return true;
  const isPaired = runs.length % 2 === 0;
  if (isPaired && plan.twin === null && isAnotherService(runs, plan.recordedAnswers)) return true;
  const isWhole = isPaired && runs.length >= 2 * FAITHFUL_RUNS_MIN;
  return isWhole && !hasTimeFor(state, Math.min(2, queue.length) + peakReplays(state), atMs);
}

function afterMeasurement(state: RunState, { measurement, atMs }: Replayed, replay: PlannedReplay): RunStep {
  const runs = [...state.runs, measurement];
  const commands: RunCommand[] = [{ kind: "record", event: { kind: "replayed", measurement } }];
  const again = isRepeated(state, measurement, atMs);
  const next: RunState = {
    ...state,
    runs,
    queue: again ? [...state.queue, replay] : state.queue,
    repeats: state.repeats + (again ? 1 : 0),
  };
  if (next.queue.length > 0 && !endsEarly(next, atMs)) return { state: next, commands };
  return andThen({ state: { ...next, queue: [] }, commands }, (measured) => decide(measured, atMs));
}

/** All replays are done that are worth it: judges, and goes on where that can still change or add something. */
function decide(measured: RunState, atMs: number): RunStep {
  const baseline = measured.runs.filter((run) => run.side === "baseline");
  const faithful = baseline.filter((run) => run.unfit.length === 0);
  // Five replays measure the twin better than the one it was calibrated by.
  const calibration = calibrate(measured, faithful.length > 0 ? faithful : baseline);
  const state = { ...measured, calibration };
  const verdict = judgeRuns(state);
  const { plan, pairs } = state;
  const more = needsMoreRuns(verdict, pairs);
  if (more > 0 && hasTimeFor(state, 2 * more + peakReplays(state), atMs)) {
    const queue = pairedReplays(plan, pairs, pairs + more);
    return { state: { ...state, queue, pairs: pairs + more, verdict }, commands: [] };
  }
  if (verdict.kind !== "pass") return finish(state, verdict);
  if (plan.peak.isCovered) return lookForHeadroom({ ...state, peak: unsentPeak(plan) }, atMs);
  if (!hasTimeFor(state, 1, atMs)) return afterPeak({ ...state, peak: unsentPeak(plan) }, atMs);
  return { state: { ...state, phase: "probing", queue: [peakReplay(plan)], verdict }, commands: [] };
}

/** A pass stands once the peak is held too. */
function afterPeak(state: RunState, atMs: number): RunStep {
  const { peak } = state;
  assert(peak !== null, "a peak that nothing is known of");
  const commands: RunCommand[] = [{ kind: "record", event: { kind: "peak-probed", peak } }];
  return andThen({ state, commands }, (told) => lookForHeadroom(told, atMs));
}

function foldPeak(state: RunState, { measurement, atMs }: Replayed, replay: PlannedReplay): RunStep {
  assert(state.verdict !== null, "a peak before a verdict");
  if (isRepeated(state, measurement, atMs)) {
    return { state: { ...state, queue: [replay], repeats: state.repeats + 1 }, commands: [] };
  }
  return afterPeak({ ...state, peak: measuredPeak(state.plan, measurement, state.verdict) }, atMs);
}

/** Ends, or tries a candidate that passed under more load. */
function lookForHeadroom(state: RunState, atMs: number): RunStep {
  const { plan } = state;
  const verdict = judgeRuns(state);
  const [factor] = plan.budget.probes;
  const probe = recordedLoadProbe(state, verdict);
  if (verdict.kind !== "pass" || factor === undefined || probe === undefined) return finish(state, verdict);
  const withProbe: RunState = { ...state, phase: "probing", probes: [probe], verdict };
  const commands: RunCommand[] = [{ kind: "record", event: { kind: "probed", probe } }];
  if (!hasTimeFor(state, 1, atMs)) {
    return andThen({ state: withProbe, commands }, (probed) => finish(probed, judgeRuns(probed)));
  }
  return { state: { ...withProbe, queue: [probeReplay(plan, factor)] }, commands };
}

function afterProbe(state: RunState, { measurement, atMs }: Replayed, replay: PlannedReplay): RunStep {
  assert(state.verdict !== null, "a probe before a verdict");
  if (isRepeated(state, measurement, atMs)) {
    return { state: { ...state, queue: [replay], repeats: state.repeats + 1 }, commands: [] };
  }
  const probe = probeHeadroom(measurement, state.verdict);
  const commands: RunCommand[] = [{ kind: "record", event: { kind: "probed", probe } }];
  const probed: RunState = { ...state, probes: [...state.probes, probe] };
  const factor = state.plan.budget.probes.find((candidate) => candidate > replay.loadFactor);
  if (probe.holds === true && factor !== undefined && hasTimeFor(state, 1, atMs)) {
    return { state: { ...probed, queue: [probeReplay(state.plan, factor)] }, commands };
  }
  return andThen({ state: probed, commands }, (last) => finish(last, judgeRuns(last)));
}

function fold(state: RunState, input: Replayed, replay: PlannedReplay): RunStep {
  switch (replay.purpose) {
    case "calibration":
      return afterCalibration(state, input.measurement);
    case "measurement":
      return afterMeasurement(state, input, replay);
    case "peak":
      return foldPeak(state, input, replay);
    case "headroom":
      return afterProbe(state, input, replay);
    default:
      return unreachable(replay.purpose);
  }
}

/** Keeps what a replay measured, reads the meter, takes its environment away and starts the next one meanwhile. */
export function afterReplay(state: RunState, input: Replayed): RunStep {
  const { current, environments } = state;
  if (environments.get(input.name) !== "replaying" || current === null) return { state, commands: [] };
  const leaving = new Map(environments).set(input.name, "destroying");
  // Failures count in a row: what works now was a hiccup before.
  const failures = { ...state.failures, [current.side]: 0 };
  const folded = fold({ ...state, failures, environments: leaving }, input, { ...current, name: "" });
  const commands: RunCommand[] = [
    ...folded.commands,
    { kind: "read" },
    { kind: "destroy", name: input.name },
  ];
  return andThen({ state: folded.state, commands }, startNext);
}
