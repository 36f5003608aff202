import type { ComputeService, TimeWindow, UtilizationProfile, Workload } from "@apex/core";
import { rowFrom } from "@apex/workloads-formats";
import { type Bias, recordedCpu } from "./recorded-cpu.ts";
import { recordedMemory } from "./recorded-memory.ts";

/** What the record says of the service's work. */
export interface ServiceDemand {
  /** Mean CPU utilisation in the window, 0–1 of the machines' vCPUs. */
  readonly cpuShare: number;
  /** Requests per second that all machines of the service got. */
  readonly rate: number;
  /** vCPU-seconds per request. */
  readonly demandSeconds: number;
  /** Which way {@link demandSeconds} can only be wrong: the samples are not always those of the window. */
  readonly bias: Bias;
  /** Memory in use over a machine's memory, at its highest of all that is recorded; `null` is unknown. */
  readonly memoryShare: number | null;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

/** A demand, or in a whole sentence why there is none and what to do. */
export type DemandReading =
  | { readonly kind: "known"; readonly demand: ServiceDemand }
  | { readonly kind: "unknown"; readonly reason: string };

/** Below this a machine is idle: its CPU time is its system's, not its requests'. */
const CPU_SHARE_MIN = 0.001;

/** Requests per second of a workload over its window, as recorded. */
export function recordedRate(workload: Workload): number {
  const { startMs, endMs } = workload.window;
  return endMs <= startMs ? 0 : (workload.timesMs.length * 1000) / (endMs - startMs);
}

/** Counts the requests of a span, start included and end excluded. */
function requestCounter({ timesMs }: Workload): (span: TimeWindow) => number {
  return ({ startMs, endMs }) => rowFrom(timesMs, endMs) - rowFrom(timesMs, startMs);
}

/**
 * The service's work by the utilisation law: D = U·V·count ÷ X, with utilisation U, V vCPUs a machine and X requests per second over
 * all machines. Everything the machines did counts as the requests' work, so that D errs to the high side.
 * Source: Denning and Buzen, "The Operational Analysis of Queueing Network Models" (1978).
 */
export function serviceDemand(
  service: ComputeService,
  workload: Workload,
  record: { readonly utilization: readonly UtilizationProfile[]; readonly arrivalFactor: number },
): DemandReading {
  const { window } = workload;
  const rate = recordedRate(workload) * record.arrivalFactor;
  const cpu = recordedCpu(record.utilization, { window, requestsIn: requestCounter(workload) });
  if (cpu.share === null) {
    return {
      kind: "unknown",
      reason: `No CPU utilisation of ${service.address} is at hand, so the twin cannot be calibrated. Give its metrics (--metrics), or an image of the service (--image).`,
    };
  }
  if (cpu.share < CPU_SHARE_MIN) {
    return {
      kind: "unknown",
      reason: `${service.address} was idle in the recorded window, so its requests have no work to measure. Choose a window in which it served.`,
    };
  }
  const memory = recordedMemory(record.utilization);
  const demandSeconds = (cpu.share * service.vcpus * service.count) / rate;
  return {
    kind: "known",
    demand: {
      cpuShare: cpu.share,
      rate,
      demandSeconds,
      bias: cpu.bias,
      memoryShare: memory.share,
      notes: [...cpu.notes, ...memory.notes],
    },
  };
}
