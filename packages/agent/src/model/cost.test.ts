import { decimal } from "@apex/core";
import { expect, it } from "vitest";
import { costOf } from "./cost.ts";

it("is exact to the last digit", () => {
  const prices = { inputPerMillion: decimal("0.15"), outputPerMillion: decimal("0.6"), currency: "EUR" };
  expect(costOf({ inputTokens: 1, outputTokens: 1 }, prices)).toEqual({
    amount: "0.00000075",
    currency: "EUR",
  });
  const many = { inputTokens: 9_007_199_254_740_991, outputTokens: 3 };
  expect(costOf(many, prices)).toEqual({
    amount: "1351079888.21115045",
    currency: "EUR",
  });
  expect(costOf({ inputTokens: 0, outputTokens: 0 }, prices)).toEqual({ amount: "0", currency: "EUR" });
});
