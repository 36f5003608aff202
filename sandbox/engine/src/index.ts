/**
 * Decides how a validation runs and what it proved: topology, fit, calibration, the life of a run, the judge.
 * Not for touching containers, Terraform or the clock: those come through the ports of core.
 */
export { type FitOutcome, type FitRequest, fitToHost } from "./fit/fit-to-host.ts";
export { fidelity, type FidelityLimits, tightestObjectiveMs } from "./judge/fidelity.ts";
export { headroomFactor, LOAD_FACTORS, probeHeadroom } from "./judge/headroom.ts";
export { judge, type JudgeOptions } from "./judge/judge.ts";
export { needsMoreRuns, PAIRS_FIRST, PAIRS_MAX } from "./judge/needs-more-runs.ts";
export { deriveObjectives, type ObjectiveSources, type RecordedLatency } from "./judge/objectives.ts";
export { type ParsedObjectives, parseObjectives, type WrittenObjectives } from "./judge/parse-objectives.ts";
export { type PlanOutcome, planValidation, type ValidationPlan } from "./run/plan-validation.ts";
export { runValidation } from "./run/run-validation.ts";
export {
  type PlannedReplay,
  type ReplayPurpose,
  type RunClock,
  type ServiceImage,
  type ValidationPorts,
  type ValidationProgress,
  type ValidationQuote,
  type ValidationRequest,
} from "./run/validation-request.ts";
export {
  changedServices,
  chooseTarget,
  type ServicePair,
  type TargetChoice,
} from "./topology/changed-services.ts";
export { type ComputeServices, computeServices } from "./topology/compute-services.ts";
