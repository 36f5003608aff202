import {
  AdapterError,
  formatInstant,
  InvariantError,
  type RunMeasurement,
  unreachable,
  type Validation,
  type Verdict,
} from "@apex/core";
import { messageOf } from "./failure-cause.ts";
import { planValidation, type ValidationPlan } from "./plan-validation.ts";
import { type DrivenRun, RunDriver } from "./run-driver.ts";
import type { ValidationPorts, ValidationProgress, ValidationRequest } from "./validation-request.ts";

interface Times {
  readonly startedAt: number;
  readonly endedAt: number;
}

function workloadOf(plan: ValidationPlan, runs: readonly RunMeasurement[]): Validation["workload"] {
  const { workload } = plan.request;
  return {
    files: workload.origin.files.map((file) => file.name),
    windowStart: formatInstant(workload.window.startMs),
    windowEnd: formatInstant(workload.window.endMs),
    requests: workload.timesMs.length,
    recordedRate: plan.recordedRate,
    replayedRequests: runs.find((run) => run.side === "baseline")?.scheduled ?? 0,
    replaySeconds: plan.budget.replaySeconds,
    answers: plan.recordedAnswers,
  };
}

function validationOf(plan: ValidationPlan, run: DrivenRun, verdict: Verdict, times: Times): Validation {
  const { runId, target, service } = plan.request;
  const leftover =
    run.leftover === undefined
      ? []
      : [
          `Not everything of the run could be removed (${messageOf(run.leftover)}): "apex sandbox reap" does.`,
        ];
  return {
    runId,
    startedAt: formatInstant(times.startedAt),
    endedAt: formatInstant(times.endedAt),
    target,
    fit: plan.fit,
    calibration: run.state.calibration,
    image: service.image,
    workload: workloadOf(plan, run.state.runs),
    runs: run.state.runs,
    verdict,
    reading: run.reading,
    host: plan.host,
    limits: [...plan.limits, ...leftover],
  };
}

/** The error of a run that failed: the kind of its cause, where an adapter named one; a bug of ours stays one. */
function failureOf(run: DrivenRun, message: string): Error {
  if (run.error instanceof InvariantError) return run.error;
  const kind = run.error instanceof AdapterError ? run.error.kind : "unavailable";
  return new AdapterError(kind, message, { cause: run.error });
}

/**
 * Validates: calibrates the twin, replays the workload against both sides in turn, judges, and looks for headroom. However it ends, no
 * environment is left. Tells `observe` what happens. Throws an AdapterError when it cannot be done (`invalid`: the
 * request, with what to change) and the signal's reason when cancelled.
 */
export async function runValidation(
  request: ValidationRequest,
  ports: ValidationPorts,
  observe: (progress: ValidationProgress) => void = () => {},
): Promise<Validation> {
  const planned = planValidation(request, ports.host.facts);
  if (planned.kind === "refused") throw new AdapterError("invalid", planned.reason);
  const { plan } = planned;
  observe({ kind: "quoted", quote: plan.budget, fit: plan.fit });
  const startedAt = ports.clock.now();
  const run = await new RunDriver(plan, ports, observe).run();
  const times = { startedAt, endedAt: ports.clock.now() };
  const { ending } = run.state;
  switch (ending?.kind) {
    case "judged":
      return validationOf(plan, run, ending.verdict, times);
    case "failed":
      throw failureOf(run, ending.message);
    case "aborted":
      throw ports.signal.reason;
    case undefined:
      throw failureOf(run, "The validation ended without a verdict.");
    default:
      return unreachable(ending);
  }
}
