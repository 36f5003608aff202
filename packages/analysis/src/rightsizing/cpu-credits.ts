import type { MachineType } from "@apex/catalog";
import { HOUR_MS } from "../statistics/hourly.ts";

/** CPU use over time, as averages: credits are earned and spent by what is used, not by peaks. */
export interface CpuUse {
  /** Percent of {@link vcpu}. */
  readonly values: Float64Array;
  readonly periodMs: number;
  readonly vcpu: number;
}

/** What the credits of a burstable machine would do under a load. */
export interface CreditOutcome {
  /** Credits left at the worst moment; 0 when they ran out. */
  readonly lowest: number;
  readonly end: number;
  /** Most that it can save up: what it earns in a day. */
  readonly limit: number;
  /** Time without any credit left, in hours. */
  readonly hoursEmpty: number;
  /** Credits spent beyond those earned that unlimited mode charges for. */
  readonly charged: number;
  readonly hours: number;
}

/** One credit is one vCPU at full speed for a minute. Source: EC2 user guide, "CPU credits and baseline utilization". */
export const CREDITS_PER_VCPU_HOUR = 60;

/** Credits are saved up for a day, and as many may be owed before they are charged. Source: EC2 user guide, "Unlimited mode". */
const HOURS_OF_CREDITS = 24;

/**
 * Plays a load through the credit account of a burstable machine. Earns all the time, spends vCPU-minutes; a debt (surplus) is
 * paid back first, and what would make it larger than a day's credits is charged. `undefined` for a machine whose earnings
 * are not known. What is owed at the end is not counted as charged: it may still be paid back. Source: EC2 user guide,
 * "Key concepts for burstable performance instances" and "Unlimited mode examples".
 */
export function playCredits(
  use: CpuUse,
  machine: Pick<MachineType, "cpuCreditsPerHour">,
  startBalance: number,
): CreditOutcome | undefined {
  const { cpuCreditsPerHour: earned } = machine;
  if (earned === undefined) return undefined;
  const limit = earned * HOURS_OF_CREDITS;
  const hoursEach = use.periodMs / HOUR_MS;
  const spentAtFull = use.vcpu * CREDITS_PER_VCPU_HOUR * hoursEach;
  let balance = Math.min(limit, startBalance);
  let lowest = Math.max(0, balance);
  let charged = 0;
  let emptySamples = 0;
  // Below zero the balance is what is owed.
  for (let index = 0; index < use.values.length; index += 1) {
    balance += earned * hoursEach - ((use.values[index] ?? 0) / 100) * spentAtFull;
    if (balance > limit) balance = limit;
    if (balance <= 0) emptySamples += 1;
    if (balance < -limit) {
      charged += -limit - balance;
      balance = -limit;
    }
    lowest = Math.min(lowest, Math.max(0, balance));
  }
  return {
    lowest,
    end: balance,
    limit,
    hoursEmpty: emptySamples * hoursEach,
    charged,
    hours: use.values.length * hoursEach,
  };
}

/**
 * The account after the load has been played over and over: whether credits last for good, with the load as it comes every
 * week, does not hang on what was in the account at first.
 */
export function settledCredits(
  use: CpuUse,
  machine: Pick<MachineType, "cpuCreditsPerHour">,
): CreditOutcome | undefined {
  const first = playCredits(use, machine, 0);
  return first === undefined ? undefined : playCredits(use, machine, Math.max(0, first.end));
}
