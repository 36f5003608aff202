import { type Charge, type ChargeKind, type RateCard, toAmountDigits } from "@apex/billing";
import { addDecimals, type Currency, type Decimal, decimal, divide, subtract, sumDecimals } from "@apex/core";
import { compareText } from "../compare-text.ts";
import { subjectKind, type SubjectKind } from "./billed-subject.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const USAGE_SCHEMA = "apex.usage/v1";

/** A charge, and the number of the invoice that has it. */
export interface UsageCharge extends Charge {
  readonly invoice: string | null;
}

/** A run that cost nothing. */
export interface FreeUsage {
  readonly subject: string;
  /** What it tried: "aws_instance.web"; `null` where that is not known any more. */
  readonly target: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** A whole sentence. */
  readonly reason: string;
}

/** What a repair took of a language model and is not charged: unknown, not free. */
export interface UnchargedUsage {
  readonly subject: string;
  /** ISO 8601. */
  readonly at: string;
  readonly model: string;
  /** Those that the model's server told, charged or not. */
  readonly tokens: number;
  /** Whole sentences. */
  readonly reason: string;
}

/** Money of a run or of all: `base` and `margin` add up to what validations and repairs cost. */
export interface UsageSplit {
  /** All of it, corrections taken off. */
  readonly amount: Decimal;
  /** Of validations and repairs, what compute and models cost at base prices; `null` when a rate card is not known. */
  readonly base: Decimal | null;
  /** The rest of them: margin, minimum, what was taken off above a quote. */
  readonly margin: Decimal | null;
  /** Shares of proven savings. */
  readonly savingsShare: Decimal;
}

/** What one run, one repair, or one month's saving, came to. */
export interface UsageSubject extends UsageSplit {
  readonly subject: string;
  readonly kind: SubjectKind;
  readonly currency: Currency;
  /** When the usage began and when it was over, ISO 8601. */
  readonly from: string;
  readonly at: string;
  readonly vcpuHours: Decimal;
  readonly gibHours: Decimal;
  readonly gpuHours: Decimal;
  /** Read and written by language models. */
  readonly modelTokens: Decimal;
  /** Of `amount`, what was taken back: 0 or below. */
  readonly corrections: Decimal;
  /** Invoices that have charges of it; the rest is open. */
  readonly invoices: readonly string[];
  readonly open: Decimal;
}

/** All of one currency. */
export interface UsageTotal extends UsageSplit {
  readonly currency: Currency;
  readonly subjects: number;
  readonly corrections: Decimal;
  /** `open` and `invoiced` add up to `amount`. */
  readonly open: Decimal;
  readonly invoiced: Decimal;
}

/** What a tenant used in a period, by run. */
export interface UsageReport {
  readonly schema: typeof USAGE_SCHEMA;
  readonly tenant: string;
  /** The end is not in it; ISO 8601. */
  readonly period: { readonly start: string; readonly end: string };
  readonly totals: readonly UsageTotal[];
  /** In the order in which the usage was over. */
  readonly subjects: readonly UsageSubject[];
  readonly free: readonly FreeUsage[];
  readonly uncharged: readonly UnchargedUsage[];
}

/** What a {@link UsageReport} is made of. */
export interface UsageParts extends Pick<UsageReport, "tenant" | "period" | "free" | "uncharged"> {
  readonly charges: readonly UsageCharge[];
  /** All that the charges name. */
  readonly cards: readonly RateCard[];
}

const ZERO = decimal(0);
const ONE = decimal(1);
const METERED: ReadonlySet<ChargeKind> = new Set(["vcpu", "memory", "gpu", "model-input", "model-output"]);

