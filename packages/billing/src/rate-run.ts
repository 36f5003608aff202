import {
  addDecimals,
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  divide,
  multiply,
  subtract,
  sumDecimals,
} from "@apex/core";
import { toAmountDigits } from "./amount-digits.ts";
import type { RateCard } from "./rate-card.ts";

/** What a run has used by its last reading: whole numbers, so that nothing is lost on the way. */
export interface MeteredUsage {
  /** CPU time. */
  readonly cpuNs: bigint;
  /** Memory that was set aside, times how long. */
  readonly memoryReservedByteMs: bigint;
  /** GPUs that were set aside, times how long. */
  readonly gpuMs: bigint;
  /** Model of those GPUs: "nvidia-h200"; `null` where none were. */
  readonly gpuModel: string | null;
}

/**
 * What a line is for. `cap`: what a run came to beyond its quote, taken off again; its amount is below 0. `model-…`: tokens of a language
 * model that a repair asked.
 */
export type ChargeKind =
  | "vcpu"
  | "memory"
  | "gpu"
  | "minimum"
  | "cap"
  | "model-input"
  | "model-output"
  | "savings-share";

/** One line of a run's charge. */
export interface RatedLine {
  readonly kind: ChargeKind;
  /** Rounded to 18 places, for reading: `amount` was made from the whole numbers. */
  readonly quantity: Decimal;
  /** As FOCUS spells units: capitalised, hyphenated, plural. */
  readonly unit: "vCPU-Hours" | "GiB-Hours" | "GPU-Hours" | "Runs" | "Tokens" | "Savings";
  /** Per unit, margin included. */
  readonly unitPrice: Decimal;
  /** To 18 places. */
  readonly amount: Decimal;
}

/** A run, rated by one card. */
export interface RatedRun {
  readonly rateCard: string;
  readonly currency: Currency;
  readonly lines: readonly RatedLine[];
  /** The exact sum of the lines. */
  readonly amount: Decimal;
}

const NS_PER_HOUR = decimal(3_600_000_000_000n);
const MS_PER_HOUR = decimal(3_600_000n);
const BYTE_MS_PER_GIB_HOUR = decimal(3_600_000n * 1024n ** 3n);

const ZERO = decimal(0);
const ONE = decimal(1);

interface Meter {
  readonly kind: Extract<ChargeKind, "vcpu" | "memory" | "gpu">;
  readonly unit: RatedLine["unit"];
  readonly count: bigint;
  readonly perUnit: Decimal;
  readonly base: Decimal;
}

function metersOf(usage: MeteredUsage, { base, id }: RateCard): readonly Meter[] {
  const meters: Meter[] = [
    { kind: "vcpu", unit: "vCPU-Hours", count: usage.cpuNs, perUnit: NS_PER_HOUR, base: base.vcpuHour },
    {
      kind: "memory",
      unit: "GiB-Hours",
      count: usage.memoryReservedByteMs,
      perUnit: BYTE_MS_PER_GIB_HOUR,
      base: base.gibHour,
    },
  ];
  if (usage.gpuMs === 0n) return meters;
  const gpuHour = base.gpuHour[usage.gpuModel ?? ""];
  if (gpuHour === undefined) {
    throw new RangeError(
      `the rate card ${id} has no price for the GPU ${usage.gpuModel ?? "without a model"}`,
    );
  }
  return [
    ...meters,
    { kind: "gpu", unit: "GPU-Hours", count: usage.gpuMs, perUnit: MS_PER_HOUR, base: gpuHour },
  ];
}

/** Price × count ÷ unit, the division last, so that there is one rounding. */
function amountOf({ count, perUnit }: Meter, price: Decimal): Decimal {
  return toAmountDigits(divide(multiply(price, decimal(count)), perUnit));
}

function lineOf(meter: Meter, margin: Decimal): RatedLine {
  const unitPrice = multiply(meter.base, addDecimals(ONE, margin));
  return {
    kind: meter.kind,
    quantity: toAmountDigits(divide(decimal(meter.count), meter.perUnit)),
    unit: meter.unit,
    unitPrice,
    amount: amountOf(meter, unitPrice),
  };
}

/**
 * BVM: the base cost of what a run used, plus the margin, by the second and finer; and, where that is below the card's minimum, a line
 * of its own for the rest. Throws a RangeError for negative usage and for a GPU that the card has no price of: unknown is not free.
 */
export function rateRun(usage: MeteredUsage, card: RateCard): RatedRun {
  const meters = metersOf(usage, card);
  const negative = meters.find(({ count }) => count < 0n);
  if (negative !== undefined) throw new RangeError(`a run used ${negative.count} of ${negative.kind}`);
  const metered = meters.filter(({ count }) => count > 0n).map((meter) => lineOf(meter, card.margin));
  const used = sumDecimals(metered.map(({ amount }) => amount));
  const missing = subtract(card.minimum, used);
  const minimum: readonly RatedLine[] =
    compareDecimals(missing, ZERO) > 0
      ? [{ kind: "minimum", quantity: ONE, unit: "Runs", unitPrice: missing, amount: missing }]
      : [];
  return {
    rateCard: card.id,
    currency: card.currency,
    lines: [...metered, ...minimum],
    amount: addDecimals(used, ...minimum.map(({ amount }) => amount)),
  };
}
