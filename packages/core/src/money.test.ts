import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  multiply,
  parseDecimal,
  roundDecimal,
  subtract,
  sumDecimals,
} from "./decimal.ts";
import { add, formatMoney, money, sum } from "./money.ts";

/** A decimal with up to twelve digits on each side, as bills have them. */
const decimals = fc
  .tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => multiply(decimal(units), decimal(`1e-${scale}`)));

describe("decimal", () => {
  test("adds what floats cannot", () => {
    expect(addDecimals(decimal("0.1"), decimal("0.2"))).toBe("0.3");
  });

  test("sums in any order and association to the same text", () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 20 }), (values) => {
        const pairwise = values.reduceRight<Decimal>((sum, value) => addDecimals(sum, value), decimal(0));
        expect(addDecimals(...values)).toBe(pairwise);
      }),
    );
  });

  test("sums more values than a function may have arguments", () => {
    expect(sumDecimals(Array.from({ length: 200_000 }, () => decimal("0.01")))).toBe("2000");
    expect(sumDecimals([])).toBe("0");
  });

  test("subtraction undoes addition, exactly", () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(subtract(addDecimals(a, b), b)).toBe(addDecimals(a));
      }),
    );
  });

  test("division comes back through multiplication within a nano of a nano", () => {
    expect(multiply(divide(decimal(10), decimal(4)), decimal(4))).toBe("10");
    expect(() => divide(decimal(1), decimal(0))).toThrow("division of 1 by zero");
  });

  test("prints neither exponents nor a negative zero", () => {
    expect(decimal("1e-7")).toBe("0.0000001");
    expect(multiply(decimal("-1"), decimal(0))).toBe("0");
    expect(roundDecimal(decimal("-0.001"), 2)).toBe("0.00");
  });

  test.each(["", "NaN", "Infinity", "1,000", "0x10", "1e99999", "--1", "NULL"])("refuses %j", (text) => {
    expect(parseDecimal(text)).toBeUndefined();
    expect(() => decimal(text)).toThrow(RangeError);
  });

  test.each([
    ["+5", "5"],
    ["+0", "0"],
    ["+.5e1", "5"],
    ["5.", "5"],
  ])("reads %s", (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  test("rounds half to even, once", () => {
    expect(roundDecimal(decimal("0.125"), 2)).toBe("0.12");
    expect(roundDecimal(decimal("0.135"), 2)).toBe("0.14");
  });

  test("compares by value, not by text", () => {
    expect(compareDecimals(decimal("1.0"), decimal("1"))).toBe(0);
    expect(compareDecimals(decimal("-2"), decimal("1"))).toBe(-1);
    // One double for the two, and none that is finite.
    expect(compareDecimals(decimal("0.10000000000000000001"), decimal("0.1"))).toBe(1);
    expect(compareDecimals(decimal("1e400"), decimal("2e400"))).toBe(-1);
  });
});

describe("money", () => {
  test("never mixes currencies", () => {
    expect(() => add(money(1, "USD"), money(1, "EUR"))).toThrow("amounts in USD and EUR");
  });

  test("sums nothing to zero of the wanted currency", () => {
    expect(sum([], "EUR")).toEqual({ amount: "0", currency: "EUR" });
  });

  test("is shown with thousands, and a small amount never as nothing", () => {
    expect(formatMoney(money("1234567.891"))).toBe("$1,234,567.89");
    expect(formatMoney(money("0.0004"))).toBe("$0.0004");
    expect(formatMoney(money("-12"))).toBe("−$12.00");
    expect(formatMoney(money("3", "EUR"))).toBe("3.00 EUR");
    expect(formatMoney(money("0"))).toBe("$0.00");
  });
});
