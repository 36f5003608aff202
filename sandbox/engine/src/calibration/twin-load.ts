import type { Fit, FittedService } from "@apex/core";
import type { ServiceDemand } from "./service-demand.ts";

/** How each container of one side is set up. */
export interface TwinSettings {
  /** Requests that one container works on at once. */
  readonly slots: number;
  /** Cores that a slot may burn, over 0 and at most 1. */
  readonly slotCores: number;
  /** Memory it holds beside its own. */
  readonly residentBytes: number;
}

/** What the twins of both sides are told, and what is sent to them. */
export interface TwinLoad {
  /** Requests that are sent for each one that arrived; below 1 each stands for several. */
  readonly arrivalShare: number;
  /** CPU of this host that a request has to cost on average, HTTP included, microseconds. */
  readonly cpuUsPerRequest: number;
  readonly baseline: TwinSettings;
  readonly candidate: TwinSettings;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

/** Handling HTTP costs the twin about 0.1 ms; a request that burns ten times that is still its own work. */
const CPU_US_PER_REQUEST_MIN = 1000;

/** Requests per second at the recorded load, half of what the sender can be trusted with, so that twice the load can be tried. */
const RATE_MAX = 2000;

/** What the program is itself, before it holds memory for the service. */
const OWN_BYTES = 64 * 2 ** 20;

const GIB = 2 ** 30;

/** A little over 1 is rounding. */
const SLOT_CORES_MAX = 1;

function settingsOf(side: FittedService, arrivalShare: number, usedBytes: number): TwinSettings {
  const slots = Math.max(1, Math.ceil(side.service.vcpus * arrivalShare - 1e-9));
  return {
    slots,
    slotCores: Math.min(SLOT_CORES_MAX, side.cpusPerReplica / slots),
    residentBytes: Math.max(0, Math.floor(usedBytes - OWN_BYTES)),
  };
}

function notesOf(fit: Fit, demand: ServiceDemand, arrivalShare: number): readonly string[] {
  const notes: string[] = [];
  if (arrivalShare < 1) {
    const each = Number((1 / arrivalShare).toPrecision(3));
    notes.push(
      `One request of the twin stands for ${each} recorded ones and does their work, because a single one costs too little CPU here to be measured: percentiles are those of such batches.`,
    );
  }
  if (demand.memoryShare === null) {
    notes.push(
      "Memory use is not recorded, so the twin holds none: nothing is said about whether memory suffices.",
    );
  } else if (fit.baseline.service.count !== fit.candidate.service.count) {
    notes.push("A machine is taken to hold as much memory when more of the load falls to it.");
  }
  return notes;
}

/**
 * Scales the work and not the arrivals: each request burns its demand times the scale, in one of as many slots as the machine has
 * vCPUs, so that service times, pooling and queues are the real machine's. Only where that is too little CPU to be measured, or too
 * many requests to be sent, fewer requests with more work each stand for the recorded ones.
 */
export function twinLoad(fit: Fit, demand: ServiceDemand): TwinLoad {
  const cpuUs = demand.demandSeconds * 1e6 * fit.scale;
  const rate = demand.rate * Math.max(fit.baseline.loadShare, fit.candidate.loadShare);
  const arrivalShare = Math.min(1, cpuUs / CPU_US_PER_REQUEST_MIN, RATE_MAX / rate);
  const usedBytes = (demand.memoryShare ?? 0) * fit.baseline.service.memoryGib * GIB * fit.scale;
  return {
    arrivalShare,
    cpuUsPerRequest: cpuUs / arrivalShare,
    baseline: settingsOf(fit.baseline, arrivalShare, usedBytes),
    candidate: settingsOf(fit.candidate, arrivalShare, usedBytes),
    notes: notesOf(fit, demand, arrivalShare),
  };
}
