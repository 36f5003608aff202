import type { Fit, FittedService, Side } from "@apex/core";

/** How many requests a container works on at once, and how fast each. */
export interface Slots {
  readonly slots: number;
  /** Cores that a slot may burn, over 0 and at most 1. */
  readonly slotCores: number;
}

/** The slots of both sides' containers. */
export interface TwinSlots extends Readonly<Record<Side, Slots>> {
  /** How many times as long a request alone takes here as on the machine, on both sides alike; 1 or more, unless rounded. */
  readonly stretch: number;
}

const EPSILON = 1e-9;

function upward(value: number): number {
  return Math.max(1, Math.ceil(value - EPSILON));
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function slotsOf(side: FittedService, slots: number): Slots {
  // A little over 1 is rounding.
  return { slots, slotCores: Math.min(1, side.cpusPerReplica / slots) };
}

/**
 * Slots for requests that each stand for 1/`arrivalShare` recorded ones. Ideally vCPUs × share of them, each 1/share times as fast:
 * then a request takes as long as on the machine. But slots are whole and at most a core fast. What must never be rounded is
 * the comparison: a vCPU of either side has to be as fast beside the other's here as there, or the side with the smaller
 * number loses by rounding alone. So the numbers keep the exact ratio of the vCPUs (4 to 2 becomes 2 to 1, never 1 to 1), and where
 * that takes more slots than the ideal, requests take longer on both sides by the same `stretch`. No capacity is lost: slots ×
 * cores of a slot are the container's cores.
 */
export function twinSlots(fit: Pick<Fit, Side>, arrivalShare: number): TwinSlots {
  const { baseline, candidate } = fit;
  const [before, after] = [upward(baseline.service.vcpus), upward(candidate.service.vcpus)];
  const divisor = greatestCommonDivisor(before, after);
  const [partBefore, partAfter] = [before / divisor, after / divisor];
  const parts = Math.max(
    upward(divisor * arrivalShare),
    upward(baseline.cpusPerReplica / partBefore),
    upward(candidate.cpusPerReplica / partAfter),
  );
  return {
    baseline: slotsOf(baseline, parts * partBefore),
    candidate: slotsOf(candidate, parts * partAfter),
    stretch: parts / (divisor * arrivalShare),
  };
}
