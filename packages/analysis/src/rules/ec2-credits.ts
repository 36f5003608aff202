import type { MachineType } from "@apex/catalog";
import type { Resource } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { type CpuUse, settledCredits } from "../rightsizing/cpu-credits.ts";
import { HOUR_MS } from "../statistics/hourly.ts";
import { type MetricReading, partsOf, type Reading, readMetric } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** What a burstable machine does when its credits are used up, and whether that is known or its family's default. */
export interface CreditMode {
  readonly mode: "standard" | "unlimited";
  readonly isDefault: boolean;
}

/** Reads the mode; T2 launches as standard, its successors as unlimited. Source: EC2 user guide, "Unlimited mode". */
export function creditModeOf({ attributes }: Resource, { family }: MachineType): CreditMode {
  const written = textAt(attributes, "credit_specification", 0, "cpu_credits");
  if (written === "standard" || written === "unlimited") return { mode: written, isDefault: false };
  return { mode: family === "t2" ? "standard" : "unlimited", isDefault: true };
}

/** Whether a burstable database runs on what it earns alone: T2 does, its successors are always unlimited. Source: RDS user guide, "DB instance class types". */
export function isStandardDatabase({ isBurstable, family }: MachineType): boolean {
  return isBurstable && family === "t2";
}

/** CPU as averages, which credits are counted by; maxima would spend what was never spent. */
export function averageCpu({ profile, window, policy }: RuleContext): MetricReading {
  const averages = profile.series.filter(
    ({ metric, statistic }) => metric === "cpu_percent" && statistic === "average",
  );
  return readMetric({ ...profile, series: averages }, { metric: "cpu_percent" }, window, policy.lookBack);
}

/** A reading as the load of a machine. */
export function cpuUse({ values, periodMs }: Reading, { vcpu }: MachineType): CpuUse {
  return { values, periodMs, vcpu };
}

/** Hours of the look-back without a credit left, of the part that had most of them; `undefined` when no balance was measured. */
export function hoursWithoutCredits({ profile, window, policy }: RuleContext): number | undefined {
  const metric = "cpu_credit_balance";
  const hours = [undefined, ...partsOf(profile, metric)].flatMap((part) => {
    const query = { metric, extreme: "low", ...(part === undefined ? {} : { part }) } as const;
    const credits = readMetric(profile, query, window, policy.lookBack);
    if (credits.kind === "unusable") return [];
    const { values, periodMs } = credits.reading;
    return [(values.filter((balance) => balance < 1).length * periodMs) / HOUR_MS];
  });
  return hours.length === 0 ? undefined : Math.max(...hours);
}

/**
 * Why the CPU samples of a machine in standard mode do not tell its demand: out of credits it runs at its baseline, and they show
 * the throttle. `undefined` where its credits lasted, or the balance was not measured.
 */
export function whyThrottled(context: RuleContext): string | undefined {
  return (hoursWithoutCredits(context) ?? 0) > 0
    ? "it ran out of CPU credits in the look-back, so its CPU samples show the throttle and not the demand"
    : undefined;
}

/**
 * Burstable candidates whose credits, with headroom, would have lasted through the look-back over and over: those may be
 * counted by all of their vCPUs and not by their baseline. Others stay as they are.
 */
export function withLastingCredits(
  context: RuleContext,
  now: MachineType,
  candidates: readonly Candidate<MachineType>[],
): readonly Candidate<MachineType>[] {
  if (now.isBurstable || !candidates.some(({ machine }) => machine.isBurstable)) return candidates;
  const cpu = averageCpu(context);
  if (cpu.kind === "unusable") return candidates;
  const { cpuHeadroom } = context.policy.sizing;
  const use = cpuUse(cpu.reading, now);
  const withHeadroom = { ...use, values: use.values.map((percent) => percent / (1 - cpuHeadroom)) };
  return candidates.map((candidate) => {
    const { machine } = candidate;
    if (!machine.isBurstable) return candidate;
    const outcome = settledCredits(withHeadroom, machine);
    return outcome === undefined || outcome.lowest <= 0
      ? candidate
      : { ...candidate, machine: { ...machine, baselineVcpu: machine.vcpu } };
  });
}

/** What to know of a burstable type in place of one that was none; nothing for other types. */
export function creditNotes(now: MachineType, after: MachineType): readonly string[] {
  return after.isBurstable && !now.isBurstable
    ? [
        `${after.name} runs on CPU credits: with the load of the look-back and headroom on top they last; a longer load runs at its baseline of ${after.cpuCreditsPerHour === undefined ? "some" : after.cpuCreditsPerHour / 60} vCPU, or costs extra in unlimited mode`,
      ]
    : [];
}
