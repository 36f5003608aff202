import { expect, test } from "vitest";
import { currencyDigits } from "./currency-digits.ts";

test("amounts have the digits of ISO 4217, whatever the region shows", () => {
  const codes = ["USD", "CAD", "SEK", "ZWG", "AED", "JPY", "ISK", "XPF", "KWD", "TND"];
  expect(codes.map(currencyDigits)).toEqual([2, 2, 2, 2, 2, 0, 0, 0, 3, 3]);
});

test("nothing is paid in metals, funds, units of account, or what is no code", () => {
  for (const code of ["XAU", "X".repeat(3), "XTS", "CHE", "CLF", "usd", "", "USD EUR", "constructor"]) {
    expect([code, currencyDigits(code)]).toEqual([code, undefined]);
  }
});
