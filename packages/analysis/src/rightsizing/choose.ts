import {
  compareDecimals,
  type Decimal,
  type DimensionEvidence,
  type MigrationEffort,
  type RiskLevel,
} from "@apex/core";
import { effortRank } from "./effort.ts";
import { evidenceOf, type Fit, fit, neededOf, type Requirement } from "./requirement.ts";
import { highestRisk } from "./risk.ts";
import { tightestPerDimension } from "./tightest.ts";

/** A machine that could replace the present one, with what moving to it asks and costs. */
export interface Candidate<Machine> {
  readonly machine: Machine;
  readonly name: string;
  /** USD per hour. */
  readonly hourly: Decimal;
  readonly effort: MigrationEffort;
}

/** A candidate that meets every requirement. */
export interface Option<Machine> extends Candidate<Machine> {
  readonly risk: RiskLevel;
  readonly dimensions: readonly DimensionEvidence[];
}

/** What to choose from and within which limits. */
export interface Choice<Machine> {
  readonly now: Candidate<Machine>;
  /** Any order and price; what is not cheaper than `now` is passed over. */
  readonly candidates: readonly Candidate<Machine>[];
  readonly requirements: readonly Requirement<Machine>[];
  readonly maximumRisk: RiskLevel;
  readonly maximumEffort: MigrationEffort;
}

/** The outcome: a machine and the others worth knowing, or why there is none. */
export type Chosen<Machine> =
  | {
      readonly kind: "chosen";
      readonly option: Option<Machine>;
      /** Other acceptable ones that are not worse in everything, cheapest first. */
      readonly alternatives: readonly Option<Machine>[];
    }
  | { readonly kind: "none"; readonly reason: string };

/** Needs named in a reason: the rest would hide them. */
const NEEDS_MAX = 3;

/** Alternatives beyond these tell a reader nothing. */
const ALTERNATIVES_MAX = 5;

/**
 * Chooses the cheapest acceptable machine among those that meet every requirement and cost less than the present
 * one.
 */
export function choose<Machine>(choice: Choice<Machine>): Chosen<Machine> {
  const cheaper = choice.candidates.filter(
    (candidate) =>
      candidate.name !== choice.now.name && compareDecimals(candidate.hourly, choice.now.hourly) < 0,
  );
  if (cheaper.length === 0)
    return { kind: "none", reason: `no allowed type is cheaper than ${choice.now.name}` };
  const shortages = new Map<Requirement<Machine>, number>();
  const options: Option<Machine>[] = [];
  for (const candidate of cheaper) {
    const option = optionOf(choice, candidate, shortages);
    if (option !== undefined) options.push(option);
  }
  if (options.length === 0) return { kind: "none", reason: whyNone(choice, cheaper.length, shortages) };
  const front = paretoFront(options);
  const acceptable = front.filter(
    (option) =>
      option.risk <= choice.maximumRisk && effortRank(option.effort) <= effortRank(choice.maximumEffort),
  );
  const [option, ...rest] = acceptable;
  if (option === undefined) {
    const [first] = front;
    return {
      kind: "none",
      reason: `${first?.name} would hold the need at risk ${first?.risk} and ${first?.effort} effort; the policy accepts at most risk ${choice.maximumRisk} and ${choice.maximumEffort} effort`,
    };
  }
  return { kind: "chosen", option, alternatives: rest.slice(0, ALTERNATIVES_MAX) };
}

function optionOf<Machine>(
  choice: Choice<Machine>,
  candidate: Candidate<Machine>,
  shortages: Map<Requirement<Machine>, number>,
): Option<Machine> | undefined {
  const risks: RiskLevel[] = [];
  const dimensions: DimensionEvidence[] = [];
  let isShort = false;
  for (const requirement of choice.requirements) {
    const fitted: Fit = fit(requirement, choice.now.machine, candidate.machine);
    if (fitted.kind === "short") {
      shortages.set(requirement, (shortages.get(requirement) ?? 0) + 1);
      isShort = true;
      continue;
    }
    risks.push(fitted.risk);
    const evidence = evidenceOf(requirement, choice.now.machine, fitted);
    if (evidence !== undefined) dimensions.push(evidence);
  }
  return isShort
    ? undefined
    : { ...candidate, risk: highestRisk(risks), dimensions: tightestPerDimension(dimensions) };
}

/** The options that no other beats or equals in price, risk and effort together, cheapest first. */
export function paretoFront<Machine>(options: readonly Option<Machine>[]): readonly Option<Machine>[] {
  const front: Option<Machine>[] = [];
  // In this order an option can only be beaten by one that is already in the front.
  for (const option of options.toSorted(compareOptions)) {
    const isBeaten = front.some(
      (better) => better.risk <= option.risk && effortRank(better.effort) <= effortRank(option.effort),
    );
    if (!isBeaten) front.push(option);
  }
  return front;
}

function compareOptions<Machine>(a: Option<Machine>, b: Option<Machine>): number {
  return (
    compareDecimals(a.hourly, b.hourly) ||
    a.risk - b.risk ||
    effortRank(a.effort) - effortRank(b.effort) ||
    (a.name < b.name ? -1 : 1)
  );
}

/** Names the needs that cheaper types fall short of, the commonest first. */
function whyNone<Machine>(
  choice: Choice<Machine>,
  candidates: number,
  shortages: ReadonlyMap<Requirement<Machine>, number>,
): string {
  const now = choice.now.machine;
  const amount = (requirement: Requirement<Machine>): number => neededOf(requirement, now) ?? 0;
  // Of several GPUs, or in and out, the largest need speaks for all.
  const largest = new Map<string, Requirement<Machine>>();
  for (const [requirement] of [...shortages].toSorted(([, a], [, b]) => b - a)) {
    const key = `${requirement.dimension} in ${requirement.unit}`;
    const rival = largest.get(key);
    if (rival === undefined || amount(requirement) > amount(rival)) largest.set(key, requirement);
  }
  const needs = [...largest.values()].map((requirement) => needText(requirement, now));
  const types =
    candidates === 1 ? "the one cheaper type does not hold" : `none of ${candidates} cheaper types holds`;
  return `${types} ${needs.slice(0, NEEDS_MAX).join(" and ")}`;
}

function needText<Machine>(requirement: Requirement<Machine>, now: Machine): string {
  const { demand, dimension, unit } = requirement;
  switch (demand.kind) {
    case "measured":
      return `${dimension} ${round(neededOf(requirement, now) ?? Number.NaN)} ${unit}`;
    case "bounded":
      return `${dimension} ${round(neededOf(requirement, now) ?? Number.NaN)} ${unit} (not measured; all that its volumes can ask for)`;
    case "unknown":
      return `${dimension} not below today's ${round(requirement.capacityOf(now) ?? Number.NaN)} ${unit} (${demand.reason})`;
  }
}

function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "unknown amount of";
}
