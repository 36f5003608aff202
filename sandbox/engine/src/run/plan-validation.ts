import {
  type AnswerCounts,
  type Fit,
  type HostFacts,
  type Objectives,
  type ReplayOptions,
  type ReplaySchedule,
  seededRng,
  type Side,
} from "@apex/core";
import { replaySchedule, selectWindow, spreadWholeSeconds } from "@apex/workloads-formats";
import type { ServiceDemand } from "../calibration/service-demand.ts";
import { recordedRate, serviceDemand } from "../calibration/service-demand.ts";
import { type TwinLoad, twinLoad } from "../calibration/twin-load.ts";
import { peakLimits, type RecordedPeak } from "../calibration/recorded-peak.ts";
import { fitToHost } from "../fit/fit-to-host.ts";
import { LOAD_FACTORS } from "../judge/headroom.ts";
import { deriveObjectives, type RecordedLatency } from "../judge/objectives.ts";
import { recordedLatency } from "./recorded-latency.ts";
import { runLimits } from "./run-limits.ts";
import { recordedAnswers } from "./answers-doubt.ts";
import { tooShort, tooSparse } from "./load-problem.ts";
import { planTime } from "./plan-time.ts";
import type { TimeBudget } from "./time-budget.ts";
import type { PlannedReplay, ValidationRequest } from "./validation-request.ts";

/** Everything about a validation that is settled before anything starts. */
export interface ValidationPlan {
  readonly request: ValidationRequest;
  readonly host: HostFacts;
  readonly fit: Fit;
  readonly budget: TimeBudget;
  /** `null` with a user's own image. */
  readonly twin: { readonly demand: ServiceDemand; readonly load: TwinLoad } | null;
  readonly recorded: RecordedLatency;
  readonly peak: RecordedPeak;
  /** The answers of the window; empty where the log does not tell its statuses. */
  readonly recordedAnswers: AnswerCounts;
  /** Requests per second of the window, all machines of the service. */
  readonly recordedRate: number;
  /** As far as they are known before the baseline is measured. */
  readonly objectives: Objectives;
  /** A request that takes longer has failed. */
  readonly timeoutMs: number;
  readonly limits: readonly string[];
}

/** A plan, or in whole sentences why there is none and what to do. */
export type PlanOutcome =
  | { readonly kind: "planned"; readonly plan: ValidationPlan }
  | { readonly kind: "refused"; readonly reason: string };

/** Waiting for a lost answer prolongs a replay by as much. */
const TIMEOUT_MS_MIN = 5_000;
const TIMEOUT_MS_MAX = 30_000;

/** A request is lost when it takes so many times the slowest that is still good. */
const TIMEOUT_FACTOR = 4;

/**
 * Connections of a sender: a balancer's, not the world's; and more where requests take long, so that those of the highest probe find
 * one, with as many again for bursts.
 */
const CONNECTIONS_MIN = 256;
const CONNECTIONS_MAX = 4_096;
const BURST_FACTOR = 2;
const IN_FLIGHT_MAX = 8_192;

/** Sent before the first counted request: the twin is warm by itself and only gets its connections, an image's runtime is cold. */
const WARMUP_REQUESTS = { twin: 20, image: 200 } as const;

function timeoutOf(objectives: Objectives, recorded: RecordedLatency): number {
  const { p90Ms = 0, p95Ms = 0, p99Ms = 0 } = objectives;
  const slowest = Math.max(p99Ms, p95Ms, p90Ms, recorded.p99Ms ?? 0);
  return Math.min(TIMEOUT_MS_MAX, Math.max(TIMEOUT_MS_MIN, TIMEOUT_FACTOR * slowest));
}

function twinOf(
  request: ValidationRequest,
  fit: Fit,
):
  | { readonly kind: "known"; readonly twin: ValidationPlan["twin"] }
  | { readonly kind: "unknown"; readonly reason: string } {
  if (request.service.kind === "image") return { kind: "known", twin: null };
  const { baseline, workload, utilization, arrivalFactor = 1 } = request;
  const reading = serviceDemand(baseline, workload, { utilization, arrivalFactor });
  if (reading.kind === "unknown") return reading;
  const { demand } = reading;
  return { kind: "known", twin: { demand, load: twinLoad(fit, demand) } };
}

function refuse(reason: string): PlanOutcome {
  return { kind: "refused", reason };
}

/** What is wrong with the request itself; `undefined` when nothing is. */
function mistakeIn({ workload, arrivalFactor = 1 }: ValidationRequest): string | undefined {
  if (!(arrivalFactor > 0 && Number.isFinite(arrivalFactor)))
    return `The arrival factor must be above 0, not ${arrivalFactor}.`;
  if (workload.timesMs.length === 0 || workload.window.endMs <= workload.window.startMs)
    return "The chosen window of the workload holds no requests. Choose another.";
  return undefined;
}

