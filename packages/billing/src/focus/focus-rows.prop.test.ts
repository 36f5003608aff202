import { addDecimals, compareDecimals } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { focusRows } from "./focus-rows.ts";
import { focusViolations } from "./focus-rules.ts";
import { Books } from "./testing/books.ts";

const count = fc.bigInt({ min: 0n, max: 10n ** 17n });
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ cpuNs: count, byteMs: count, gpuMs: fc.bigInt({ min: 0n, max: 10n ** 8n }) }),
  },
  fc.record({ reverse: fc.nat(20) }),
  fc.constant("issue" as const),
);

test("whatever was charged, taken back and invoiced: the rows keep FOCUS's rules and add up to each invoice and each line", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), fc.boolean(), (happenings, isAllInvoiced) => {
      const books = new Books();
      for (const [index, what] of happenings.entries()) {
        if (what === "issue") books.issue();
        else if ("reverse" in what) books.reverse(`val-${what.reverse}`);
        else books.settle(`val-${index}`, what, index % 3 === 0 ? "0.5" : "1000000");
      }
      if (isAllInvoiced) books.issue();
      const { charges, invoices, invoicedUntil } = books.export;
      const rows = focusRows(books.export);
      expect(focusViolations(rows, invoices)).toEqual([]);
      expect(rows.filter(({ x_ChargeId }) => x_ChargeId !== null)).toHaveLength(charges.length);
      // A month that is invoiced has nothing but its invoice.
      const open = rows.filter(({ InvoiceId }) => InvoiceId === null);
      expect(open.filter((row) => (row.BillingPeriodStart ?? "") < (invoicedUntil ?? ""))).toEqual([]);
      const lines = invoices.flatMap((invoice) =>
        invoice.lines.map((line, index) => [`${invoice.number}/${index + 1}`, line.amount] as const),
      );
      for (const [id, amount] of lines) {
        const own = rows.filter(({ x_InvoiceLineId }) => x_InvoiceLineId === id);
        expect(compareDecimals(addDecimals(...own.map(({ BilledCost }) => BilledCost!)), amount)).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});
