import type { MachineType } from "@apex/catalog";
import {
  addDecimals,
  type Decimal,
  decimal,
  divide,
  HOURS_PER_MONTH,
  type IntendedChange,
  type Known,
  multiply,
  roundDecimal,
} from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";
import { CREDITS_PER_VCPU_HOUR, type CreditOutcome, playCredits } from "../rightsizing/cpu-credits.ts";
import type { Reading } from "../utilization/series.ts";
import { shownDays } from "./draft.ts";
import { averageCpu, cpuUse, hoursWithoutCredits } from "./ec2-credits.ts";
import { abstain, type Judgement, type RuleContext } from "./rule.ts";
import { successorDraft, successors } from "./successor-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** A burstable machine or database in unlimited mode, which pays for credits beyond those that it earns. */
export interface Unlimited {
  readonly machine: MachineType;
  /** USD. */
  readonly hourly: Decimal;
  /** USD of a vCPU-hour of surplus credits; asked for where some were charged. */
  readonly creditPrice: () => Known<Decimal>;
  /** What could stand in for it; of these the ones with fixed performance and as many vCPUs are looked at. */
  readonly candidates: readonly Candidate<MachineType>[];
  readonly changesTo: (name: string) => readonly IntendedChange[];
  readonly restart: string;
  readonly unknowns: readonly string[];
}

/** The word on a burstable machine in standard mode: whether its CPU was held back. */
export function judgeStandard(context: RuleContext): readonly Judgement[] {
  const hours = hoursWithoutCredits(context);
  if (hours === undefined) return abstain("whether its credits ran out is not measured", true);
  return hours === 0
    ? abstain("its credits did not run out", true)
    : abstain(
        `it was out of CPU credits for ${Number(hours.toFixed(1))} hours of the look-back and held to its baseline: it is too small, not too large`,
      );
}

/** Simulates the credits of an unlimited machine; where a fixed type costs less than it does with its surplus, that is proposed. */
export function judgeSurplus(context: RuleContext, unlimited: Unlimited): readonly Judgement[] {
  const { machine } = unlimited;
  const cpu = averageCpu(context);
  if (cpu.kind === "unusable") return abstain(`its credits cannot be simulated: ${cpu.reason}`);
  const { reading } = cpu;
  if (reading.days < context.policy.lookBack.minimumDays) {
    return abstain(
      `its CPU is known for ${reading.days.toFixed(1)} days, ${context.policy.lookBack.minimumDays} are needed`,
    );
  }
  // A full account at first: at least what comes out was charged.
  const outcome = playCredits(cpuUse(reading, machine), machine, Number.POSITIVE_INFINITY);
  if (outcome === undefined) return abstain(`what ${machine.name} earns in credits is not in the catalogue`);
  if (outcome.charged === 0) return abstain("its CPU stays within the credits that it earns", true);
  const price = unlimited.creditPrice();
  if (price.kind === "unknown") return abstain(price.reason);
  return proposeFixed(context, unlimited, {
    surplus: surplusHourly(price.value, outcome),
    outcome,
    reading,
  });
}

/** Digits of an hourly price: as price lists have. */
const PRICE_DIGITS = 6;

/** USD an hour that surplus credits cost on average. */
function surplusHourly(price: Decimal, outcome: CreditOutcome): Decimal {
  const vcpuHours = decimal((outcome.charged / CREDITS_PER_VCPU_HOUR).toFixed(PRICE_DIGITS));
  const hours = decimal(outcome.hours.toFixed(PRICE_DIGITS));
  return roundDecimal(divide(multiply(price, vcpuHours), hours), PRICE_DIGITS);
}

interface Surplus {
  /** USD an hour. */
  readonly surplus: Decimal;
  readonly outcome: CreditOutcome;
  readonly reading: Reading;
}

/** What cannot be compared between a type that bursts and one that does not: the score was measured while bursting. */
const NOT_COMPARED = "CPU by CoreMark";

function proposeFixed(
  context: RuleContext,
  unlimited: Unlimited,
  { surplus, outcome, reading }: Surplus,
): readonly Judgement[] {
  const { machine } = unlimited;
  const monthly = roundDecimal(multiply(surplus, decimal(HOURS_PER_MONTH)), 2);
  const hourly = addDecimals(unlimited.hourly, surplus);
  const [chosen, ...others] = successors(context, {
    machine,
    hourly,
    candidates: unlimited.candidates.filter(
      ({ machine: after }) => !after.isBurstable && !after.isFlex && after.vcpu === machine.vcpu,
    ),
    isTrusted: (_, untold) => untold.every((name) => name === NOT_COMPARED),
  });
  if (chosen === undefined) {
    return abstain(
      `its surplus credits cost about ${monthly} a month, and no type with fixed performance and as much of everything costs less than that`,
    );
  }
  const draft = successorDraft(context, {
    part: "machine",
    from: machine.name,
    hourlyNow: hourly,
    chosen,
    others,
    count: 1,
    summary: `${machine.name} costs about ${monthly} a month more in surplus CPU credits; ${chosen.name} needs none and costs less`,
    changes: unlimited.changesTo(chosen.name),
    restart: unlimited.restart,
    measured: { days: shownDays(reading.days), coverage: reading.coverage },
    notes: [
      `Simulated on its average CPU: ${Math.round(outcome.charged)} credits were charged in ${Math.round(outcome.hours)} hours, one credit being a vCPU-minute`,
      "A full account was assumed at first, so at least that much was charged",
    ],
    unknowns: [
      "cpu speed: a vCPU is counted as a vCPU, since burstable types were measured while bursting",
      ...unlimited.unknowns,
    ],
  });
  return proposeIfWorthwhile(context, draft);
}
