import type { Decimal, MigrationEffort } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import { type Candidate, choose, type Option } from "./choose.ts";
import { confidenceCap, confidenceOf } from "./confidence.ts";
import { neededOf, type Requirement } from "./requirement.ts";
import { highestRisk, UNCHECKED_RISK } from "./risk.ts";

/** A machine to size with everything known about its demand. The first requirement must be known. */
export interface Sizing<Machine> {
  readonly now: { readonly machine: Machine; readonly name: string; readonly hourly: Decimal };
  readonly candidates: readonly Candidate<Machine>[];
  readonly requirements: readonly Requirement<Machine>[];
  readonly policy: Policy;
  /** What shrinks with a machine though nobody measured it, as sentences by name: it counts as unknown. */
  readonly unchecked?: (after: Machine) => readonly Unchecked[];
}

/** A limit that a machine lowers unseen: "network", "local disks". */
export interface Unchecked {
  readonly name: string;
  readonly reason: string;
}

/** A size with the reasons that go into its evidence, or why there is none. */
export type Sized<Machine> =
  | {
      readonly kind: "sized";
      readonly option: Option<Machine>;
      readonly alternatives: readonly Option<Machine>[];
      readonly confidence: number;
      readonly confidenceFactors: Readonly<Record<string, number>>;
      /** Of the measured dimension that has least. */
      readonly coverage: number;
      readonly lookBackDays: number;
      readonly notes: readonly string[];
      readonly unknowns: readonly string[];
    }
  | { readonly kind: "abstained"; readonly reason: string };

const NO_EFFORT: MigrationEffort = "very-low";

/**
 * Sizes a machine: checks that the leading dimension (the first requirement) has enough history for the pattern it
 * shows, chooses the cheapest acceptable candidate, and states how far that can be believed.
 */
export function rightsize<Machine>(sizing: Sizing<Machine>): Sized<Machine> {
  const { requirements, policy } = sizing;
  const [leading] = requirements;
  if (leading === undefined || leading.demand.kind !== "measured") {
    const reason = leading?.demand.kind === "unknown" ? leading.demand.reason : "nothing is measured";
    return { kind: "abstained", reason };
  }
  const shortfall = historyShortfall(leading.demand.demand, policy);
  if (shortfall !== undefined) return { kind: "abstained", reason: shortfall };
  const chosen = choose({
    now: { ...sizing.now, effort: NO_EFFORT },
    candidates: sizing.candidates,
    requirements,
    maximumRisk: policy.sizing.maximumRisk,
    maximumEffort: policy.sizing.maximumEffort,
  });
  if (chosen.kind === "none") return { kind: "abstained", reason: chosen.reason };
  const rerisked = (option: Option<Machine>): Option<Machine> =>
    uncheckedAt(sizing, option).length === 0
      ? option
      : { ...option, risk: highestRisk([option.risk, UNCHECKED_RISK]) };
  const option = rerisked(chosen.option);
  if (option.risk > policy.sizing.maximumRisk) {
    const names = uncheckedAt(sizing, option).map(({ name }) => name);
    return {
      kind: "abstained",
      reason: `${option.name} has less ${names.join(", ")}, which is not measured`,
    };
  }
  return {
    kind: "sized",
    option,
    alternatives: chosen.alternatives.map(rerisked),
    ...believe(sizing, option),
  };
}

function uncheckedAt<Machine>(sizing: Sizing<Machine>, option: Option<Machine>): readonly Unchecked[] {
  return sizing.unchecked?.(option.machine) ?? [];
}

/** Why a demand is not known for long enough for the pattern that it shows; `undefined` when it is. */
export function historyShortfall(
  demand: { readonly days: number; readonly hasDailyRhythm: boolean },
  { lookBack }: Policy,
): string | undefined {
  const days = demand.days.toFixed(1);
  if (demand.days < lookBack.minimumDays) {
    return `the load is known on its present level for ${days} days, ${lookBack.minimumDays} are needed`;
  }
  if (demand.hasDailyRhythm && demand.days < lookBack.minimumDaysWithDailyRhythm) {
    return `the load follows the hours of the day, and ${days} days do not show a whole week (${lookBack.minimumDaysWithDailyRhythm} needed)`;
  }
  return undefined;
}

function believe<Machine>(sizing: Sizing<Machine>, option: Option<Machine>) {
  const { requirements } = sizing;
  const unchecked = uncheckedAt(sizing, option);
  const dimensions = new Set(requirements.map(({ dimension }) => dimension));
  const raised: string[] = [];
  const unknown = new Map<string, string>();
  const notes = new Set<string>();
  let coverage = 1;
  let days = Number.POSITIVE_INFINITY;
  let stability = 1;
  for (const requirement of requirements) {
    const { demand, dimension } = requirement;
    if (demand.kind === "unknown") unknown.set(dimension, demand.reason);
    if (demand.kind === "bounded") notes.add(demand.note);
    if (demand.kind !== "measured") continue;
    for (const note of demand.demand.notes) notes.add(note);
    if (demand.demand.isRaised) raised.push(demand.demand.reading.metric);
    coverage = Math.min(coverage, demand.demand.reading.coverage);
    days = Math.min(days, demand.demand.days);
    const present = requirement.capacityOf(sizing.now.machine);
    if (present !== null && (neededOf(requirement, sizing.now.machine) ?? 0) < demand.demand.need) {
      notes.add(
        `${dimension}: ${sizing.now.name} leaves less than the headroom asked for; the new type leaves no less`,
      );
    }
    const capacity = requirement.capacityOf(option.machine);
    if (capacity !== null) stability = Math.min(stability, demand.demand.stabilityAt(capacity));
  }
  if (raised.length > 0) {
    notes.add(
      `In the same hour of every week seen there are peaks above the percentile; they count as demand: ${raised.join(", ")}`,
    );
  }
  const { confidence, factors } = confidenceOf({
    coverage,
    days,
    knownDimensions: dimensions.size - unknown.size,
    neededDimensions: dimensions.size + unchecked.length,
    stability,
    cap: confidenceCap(option.risk),
  });
  return {
    confidence,
    confidenceFactors: factors,
    coverage,
    lookBackDays: days,
    notes: [...notes],
    unknowns: [
      ...weeklyUnknown(sizing.policy, days),
      ...[...unknown].map(([dimension, reason]) => `${dimension}: ${reason}; no less than today is proposed`),
      ...unchecked.map(({ name, reason }) => `${name}: ${reason}`),
    ],
  };
}

/** With fewer than two weeks few hours of the week were seen twice; an hour less is none that matters. */
const TWO_WEEKS_DAYS = 14 - 1 / 24;

function weeklyUnknown({ sizing }: Policy, days: number): readonly string[] {
  return sizing.respectRecurringPeaks && days < TWO_WEEKS_DAYS
    ? [`weekly pattern: ${days.toFixed(1)} days do not show which peaks come back every week`]
    : [];
}