/** The usage of one tenant. Throws a RangeError for charges of another. */
export function usageReport({ tenant, period, charges, cards, free, uncharged }: UsageParts): UsageReport {
  const foreign = charges.find((charge) => charge.tenant !== tenant);
  if (foreign !== undefined) throw new RangeError(`${foreign.id} is of ${foreign.tenant}, not of ${tenant}`);
  const margins = new Map(cards.map((card) => [card.id, card.margin]));
  const subjects = [
    ...Map.groupBy(charges, ({ subject, currency }) => JSON.stringify([subject, currency])).values(),
  ]
    .map((all) => usageOf(all, margins))
    .filter((subject) => subject !== undefined)
    .toSorted((a, b) => compareText(a.at, b.at) || compareText(a.subject, b.subject));
  const totals = [...Map.groupBy(subjects, ({ currency }) => currency)].map(([currency, all]) =>
    totalOf(currency, all),
  );
  return { schema: USAGE_SCHEMA, tenant, period, totals, subjects, free, uncharged };
}

function sumOf<T>(rows: readonly T[], amountOf: (row: T) => Decimal): Decimal {
  return sumDecimals(rows.map(amountOf));
}

/** A sum with something unknown in it is unknown. */
function knownSum<T>(rows: readonly T[], amountOf: (row: T) => Decimal | null): Decimal | null {
  const known = rows.flatMap((row) => amountOf(row) ?? []);
  return known.length === rows.length ? sumDecimals(known) : null;
}

function usageOf(
  charges: readonly UsageCharge[],
  margins: ReadonlyMap<string, Decimal>,
): UsageSubject | undefined {
  const [first] = charges;
  if (first === undefined) return undefined;
  const amount = sumOf(charges, (charge) => charge.amount);
  const shares = charges.filter(({ kind }) => kind === "savings-share");
  const savingsShare = sumOf(shares, (charge) => charge.amount);
  const base = knownSum(charges, (charge) => baseOf(charge, margins));
  const quantityOf = (...kinds: readonly ChargeKind[]) =>
    sumOf(
      charges.filter((charge) => kinds.includes(charge.kind)),
      ({ quantity }) => quantity,
    );
  return {
    subject: first.subject,
    kind: subjectKind(charges),
    currency: first.currency,
    from: charges.map(({ from }) => from).reduce((a, b) => (b < a ? b : a)),
    at: charges.map(({ at }) => at).reduce((a, b) => (b > a ? b : a)),
    vcpuHours: quantityOf("vcpu"),
    gibHours: quantityOf("memory"),
    gpuHours: quantityOf("gpu"),
    modelTokens: quantityOf("model-input", "model-output"),
    amount,
    base,
    margin: base === null ? null : subtract(subtract(amount, savingsShare), base),
    savingsShare,
    corrections: sumOf(
      charges.filter(({ reverses }) => reverses !== null),
      (charge) => charge.amount,
    ),
    invoices: [...new Set(charges.flatMap(({ invoice }) => invoice ?? []))].toSorted(),
    open: sumOf(
      charges.filter(({ invoice }) => invoice === null),
      (charge) => charge.amount,
    ),
  };
}

/** A price is the base plus the margin's share of it, so that an amount tells its base: what is not metered has none. */
function baseOf({ kind, rateCard, amount }: Charge, margins: ReadonlyMap<string, Decimal>): Decimal | null {
  if (!METERED.has(kind)) return ZERO;
  const margin = margins.get(rateCard);
  return margin === undefined ? null : toAmountDigits(divide(amount, addDecimals(ONE, margin)));
}

function totalOf(currency: Currency, subjects: readonly UsageSubject[]): UsageTotal {
  const amount = sumOf(subjects, (subject) => subject.amount);
  const open = sumOf(subjects, (subject) => subject.open);
  return {
    currency,
    subjects: subjects.length,
    amount,
    base: knownSum(subjects, ({ base }) => base),
    margin: knownSum(subjects, ({ margin }) => margin),
    savingsShare: sumOf(subjects, ({ savingsShare }) => savingsShare),
    corrections: sumOf(subjects, ({ corrections }) => corrections),
    open,
    invoiced: subtract(amount, open),
  };
}
