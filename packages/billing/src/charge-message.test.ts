import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { chargeOf, messageOf } from "./charge-message.ts";
import { aCharge } from "./testing/charges.ts";

const CHARGE = aCharge({
  tenant: "acme",
  from: "2026-11-20T22:00:00Z",
  at: "2026-11-20T23:00:00Z",
  amount: decimal("-0.061234567890123456"),
  id: "val-1/vcpu/reversal",
  reverses: "val-1/vcpu",
});

test("a message says its charge to the last digit, under a key that only it has", () => {
  const message = messageOf(CHARGE);
  expect(message).toMatchObject({ key: "acme/val-1/vcpu/reversal", tenant: "acme", kind: "charge" });
  expect(chargeOf(message)).toEqual({
    charge: "val-1/vcpu/reversal",
    subject: "val-1",
    currency: "USD",
    amount: "-0.061234567890123456",
    at: "2026-11-20T23:00:00Z",
  });
  // A tenant's id has no slash, so that no two charges have one key.
  expect(messageOf({ ...CHARGE, tenant: "acme-2" }).key).not.toBe(message.key);
});

test("a message of another kind is nobody's charge, and a damaged one is refused", () => {
  const message = messageOf(CHARGE);
  expect(chargeOf({ ...message, kind: "invoice" })).toBeUndefined();
  expect(() => chargeOf({ ...message, payload: "{}" })).toThrow(/acme\/val-1\/vcpu\/reversal has no amount/);
  expect(() => chargeOf({ ...message, payload: '{"amount":"free"}' })).toThrow(RangeError);
});
