import type { ChargeKind } from "@apex/billing";
import { z } from "zod";
import { checkedJson } from "../checked-json.ts";
import { decimalSchema as amount } from "../shared-schemas.ts";
import { SUBJECT_KINDS } from "./billed-subject.ts";
import { INVOICE_SCHEMA, type InvoiceDocument, roundingNote } from "./invoice-document.ts";

const text = z.string();

const KINDS = [
  "vcpu",
  "memory",
  "gpu",
  "minimum",
  "cap",
  "model-input",
  "model-output",
  "savings-share",
] as const satisfies readonly ChargeKind[];

const chargeKind = z.enum(KINDS);

const party = z.object({
  name: text,
  address: z.array(text),
  taxId: text.nullable(),
  email: text.nullable(),
});

const line = z.object({
  kind: chargeKind,
  description: text,
  rateCard: text,
  unit: text,
  isCorrection: z.boolean().describe("It takes charges back"),
  quantity: amount,
  exact: amount.describe("The exact sum of its charges"),
  amount: amount.describe("What is to be paid; the lines add up to the total"),
  charges: z.array(text),
});

const charge = z.object({
  id: text,
  kind: chargeKind,
  quantity: amount,
  unit: text,
  unitPrice: amount,
  amount,
  rateCard: text,
  reverses: text.nullable().describe("The charge that it takes back"),
});

const invoiceSchema = z
  .object({
    schema: z.literal(INVOICE_SCHEMA),
    number: text,
    tenant: text,
    currency: text,
    period: z.object({ start: text, end: text.describe("The first instant that is not in it") }),
    issuedAt: text,
    seller: party,
    buyer: party,
    terms: z.array(text),
    lines: z.array(line),
    exactTotal: amount.describe("Of all charges, before the one rounding"),
    total: amount.describe("What is to be paid"),
    rounding: text,
    annex: z.array(
      z.object({
        subject: text.describe("A run, a repair, an answer, or one month's saving of one change"),
        kind: z.enum(SUBJECT_KINDS),
        from: text,
        at: text,
        isLate: z
          .boolean()
          .describe("Its usage was over before the period began, and not all of it only takes back"),
        isCorrection: z.boolean().describe("All of it takes back what an earlier invoice charged"),
        amount,
        charges: z.array(charge),
      }),
    ),
  })
  .meta({ title: "Apex invoice", description: "An issued invoice with every charge behind its lines" });

/**
 * `apex.invoice/v1` as JSON text with a final newline. The order of keys is the schema's, so equal invoices are equal bytes. Throws
 * an InvariantError for an invoice that breaks the schema.
 */
export function renderInvoiceJson(document: InvoiceDocument): string {
  return checkedJson(invoiceSchema, { ...document, rounding: roundingNote(document) }, "the invoice");
}

/** The published JSON Schema (draft 2020-12) of `apex.invoice/v1`, as text that ends with a newline. */
export function invoiceJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(invoiceSchema, { io: "input" }), null, 2)}\n`;
}
