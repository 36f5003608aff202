import { readFileSync } from "node:fs";
import { buildInvoice, chargesOf, reversalOf } from "@apex/billing";
import { addDecimals, decimal, multiply } from "@apex/core";
import { describe, expect, test } from "vitest";
import { invoiceDocument } from "./invoice-document.ts";
import { invoiceJsonSchema, renderInvoiceJson } from "./invoice-schema.ts";
import { renderInvoiceHtml } from "./render-invoice-html.ts";
import { anInvoice, chargesOfRun, chargesOfSaving, HEAD, someCharges } from "./testing.ts";

describe("an invoice's document", () => {
  test("has every charge behind its lines, by run, exactly", () => {
    const document = anInvoice();
    expect(document.annex.map(({ subject }) => subject)).toEqual([
      "val-4",
      "val-1",
      "val-2",
      "val-3",
      "val-5",
    ]);
    expect(addDecimals(...document.annex.map(({ amount }) => amount))).toBe(document.exactTotal);
    expect(addDecimals(...document.lines.map(({ amount }) => amount))).toBe(addDecimals(document.total));
    const [, first] = document.annex;
    expect(first?.charges.map(({ kind, quantity, unit }) => [kind, quantity, unit])).toEqual([
      ["vcpu", "0.783333333320277778", "vCPU-Hours"],
      ["memory", "3.133333333333333333", "GiB-Hours"],
    ]);
  });

  test("tells what came too late for an earlier invoice", () => {
    const late = anInvoice().annex.filter(({ isLate }) => isLate);
    expect(late.map(({ subject }) => subject)).toEqual(["val-4"]);
  });

  test("tells what only takes back an earlier invoice's charges, which is no late usage", () => {
    const taken = chargesOfRun("val-6", 20, "2026-10-31T23:00:00Z").map(reversalOf);
    const { annex } = anInvoice([...someCharges(), ...taken]);
    const told = annex.map(({ subject, isLate, isCorrection }) => [subject, isLate, isCorrection]);
    expect(told.filter(([, isLate, isCorrection]) => isLate || isCorrection)).toEqual([
      ["val-4", true, false],
      ["val-6", false, true],
    ]);
  });

  test("tells corrections apart, and nets what they take back", () => {
    const { lines, annex } = anInvoice();
    expect(lines.filter(({ isCorrection }) => isCorrection).map(({ description }) => description)).toEqual([
      "CPU time of validations, taken back",
      "Memory set aside for validations, taken back",
    ]);
    expect(annex.find(({ subject }) => subject === "val-5")?.amount).toBe("0");
  });

  test.each([
    ["one is missing", someCharges().slice(1), "lacks its charge val-1/vcpu"],
    ["one is too many", [...someCharges(), ...chargesOfRun("val-9", 60)], "13 charges, and 15 were given"],
    ["one is there twice", [...someCharges(), ...someCharges().slice(0, 1)], "13 charges, and 14 were given"],
    [
      "one has another amount",
      someCharges().map((charge, index) => (index === 0 ? { ...charge, amount: decimal("9") } : charge)),
      "its charges come to",
    ],
  ])("is not made of charges where %s", (_, charges, message) => {
    const { seller, buyer, lines, ...invoice } = anInvoice();
    expect(() => invoiceDocument({ ...invoice, lines }, charges, { seller, buyer })).toThrow(message);
  });
});

test("an invoice may have more charges than a function may have arguments", () => {
  const [charge] = chargesOfRun("val-1", 47);
  if (charge === undefined) throw new Error("no charge");
  const many = Array.from({ length: 200_000 }, (_, index) => ({ ...charge, id: `val-1/${index}` }));
  const { exactTotal, annex } = anInvoice(many);
  expect(exactTotal).toBe(multiply(charge.amount, decimal(many.length)));
  expect(annex.map(({ amount }) => amount)).toEqual([exactTotal]);
});

