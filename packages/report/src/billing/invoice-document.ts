import {
  AMOUNT_DIGITS,
  type Charge,
  chargeDescription,
  type ChargeKind,
  type Invoice,
  type InvoiceLine,
} from "@apex/billing";
import { compareDecimals, type Decimal, sumDecimals } from "@apex/core";
import { compareText } from "../compare-text.ts";
import { instantMs } from "../instant.ts";
import { places } from "./amounts.ts";
import { subjectKind, type SubjectKind } from "./billed-subject.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const INVOICE_SCHEMA = "apex.invoice/v1";

/** Who issues an invoice, or who is to pay it: given by whoever issues it, shown as it is. */
export interface InvoiceParty {
  readonly name: string;
  /** Lines of a postal address, without the name. */
  readonly address: readonly string[];
  /** With its kind: "VAT DE123456789". */
  readonly taxId: string | null;
  readonly email: string | null;
}

/** One charge in the annex, of the numbers that it was made from. */
export interface InvoiceDocumentCharge {
  readonly id: string;
  readonly kind: ChargeKind;
  readonly quantity: Decimal;
  readonly unit: string;
  /** Per unit, margin included. */
  readonly unitPrice: Decimal;
  /** Exactly, to 18 places. */
  readonly amount: Decimal;
  readonly rateCard: string;
  /** The charge that it takes back. */
  readonly reverses: string | null;
}

/** All charges of one run, or of one month's saving. */
export interface InvoiceSubject {
  readonly subject: string;
  readonly kind: SubjectKind;
  /** When the usage began and when it was over, ISO 8601. */
  readonly from: string;
  readonly at: string;
  /** It was over before the invoice's period began, and not all of it only takes back. */
  readonly isLate: boolean;
  /** All of it takes back what an earlier invoice charged. */
  readonly isCorrection: boolean;
  readonly amount: Decimal;
  readonly charges: readonly InvoiceDocumentCharge[];
}

/** A line with what it is for, in words. */
export interface InvoiceDocumentLine extends InvoiceLine {
  readonly description: string;
}

/** An invoice as it is sent: with both parties and with every charge behind its lines. */
export interface InvoiceDocument extends Omit<Invoice, "lines"> {
  readonly schema: typeof INVOICE_SCHEMA;
  readonly seller: InvoiceParty;
  readonly buyer: InvoiceParty;
  /** Whole sentences: when and how to pay, taxes. */
  readonly terms: readonly string[];
  readonly lines: readonly InvoiceDocumentLine[];
  /** Of all charges, before the one rounding. */
  readonly exactTotal: Decimal;
  /** In the order in which the usage was over. */
  readonly annex: readonly InvoiceSubject[];
}

/**
 * An issued invoice with its charges and parties. Throws a RangeError for charges that are not exactly those of its lines: what is
 * sent must add up in the hands of whoever gets it.
 */
export function invoiceDocument(
  invoice: Invoice,
  charges: readonly Charge[],
  parties: Pick<InvoiceDocument, "seller" | "buyer"> & { readonly terms?: readonly string[] },
): InvoiceDocument {
  checkCharges(invoice, charges);
  return {
    ...invoice,
    schema: INVOICE_SCHEMA,
    seller: parties.seller,
    buyer: parties.buyer,
    terms: parties.terms ?? [],
    lines: invoice.lines.map((line) => ({
      ...line,
      description: chargeDescription(line.kind, line.isCorrection),
    })),
    exactTotal: sumDecimals(invoice.lines.map(({ exact }) => exact)),
    annex: annexOf(invoice, charges),
  };
}

function checkCharges(invoice: Invoice, charges: readonly Charge[]): void {
  const byId = new Map(charges.map((charge) => [charge.id, charge]));
  const listed = invoice.lines.flatMap((line) => line.charges);
  const missing = listed.find((id) => !byId.has(id));
  if (missing !== undefined) throw new RangeError(`${invoice.number} lacks its charge ${missing}`);
  if (listed.length !== charges.length || byId.size !== charges.length) {
    throw new RangeError(`${invoice.number} has ${listed.length} charges, and ${charges.length} were given`);
  }
  for (const line of invoice.lines) {
    const sum = sumDecimals(line.charges.flatMap((id) => byId.get(id)?.amount ?? []));
    if (compareDecimals(sum, line.exact) !== 0)
      throw new RangeError(
        `${invoice.number} has ${line.exact} for ${line.kind}, and its charges come to ${sum}`,
      );
  }
}

/** In an order that does not depend on that of `charges`: equal invoices are equal files. */
function annexOf({ period, lines }: Invoice, unordered: readonly Charge[]): readonly InvoiceSubject[] {
  const start = instantMs(period.start);
  const places = new Map(lines.flatMap((line) => line.charges).map((id, index) => [id, index]));
  const charges = unordered.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  const subjects = [...Map.groupBy(charges, ({ subject }) => subject).entries()].map(
    ([subject, all]): InvoiceSubject => {
      const from = all.map((charge) => charge.from).reduce((first, text) => (text < first ? text : first));
      const at = all.map((charge) => charge.at).reduce((last, text) => (text > last ? text : last));
      const over = instantMs(at);
      // A charge on no invoice is on the same one as its reversal: a reversal alone is of an earlier invoice.
      const isCorrection = all.every(({ reverses }) => reverses !== null);
      return {
        subject,
        kind: subjectKind(all),
        from,
        at,
        isLate: !isCorrection && start !== null && over !== null && over < start,
        isCorrection,
        amount: sumDecimals(all.map(({ amount }) => amount)),
        charges: all.map(({ id, kind, quantity, unit, unitPrice, amount, rateCard, reverses }) => ({
          id,
          kind,
          quantity,
          unit,
          unitPrice,
          amount,
          rateCard,
          reverses,
        })),
      };
    },
  );
  return subjects.toSorted((a, b) => compareText(a.at, b.at) || compareText(a.subject, b.subject));
}

/** How the invoice was rounded, as whole sentences: the same words on paper and in JSON. */
export function roundingNote(document: Pick<InvoiceDocument, "total" | "currency">): string {
  // The rounded total has the digits of its currency.
  const digits = places(document.total);
  const unit = digits === 0 ? "1" : `0.${"0".repeat(digits - 1)}1`;
  return `Charges are kept to ${AMOUNT_DIGITS} places and nothing is rounded run by run. The exact sum of all charges is rounded once, to ${unit} ${document.currency} (half to even). Each line is its own exact sum rounded down, and the units then missing to the total are on the lines that lost most, so that the lines add up to the total.`;
}
