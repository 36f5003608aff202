import { assert, type Calibration, type Fit, type RunMeasurement } from "@apex/core";
import type { ServiceDemand } from "./service-demand.ts";
import type { TwinLoad } from "./twin-load.ts";

/** However much overhead was measured, a request burns at least this share of its CPU itself. */
const WORK_SHARE_MIN = 0.1;

/** A correction of more than this is none: then something else is wrong, and the error says so. */
const CORRECTION_MAX = 2;

/** Beyond this a calibration is corrected once more, where a replay is left for it. */
export const ERROR_SHARE_GOOD = 0.03;

/** What the calibration is made from. */
export interface CalibrationBasis {
  readonly fit: Fit;
  readonly demand: ServiceDemand;
  readonly load: TwinLoad;
}

/** The work to ask for at first: all of it. What handling HTTP costs the twin it takes off what it burns (`TWIN_PROTOCOL.workHeader`). */
export function firstWorkUs(load: TwinLoad): number {
  return load.cpuUsPerRequest;
}

function workUs(load: TwinLoad, overheadUs: number): number {
  return Math.max(WORK_SHARE_MIN * load.cpuUsPerRequest, load.cpuUsPerRequest - overheadUs);
}

/** CPU per request that runs of the baseline measured: their median, microseconds. */
function measuredCpuUs(runs: readonly RunMeasurement[]): number {
  const sorted = runs.map((run) => run.cpuSecondsPerRequest * 1e6).toSorted((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  const [low = Number.NaN, high = low] = [sorted[middle], sorted[sorted.length - 1 - middle]];
  return (low + high) / 2;
}

/**
 * How well the twin reproduced the record, from replays of the baseline that asked for `askedUs` of work. Utilisation is
 * the measured CPU per request times the recorded rate, over the containers' limits: the rate of a short replay is
 * never exactly the window's.
 */
export function calibrationOf(
  basis: CalibrationBasis,
  runs: readonly RunMeasurement[],
  askedUs: number,
): Calibration {
  assert(runs.length > 0, "a calibration without replays");
  const { demand, load } = basis;
  const cpuUs = measuredCpuUs(runs);
  const measuredCpuShare = (demand.cpuShare * cpuUs) / load.cpuUsPerRequest;
  return {
    recordedCpuShare: demand.cpuShare,
    measuredCpuShare,
    errorShare: Math.abs(measuredCpuShare - demand.cpuShare) / demand.cpuShare,
    demandSecondsPerRequest: demand.demandSeconds,
    demandBias: demand.bias,
    workUsPerRequest: askedUs,
    overheadUsPerRequest: Math.max(0, cpuUs - askedUs),
    recordedMemoryShare: demand.memoryShare,
    notes: [...demand.notes, ...load.notes],
  };
}

/** The work to ask for next, after a calibration that measured its own overhead. */
export function correctedWorkUs(load: TwinLoad, calibration: Calibration): number {
  const { workUsPerRequest, overheadUsPerRequest, measuredCpuShare, recordedCpuShare } = calibration;
  if (overheadUsPerRequest > 0) return workUs(load, overheadUsPerRequest);
  // Less was burned than asked for: then what is asked for has to grow by as much.
  return workUsPerRequest * Math.min(CORRECTION_MAX, recordedCpuShare / measuredCpuShare);
}
