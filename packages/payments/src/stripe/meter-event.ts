import { createHash } from "node:crypto";
import { type ChargeMessage, chargeOf, type PendingMessage } from "@apex/billing";
import { type Currency, DAY_MS, type Decimal, decimal, roundDecimal } from "@apex/core";

/** One event of a Stripe meter, as POST /v1/billing/meter_events takes it. */
export interface MeterEvent {
  readonly eventName: string;
  /** Stripe counts two events of one identifier once, for at least 24 hours. */
  readonly identifier: string;
  /** Seconds since 1970. */
  readonly timestampS: number;
  readonly customerId: string;
  readonly value: Decimal;
}

/** What is counted where. */
export interface MeterSettings {
  /** Of a meter that sums up raw events, whose price is 1 of `currency` per unit. */
  readonly eventName: string;
  readonly currency: Currency;
  /** Stripe's customers by tenant. */
  readonly customers: ReadonlyMap<string, string>;
  /** What is too old for Stripe is sent with the present time, in the period that is open; otherwise it is held. */
  readonly isLateNow?: boolean;
}

/** What becomes of a message before it is sent. */
export type Eventful =
  | { readonly kind: "event"; readonly event: MeterEvent }
  /** It cannot be sent as things are: a whole sentence, with what to do. */
  | { readonly kind: "held"; readonly reason: string };

/** https://docs.stripe.com/api/billing/meter-event/create: identifiers and event names have at most so many characters. */
const TEXT_MAX = 100;
/** Same place: events must be of the past 35 days, or at most 5 minutes ahead. An hour less leaves time for the way. */
const AGE_MAX_MS = 35 * DAY_MS - 3_600_000;
const AHEAD_MAX_MS = 5 * 60_000;
/** https://docs.stripe.com/changelog/dahlia/2026-04-22/billing-meter-event-values-validation: digits that count. */
const DIGITS_MAX = 15;
/** Places that are kept where the digits allow: a millionth of a micro-dollar. */
const PLACES_MAX = 12;
/**
 * Identifiers are remembered for at least 24 hours. What was sent before that without a known outcome would be counted twice if it had
 * been heard; an hour less, as the clocks are two.
 */
const REMEMBERED_MS = DAY_MS - 3_600_000;

/** Whether this is how Stripe writes a customer. */
export function isCustomerId(text: string): boolean {
  return /^cus_[A-Za-z0-9]{1,100}$/.test(text);
}

/** The key itself where Stripe takes it; a digest of it, the same for good, where it is too long. */
function identifierOf(key: string): string {
  return key.length <= TEXT_MAX && /^[\x20-\x7e]+$/.test(key)
    ? key
    : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** Rounded half-even to as many places as Stripe has digits for; `undefined` for an amount with more digits before the point. */
function valueOf(amount: Decimal): Decimal | undefined {
  const whole = (amount.replace("-", "").split(".")[0] ?? "").replace(/^0+/, "").length;
  // One digit less: rounding may carry into a new one.
  const places = Math.min(PLACES_MAX, DIGITS_MAX - 1 - whole);
  return places < 0 ? undefined : decimal(roundDecimal(amount, places));
}

function held(reason: string): Eventful {
  return { kind: "held", reason };
}

/** The charge of a message, `undefined` for one of another kind, or why it cannot be read: one of them must not hold up the others. */
function readCharge(message: PendingMessage): ChargeMessage | string | undefined {
  try {
    const charge = chargeOf(message);
    return charge !== undefined && Number.isNaN(Date.parse(charge.at)) ? "its time is none." : charge;
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

const BY_HAND = "add it to the customer's next Stripe invoice by hand, then `apex billing deliver --confirm";

/** The event of a message at this instant, or why it is not to be sent. */
export function eventOf(message: PendingMessage, settings: MeterSettings, nowMs: number): Eventful {
  const { key, tenant, kind } = message;
  const charge = readCharge(message);
  if (typeof charge === "string") return held(charge);
  if (charge === undefined) return held(`nobody here takes messages of the kind ${kind}.`);
  const customerId = settings.customers.get(tenant);
  if (customerId === undefined) {
    return held(`${tenant} has no Stripe customer: add it to the file of customers.`);
  }
  if (charge.currency !== settings.currency) {
    return held(
      `it is in ${charge.currency}, and the meter ${settings.eventName} counts ${settings.currency}.`,
    );
  }
  if (message.firstSentAtMs !== null && nowMs - message.firstSentAtMs > REMEMBERED_MS) {
    return held(
      `it was sent at ${new Date(message.firstSentAtMs).toISOString()} and nobody knows whether Stripe took it; Stripe remembers identifiers for a day only, so that sending it again could bill it twice. Look for ${identifierOf(key)} in Stripe's meter events, then \`apex billing deliver --confirm '${key}'\` if it is there, or --resend if it is not.`,
    );
  }
  const atMs = Date.parse(charge.at);
  const isLate = nowMs - atMs > AGE_MAX_MS;
  if (isLate && settings.isLateNow !== true) {
    return held(
      `its usage of ${charge.at} is older than the 35 days that Stripe takes: send it with the present time (--late-as-now), or ${BY_HAND} '${key}'\`.`,
    );
  }
  if (atMs - nowMs > AHEAD_MAX_MS) return held(`its usage of ${charge.at} is ahead of this machine's clock.`);
  const value = valueOf(charge.amount);
  if (value === undefined)
    return held(`${charge.amount} has more digits than Stripe takes: ${BY_HAND} '${key}'\`.`);
  const timestampS = Math.floor((isLate ? nowMs : atMs) / 1000);
  return {
    kind: "event",
    event: {
      eventName: settings.eventName,
      identifier: identifierOf(key),
      timestampS,
      customerId,
      value,
    },
  };
}
