import { addDecimals, compareDecimals, type CostRow, type Decimal, decimal, multiply } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scaled, unscaled } from "./fixed-point.ts";
import type { MonthlySavingsOfChange } from "./month-savings.ts";
import { proveMonths } from "./prove-savings.ts";
import type { MergedChange, SavingsInput } from "./savings-input.ts";
import { days, usageRow } from "./testing/bill.ts";

/** Days of October on which something was merged, with what an hour costs from then on. */
const merges = fc.uniqueArray(
  fc.record({ day: fc.integer({ min: 2, max: 30 }), price: fc.integer({ min: 1, max: 99_999 }) }),
  {
    selector: ({ day }) => day,
    minLength: 1,
    maxLength: 4,
  },
);
const hours = fc.integer({ min: 1, max: 96 });

interface Step {
  readonly day: number;
  readonly price: number;
}

function two(day: number): string {
  return String(day).padStart(2, "0");
}

function changeOf({ day, price }: Step): MergedChange {
  const mergedAt = `2026-10-${two(day)}T12:00:00Z`;
  return { id: `val-${day}`, address: null, mergedAt, from: "", to: String(price), rule: "ec2-resize" };
}

/** September at one price, then October, each day at the price of the newest merge before it. */
function billOf(steps: readonly Step[], perDay: number): readonly CostRow[] {
  const inOrder = steps.toSorted((a, b) => a.day - b.day);
  const october = Array.from({ length: 31 }, (_, index) => index + 1).map((day) => {
    const step = inOrder.findLast((one) => one.day <= day);
    const price = step === undefined ? "0.5" : `${step.price}e-5`;
    const end = day === 31 ? "2026-11-01" : `2026-10-${two(day + 1)}`;
    return usageRow(`2026-10-${two(day)}T00:00:00Z`, `${end}T00:00:00Z`, {
      sku: `sku-${step?.day ?? 0}`,
      price: decimal(price),
      hours: String(perDay),
    });
  });
  return [
    ...days("2026-09-01", "2026-10-01", { sku: "sku-0", price: "0.5", hours: String(perDay) }),
    ...october,
  ];
}

function prove(
  rows: readonly CostRow[],
  steps: readonly Step[],
  more: Partial<SavingsInput> = {},
): readonly MonthlySavingsOfChange[] {
  return proveMonths({
    tenant: "acme",
    resourceId: "i-1",
    unit: "Hours",
    rows,
    changes: steps.map(changeOf),
    baselineDays: 28,
    until: "2026-10",
    ...more,
  }).proven;
}

function total(proven: readonly MonthlySavingsOfChange[]): Decimal {
  return addDecimals(...proven.map(({ savings }) => savings));
}

test("however many changes there were, their shares add up to what all of them saved, to the last digit", () => {
  fc.assert(
    fc.property(merges, hours, (steps, perDay) => {
      const proven = prove(billOf(steps, perDay), steps);
      const mergeDays = new Set(steps.map(({ day }) => day));
      const first = Math.min(...mergeDays);
      const counted = Array.from({ length: 31 }, (_, index) => index + 1).filter(
        (day) => day > first && !mergeDays.has(day),
      );
      const inOrder = steps.toSorted((a, b) => a.day - b.day);
      const saved = counted.map((day) => {
        const price = decimal(`${inOrder.findLast((one) => one.day < day)?.price}e-5`);
        return multiply(addDecimals(decimal("0.5"), multiply(price, decimal(-1))), decimal(perDay));
      });
      expect(compareDecimals(total(proven), addDecimals(...saved))).toBe(0);
    }),
  );
});

test("neither the order of the rows nor that of the changes matters", () => {
  fc.assert(
    fc.property(merges, fc.infiniteStream(fc.nat()), (steps, stream) => {
      const shuffled = <T>(values: readonly T[]): readonly T[] =>
        values
          .map((value) => [stream.next().value ?? 0, value] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, value]) => value);
      const rows = billOf(steps, 24);
      expect(prove(shuffled(rows), shuffled(steps))).toEqual(prove(rows, steps));
    }),
  );
});

test("what is billed in rows of other lengths is the same, and twice as much of all is twice the saving", () => {
  fc.assert(
    fc.property(merges, hours, (steps, perDay) => {
      const rows = billOf(steps, perDay);
      const once = total(prove(rows, steps));
      expect(compareDecimals(total(prove([...rows, ...rows], steps)), multiply(once, decimal(2)))).toBe(0);
      const double = billOf(steps, perDay * 2);
      expect(compareDecimals(total(prove(double, steps)), multiply(once, decimal(2)))).toBe(0);
    }),
  );
});

