import {
  buildInvoice,
  type Charge,
  chargesOf,
  PUBLISHED_RATE_CARDS,
  rateRun,
  reversalOf,
} from "@apex/billing";
import { decimal } from "@apex/core";
import { invoiceDocument } from "@apex/report";
import { expect, test } from "vitest";
import { renderInvoiceText } from "./render-invoice-text.ts";

const PERIOD = { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" };
const PARTY = { name: "Acme", address: [], taxId: null, email: null };

function aRun(subject: string, at: string): readonly Charge[] {
  const usage = { cpuNs: 10n ** 15n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null };
  return chargesOf({ tenant: "acme", subject, from: at, at }, rateRun(usage, PUBLISHED_RATE_CARDS[0]!));
}

function aSaving(subject: string): readonly Charge[] {
  return aRun(subject, "2026-11-30T23:59:59.999Z").map((charge) => ({
    ...charge,
    kind: "savings-share",
    amount: decimal("5"),
  }));
}

/** The line that says what is to be paid. */
function sumLine(charges: readonly Charge[], currency = "USD"): string | undefined {
  const head = { number: "1", tenant: "acme", currency, period: PERIOD, issuedAt: PERIOD.end };
  const document = invoiceDocument(buildInvoice(head, charges), charges, { seller: PARTY, buyer: PARTY });
  return renderInvoiceText(document).trimEnd().split("\n").at(-1);
}

const PRESENT = aRun("val-1", "2026-11-21T00:00:00Z");
const EARLIER = aRun("val-2", "2026-10-21T00:00:00Z");

test("runs and savings are counted as what they are", () => {
  expect(sumLine(PRESENT)).toBe("$16.87 to be paid, for 1 run.");
  expect(sumLine(aSaving("sav-1"))).toBe("$5.00 to be paid, for 1 saving.");
  expect(sumLine([...PRESENT, ...aSaving("sav-1"), ...aSaving("sav-2")])).toBe(
    "$26.87 to be paid, for 1 run and 2 savings.",
  );
});

test("what is taken back is not told as late, and a credit is paid back", () => {
  expect(sumLine([...PRESENT, ...EARLIER])).toBe(
    "$33.73 to be paid, for 2 runs, 1 of them from before the period.",
  );
  expect(sumLine(EARLIER.map(reversalOf))).toBe(
    "$16.87 to be paid back, for 1 run, 1 of them taken back from earlier invoices.",
  );
});

test("the sum has the digits that the invoice has", () => {
  const inCurrency = (currency: string) =>
    sumLine(
      PRESENT.map((charge) => ({ ...charge, currency })),
      currency,
    );
  expect(inCurrency("JPY")).toBe("17 JPY to be paid, for 1 run.");
  expect(inCurrency("KWD")).toBe("16.867 KWD to be paid, for 1 run.");
});
