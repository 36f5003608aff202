import { addDecimals, compareDecimals, type CostRow, type Decimal, decimal, multiply } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scaled, unscaled } from "./fixed-point.ts";
import { type MonthlySavingsOfChange, proveMonths } from "./prove-savings.ts";
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

test("decimals become whole numbers and back without a loss, beyond 18 places to the nearest", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (value) => {
      expect(scaled(unscaled(value))).toBe(value);
    }),
  );
  expect(scaled(decimal("-0.0000000000000000005"))).toBe(-1n);
  expect(scaled(decimal("0.0000000000000000004"))).toBe(0n);
});
