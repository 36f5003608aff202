import { type Currency, decimal, multiply } from "@apex/core";
import type { RatedLine, RatedRun } from "./rate-run.ts";

/** Whose charge it is and for what. */
export interface ChargeSubject {
  readonly tenant: string;
  /** A run ("val-3f9a…"), a repair ("fix-20c7…"), an answer ("ask-20c7…") or a month's proven savings of one change ("sav-81c2…"). */
  readonly subject: string;
  /** When the usage began and when it was over, ISO 8601. */
  readonly from: string;
  readonly at: string;
}

/**
 * One line of money that a tenant owes, or, where its amount is below 0, gets back. Never changed: what was wrong is corrected by
 * another charge.
 */
export interface Charge extends ChargeSubject, RatedLine {
  /** Derived from what it is for, so that the same charge made twice is one: "val-3f9a/vcpu". */
  readonly id: string;
  readonly rateCard: string;
  readonly currency: Currency;
  /** The charge that this one takes back. */
  readonly reverses: string | null;
}

/** The charges of a rated run, one for each of its lines. */
export function chargesOf(
  subject: ChargeSubject,
  { lines, rateCard, currency }: RatedRun,
): readonly Charge[] {
  return lines.map((line) => ({
    ...subject,
    ...line,
    id: `${subject.subject}/${line.kind}`,
    rateCard,
    currency,
    reverses: null,
  }));
}

const MINUS_ONE = decimal(-1);

/**
 * The charge that takes another one back, to the last digit: of the same usage and the same time, so that both are on one invoice
 * where the charge is on none yet. Throws a RangeError for a charge that is itself a reversal.
 */
export function reversalOf(charge: Charge): Charge {
  if (charge.reverses !== null)
    throw new RangeError(`${charge.id} is a reversal: make the charge again instead`);
  return {
    ...charge,
    id: `${charge.id}/reversal`,
    quantity: multiply(charge.quantity, MINUS_ONE),
    amount: multiply(charge.amount, MINUS_ONE),
    reverses: charge.id,
  };
}

/**
 * A charge that was taken back, made again for the `time`-th time in all, from 2: of the same usage, with an id of its own
 * ("sav-81c2/savings-share/2"). Throws a RangeError for a reversal.
 */
export function chargedAgain(charge: Charge, time: number): Charge {
  if (charge.reverses !== null) throw new RangeError(`${charge.id} is a reversal: it is never charged again`);
  return { ...charge, id: `${charge.id}/${time}` };
}
