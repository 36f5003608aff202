import type { Fit } from "@apex/core";
import { quantity } from "../fit/fit-notes.ts";
import type { ServiceDemand } from "./service-demand.ts";
import { type Slots, twinSlots } from "./twin-slots.ts";

/** How each container of one side is set up. */
export interface TwinSettings extends Slots {
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
  /** How many times as long a request alone takes here as on the machine, on both sides alike; about 1 or more. */
  readonly stretch: number;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

/**
 * Handling HTTP costs the twin 45–140 µs, measured, which it takes off what it burns: of this at least two thirds are left to be the
 * request's own work.
 */
const CPU_US_PER_REQUEST_MIN = 400;

/** Requests per second at the recorded load, half of what the sender can be trusted with, so that twice the load can be tried. */
const RATE_MAX = 2000;

/** What the program is itself, before it holds memory for the service. */
const OWN_BYTES = 64 * 2 ** 20;

const GIB = 2 ** 30;

/** A stretch of less is not worth a sentence. */
export const STRETCH_TOLD = 1.05;

/** Memory that the baseline's machine had in use, at the scale, less what the program is itself. */
function residentBytes(fit: Fit, demand: ServiceDemand): number {
  const usedBytes = (demand.memoryShare ?? 0) * fit.baseline.service.memoryGib * GIB * fit.scale;
  return Math.max(0, Math.floor(usedBytes - OWN_BYTES));
}

function notesOf(
  fit: Fit,
  demand: ServiceDemand,
  thinned: { readonly arrivalShare: number; readonly stretch: number },
): readonly string[] {
  const notes: string[] = [];
  const { arrivalShare, stretch } = thinned;
  if (arrivalShare < 1) {
    const each = quantity(1 / arrivalShare);
    notes.push(
      `One request of the twin stands for ${each} recorded ones and does their work, because a single one costs too little CPU here to be measured: percentiles are those of such batches.`,
    );
  }
  if (stretch > STRETCH_TOLD) {
    notes.push(
      `A request alone takes ${quantity(stretch)} times as long here as on the machine, on both sides alike: bounds in milliseconds are judged more strictly than they are meant.`,
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
  const { baseline, candidate, stretch } = twinSlots(fit, arrivalShare);
  const held = residentBytes(fit, demand);
  return {
    arrivalShare,
    cpuUsPerRequest: cpuUs / arrivalShare,
    baseline: { ...baseline, residentBytes: held },
    candidate: { ...candidate, residentBytes: held },
    stretch,
    notes: notesOf(fit, demand, { arrivalShare, stretch }),
  };
}
