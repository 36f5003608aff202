/**
 * Decides how a validation runs and what it proved: topology, fit, calibration, the life of a run, the judge.
 * Not for touching containers, Terraform or the clock: those come through the ports of core.
 */
export { type FitOutcome, type FitRequest, fitToHost } from "./fit/fit-to-host.ts";
export { clopperPearson } from "./judge/clopper-pearson.ts";
export { fidelity } from "./judge/fidelity.ts";
export { judge } from "./judge/judge.ts";
export { needsMoreRuns, PAIRS_FIRST } from "./judge/needs-more-runs.ts";
export { deriveObjectives } from "./judge/objectives.ts";
export { type ParsedObjectives, parseObjectives, type WrittenObjectives } from "./judge/parse-objectives.ts";
export { loadProblem } from "./run/load-problem.ts";
export { measureRun } from "./run/measure-run.ts";
export { planTime } from "./run/plan-time.ts";
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
