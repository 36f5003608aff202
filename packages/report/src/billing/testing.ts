import { buildInvoice, type Charge, chargesOf, type RateCard, rateRun, reversalOf } from "@apex/billing";
import { decimal } from "@apex/core";
import { type InvoiceDocument, invoiceDocument, type InvoiceParty } from "./invoice-document.ts";

/** Prices whose products have many digits. */
export const CARD: RateCard = {
  id: "bvm-2026-11-01",
  validFromMs: 0,
  currency: "USD",
  base: {
    vcpuHour: decimal("0.04048"),
    gibHour: decimal("0.004445"),
    gpuHour: { "nvidia-h200": decimal("5.8") },
  },
  margin: decimal("0.5"),
  minimum: decimal("0.01"),
  source: "a list of prices",
};

/** What a run of `minutes` of one core and four GiB is charged. */
export function chargesOfRun(
  subject: string,
  minutes: number,
  at = "2026-11-21T10:00:00Z",
): readonly Charge[] {
  const usage = {
    cpuNs: BigInt(minutes) * 59_999_999_999n,
    memoryReservedByteMs: BigInt(minutes) * 60_000n * 4n * 1024n ** 3n,
    gpuMs: 0n,
    gpuModel: null,
  };
  return chargesOf({ tenant: "acme", subject, from: "2026-11-21T09:00:00Z", at }, rateRun(usage, CARD));
}

/** Two runs of this period, one that came late, one that came to the minimum, and one that was taken back. */
export function someCharges(): readonly Charge[] {
  const wrong = chargesOfRun("val-5", 30);
  return [
    ...chargesOfRun("val-1", 47),
    ...chargesOfRun("val-2", 61),
    ...chargesOfRun("val-3", 1),
    ...chargesOfRun("val-4", 20, "2026-10-31T23:00:00Z"),
    ...wrong,
    ...wrong.map(reversalOf),
  ];
}

/** A proven saving of November. */
export function chargesOfSaving(amount: string, subject = "sav-1"): readonly Charge[] {
  const share = decimal(amount);
  return chargesOf(
    { tenant: "acme", subject, from: "2026-11-01T00:00:00Z", at: "2026-11-30T23:59:59.999Z" },
    {
      rateCard: "vbp",
      currency: "USD",
      amount: share,
      lines: [
        { kind: "savings-share", quantity: decimal(1), unit: "Savings", unitPrice: share, amount: share },
      ],
    },
  );
}

const SELLER: InvoiceParty = {
  name: "Apex GmbH",
  address: ["Example Street 1", "10115 Berlin"],
  taxId: "VAT DE123456789",
  email: "billing@apex.example",
};

const BUYER: InvoiceParty = { name: "Acme Inc.", address: ["1 Main Road"], taxId: null, email: null };

/** Of the first invoice of a November. */
export const HEAD = {
  number: "2026-000042",
  tenant: "acme",
  currency: "USD",
  period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" },
  issuedAt: "2026-12-01T06:00:00Z",
};

/** The invoice of {@link someCharges}, or of others. */
export function anInvoice(
  charges: readonly Charge[] = someCharges(),
  parties: Partial<Pick<InvoiceDocument, "seller" | "buyer" | "terms">> = {},
): InvoiceDocument {
  const invoice = buildInvoice(HEAD, charges);
  return invoiceDocument(invoice, charges, {
    seller: SELLER,
    buyer: BUYER,
    terms: ["To be paid within 30 days."],
    ...parties,
  });
}