/** What is paid of the list price, per mille, by the day of October: a commitment that covers some hours of some days. */
const shares = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 32, maxLength: 32 });
const share = fc.integer({ min: 1, max: 1_000 });

/** A bill where of each day's list cost so much is paid; before October `paid` of it, and on days before the first merge. */
function paidBill(steps: readonly Step[], paid: number, of: (day: number) => number): readonly CostRow[] {
  const first = Math.min(...steps.map(({ day }) => day));
  return billOf(steps, 24).map((row) => {
    const day = row.ChargePeriodStart < "2026-10-01" ? 0 : Number(row.ChargePeriodStart.slice(8, 10));
    const counted = day <= first ? paid : of(day);
    return { ...row, EffectiveCost: multiply(row.EffectiveCost, decimal(`${counted}e-3`)) };
  });
}

/** Unit prices and shares have 12 places, and the usage of a month has up to four digits. */
const ROUNDING = decimal("1e-8");

function isAtMost(value: Decimal, limit: Decimal): boolean {
  return compareDecimals(value, addDecimals(limit, ROUNDING)) <= 0;
}

test("a commitment that is bought after a merge never raises what the change is proven to have saved", () => {
  fc.assert(
    fc.property(merges, share, shares, fc.integer({ min: 0, max: 3 }), (steps, paid, bought, nth) => {
      const inOrder = steps.toSorted((a, b) => a.day - b.day);
      const merge = inOrder[nth % inOrder.length]!;
      const without = prove(
        paidBill(steps, paid, () => paid),
        steps,
      );
      const covered = (day: number): number => (day > merge.day ? Math.min(paid, bought[day]!) : paid);
      const bill = paidBill(steps, paid, covered);
      const proven = prove(bill, steps);
      // To a change that was merged later the commitment was there before.
      const known = new Set(inOrder.filter(({ day }) => day <= merge.day).map(({ day }) => `val-${day}`));
      const raised = proven.filter(
        ({ changes, savings }, index) =>
          changes.some(({ id }) => known.has(id)) && !isAtMost(savings, without[index]!.savings),
      );
      expect(raised).toEqual([]);
      const [gain, most] = [proven, without].map((all) => gains(all)) as [Decimal, Decimal];
      expect(isAtMost(gain, most)).toBe(true);
    }),
  );
});

/** What a fee may be on. */
function gains(proven: readonly MonthlySavingsOfChange[]): Decimal {
  return addDecimals(...proven.map(({ savings }) => (savings.startsWith("-") ? decimal(0) : savings)));
}

test("whatever is bought or ends, and whenever: without a saving at list prices there is no fee", () => {
  fc.assert(
    fc.property(merges, share, shares, (steps, paid, of) => {
      const proven = prove(
        paidBill(steps, paid, (day) => of[day]!),
        steps,
      );
      expect(proven.filter(({ atListPrices }) => atListPrices === null)).toEqual([]);
      const isGain = (amount: Decimal | undefined): boolean =>
        compareDecimals(amount ?? decimal(0), decimal(0)) > 0;
      const fees = proven.filter(({ savings }) => isGain(savings));
      expect(fees.filter(({ atListPrices }) => !isGain(atListPrices?.saved))).toEqual([]);
      expect(fees.filter(({ atEffectivePrices }) => !isGain(atEffectivePrices))).toEqual([]);
    }),
  );
});

test("a commitment that ends after the merges never raises what all of them saved", () => {
  fc.assert(
    fc.property(merges, share, shares, (steps, paid, of) => {
      const kept = prove(
        paidBill(steps, paid, () => paid),
        steps,
      );
      const ended = prove(
        paidBill(steps, paid, (day) => Math.max(paid, of[day]!)),
        steps,
      );
      expect(isAtMost(total(ended), total(kept))).toBe(true);
    }),
  );
});

test("decimals become whole numbers and back without a loss, beyond 18 places to the nearest", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (value) => {
      expect(scaled(unscaled(value))).toBe(value);
    }),
  );
  expect(scaled(decimal("-0.0000000000000000005"))).toBe(-1n);
  expect(scaled(decimal("0.0000000000000000004"))).toBe(0n);
});
