import { seededRng } from "@apex/core";
import type { ReplayedRule } from "./replay.ts";

/** A rule that saved at least as much and ran short at most as often as another, and was better in one of the two. */
export interface Dominance {
  readonly rule: string;
  readonly by: string;
  /**
   * In which share of fleets drawn anew from the recorded machines it is so as well, 0–1: a lead that hangs on one machine
   * is gone in a third of them.
   */
  readonly support: number;
}

/** From this share of the drawn fleets on a lead counts as one that more machines would show too. */
export const SUPPORT_MIN = 0.95;

/**
 * Of fewer machines even a lead on every one of them comes by chance in more than 5 % of cases (sign test: 2⁻⁴ is 6 %, 2⁻⁵
 * is 3 %), whatever the drawn fleets say.
 */
export const MACHINES_MIN = 5;

const DRAWS = 1_000;
/** Draws between two pauses: a few milliseconds for a thousand machines. */
const DRAWS_PER_PAUSE = 20;

/** Differences below this are the rounding of sums. */
const EPSILON = 1e-9;

/** Where 95 % of the drawn fleets lie: the percentile interval of the bootstrap, shares 0–1. */
export interface RuleInterval {
  readonly rule: string;
  readonly removedShare: readonly [low: number, high: number];
  readonly shortShare: readonly [low: number, high: number];
}

/** How rules stand to one another over the recorded machines and over fleets drawn anew from them. */
export interface RuleComparison {
  readonly dominances: readonly Dominance[];
  /** One for each rule; empty with fewer machines than {@link MACHINES_MIN}. */
  readonly intervals: readonly RuleInterval[];
}

interface Sums {
  readonly before: number;
  readonly after: number;
  readonly short: number;
  readonly decisions: number;
}

/**
 * Who dominates whom over all machines, each with its support, and how far each rule's figures vary, by the bootstrap over
 * machines (Efron 1979; decisions of one machine are not independent, machines are). The same replay gives the same answer.
 * `pause` is awaited now and then: what it throws ends the comparison.
 */
export async function compareRules(
  rules: readonly ReplayedRule[],
  pause: () => Promise<void>,
): Promise<RuleComparison> {
  const machines = [...new Set(rules.flatMap(({ decisions }) => decisions.map(({ machine }) => machine)))];
  if (machines.length === 0) return { dominances: [], intervals: [] };
  const sums = rules.map((rule) => sumsByMachine(rule, machines));
  const whole = machines.map((_, index) => index);
  const pairs = dominatedPairs(sums.map((one) => pointOf(one, whole)));
  const drawn = sums.map((): Point[] => []);
  const random = seededRng(machines.length);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    if (draw % DRAWS_PER_PAUSE === 0) await pause();
    const fleet = whole.map(() => Math.floor(random() * machines.length));
    for (const [index, one] of sums.entries()) drawn[index]?.push(pointOf(one, fleet));
  }
  return {
    dominances: pairs.map(([mine, theirs]) => ({
      rule: rules[mine]?.rule.name ?? "",
      by: rules[theirs]?.rule.name ?? "",
      support: supportOf(drawn[mine] ?? [], drawn[theirs] ?? []),
    })),
    intervals:
      machines.length < MACHINES_MIN
        ? []
        : rules.map(({ rule }, index) => intervalOf(rule.name, drawn[index] ?? [])),
  };
}

/** The rules that another one beats on the recorded machines, each with that other one, by their places. */
function dominatedPairs(points: readonly Point[]): readonly (readonly [mine: number, theirs: number])[] {
  return points.flatMap((mine, index) =>
    points.flatMap((theirs, rival) => (isBetter(theirs, mine) ? [[index, rival] as const] : [])),
  );
}

function supportOf(mine: readonly Point[], theirs: readonly Point[]): number {
  const held = mine.filter((one, draw) => {
    const other = theirs[draw];
    return other !== undefined && isBetter(other, one);
  });
  return held.length / mine.length;
}

function intervalOf(rule: string, points: readonly Point[]): RuleInterval {
  const middle = (values: readonly number[]): readonly [number, number] => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return [at(0.025), at(0.975)];
  };
  return {
    rule,
    removedShare: middle(points.map(({ removed }) => removed)),
    shortShare: middle(points.map(({ short }) => short)),
  };
}

interface Point {
  readonly removed: number;
  readonly short: number;
}

function isBetter(other: Point, one: Point): boolean {
  const saves = other.removed - one.removed;
  const spares = one.short - other.short;
  return saves >= -EPSILON && spares >= -EPSILON && (saves > EPSILON || spares > EPSILON);
}

function sumsByMachine({ decisions }: ReplayedRule, machines: readonly string[]): readonly Sums[] {
  const byMachine = Map.groupBy(decisions, ({ machine }) => machine);
  return machines.map((machine) => {
    const own = byMachine.get(machine) ?? [];
    return {
      before: own.reduce((sum, { vcpuBefore }) => sum + vcpuBefore, 0),
      after: own.reduce((sum, { vcpuAfter }) => sum + vcpuAfter, 0),
      short: own.reduce((sum, { shortShare }) => sum + shortShare, 0),
      decisions: own.length,
    };
  });
}

function pointOf(sums: readonly Sums[], fleet: readonly number[]): Point {
  let before = 0;
  let after = 0;
  let short = 0;
  let decisions = 0;
  for (const index of fleet) {
    const one = sums[index];
    if (one === undefined) continue;
    before += one.before;
    after += one.after;
    short += one.short;
    decisions += one.decisions;
  }
  return {
    removed: before === 0 ? 0 : (before - after) / before,
    short: decisions === 0 ? 0 : short / decisions,
  };
}
