import { type Charge, reversalOf } from "@apex/billing";
import { addDecimals } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileText, tagsOf, troublesOnTerminal } from "../testing.ts";
import type { InvoiceParty } from "./invoice-document.ts";
import { renderInvoiceHtml } from "./render-invoice-html.ts";
import { renderUsageTable } from "./render-usage.ts";
import { anInvoice, CARD, chargesOfRun } from "./testing.ts";
import { usageReport } from "./usage-report.ts";

const PERIOD = { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" };

test("whatever parties, accounts and runs are called, an invoice has the same elements", () => {
  const page = (text: string) => {
    const party: InvoiceParty = { name: text, address: [text, text], taxId: text, email: text };
    const charges = chargesOfRun("val-1", 5).map((charge) => ({ ...charge, rateCard: text, subject: text }));
    const document = anInvoice(charges, { seller: party, buyer: party, terms: [text] });
    const { period } = document;
    return renderInvoiceHtml({
      ...document,
      number: text,
      tenant: text,
      issuedAt: text,
      period: { ...period, end: text },
    });
  };
  const expected = tagsOf(page("a b"));
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(tagsOf(page(text))).toEqual(expected);
      expect(page(text)).not.toContain('" onload');
    }),
    { numRuns: 60 },
  );
});

test("whatever they are called, a terminal shows usage as text", () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 40, max: 160 }), (text, width) => {
      const charges = chargesOfRun(text, 5).map((charge) => ({
        ...charge,
        invoice: text,
        tenant: text,
        currency: text,
      }));
      const free = [{ subject: text, target: text, at: text, reason: text }];
      const report = usageReport({
        tenant: text,
        period: PERIOD,
        charges,
        cards: [CARD],
        free,
        uncharged: [],
      });
      const page = renderUsageTable(report, { width, colour: false });
      expect(troublesOnTerminal(page, width)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

/** Runs of any length, some taken back, some on an invoice. */
const books = fc.array(
  fc.record({
    minutes: fc.integer({ min: 0, max: 5_000 }),
    isReversed: fc.boolean(),
    isInvoiced: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

function chargesOfBooks(
  runs: readonly { readonly minutes: number; readonly isReversed: boolean; readonly isInvoiced: boolean }[],
) {
  return runs.flatMap(({ minutes, isReversed, isInvoiced }, index) => {
    const charges = chargesOfRun(`val-${index}`, minutes);
    const reversals = isReversed ? charges.map(reversalOf) : [];
    return [
      ...charges.map((charge) => ({ ...charge, invoice: isInvoiced ? "2026-1" : null })),
      ...reversals.map((charge) => ({ ...charge, invoice: null })),
    ];
  });
}

const total = (charges: readonly Charge[]) => addDecimals(...charges.map(({ amount }) => amount));

test("usage splits every charge without a rest: by run, into base and margin, into open and invoiced", () => {
  fc.assert(
    fc.property(books, (runs) => {
      const charges = chargesOfBooks(runs);
      const { totals, subjects } = usageReport({
        tenant: "acme",
        period: PERIOD,
        charges,
        cards: [CARD],
        free: [],
        uncharged: [],
      });
      const [sum] = totals;
      expect(sum?.amount).toBe(total(charges));
      expect(addDecimals(...subjects.map(({ amount }) => amount))).toBe(sum?.amount);
      expect(addDecimals(sum?.base ?? sum!.amount, sum?.margin ?? sum!.amount)).toBe(sum?.amount);
      expect(addDecimals(sum!.open, sum!.invoiced)).toBe(sum?.amount);
      expect(sum?.open).toBe(total(charges.filter(({ invoice }) => invoice === null)));
    }),
  );
});

test("an invoice's annex adds up to its exact sum, its lines to its total", () => {
  fc.assert(
    fc.property(books, (runs) => {
      const document = anInvoice(chargesOfBooks(runs));
      expect(addDecimals(...document.annex.map(({ amount }) => amount))).toBe(document.exactTotal);
      expect(addDecimals(...document.lines.map(({ amount }) => amount))).toBe(addDecimals(document.total));
      expect(document.annex.flatMap(({ charges }) => charges)).toHaveLength(chargesOfBooks(runs).length);
    }),
  );
});
