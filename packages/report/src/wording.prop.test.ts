import { compareDecimals, decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { amountPair, amountText, nameOf } from "./wording.ts";

const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 20 }))
  .map(([digits, places]) => {
    const sign = digits < 0n ? "-" : "";
    const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
    const cut = text.length - places;
    return decimal(places === 0 ? `${sign}${text}` : `${sign}${text.slice(0, cut)}.${text.slice(cut)}`);
  });

test("different amounts never print alike, equal ones always do", () => {
  fc.assert(
    fc.property(amounts, amounts, (a, b) => {
      const [left, right] = amountPair(a, b, "USD");
      expect(left === right).toBe(compareDecimals(a, b) === 0);
    }),
  );
  fc.assert(
    fc.property(amounts, fc.integer({ min: 3, max: 20 }), (a, places) => {
      const near = decimal(`${a.includes(".") ? a.split(".")[0] : a}.${"0".repeat(places - 1)}1`);
      const base = decimal(a.split(".")[0] ?? "0");
      const [left, right] = amountPair(base, near, "USD");
      expect(left).not.toBe(right);
    }),
  );
});

test("an unknown amount is said, and a hostile currency or size cannot break a page", () => {
  expect(amountText(null, "USD")).toBe("unknown");
  expect(amountText(decimal(1), "|<b>")).toBe("1.00 (currency unknown)");
  expect(amountText(decimal("1e500"), "USD").length).toBeLessThan(50);
});

test("what is called alike elsewhere is told with service, region and account", () => {
  const database = { resourceId: "arn:aws:rds:eu-west-1:111111111111:db:orders", resourceName: "orders" };
  expect(nameOf({ ...database, address: null })).toBe("orders (rds, eu-west-1, 111111111111)");
  expect(nameOf({ ...database, address: "aws_db_instance.orders" })).toBe("aws_db_instance.orders");
  expect(nameOf({ resourceId: "i-1", address: null })).toBe("i-1");
  expect(nameOf({ resourceId: "what", resourceName: "orders", address: null })).toBe("what");
});
