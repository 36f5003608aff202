import { type MachineType, unitPrice } from "@apex/catalog";
import {
  addDecimals,
  type Decimal,
  decimal,
  divide,
  HOURS_PER_MONTH,
  type Known,
  known,
  multiply,
  roundDecimal,
  unknown,
} from "@apex/core";
import { CREDITS_PER_VCPU_HOUR, type CreditOutcome, playCredits } from "../rightsizing/cpu-credits.ts";
import { machineCandidates, type Market } from "../rightsizing/machine-candidates.ts";
import type { Reading } from "../utilization/series.ts";
import { averageCpu, cpuUse, type CreditMode, creditModeOf, hoursWithoutCredits } from "./ec2-credits.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { successorDraft, successors } from "./successor-draft.ts";
import { shownDays } from "./draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Burstable EC2 instances that live beyond their credits: in unlimited mode a fixed type where the surplus credits make it the
 * cheaper one; in standard mode the word that its CPU was held back.
 */
export const ec2Burstable: Rule = { name: "ec2-burstable", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const found = ec2Machine(context);
  // What cannot be read at all is ec2-idle's to say, once.
  if (found.kind === "refused" || !found.machine.isBurstable) return [];
  const { machine, market } = found;
  const credits = creditModeOf(context.resource, machine);
  if (credits.mode === "standard") return judgeStandard(context);
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
  const surplus = surplusHourly(machine, market, outcome);
  if (surplus.kind === "unknown") return abstain(surplus.reason);
  return proposeFixed(context, {
    machine,
    market,
    surplus: surplus.value,
    hourly: addDecimals(found.hourly, surplus.value),
    outcome,
    reading,
    credits,
    unknowns: found.unknowns,
  });
}

function judgeStandard(context: RuleContext): readonly Judgement[] {
  const hours = hoursWithoutCredits(context);
  if (hours === undefined) return abstain("whether its credits ran out is not measured", true);
  return hours === 0
    ? abstain("its credits did not run out", true)
    : abstain(
        `it was out of CPU credits for ${Number(hours.toFixed(1))} hours of the look-back and held to its baseline: it is too small, not too large`,
      );
}

/** Digits of an hourly price: as price lists have. */
const PRICE_DIGITS = 6;

/** USD an hour that surplus credits cost on average. */
function surplusHourly(machine: MachineType, market: Market, outcome: CreditOutcome): Known<Decimal> {
  // Both have a rate of their own, which is not in the price tables.
  if (market.operatingSystem === "windows" || machine.family === "t4g") {
    const what = machine.family === "t4g" ? "T4g" : "Windows";
    return unknown(
      `it spends more credits than it earns, but what surplus credits cost on ${what} is not known`,
    );
  }
  const price = unitPrice("surplus-cpu-credit-vcpu-hour", market.region, market.prices);
  if (price.kind === "unknown") return price;
  const vcpuHours = decimal((outcome.charged / CREDITS_PER_VCPU_HOUR).toFixed(PRICE_DIGITS));
  const hours = decimal(outcome.hours.toFixed(PRICE_DIGITS));
  return known(roundDecimal(divide(multiply(price.value.price, vcpuHours), hours), PRICE_DIGITS));
}

interface Surplus {
  readonly machine: MachineType;
  readonly market: Market;
  /** USD an hour. */
  readonly surplus: Decimal;
  /** USD an hour with the surplus. */
  readonly hourly: Decimal;
  readonly outcome: CreditOutcome;
  readonly reading: Reading;
  readonly credits: CreditMode;
  readonly unknowns: readonly string[];
}

/** What cannot be compared between a type that bursts and one that does not: the score was measured while bursting. */
const NOT_COMPARED = "CPU by CoreMark";

function proposeFixed(context: RuleContext, found: Surplus): readonly Judgement[] {
  const { machine, market, outcome, reading } = found;
  const monthly = roundDecimal(multiply(found.surplus, decimal(HOURS_PER_MONTH)), 2);
  const policy = { ...context.policy.candidates, burstable: false };
  const candidates = machineCandidates(machine, market, policy).filter(
    ({ machine: after }) => !after.isBurstable && !after.isFlex && after.vcpu === machine.vcpu,
  );
  const fixed = successors(context, {
    machine,
    hourly: found.hourly,
    candidates,
    isTrusted: (_, untold) => untold.every((name) => name === NOT_COMPARED),
  });
  const [chosen, ...others] = fixed;
  if (chosen === undefined) {
    return abstain(
      `its surplus credits cost about ${monthly} a month, and no type with fixed performance and as much of everything costs less than that`,
    );
  }
  const draft = successorDraft(context, {
    part: "machine",
    from: machine.name,
    hourlyNow: found.hourly,
    chosen,
    others,
    count: 1,
    summary: `${machine.name} costs about ${monthly} a month more in surplus CPU credits; ${chosen.name} needs none and costs less`,
    changes: setAttribute(context.resource, ["instance_type"], { from: machine.name, to: chosen.name }),
    restart: "the instance is stopped and started",
    measured: { days: shownDays(reading.days), coverage: reading.coverage },
    notes: [
      `Simulated on its average CPU: ${Math.round(outcome.charged)} credits were charged in ${Math.round(outcome.hours)} hours, one credit being a vCPU-minute`,
      "A full account was assumed at first, so at least that much was charged",
    ],
    unknowns: [
      ...(found.credits.isDefault
        ? ["credit mode: not in the state; its family's default, unlimited, is assumed"]
        : []),
      "cpu speed: a vCPU is counted as a vCPU, since burstable types were measured while bursting",
      ...found.unknowns,
    ],
  });
  return proposeIfWorthwhile(context, draft);
}
