import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  type StopReason,
  subtract,
  unreachable,
} from "@apex/core";
import type { RateCard } from "./rate-card.ts";
import { type MeteredUsage, type RatedLine, type RatedRun, rateRun } from "./rate-run.ts";

/** How a run ended, as far as money asks: an `AttemptEnding` is one. `crashed`: the worker or its host is gone. */
export type BilledEnding =
  | { readonly kind: "verdict"; readonly isOurFault: boolean }
  | { readonly kind: "stopped"; readonly reason: StopReason }
  | { readonly kind: "failed" | "released" | "crashed" };

/** What a run is charged by. */
export interface RunSettlement {
  readonly ending: BilledEnding;
  /** Of the attempt that ended so, and of no other. */
  readonly usage: MeteredUsage;
  /** The most that it may cost: its quote. */
  readonly cap: Decimal;
}

/** What a run is charged, or why it is not, as a whole sentence. */
export type RunCharge =
  | { readonly kind: "charged"; readonly rated: RatedRun }
  | { readonly kind: "free"; readonly reason: string };

const ZERO = decimal(0);
const ONE = decimal(1);

const FREE = {
  ourFault: "It is free: what kept it from a verdict was our machine, and not the service.",
  cap: "It is free: it came to more than it was quoted before it had a verdict, and the quote was ours.",
  failed: "It is free: it failed before it had a verdict.",
  released: "It is free: its worker was shut down, and another does it again.",
  crashed: "It is free: its worker was lost before it had a verdict.",
  unused: "It is free: it used nothing.",
} as const;

/** Why an ending costs nothing, whatever was used; `undefined` where it costs. */
function whyFree(ending: BilledEnding): string | undefined {
  switch (ending.kind) {
    case "verdict":
      return ending.isOurFault ? FREE.ourFault : undefined;
    case "stopped":
      return ending.reason === "cap" ? FREE.cap : undefined;
    case "failed":
    case "released":
    case "crashed":
      return FREE[ending.kind];
    default:
      return unreachable(ending);
  }
}

/** The lines of a run that may cost `cap` at most: what is above it is taken off by a line of its own, and not in silence. */
function capped(rated: RatedRun, cap: Decimal): RatedRun {
  const over = subtract(cap, rated.amount);
  if (compareDecimals(over, ZERO) >= 0) return rated;
  const line: RatedLine = { kind: "cap", quantity: ONE, unit: "Runs", unitPrice: over, amount: over };
  return { ...rated, lines: [...rated.lines, line], amount: addDecimals(rated.amount, over) };
}

/**
 * What a run costs by how it ended. A verdict is rated, with the card's minimum. What the customer stopped (cancelled, budget,
 * deadline) is rated for what it used, without a minimum. Without a verdict through no will of the customer it is free. No run costs
 * more than its cap. Throws what {@link rateRun} throws, and a RangeError for a cap below 0.
 */
export function chargeRun({ ending, usage, cap }: RunSettlement, card: RateCard): RunCharge {
  if (compareDecimals(cap, ZERO) < 0) throw new RangeError(`a run with a cap of ${cap}`);
  const reason = whyFree(ending);
  if (reason !== undefined) return { kind: "free", reason };
  // A minimum above the cap would be charged and taken off again.
  const most = compareDecimals(card.minimum, cap) > 0 ? cap : card.minimum;
  const rated = rateRun(usage, { ...card, minimum: ending.kind === "stopped" ? ZERO : most });
  return rated.lines.length === 0
    ? { kind: "free", reason: FREE.unused }
    : { kind: "charged", rated: capped(rated, cap) };
}
