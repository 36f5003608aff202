import { expect, test } from "vitest";
import { days } from "./testing/bill.ts";
import { BEFORE, input, prove, SMALL } from "./testing/prove.ts";

/** September's proof, where an hour costs this since the first of it. */
function september(price: string, more: { readonly paid?: string } = {}) {
  const august = days("2026-08-21", "2026-09-01", SMALL);
  const { proofs } = prove(
    input([...BEFORE, ...august, ...days("2026-09-01", "2026-10-01", { ...SMALL, price, ...more })]),
  );
  expect(proofs[0]).toMatchObject({ month: "2026-08", savings: "25.344", atPricesOfMonth: null });
  return proofs[1]!;
}

test("a provider that cuts its prices after the merge makes the saving smaller, as the customer would pay less without it too", () => {
  const proof = september("0.048");
  expect(proof).toMatchObject({
    savings: "34.56",
    fee: "6.912",
    atEffectivePrices: "69.12",
    atPricesOfMonth: { share: "0.5", savings: "34.56" },
  });
  expect(JSON.parse(proof.evidence)).toMatchObject({
    savingsAtPricesOfMonth: { share: "0.5", savings: "34.56" },
  });
});

test("one that raises them makes it neither larger nor a loss", () => {
  expect(september("0.384")).toMatchObject({ savings: "69.12", atPricesOfMonth: null });
});

test("a loss is not made smaller by it", () => {
  expect(september("0.048", { paid: "4" })).toMatchObject({
    savings: "-138.24",
    atPricesOfMonth: { share: "0.5", savings: "-69.12" },
  });
});

test("what is bought together with a price cut takes off once what each takes off", () => {
  // 0.192 less 0.096 of 720 hours, of which 70 % are paid, at half the prices.
  expect(september("0.048", { paid: "0.7" })).toMatchObject({
    savings: "24.192",
    atListPrices: { byShareAfter: "48.384" },
  });
});
