import type { Decimal } from "@apex/core";
import { wholeSecond } from "../calendar-month.ts";
import { chargeDescription } from "../charge-description.ts";
import type { Invoice, InvoiceLine } from "../invoice.ts";
import type { FocusColumnType } from "./focus-row.ts";
import { type BilledCharge, FOCUS_ISSUER, invoiceLineId } from "./focus-rows.ts";
import { FOCUS_SERVICES } from "./focus-services.ts";
import type { FocusTable } from "./focus-table.ts";

/** When invoices are to be paid. */
export interface PaymentTerms {
  /** As the invoice words it: "Net 30". */
  readonly terms: string;
  /** By which instant, ISO 8601; `null` where the invoice names none. */
  readonly dueDateOf: (invoice: Invoice) => string | null;
}

const COLUMNS = {
  BilledCost: "decimal",
  BillingAccountId: "text",
  BillingCurrency: "text",
  BillingPeriodEnd: "instant",
  BillingPeriodStart: "instant",
  ChargeCategory: "text",
  InvoiceDetailCreated: "instant",
  InvoiceDetailDescription: "text",
  InvoiceDetailGrain: "json",
  InvoiceDetailId: "text",
  InvoiceDetailLastUpdated: "instant",
  InvoiceId: "text",
  InvoiceIssueDate: "instant",
  InvoiceIssueStatus: "text",
  InvoiceIssuerName: "text",
  PaymentCurrency: "text",
  PaymentDueDate: "instant",
  PaymentTerms: "text",
  ReferenceInvoiceId: "text",
  x_ExactCost: "decimal",
  x_Quantity: "decimal",
  x_ReferenceInvoiceIds: "text",
  x_Unit: "text",
} as const satisfies Readonly<Record<string, FocusColumnType>>;

type InvoiceDetailRow = {
  readonly [Column in keyof typeof COLUMNS]: (typeof COLUMNS)[Column] extends "decimal"
    ? Decimal
    : string | null;
};

/** Numbers of the earlier invoices whose charges a line takes back, the newest last. */
function referencesOf(
  { charges }: InvoiceLine,
  own: string,
  byId: ReadonlyMap<string, BilledCharge>,
): readonly string[] {
  const originals = charges.flatMap((id) => byId.get(byId.get(id)?.reverses ?? "")?.invoice ?? []);
  return [...new Set(originals)].filter((number) => number !== own).toSorted();
}

function detailOf(
  { line, position, references }: { line: InvoiceLine; position: number; references: readonly string[] },
  invoice: Invoice,
  { terms, dueDateOf }: PaymentTerms,
): InvoiceDetailRow {
  const service = FOCUS_SERVICES[line.kind];
  const issued = wholeSecond(invoice.issuedAt, "down");
  const due = dueDateOf(invoice);
  const grain = {
    ServiceName: service.name,
    ...(service.sku === null ? {} : { SkuId: service.sku.id, SkuMeter: service.sku.meter }),
    x_IsCorrection: line.isCorrection,
    x_Kind: line.kind,
    x_RateCardId: line.rateCard,
  };
  return {
    BilledCost: line.amount,
    BillingAccountId: invoice.tenant,
    BillingCurrency: invoice.currency,
    BillingPeriodEnd: wholeSecond(invoice.period.end, "up"),
    BillingPeriodStart: wholeSecond(invoice.period.start, "down"),
    ChargeCategory: service.sku === null ? "Adjustment" : "Usage",
    InvoiceDetailCreated: issued,
    InvoiceDetailDescription: chargeDescription(line.kind, line.isCorrection),
    InvoiceDetailGrain: JSON.stringify(grain),
    InvoiceDetailId: invoiceLineId(invoice.number, position),
    InvoiceDetailLastUpdated: issued,
    InvoiceId: invoice.number,
    InvoiceIssueDate: issued,
    InvoiceIssueStatus: "Issued",
    InvoiceIssuerName: FOCUS_ISSUER,
    PaymentCurrency: invoice.currency,
    PaymentDueDate: due === null ? null : wholeSecond(due, "down"),
    PaymentTerms: terms,
    // FOCUS has room for one: the newest, and all of them beside it.
    ReferenceInvoiceId: references.at(-1) ?? invoice.number,
    x_ExactCost: line.exact,
    x_Quantity: line.quantity,
    x_ReferenceInvoiceIds: references.length === 0 ? null : references.join(" "),
    x_Unit: line.unit,
  };
}

/**
 * The lines of issued invoices as FOCUS 1.4 has them (InvoiceDetail): one row of each, lines of 0 included. `charges` are those of the
 * invoices and of the earlier ones that they correct.
 */
export function invoiceDetailTable(
  invoices: readonly Invoice[],
  charges: readonly BilledCharge[],
  payment: PaymentTerms,
): FocusTable {
  const byId = new Map(charges.map((charge) => [charge.id, charge]));
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const rows = invoices.flatMap((invoice) =>
    invoice.lines.map((line, position) =>
      detailOf({ line, position, references: referencesOf(line, invoice.number, byId) }, invoice, payment),
    ),
  );
  return {
    columns: names.map((name) => ({ name, type: COLUMNS[name] })),
    rows: rows.map((row) => names.map((name) => row[name])),
  };
}