describe("the JSON form", () => {
  test("is the same for charges in any order", () => {
    const { seller, buyer, terms, ...invoice } = anInvoice();
    const backwards = invoiceDocument(invoice, someCharges().toReversed(), { seller, buyer, terms });
    expect(renderInvoiceJson(backwards)).toBe(renderInvoiceJson(anInvoice()));
  });

  test("keeps every digit, and says how it was rounded", () => {
    const json = JSON.parse(renderInvoiceJson(anInvoice()));
    expect(json).toMatchObject({
      schema: "apex.invoice/v1",
      total: "0.20",
      exactTotal: "0.196431999997841067",
    });
    expect(json.rounding).toContain("0.01 USD");
    expect(json.annex[0].charges[0]).toMatchObject({ id: "val-4/vcpu", reverses: null });
  });

  test("has the schema that is published", () => {
    const committed = readFileSync(new URL("../../apex-invoice-v1.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(invoiceJsonSchema()));
  });
});

describe("the page", () => {
  const html = renderInvoiceHtml(anInvoice());

  test("is made for any paper: heads that are repeated, rows that are whole, an annex of its own", () => {
    // A4 or letter: the paper that there is.
    expect(html).toContain("@page { size: portrait");
    expect(html).toContain("thead { display: table-header-group; }");
    expect(html).toContain("break-before: page");
    expect(html.match(/<thead>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<script|src=|@import|url\(|http/);
  });

  test("shows both parties, the rounded total beside the exact sum, and how it was rounded", () => {
    for (const text of ["Apex GmbH", "VAT DE123456789", "Acme Inc.", "To be paid within 30 days."])
      expect(html).toContain(text);
    expect(html).toMatch(/To be paid<\/td><td class="money">\$0\.20</);
    expect(html).toContain("$0.196431999997841067");
    expect(html).toContain("rounded once, to 0.01 USD");
  });

  test("marks corrections and what they take back, and what came late", () => {
    expect(html.match(/class="correction"/g)).toHaveLength(4);
    expect(html).toContain("CPU time of validations, taken back (val-5/vcpu)");
    // Whether an earlier invoice was issued is not known here.
    expect(html).toContain("2026-10-31T23:00:00Z, before the period</small>");
    expect(html).not.toContain("an earlier invoice");
  });

  test("a total below zero is paid back", () => {
    const [first] = chargesOfRun("val-1", 47);
    if (first === undefined) throw new Error("no charge");
    const credit = renderInvoiceHtml(anInvoice([reversalOf(first)]));
    expect(credit).toContain("2026-11-21T10:00:00Z, taken back from an earlier invoice</small>");
    expect(credit).toMatch(/To be paid back<\/td><td class="money">−\$0\.05</);
  });

  test("names what charges are of", () => {
    expect(html).toContain("<dd>5 runs</dd>");
    const saving = renderInvoiceHtml(anInvoice(chargesOfSaving("28.5")));
    expect(saving).toContain("<dd>1 saving</dd>");
    const both = renderInvoiceHtml(anInvoice([...chargesOfRun("val-1", 5), ...chargesOfSaving("28.5")]));
    expect(both).toContain("<dd>1 run and 1 saving</dd>");
  });

  test("a currency without cents is rounded to whole units, and says so", () => {
    const charges = chargesOf(
      { tenant: "acme", subject: "val-1", from: "2026-11-21T09:00:00Z", at: "2026-11-21T10:00:00Z" },
      {
        rateCard: "bvm-jp",
        currency: "JPY",
        lines: [
          {
            kind: "vcpu",
            quantity: decimal("1.5"),
            unit: "vCPU-Hours",
            unitPrice: decimal("9.1"),
            amount: decimal("13.65"),
          },
        ],
        amount: decimal("13.65"),
      },
    );
    const invoice = buildInvoice({ ...HEAD, currency: "JPY" }, charges);
    const { seller, buyer } = anInvoice();
    const page = renderInvoiceHtml(invoiceDocument(invoice, charges, { seller, buyer }));
    expect(page).toContain("14 JPY<");
    expect(page).toContain("13.65 JPY");
    expect(page).toContain("to 1 JPY (half to even)");
  });
});