/** The side with the smaller share gets too few requests for anything to be compared. */
function sparseness(plan: ValidationPlan): string | undefined {
  const { fit, budget } = plan;
  const perRecorded = Math.min(...(["baseline", "candidate"] as const).map((side) => factorOf(plan, side)));
  const sparse = tooSparse({
    rate: recordedRate(plan.request.workload) * perRecorded,
    replaySeconds: budget.replaySeconds,
    isScaled: plan.twin === null && fit.scale < 1,
  });
  return sparse === undefined ? undefined : `A ${sparse}. Choose a busier window or more minutes.`;
}

/** Settles scale, demand, load and time. Nothing is started. */
export function planValidation(asked: ValidationRequest, host: HostFacts): PlanOutcome {
  const mistake = mistakeIn(asked);
  if (mistake !== undefined) return refuse(mistake);
  // Once here and not in every schedule: a window may hold millions of requests.
  const workload = spreadWholeSeconds(asked.workload, seededRng(asked.seed));
  const request = { ...asked, workload };
  const { service, arrivalFactor = 1 } = request;
  const fitted = fitToHost({ ...request, host, mode: service.kind });
  if (fitted.kind === "refused") return fitted;
  const { fit } = fitted;
  const twin = twinOf(request, fit);
  if (twin.kind === "unknown") return refuse(twin.reason);
  const isCalibrated = service.kind === "twin";
  const timed = planTime({ minutes: request.minutes, isCalibrated, arrivalFactor }, workload);
  if (timed.kind === "too-short") {
    return refuse(`${tooShort(request.minutes, timed)} (--minutes).`);
  }
  const { budget, peak } = timed;
  const recorded = recordedLatency(workload);
  const objectives = deriveObjectives({ user: request.objectives, recorded, baselineRuns: [] });
  const plan: ValidationPlan = {
    request,
    host,
    fit,
    budget,
    peak,
    recordedAnswers: recordedAnswers(workload),
    twin: twin.twin,
    recorded,
    recordedRate: recordedRate(workload) * arrivalFactor,
    objectives,
    timeoutMs: timeoutOf(objectives, recorded),
    limits: [...runLimits(fit, host, service), ...peakLimits(peak)],
  };
  const sparse = sparseness(plan);
  return sparse === undefined ? { kind: "planned", plan } : refuse(sparse);
}

/** Requests to send for each recorded one, at the recorded load. */
function factorOf({ request, fit, twin }: ValidationPlan, side: Side): number {
  const share = twin === null ? fit.scale : twin.load.arrivalShare;
  return (request.arrivalFactor ?? 1) * fit[side].loadShare * share;
}

/**
 * What is sent in one replay: the same requests at the same times for both sides of a pair, where both carry the same share. Each pair
 * has a stretch of the window of its own, so that requests of several pairs are as many different ones as can be. The peak is a window
 * of its own, as long as the replay, so that it is sent as a whole.
 */
export function scheduleFor(
  plan: ValidationPlan,
  replay: PlannedReplay,
  workUs: number | null,
): ReplaySchedule {
  const { request, twin } = plan;
  const hasWaits = request.service.kind === "twin" && request.service.hasWaits === true;
  const recordedCpuUs = twin === null ? 0 : twin.demand.demandSeconds * 1e6;
  const { workload } = request;
  return replaySchedule(replay.purpose === "peak" ? selectWindow(workload, plan.peak.window) : workload, {
    durationMs: replay.durationMs,
    rateFactor: factorOf(plan, replay.side) * replay.loadFactor,
    seed: request.seed,
    part: replay.pair ?? 0,
    ...(workUs === null ? {} : { work: { meanUs: workUs, ...(hasWaits ? { recordedCpuUs } : {}) } }),
  });
}

/** In flight = rate × time in the service (Little's law), by the 99th percentile of the recorded durations. */
function connectionsMax(plan: ValidationPlan): number {
  const { recorded, request } = plan;
  const share = Math.max(factorOf(plan, "baseline"), factorOf(plan, "candidate"));
  const rate = recordedRate(request.workload) * share * Math.max(...LOAD_FACTORS, plan.peak.factor);
  const inFlight = (rate * (recorded.p99Ms ?? 0)) / 1000;
  return Math.min(CONNECTIONS_MAX, Math.max(CONNECTIONS_MIN, Math.ceil(BURST_FACTOR * inFlight)));
}

/** How it is sent, but for the targets. */
export function replayOptions(
  plan: ValidationPlan,
): Pick<ReplayOptions, "timeoutMs" | "connectionsMax" | "inFlightMax" | "warmupRequests" | "cpus"> {
  const services = new Set(plan.fit.cpuset);
  const others = Array.from({ length: plan.host.cpus }, (_, cpu) => cpu).filter((cpu) => !services.has(cpu));
  return {
    // On a host with a single CPU there is none to keep to.
    ...(others.length === 0 ? {} : { cpus: others }),
    timeoutMs: plan.timeoutMs,
    connectionsMax: connectionsMax(plan),
    inFlightMax: IN_FLIGHT_MAX,
    warmupRequests: WARMUP_REQUESTS[plan.request.service.kind],
  };
}
