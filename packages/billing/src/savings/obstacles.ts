import { compareDecimals, type CostRow, DAY_MS, decimal, formatInstant } from "@apex/core";
import { type CalendarMonth, epochMsOf, monthOf, monthPeriod } from "../calendar-month.ts";
import { distinctAccounts } from "./bill-account.ts";
import type { MeteredRow } from "./metered-rows.ts";
import type { Measured, MonthlySavingsOfChange, MonthRows } from "./month-savings.ts";
import type { Phase } from "./phases.ts";
import { hasMonth, isOfUnit, type SavingsInput } from "./savings-input.ts";

const ZERO = decimal(0);

/** Why a month is not proven. */
export interface Obstacle {
  /** A whole sentence. */
  readonly reason: string;
  /** Not final yet: it may be proven later, and later months wait for it. */
  readonly isOpen: boolean;
}

/** Two meters that a bill has at one time. */
interface MetersAtOnce {
  readonly meters: readonly [string, string];
  readonly atMs: number;
}

/** Rows that are of several meters at the same time. What a correction says of hours that were billed already is no other meter. */
function metersAtOnce(rows: readonly MeteredRow[]): MetersAtOnce | undefined {
  const ends = new Map<string, number>();
  const inOrder = rows
    .filter(({ isCorrection }) => !isCorrection)
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || (a.meter < b.meter ? -1 : 1));
  for (const { meter, startMs, endMs } of inOrder) {
    for (const [other, otherEndMs] of ends) {
      if (other !== meter && otherEndMs > startMs) return { meters: [other, meter], atMs: startMs };
    }
    ends.set(meter, Math.max(endMs, ends.get(meter) ?? 0));
  }
  return undefined;
}

function severalMeters({ resourceId, unit }: SavingsInput, { meters, atMs }: MetersAtOnce): string {
  return `The bill has several meters of ${resourceId} by ${unit} at the same time, ${meters.join(" and ")} at ${formatInstant(atMs)}: how much of the resource was used cannot be told.`;
}

/** The times that a month is reckoned from: the phases before its newest, and what lies in the month of that. */
function timesOf(
  { phases }: Measured,
  { month, newest }: MonthRows,
): readonly Pick<Phase, "startMs" | "endMs">[] {
  const { start, end } = monthPeriod(month);
  return phases
    .slice(0, newest + 1)
    .map(({ startMs, endMs }, index) =>
      index < newest
        ? { startMs, endMs }
        : { startMs: Math.max(startMs, epochMsOf(start)), endMs: Math.min(endMs, epochMsOf(end)) },
    );
}

/** A line that makes usage cheaper or dearer and is none itself: a private discount, a credit. */
function lineApart(measured: Measured, monthRows: MonthRows): CostRow | undefined {
  const { input } = measured;
  const times = timesOf(measured, monthRows);
  return input.rows.find((row) => {
    const isApart = row.ChargeCategory === "Adjustment" || row.ChargeCategory === "Credit";
    if (!isApart || !isOfUnit(row, input) || compareDecimals(row.EffectiveCost, ZERO) === 0) return false;
    const [startMs, endMs] = [epochMsOf(row.ChargePeriodStart), epochMsOf(row.ChargePeriodEnd)];
    return times.some((time) => startMs < time.endMs && endMs > time.startMs);
  });
}

/** A month of the time before the first merge that the bills do not have of any account that the resource is in. */
export function missingMonth({ input, phases, rows }: Measured): CalendarMonth | undefined {
  const [baseline] = phases;
  if (baseline === undefined) return undefined;
  const accounts = distinctAccounts(rows.map(({ account }) => account));
  const days = Array.from({ length: input.baselineDays }, (_, day) =>
    formatInstant(baseline.startMs + day * DAY_MS),
  );
  return [...new Set(days.map(monthOf))].find(
    (month) => !accounts.some((account) => hasMonth(input, account, month)),
  );
}

/** Why a month cannot be proven, and whether it only cannot yet; `undefined` where it can. `missing` is the {@link missingMonth}. */
export function obstacle(
  measured: Measured,
  monthRows: MonthRows,
  missing: CalendarMonth | undefined,
): Obstacle | undefined {
  const { inPhase, prices, input } = measured;
  const { month, byPhase, newest } = monthRows;
  // Prices are of whole phases; of the newest, only the month itself is looked at.
  const needed = [...inPhase.slice(0, newest), ...byPhase.values()].flat();
  const problem = needed.find((row) => row.problem !== undefined)?.problem;
  if (problem !== undefined) return { reason: problem, isOpen: false };
  if (missing !== undefined) {
    return {
      reason: `The bills do not have ${missing} of the account of ${input.resourceId}, which is of the ${input.baselineDays} days before the first merge that prices are compared with.`,
      isOpen: true,
    };
  }
  const meters = metersAtOnce(needed);
  if (meters !== undefined) return { reason: severalMeters(input, meters), isOpen: false };
  const apart = lineApart(measured, monthRows);
  if (apart !== undefined) {
    const { ChargePeriodStart, EffectiveCost, ChargeCategory } = apart;
    return {
      reason: `The bill's row of ${ChargePeriodStart} has ${EffectiveCost} as ${ChargeCategory}, apart from the usage: what was really paid cannot be told.`,
      isOpen: false,
    };
  }
  if (needed.some(({ isFinal }) => !isFinal)) {
    return {
      reason: `The bill of ${month}, or of the time before that it is compared with, is not final: usage has no invoice yet.`,
      isOpen: true,
    };
  }
  if (!prices.slice(0, newest).includes(undefined)) return undefined;
  return {
    reason: `In the ${input.baselineDays} days before the first merge nothing of ${input.resourceId} was billed by ${input.unit}: there is no price to compare with.`,
    isOpen: false,
  };
}

/** Why savings that could not be held against the list must not be charged; `undefined` where nothing speaks against it. */
export function commitmentObstacle(
  { inPhase: [before = []] }: Measured,
  { month, byPhase }: MonthRows,
  proven: readonly MonthlySavingsOfChange[],
): string | undefined {
  if (proven.every(({ atListPrices }) => atListPrices !== null)) return undefined;
  const known = new Set(before.map(({ commitment }) => commitment));
  const begun = [...byPhase.values()]
    .flat()
    .map(({ commitment }) => commitment)
    .filter((commitment) => commitment !== null)
    .toSorted()
    .find((commitment) => !known.has(commitment));
  if (begun === undefined) return undefined;
  return `The bill of ${month} has the commitment ${begun}, which the time before the merge has not, and does not tell what all of the usage costs by the list: what the commitment took off cannot be told from what the change did.`;
}
