import { DAY_MS } from "@apex/core";
import { epochMsOf } from "../calendar-month.ts";
import type { MeteredRow } from "./metered-rows.ts";
import type { MergedChange, SavingsInput } from "./savings-input.ts";

/** A time in which the resource was paid one way: before all changes, or after some and before the next. */
export interface Phase {
  readonly startMs: number;
  /** The first instant that is not in it. */
  readonly endMs: number;
  /** What began it; none for the baseline. Several where no usage lies between them, so that no price tells them apart. */
  readonly changes: readonly MergedChange[];
}

function dayOf(instant: string): number {
  return Math.floor(epochMsOf(instant) / DAY_MS) * DAY_MS;
}

/** Whether all of a row lies in a phase. What reaches over an edge is in none. */
export function isIn({ startMs, endMs }: Phase, row: MeteredRow): boolean {
  return row.startMs >= startMs && row.endMs <= endMs;
}

/** The changes in the order of their merges, whatever order they came in. */
function ordered(changes: readonly MergedChange[]): readonly MergedChange[] {
  return changes.toSorted((a, b) => dayOf(a.mergedAt) - dayOf(b.mergedAt) || (a.id < b.id ? -1 : 1));
}

/** The window before the first merge, and after each merge the time to the next one. The day of a merge is in none. */
export function phasesOf({ changes, baselineDays }: SavingsInput): readonly Phase[] {
  const inOrder = ordered(changes);
  const [first] = inOrder;
  if (first === undefined) return [];
  const baselineEnd = dayOf(first.mergedAt);
  const baseline: Phase = {
    startMs: baselineEnd - baselineDays * DAY_MS,
    endMs: baselineEnd,
    changes: [],
  };
  const after = inOrder.map((change, index): Phase => {
    const next = inOrder[index + 1];
    return {
      startMs: dayOf(change.mergedAt) + DAY_MS,
      endMs: next === undefined ? Number.POSITIVE_INFINITY : dayOf(next.mergedAt),
      changes: [change],
    };
  });
  return [baseline, ...after];
}

/** Phases without those between two changes in which nothing was used: their changes go with the next one's. */
export function measuredPhases(phases: readonly Phase[], rows: readonly MeteredRow[]): readonly Phase[] {
  const measured: Phase[] = [];
  let waiting: readonly MergedChange[] = [];
  for (const [index, phase] of phases.entries()) {
    const isEdge = index === 0 || index === phases.length - 1;
    const quantity = rows.reduce((sum, row) => (isIn(phase, row) ? sum + row.quantity : sum), 0n);
    if (isEdge || quantity > 0n) {
      measured.push({ ...phase, changes: [...waiting, ...phase.changes] });
      waiting = [];
    } else waiting = [...waiting, ...phase.changes];
  }
  return measured;
}
