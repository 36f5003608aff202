import { type Currency, type Decimal, parseDecimal } from "@apex/core";
import type { Charge } from "./charge.ts";

/** Something to be told to the outside, once. */
export interface OutboxMessage {
  /** Unique for good: whoever hears two messages of one key has heard the same twice. */
  readonly key: string;
  readonly tenant: string;
  /** What it is about: "charge". Each recipient takes the kinds that it knows. */
  readonly kind: string;
  /** JSON, by kind. */
  readonly payload: string;
}

/** A message that is not delivered yet. */
export interface PendingMessage extends OutboxMessage {
  /**
   * When it was first about to be sent, Unix time in milliseconds; `null` when it is certain that nobody has heard it. What was sent
   * long ago without a known outcome must not be sent again blindly: most recipients remember keys for a day.
   */
  readonly firstSentAtMs: number | null;
  /** How often it could not be delivered. */
  readonly attempts: number;
  /** Why, the last time. */
  readonly lastError: string | null;
}

/** What a message of a charge says. */
export interface ChargeMessage {
  readonly charge: string;
  readonly subject: string;
  readonly currency: Currency;
  /** Below 0 where something is taken back. */
  readonly amount: Decimal;
  /** When the usage was over, ISO 8601. */
  readonly at: string;
}

const KIND = "charge";

/** What the outside is told of a charge: to be kept together with it. */
export function messageOf({ tenant, id, subject, currency, amount, at }: Charge): OutboxMessage {
  const message: ChargeMessage = { charge: id, subject, currency, amount, at };
  return { key: `${tenant}/${id}`, tenant, kind: KIND, payload: JSON.stringify(message) };
}

/** What a message says; `undefined` for one of another kind. Throws a RangeError for one that {@link messageOf} did not write. */
export function chargeOf({ key, kind, payload }: OutboxMessage): ChargeMessage | undefined {
  if (kind !== KIND) return undefined;
  const read = JSON.parse(payload) as Readonly<Record<keyof ChargeMessage, unknown>>;
  const text = (field: keyof ChargeMessage): string => {
    const value = read[field];
    if (typeof value !== "string") throw new RangeError(`the message ${key} has no ${field}`);
    return value;
  };
  const amount = parseDecimal(text("amount"));
  if (amount === undefined) throw new RangeError(`the message ${key} has no amount`);
  return {
    charge: text("charge"),
    subject: text("subject"),
    currency: text("currency"),
    amount,
    at: text("at"),
  };
}
