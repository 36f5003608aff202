import type { MachineType } from "@apex/catalog";
import { compareDecimals, type Decimal, type Dimension, type IntendedChange } from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";
import { compareMachines, type Comparison } from "../rightsizing/as-much.ts";
import { machineRequirements } from "../rightsizing/machine-requirements.ts";
import { fit } from "../rightsizing/requirement.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { UNCHECKED_RISK } from "../rightsizing/risk.ts";
import { commitmentFamily, coveredCandidates, paidAnyway } from "./commitment-family.ts";
import { type Draft, evidenceFrame, monthlyDifference, savingsOf } from "./draft.ts";
import type { RuleContext } from "./rule.ts";

/** A machine that has as much of everything, or enough by what was measured, for less. */
export interface Successor extends Candidate<MachineType> {
  readonly comparison: Comparison;
  /** What it has less of, and more than enough. */
  readonly enough: readonly string[];
}

/** Types that are looked for in place of a machine. */
export interface SuccessorSearch {
  readonly machine: MachineType;
  /** USD an hour. */
  readonly hourly: Decimal;
  readonly candidates: readonly Candidate<MachineType>[];
  /** Whether what the catalogue does not tell may be taken on trust, with that said: a curated successor's may. */
  readonly isTrusted: (after: MachineType, untold: readonly string[]) => boolean;
}

/**
 * The cheaper types that have no less of anything, within what commitments follow to, cheapest first. A little less network
 * or disk is enough where the measured need fits.
 */
export function successors(context: RuleContext, search: SuccessorSearch): readonly Successor[] {
  const { machine, hourly } = search;
  const cheaper = coveredCandidates(context.cost, machine, search.candidates).filter(
    (candidate) => compareDecimals(candidate.hourly, hourly) < 0,
  );
  const isEnough = measuredFits(context, machine);
  return cheaper
    .flatMap((candidate) => {
      const comparison = compareMachines(machine, candidate.machine);
      const { less, untold } = comparison;
      if (less.some(({ dimension }) => dimension === undefined)) return [];
      const isTrusted = untold.length === 0 || search.isTrusted(candidate.machine, untold);
      if (!isTrusted || !less.every(({ dimension }) => isEnough(dimension, candidate.machine))) return [];
      return [{ ...candidate, comparison, enough: less.map(({ name }) => name) }];
    })
    .toSorted((a, b) => compareDecimals(a.hourly, b.hourly) || (a.name < b.name ? -1 : 1));
}

/** How a successor compares, as a clause. */
export function holdsText({ enough }: Successor): string {
  return enough.length === 0 ? "has no less of anything" : "has enough of everything";
}

/** Whether all that a dimension asks for was measured and fits a machine. */
function measuredFits(
  { profile, window, policy }: RuleContext,
  now: MachineType,
): (dimension: Dimension | undefined, after: MachineType) => boolean {
  // Read only where some type has a little less: that is rare, and percentiles are dear.
  let requirements: ReturnType<typeof machineRequirements> | undefined;
  return (dimension, after) => {
    if (dimension === undefined) return false;
    requirements ??= machineRequirements({ machine: now, profile, window, policy, volumes: undefined });
    const asked = requirements.filter((one) => one.dimension === dimension);
    return (
      asked.length > 0 &&
      asked.every((one) => {
        const fitted = fit(one, now, after);
        return one.demand.kind === "measured" && fitted.kind === "fits" && fitted.risk === 0;
      })
    );
  };
}

/** A successor that was chosen, and what the rule knows around it. */
export interface SuccessorChange {
  readonly part: string;
  readonly from: string;
  readonly hourlyNow: Decimal;
  readonly chosen: Successor;
  readonly others: readonly Successor[];
  readonly count: number;
  readonly summary: string;
  readonly changes: readonly IntendedChange[];
  readonly restart: string;
  /** What was measured and counts here; absent where nothing had to be. */
  readonly measured?: { readonly days: number; readonly coverage: number };
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
}

/** Alternatives beyond these tell a reader nothing. */
const ALTERNATIVES_MAX = 5;

/** The draft of moving to a type that has as much of everything: it needs no measurements, and claims none. */
export function successorDraft(context: RuleContext, change: SuccessorChange): Draft {
  const { chosen, hourlyNow, count } = change;
  const { untold, told } = chosen.comparison;
  const { note } = commitmentFamily(context.cost);
  const monthlySavings = savingsOf(
    monthlyDifference(hourlyNow, chosen.hourly, count),
    context.cost?.commitmentCoverage,
  );
  const factors = {
    knownDimensions: told.length / (told.length + untold.length),
    coverage: change.measured?.coverage ?? 1,
    cap: CONFIDENCE_CAP,
  };
  return {
    part: change.part,
    action: "resize",
    from: change.from,
    to: chosen.name,
    summary: change.summary,
    changes: change.changes,
    monthlySavings,
    // Another make of CPU is another CPU: as much by a benchmark is not yet as much for this load.
    risk: UNCHECKED_RISK,
    confidence: factors.knownDimensions * factors.coverage * factors.cap,
    effort: chosen.effort,
    restartRequired: true,
    rollback: `set it back to ${change.from}; ${change.restart}`,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: change.measured?.days ?? 0,
      coverage: change.measured?.coverage ?? 1,
      dimensions: [],
      confidenceFactors: factors,
      alternatives: change.others.slice(0, ALTERNATIVES_MAX).map((other) => ({
        to: other.name,
        monthlySavings: monthlyDifference(hourlyNow, other.hourly, count),
        risk: UNCHECKED_RISK,
      })),
      notes: [
        `At the change ${change.restart}`,
        `By the catalogue: ${told.join(", ")}`,
        chosen.enough.length === 0
          ? "It has no less of anything, whatever is used"
          : `It has less of ${chosen.enough.join(", ")}, and more than was ever needed in the look-back`,
        ...change.notes,
        ...(note === undefined ? [] : [note]),
        ...paidAnyway(monthlySavings),
      ],
    },
    unknowns: [
      ...(untold.length === 0 ? [] : [`${untold.join(", ")}: the catalogue does not tell it of both types`]),
      ...change.unknowns,
    ],
  };
}
