import type { MachineType } from "@apex/catalog";
import { compareDecimals, type Decimal, type IntendedChange } from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";
import { compareMachines, type Comparison } from "../rightsizing/as-much.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { UNCHECKED_RISK } from "../rightsizing/risk.ts";
import { commitmentFamily, coveredCandidates, paidAnyway } from "./commitment-family.ts";
import { type Draft, evidenceFrame, monthlyDifference, savingsOf } from "./draft.ts";
import type { RuleContext } from "./rule.ts";

/** A machine that has as much of everything for less. */
export interface Successor extends Candidate<MachineType> {
  readonly comparison: Comparison;
}

/** Types that are looked for in place of a machine. */
export interface SuccessorSearch {
  readonly machine: MachineType;
  /** USD an hour. */
  readonly hourly: Decimal;
  readonly candidates: readonly Candidate<MachineType>[];
  /** Whether what the catalogue does not tell may be taken on trust, with that said: a curated successor's may. */
  readonly isTrusted: (after: MachineType) => boolean;
}

/** The cheaper types that have no less of anything, within what commitments follow to, cheapest first. */
export function successors(context: RuleContext, search: SuccessorSearch): readonly Successor[] {
  const { machine, hourly } = search;
  return coveredCandidates(context.cost, machine, search.candidates)
    .filter((candidate) => compareDecimals(candidate.hourly, hourly) < 0)
    .map((candidate) => ({ ...candidate, comparison: compareMachines(machine, candidate.machine) }))
    .filter(
      ({ comparison, machine: after }) =>
        comparison.less.length === 0 && (comparison.untold.length === 0 || search.isTrusted(after)),
    )
    .toSorted((a, b) => compareDecimals(a.hourly, b.hourly) || (a.name < b.name ? -1 : 1));
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
    confidence: factors.knownDimensions * factors.cap,
    effort: chosen.effort,
    restartRequired: true,
    rollback: `set it back to ${change.from}; ${change.restart}`,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: 0,
      coverage: 1,
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
        "No measurement was needed: it has no less of anything",
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
