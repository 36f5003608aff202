import type { RunMeasurement } from "@apex/core";
import { serviceDemand } from "../calibration/service-demand.ts";
import type { CpuRecord } from "../judge/doubts.ts";
import { medianOf } from "../judge/intervals.ts";
import { sideRuns } from "../judge/signals.ts";
import type { ValidationPlan } from "./plan-validation.ts";

/**
 * What ties a user's own image to the record: the CPU that the baseline was recorded to use, and what it uses here at the recorded rate.
 * By the utilisation law: CPU per request × rate ÷ cores, where the load and the cores of its containers are to one scale
 * (so that the scale is in both and goes out). `null` with a twin, which is calibrated, without a record and
 * without a replay of the baseline.
 */
export function imageRecord(plan: ValidationPlan, runs: readonly RunMeasurement[]): CpuRecord | null {
  const { request, fit, recordedRate } = plan;
  if (plan.twin !== null) return null;
  const { baseline, workload, utilization, arrivalFactor = 1 } = request;
  const reading = serviceDemand(baseline, workload, { utilization, arrivalFactor });
  const { faithful } = sideRuns(runs, "baseline");
  const cpuSeconds = medianOf(faithful.map((run) => run.cpuSecondsPerRequest));
  if (reading.kind === "unknown" || cpuSeconds === null) return null;
  const { cpusPerReplica, replicas, loadShare } = fit.baseline;
  const rate = recordedRate * fit.scale * loadShare;
  return {
    recordedCpuShare: reading.demand.cpuShare,
    measuredCpuShare: (cpuSeconds * rate) / (cpusPerReplica * replicas),
  };
}
