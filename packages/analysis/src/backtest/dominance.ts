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

const DRAWS = 1_000;

/** Differences below this are the rounding of sums. */
const EPSILON = 1e-9;

interface Sums {
  readonly before: number;
  readonly after: number;
  readonly short: number;
  readonly decisions: number;
}

/**
 * Who dominates whom over all machines, each with its support by the bootstrap over machines (Efron 1979; decisions of one
 * machine are not independent, machines are). The same replay gives the same answer.
 */
export function dominancesOf(rules: readonly ReplayedRule[]): readonly Dominance[] {
  const machines = [...new Set(rules.flatMap(({ decisions }) => decisions.map(({ machine }) => machine)))];
  if (machines.length === 0) return [];
  const sums = rules.map((rule) => sumsByMachine(rule, machines));
  const whole = machines.map((_, index) => index);
  const fleets = drawnFleets(machines.length);
  const point = sums.map((one) => pointOf(one, whole));
  const drawn = sums.map((one) => fleets.map((fleet) => pointOf(one, fleet)));
  return rules.flatMap(({ rule }, index) =>
    rules.flatMap(({ rule: other }, rival): readonly Dominance[] => {
      const [mine, theirs] = [point[index], point[rival]];
      if (mine === undefined || theirs === undefined || !isBetter(theirs, mine)) return [];
      const held = fleets.filter((_, draw) => {
        const [a, b] = [drawn[index]?.[draw], drawn[rival]?.[draw]];
        return a !== undefined && b !== undefined && isBetter(b, a);
      });
      return [{ rule: rule.name, by: other.name, support: held.length / fleets.length }];
    }),
  );
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

function drawnFleets(machines: number): readonly (readonly number[])[] {
  const random = seededRng(machines);
  return Array.from({ length: DRAWS }, () =>
    Array.from({ length: machines }, () => Math.floor(random() * machines)),
  );
}
