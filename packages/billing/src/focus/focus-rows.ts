import { compareDecimals, type Decimal, decimal, formatInstant, multiply, subtract } from "@apex/core";
import { toAmountDigits } from "../amount-digits.ts";
import { openBillingMonth } from "../billing-month.ts";
import { epochMsOf, monthPeriod, wholeSecond } from "../calendar-month.ts";
import { chargeDescription } from "../charge-description.ts";
import type { Charge } from "../charge.ts";
import type { Invoice } from "../invoice.ts";
import type { FocusRow } from "./focus-row.ts";
import { FOCUS_SERVICES, type FocusService, type FocusSku } from "./focus-services.ts";

/** A charge and the invoice that has it. */
export interface BilledCharge extends Charge {
  /** Which attempt of the run; `null` for savings. */
  readonly attempt: number | null;
  /** Number of its invoice; `null` while none has it. */
  readonly invoice: string | null;
}

/** What an export is made of, of one tenant. */
export interface FocusExport {
  readonly account: { readonly id: string; readonly name: string };
  readonly charges: readonly BilledCharge[];
  /** All that `charges` name. All of their charges are to be in `charges`, or the rows would not add up to them. */
  readonly invoices: readonly Invoice[];
  /** Until when the tenant's invoices reach, also those that are not in `invoices`; `null` before the first. */
  readonly invoicedUntil: string | null;
}

/** Who provides, publishes and invoices. One name: FOCUS takes two for a marketplace, whose charges are billed by another. */
export const FOCUS_ISSUER = "Apex";

const SECOND_MS = 1_000;
const ZERO = decimal(0);

interface Period {
  readonly start: string;
  readonly end: string;
}

/** Where a charge stands in its invoice. */
interface Placement {
  readonly period: Period;
  readonly invoice: string | null;
  readonly lineId: string | null;
}

/** The id of a line of an invoice: "2026-000042/1". Lines count from 1. */
export function invoiceLineId(number: string, position: number): string {
  return `${number}/${position + 1}`;
}

function periodOf(from: string, at: string): Period {
  const start = wholeSecond(from, "down");
  const end = wholeSecond(at, "up");
  if (start < end) return { start, end };
  // The end is exclusive: what happened at one instant has a second.
  return { start, end: formatInstant(epochMsOf(start) + SECOND_MS) };
}

function placementIn({ number, period }: Invoice, position: number): Placement {
  const whole = { start: wholeSecond(period.start, "down"), end: wholeSecond(period.end, "up") };
  return { period: whole, invoice: number, lineId: invoiceLineId(number, position) };
}

function placementsOf({
  charges,
  invoices,
  invoicedUntil,
}: FocusExport): (charge: BilledCharge) => Placement {
  const byCharge = new Map<string, Placement>();
  for (const invoice of invoices) {
    for (const [position, line] of invoice.lines.entries()) {
      for (const id of line.charges) byCharge.set(id, placementIn(invoice, position));
    }
  }
  const known = new Set(charges.map(({ id }) => id));
  const missing = [...byCharge.keys()].find((id) => !known.has(id));
  if (missing !== undefined) {
    throw new RangeError(`an export without the charge ${missing} would not add up to its invoice`);
  }
  return (charge) => {
    const placement = byCharge.get(charge.id);
    if (placement !== undefined && placement.invoice === charge.invoice) return placement;
    if (placement !== undefined || charge.invoice !== null) {
      throw new RangeError(`${charge.id} is not on the invoice ${charge.invoice}`);
    }
    return { period: monthPeriod(openBillingMonth(charge, invoicedUntil)), invoice: null, lineId: null };
  };
}

/** What all rows of an account have in common. */
function accountOf(account: FocusExport["account"]) {
  return {
    BillingAccountId: account.id,
    BillingAccountName: account.name,
    BillingAccountType: "Tenant",
    InvoiceIssuerName: FOCUS_ISSUER,
    ProviderName: FOCUS_ISSUER,
    PublisherName: FOCUS_ISSUER,
    ResourceName: null,
    SkuPriceDetails: null,
    SubAccountId: null,
    SubAccountName: null,
    SubAccountType: null,
  } as const;
}

/** Of a row without quantity and price, all of whose costs are one. */
function adjustment(amount: Decimal) {
  return {
    BilledCost: amount,
    ChargeCategory: "Adjustment",
    ChargeFrequency: "One-Time",
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ContractedCost: amount,
    ContractedUnitPrice: null,
    EffectiveCost: amount,
    ListCost: amount,
    ListUnitPrice: null,
    PricingCategory: null,
    PricingQuantity: null,
    PricingUnit: null,
    SkuId: null,
    SkuMeter: null,
    SkuPriceId: null,
  } as const;
}

