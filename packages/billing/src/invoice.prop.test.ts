import { addDecimals, compareDecimals, decimal, multiply, roundDecimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Charge, chargesOf, reversalOf } from "./charge.ts";
import { buildInvoice, type Invoice } from "./invoice.ts";
import { type RateCard } from "./rate-card.ts";
import { rateRun } from "./rate-run.ts";

const CARD: RateCard = {
  id: "test",
  validFromMs: 0,
  currency: "USD",
  base: { vcpuHour: decimal("0.0416"), gibHour: decimal("0.00457"), gpuHour: {} },
  margin: decimal("0.5"),
  minimum: decimal("0.001"),
  source: "made up for tests",
};
const AT = "2026-11-21T00:00:00Z";
const HEAD = { tenant: "acme", currency: "USD", period: { start: AT, end: AT }, issuedAt: AT };

/** What can happen to the money of one tenant. */
type Happening =
  | { readonly kind: "settle"; readonly cpuNs: bigint; readonly byteMs: bigint }
  | { readonly kind: "settle-again" }
  | { readonly kind: "reverse"; readonly which: number }
  | { readonly kind: "issue" };

const happening = fc.oneof(
  fc.record({
    kind: fc.constant("settle" as const),
    cpuNs: fc.bigInt({ min: 0n, max: 10n ** 16n }),
    byteMs: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  }),
  fc.constant({ kind: "settle-again" as const }),
  fc.record({ kind: fc.constant("reverse" as const), which: fc.nat() }),
  fc.constant({ kind: "issue" as const }),
);

/** Charges by id, as a table with a key keeps them, and what was issued of them. */
class Books {
  readonly charges = new Map<string, Charge>();
  readonly invoices: Invoice[] = [];
  readonly #billed = new Set<string>();
  #runs = 0;
  #last: readonly Charge[] = [];

  happen(what: Happening): void {
    if (what.kind === "settle") this.#settle(what.cpuNs, what.byteMs);
    if (what.kind === "settle-again") this.#keep(this.#last);
    if (what.kind === "reverse") this.#reverse(what.which);
    if (what.kind === "issue") this.issue();
  }

  issue(): void {
    const open = [...this.charges.values()].filter(({ id }) => !this.#billed.has(id));
    this.invoices.push(buildInvoice({ ...HEAD, number: String(this.invoices.length + 1) }, open));
    for (const { id } of open) this.#billed.add(id);
  }

  #settle(cpuNs: bigint, memoryReservedByteMs: bigint): void {
    const rated = rateRun({ cpuNs, memoryReservedByteMs, gpuMs: 0n, gpuModel: null }, CARD);
    this.#last = chargesOf({ tenant: "acme", subject: `val-${this.#runs++}`, from: AT, at: AT }, rated);
    this.#keep(this.#last);
  }

  #reverse(which: number): void {
    const charges = [...this.charges.values()].filter(({ reverses }) => reverses === null);
    const charge = charges[which % Math.max(1, charges.length)];
    if (charge !== undefined) this.#keep([reversalOf(charge)]);
  }

  #keep(charges: readonly Charge[]): void {
    for (const charge of charges) if (!this.charges.has(charge.id)) this.charges.set(charge.id, charge);
  }
}

test("whatever happens in whatever order, invoices have every charge once and add up", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const books = new Books();
      for (const what of happenings) books.happen(what);
      books.issue();
      const billed = books.invoices.flatMap(({ lines }) => lines.flatMap(({ charges }) => charges));
      expect(billed.toSorted()).toEqual([...books.charges.keys()].toSorted());
      for (const { lines, total } of books.invoices) {
        const exact = lines.flatMap(({ charges }) => charges.map((id) => books.charges.get(id)!.amount));
        expect(total).toBe(roundDecimal(addDecimals(...exact), 2));
        expect(compareDecimals(addDecimals(...lines.map(({ amount }) => amount)), total)).toBe(0);
      }
    }),
  );
});

test("a charge that is taken back is two charges that are nothing together, and is not taken back again", () => {
  const [charge] = chargesOf(
    { tenant: "acme", subject: "val-1", from: AT, at: AT },
    rateRun({ cpuNs: 10n ** 15n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null }, CARD),
  );
  const reversal = reversalOf(charge!);
  const invoice = buildInvoice({ ...HEAD, number: "1" }, [charge!, reversal]);
  expect(invoice.total).toBe("0.00");
  expect(invoice.lines.map(({ isCorrection }) => isCorrection)).toEqual([false, true]);
  expect(() => reversalOf(reversal)).toThrow("is a reversal");
});

test("charges of another tenant or currency, twice the same, and unknown currencies are refused", () => {
  const [charge] = chargesOf(
    { tenant: "acme", subject: "val-1", from: AT, at: AT },
    rateRun({ cpuNs: 1n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null }, CARD),
  );
  const head = { ...HEAD, number: "1" };
  expect(() => buildInvoice({ ...head, tenant: "umbrella" }, [charge!])).toThrow(
    "is of acme in USD, not on 1",
  );
  expect(() => buildInvoice({ ...head, currency: "EUR" }, [charge!])).toThrow("is of acme in USD");
  expect(() => buildInvoice(head, [charge!, charge!])).toThrow("the same charge twice");
  expect(() => buildInvoice({ ...head, currency: "ZZZ" }, [])).toThrow("invoices in ZZZ are not supported");
});

test("an invoice may have more charges than a function may have arguments", () => {
  const [charge] = chargesOf(
    { tenant: "acme", subject: "val-1", from: AT, at: AT },
    rateRun({ cpuNs: 10n ** 15n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null }, CARD),
  );
  const many = Array.from({ length: 200_000 }, (_, index): Charge => ({ ...charge!, id: `val-${index}` }));
  const { lines } = buildInvoice({ ...HEAD, number: "1" }, many);
  expect(lines.map(({ exact }) => exact)).toEqual([multiply(charge!.amount, decimal(many.length))]);
});
