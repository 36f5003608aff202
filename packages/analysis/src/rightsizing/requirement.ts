import type { Dimension, DimensionEvidence, RiskLevel } from "@apex/core";
import { type Demand, seenOf } from "../utilization/demand.ts";
import { riskOf } from "./risk.ts";

/**
 * One dimension that a machine has to satisfy. `Machine` is whatever is being chosen: a machine type, an instance
 * class.
 */
export interface Requirement<Machine> {
  readonly dimension: Dimension;
  readonly unit: string;
  /** What is known of the demand. */
  readonly demand: KnownDemand;
  /** What a machine offers for good, in the same unit; `null` when it cannot be told or compared. */
  readonly capacityOf: (machine: Machine) => number | null;
  /**
   * What a machine offers without credit for being faster: the demand itself must fit into it, so that a benchmark lends
   * headroom and never the capacity that the load was seen to take.
   */
  readonly plainCapacityOf?: (machine: Machine) => number | null;
  /** Whether as much as today is always enough, however little headroom that leaves. */
  readonly isTodayEnough?: boolean;
  /**
   * What it reaches for a while, where it bursts: a present machine that lives on bursts needs them after as well.
   */
  readonly burstOf?: (machine: Machine) => number | null;
}

/** Measured samples, a bound that the surroundings set (volumes that cannot deliver more), or nothing. */
export type KnownDemand =
  | { readonly kind: "measured"; readonly demand: Demand }
  | { readonly kind: "bounded"; readonly bound: number; readonly note: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Whether one machine meets one requirement, and at what risk. */
export type Fit =
  | {
      readonly kind: "fits";
      readonly risk: RiskLevel;
      readonly exceedance: number | null;
      readonly capacity: number | null;
    }
  | { readonly kind: "short"; readonly needed: number; readonly offered: number | null };

/**
 * Compares a machine with a requirement. Known demand: capacity ≥ need, except that where the present machine
 * already lives on bursts (need above its sustained capacity) the new one must sustain and burst as much. Unknown
 * demand: no less than today.
 */
export function fit<Machine>(requirement: Requirement<Machine>, now: Machine, after: Machine): Fit {
  const offered = requirement.capacityOf(after);
  const present = requirement.capacityOf(now);
  const { demand } = requirement;
  const needed = neededOf(requirement, now);
  if (needed === null || offered === null || offered < needed) {
    return { kind: "short", needed: needed ?? Number.POSITIVE_INFINITY, offered };
  }
  if (demand.kind !== "measured") return { kind: "fits", risk: 0, exceedance: null, capacity: offered };
  const plain = requirement.plainCapacityOf?.(after) ?? Number.POSITIVE_INFINITY;
  if (plain < demand.demand.demand) return { kind: "short", needed: demand.demand.demand, offered: plain };
  const livesOnBursts = present !== null && demand.demand.need > present;
  if (livesOnBursts && requirement.burstOf !== undefined) {
    const burstNow = requirement.burstOf(now);
    const burstAfter = requirement.burstOf(after);
    if (burstNow === null || burstAfter === null || burstAfter < burstNow) {
      return { kind: "short", needed: burstNow ?? Number.POSITIVE_INFINITY, offered: burstAfter };
    }
  }
  const exceedance = demand.demand.exceedanceAt(offered);
  // What already runs short today is no risk of the change when the change takes nothing away.
  const risk = present !== null && offered >= present ? 0 : riskOf(exceedance);
  return { kind: "fits", risk, exceedance, capacity: offered };
}

/**
 * What a machine has to offer to meet a requirement; `null` when the present capacity, which an unknown demand is
 * judged by, cannot be told.
 */
export function neededOf<Machine>(requirement: Requirement<Machine>, now: Machine): number | null {
  const { demand } = requirement;
  const present = requirement.capacityOf(now);
  const isTodayEnough = requirement.burstOf !== undefined || requirement.isTodayEnough === true;
  switch (demand.kind) {
    case "unknown":
      return present;
    case "bounded":
      return present === null ? demand.bound : Math.min(demand.bound, present);
    case "measured":
      return isTodayEnough && present !== null ? Math.min(demand.demand.need, present) : demand.demand.need;
  }
}

/** The evidence line of a measured requirement; `undefined` for what was not measured. */
export function evidenceOf<Machine>(
  requirement: Requirement<Machine>,
  now: Machine,
  fitted: Fit & { readonly kind: "fits" },
): DimensionEvidence | undefined {
  if (requirement.demand.kind !== "measured") return undefined;
  const { demand } = requirement.demand;
  // Where as much as today is enough, that is the need, with the headroom that today leaves.
  const need = Math.min(demand.need, neededOf(requirement, now) ?? demand.need);
  const headroom = need < demand.need ? Math.max(0, 1 - demand.demand / need) : demand.headroom;
  return {
    dimension: requirement.dimension,
    ...seenOf(demand),
    unit: requirement.unit,
    need,
    headroom,
    capacityNow: requirement.capacityOf(now),
    capacityAfter: fitted.capacity,
    exceedance: fitted.exceedance,
    risk: fitted.risk,
  };
}
