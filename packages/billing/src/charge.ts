import { type Currency, type Decimal, decimal, multiply } from "@apex/core";
import type { ChargeKind, RatedRun } from "./rate-run.ts";

/** One line of money that a tenant owes, or gets back. Never changed: what was wrong is corrected by another charge. */
export interface Charge {
  /** Derived from what it is for, so that the same charge made twice is one: "val-3f9a/vcpu". */
  readonly id: string;
  readonly tenant: string;
  readonly runId: string;
  readonly kind: ChargeKind;
  readonly rateCard: string;
  readonly currency: Currency;
  readonly quantity: Decimal;
  readonly unit: string;
  readonly unitPrice: Decimal;
  /** To 18 places; below 0 for a reversal. */
  readonly amount: Decimal;
  /** When the usage was over, ISO 8601. */
  readonly at: string;
  /** The charge that this one takes back. */
  readonly reverses: string | null;
}

/** Whose charge it is and for what. */
export interface ChargedRun {
  readonly tenant: string;
  readonly runId: string;
  readonly at: string;
}

/** The charges of a rated run, one for each of its lines. */
export function chargesOf({ tenant, runId, at }: ChargedRun, rated: RatedRun): readonly Charge[] {
  return rated.lines.map(({ kind, quantity, unit, unitPrice, amount }) => ({
    id: `${runId}/${kind}`,
    tenant,
    runId,
    kind,
    rateCard: rated.rateCard,
    currency: rated.currency,
    quantity,
    unit,
    unitPrice,
    amount,
    at,
    reverses: null,
  }));
}

const MINUS_ONE = decimal(-1);

/** The charge that takes another one back, to the last digit. Throws a RangeError for a charge that is itself a reversal. */
export function reversalOf(charge: Charge, at: string): Charge {
  if (charge.reverses !== null)
    throw new RangeError(`${charge.id} is a reversal: make the charge again instead`);
  return {
    ...charge,
    id: `${charge.id}/reversal`,
    quantity: multiply(charge.quantity, MINUS_ONE),
    amount: multiply(charge.amount, MINUS_ONE),
    at,
    reverses: charge.id,
  };
}
