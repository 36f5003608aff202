import { addDecimals, compareDecimals, type Decimal, decimal, multiply, subtract } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SAVINGS_SHARE, shareSavings, type SharedSavings } from "./carry-over.ts";
import { unscaled } from "./fixed-point.ts";
import type { MonthlySavingsOfChange } from "./month-savings.ts";
import { AFTER, BEFORE, input, prove, RESIZE } from "./testing/prove.ts";

const ZERO = decimal(0);
const [PROVEN] = prove(input([...BEFORE, ...AFTER])).proofs;

/** What up to four changes of one resource saved in each of up to six months, to 18 places. */
const months = fc.array(
  fc.array(fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }), { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 6 },
);

function proven(of: readonly (readonly bigint[])[]): readonly MonthlySavingsOfChange[] {
  return of.flatMap((changes, month) =>
    changes.map((savings, change) => ({
      ...PROVEN!,
      month: `2026-0${month + 1}`,
      changes: [{ ...RESIZE, id: `val-${change}` }],
      savings: unscaled(savings),
    })),
  );
}

function sum(shared: readonly SharedSavings[], of: (one: SharedSavings) => Decimal): Decimal {
  return addDecimals(...shared.map(of));
}

/** A digit of the 18th place for each fee. */
function isAbout(fee: Decimal, exact: Decimal, count: number): boolean {
  const difference = subtract(fee, exact);
  const size = difference.startsWith("-") ? multiply(difference, decimal(-1)) : difference;
  return compareDecimals(size, multiply(decimal("1e-18"), decimal(count))) <= 0;
}

test("what is shared of a resource is the most that all its changes had saved together by any month, and never more", () => {
  fc.assert(
    fc.property(months, (of) => {
      const { shared } = shareSavings(proven(of), []);
      let [saved, most] = [0n, 0n];
      for (const changes of of) {
        saved += changes.reduce((total, savings) => total + savings, 0n);
        if (saved > most) most = saved;
      }
      expect(sum(shared, ({ chargeable }) => chargeable)).toBe(unscaled(most));
      const fees = sum(shared, ({ fee }) => fee);
      expect(isAbout(fees, multiply(unscaled(most), SAVINGS_SHARE), shared.length)).toBe(true);
    }),
  );
});

test("no change is charged for more than it saved in the month, and none that lost", () => {
  fc.assert(
    fc.property(months, (of) => {
      const { shared } = shareSavings(proven(of), []);
      expect(shared).toHaveLength(of.flat().length);
      for (const { savings, chargeable, carriedIn, carriedOut } of shared) {
        const most = compareDecimals(savings, ZERO) > 0 ? savings : ZERO;
        expect(compareDecimals(chargeable, most)).toBeLessThanOrEqual(0);
        expect([chargeable.startsWith("-"), compareDecimals(carriedIn, ZERO) > 0]).toEqual([false, false]);
        expect(compareDecimals(carriedOut, ZERO)).toBeLessThanOrEqual(0);
      }
    }),
  );
});
