import { addDecimals, compareDecimals, decimal, roundDecimal, subtract } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { apportion } from "./apportion.ts";
import { unscaled } from "./savings/fixed-point.ts";

/** Amounts of charges and of credits, with all places that the database keeps. */
const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map((units) => unscaled(units));

test("the amounts add up to the rounded sum, and none moves by a whole unit", () => {
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 40 }), fc.integer({ min: 0, max: 4 }), (exact, digits) => {
      const { amounts, total } = apportion(exact, digits);
      expect(amounts).toHaveLength(exact.length);
      expect(compareDecimals(addDecimals(...amounts), total)).toBe(0);
      expect(total).toBe(roundDecimal(addDecimals(...exact), digits));
      const unit = decimal(`1e-${digits}`);
      for (const [index, rounded] of amounts.entries()) {
        const moved = subtract(rounded, exact[index]!);
        expect(compareDecimals(moved, unit)).toBe(-1);
        expect(compareDecimals(subtract(decimal(0), unit), moved)).toBe(-1);
      }
    }),
  );
});

test("what is whole already stays as it is", () => {
  const cents = fc
    .integer({ min: -1_000_000, max: 1_000_000 })
    .map((value) => roundDecimal(decimal((value / 100).toFixed(2)), 2));
  fc.assert(
    fc.property(fc.array(cents, { maxLength: 20 }), (exact) => {
      expect(apportion(exact, 2).amounts).toEqual(exact);
    }),
  );
});