/** Of a row of what is sold by the unit. */
function usage({ amount, kind, quantity, rateCard, unit, unitPrice }: Charge, sku: FocusSku) {
  // What is billed was made from the whole numbers, so that its last digit may be another one.
  const product = toAmountDigits(multiply(unitPrice, quantity));
  return {
    BilledCost: amount,
    ChargeCategory: "Usage",
    ChargeFrequency: "Usage-Based",
    ConsumedQuantity: quantity,
    ConsumedUnit: unit,
    ContractedCost: product,
    ContractedUnitPrice: unitPrice,
    EffectiveCost: amount,
    ListCost: product,
    ListUnitPrice: unitPrice,
    PricingCategory: "Standard",
    PricingQuantity: quantity,
    PricingUnit: unit,
    SkuId: sku.id,
    SkuMeter: sku.meter,
    // With the price: GPUs of two models are one SKU of two prices.
    SkuPriceId: `${rateCard}/${kind}@${unitPrice}`,
  } as const;
}

/** Of a row by what it is for and where it stands. */
function placed(service: FocusService, { period, invoice, lineId }: Placement) {
  return {
    BillingPeriodEnd: period.end,
    BillingPeriodStart: period.start,
    InvoiceId: invoice,
    ServiceCategory: service.category,
    ServiceName: service.name,
    ServiceSubcategory: service.subcategory,
    x_InvoiceLineId: lineId,
  } as const;
}

/** Rows of charges: each its own, with its exact amount. */
function chargeRows(from: FocusExport): readonly FocusRow[] {
  const placementOf = placementsOf(from);
  const byId = new Map(from.charges.map((charge) => [charge.id, charge]));
  return from.charges.map((charge) => {
    const placement = placementOf(charge);
    const service = FOCUS_SERVICES[charge.kind];
    const original = charge.reverses === null ? undefined : byId.get(charge.reverses);
    const { start, end } = periodOf(charge.from, charge.at);
    // What is taken back before it was invoiced corrects no invoice: it is of the same time, so that both are in one export.
    const isCorrection = charge.reverses !== null && original?.invoice !== placement.invoice;
    return {
      ...accountOf(from.account),
      ...placed(service, placement),
      ...(service.sku === null ? adjustment(charge.amount) : usage(charge, service.sku)),
      BillingCurrency: charge.currency,
      ChargeClass: isCorrection ? "Correction" : null,
      ChargeDescription: chargeDescription(charge.kind, charge.reverses !== null),
      ChargePeriodEnd: end,
      ChargePeriodStart: start,
      PricingCurrency: charge.currency,
      ResourceId: charge.subject,
      ResourceType: service.resourceType,
      x_Attempt: charge.attempt === null ? null : String(charge.attempt),
      x_ChargeId: charge.id,
      x_RateCardId: charge.rateCard,
      x_ReversesChargeId: charge.reverses,
    };
  });
}

/** Rows of what an invoice's lines were rounded by, where they were. */
function roundingRows(invoice: Invoice, account: FocusExport["account"]): readonly FocusRow[] {
  return invoice.lines.flatMap((line, position): readonly FocusRow[] => {
    const rounding = subtract(line.amount, line.exact);
    if (compareDecimals(rounding, ZERO) === 0) return [];
    const service = FOCUS_SERVICES[line.kind];
    const placement = placementIn(invoice, position);
    return [
      {
        ...accountOf(account),
        ...placed(service, placement),
        ...adjustment(rounding),
        BillingCurrency: invoice.currency,
        ChargeClass: null,
        ChargeDescription: `Rounding of the invoice line: ${chargeDescription(line.kind, line.isCorrection)}`,
        ChargePeriodEnd: placement.period.end,
        ChargePeriodStart: placement.period.start,
        PricingCurrency: invoice.currency,
        ResourceId: null,
        ResourceType: null,
        x_Attempt: null,
        x_ChargeId: null,
        x_RateCardId: line.rateCard,
        x_ReversesChargeId: null,
      },
    ];
  });
}

/**
 * The rows of a FOCUS 1.2 export: one of each charge with its exact amount, and one of each invoice line for what it was rounded by, so
 * that Σ BilledCost of an InvoiceId is the invoice's total, and of an x_InvoiceLineId the line's amount, to the last digit. Charges
 * that no invoice has stand in the month that they will be billed in ({@link openBillingMonth}), so that nothing is added to a month
 * that is invoiced. Throws a RangeError where charges and invoices do not belong together.
 */
export function focusRows(from: FocusExport): readonly FocusRow[] {
  return [...chargeRows(from), ...from.invoices.flatMap((invoice) => roundingRows(invoice, from.account))];
}
