import { expect, test } from "vitest";
import { focusCsv } from "./focus-csv.ts";
import { focusRows } from "./focus-rows.ts";
import { focusTable } from "./focus-table.ts";
import { invoiceDetailTable } from "./invoice-detail.ts";
import { Books } from "./testing/books.ts";

const HOUR_NS = 3_600_000_000_000n;

function invoiced(): Books {
  const books = new Books();
  books.settle("val-1", { cpuNs: HOUR_NS, byteMs: 0n });
  books.settle("val-2", { cpuNs: HOUR_NS / 3600n, byteMs: 0n });
  books.issue();
  return books;
}

test("usage has its quantity and price; a minimum, a cap and a rounding only adjust", () => {
  const books = new Books();
  books.settle("val-1", { cpuNs: HOUR_NS, byteMs: 0n }, "0.05");
  books.settle("val-2", { cpuNs: HOUR_NS / 3600n, byteMs: 0n });
  books.issue();
  const rows = focusRows(books.export);
  expect(
    rows.map((row) => [
      row.x_ChargeId,
      row.ChargeCategory,
      row.ConsumedQuantity,
      row.ListUnitPrice,
      row.BilledCost,
    ]),
  ).toEqual([
    ["val-1/vcpu", "Usage", "1", "0.06072", "0.06072"],
    ["val-1/cap", "Adjustment", null, null, "-0.01072"],
    ["val-2/vcpu", "Usage", "0.000277777777777778", "0.06072", "0.000016866666666667"],
    ["val-2/minimum", "Adjustment", null, null, "0.009983133333333333"],
    [null, "Adjustment", null, null, "-0.000736866666666667"],
    [null, "Adjustment", null, null, "0.00072"],
    [null, "Adjustment", null, null, "0.000016866666666667"],
  ]);
  expect(rows[0]).toMatchObject({
    BillingPeriodStart: "2026-11-01T00:00:00Z",
    BillingPeriodEnd: "2026-12-01T00:00:00Z",
    ChargePeriodStart: "2026-11-03T10:00:00Z",
    ChargePeriodEnd: "2026-11-03T10:02:12Z",
    InvoiceId: "2026-000001",
    ResourceId: "val-1",
    ResourceType: "Validation Run",
    ServiceCategory: "Developer Tools",
    SkuPriceId: "bvm-2026-11-01/vcpu@0.06072",
    x_Attempt: "1",
  });
});

test("what is taken back from an issued invoice is a correction; from an open one it is not", () => {
  const late = invoiced();
  late.reverse("val-1");
  const rounding = focusRows(late.export).at(-1);
  const [open] = focusRows(late.export).filter(({ x_ReversesChargeId }) => x_ReversesChargeId !== null);
  expect(rounding).toMatchObject({ x_ChargeId: null, ChargeClass: null });
  expect(open).toMatchObject({
    // November is invoiced: nothing is added to it any more.
    BillingPeriodStart: "2026-12-01T00:00:00Z",
    BillingPeriodEnd: "2027-01-01T00:00:00Z",
    ChargeClass: "Correction",
    ChargeDescription: "CPU time of validations, taken back",
    ChargePeriodStart: "2026-11-03T10:00:00Z",
    ChargePeriodEnd: "2026-11-03T10:02:12Z",
    InvoiceId: null,
    PricingQuantity: "-1",
    BilledCost: "-0.06072",
  });
  // An export of the later invoice alone says the same.
  const later = late.export.charges.filter(({ invoice }) => invoice === null);
  expect(focusRows({ ...late.export, charges: later, invoices: [] })).toEqual([open]);
  const same = new Books();
  same.settle("val-1", { cpuNs: HOUR_NS, byteMs: 0n });
  same.reverse("val-1");
  same.issue();
  expect(new Set(focusRows(same.export).map(({ ChargeClass }) => ChargeClass))).toEqual(new Set([null]));
});

test("what comes when its month is invoiced is in the month that the next invoice is of, before it is on it and after", () => {
  const books = invoiced();
  books.reverse("val-1");
  books.settle("val-3", { cpuNs: HOUR_NS, byteMs: 0n });
  const periods = (): readonly (string | null)[] =>
    focusRows(books.export)
      .filter(({ ResourceId, x_ReversesChargeId }) => ResourceId === "val-3" || x_ReversesChargeId !== null)
      .map(({ BillingPeriodStart }) => BillingPeriodStart);
  expect(periods()).toEqual(["2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"]);
  books.issue();
  expect(periods()).toEqual(["2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"]);
});

test("charges that no invoice has are in the month of their usage; a lost or misplaced charge is refused", () => {
  const books = new Books();
  books.settle("val-1", { cpuNs: HOUR_NS, byteMs: 0n });
  expect(focusRows(books.export)).toMatchObject([
    { InvoiceId: null, BillingPeriodStart: "2026-11-01T00:00:00Z", BillingPeriodEnd: "2026-12-01T00:00:00Z" },
  ]);
  const all = invoiced().export;
  expect(() => focusRows({ ...all, charges: all.charges.slice(1) })).toThrow("without the charge val-1/vcpu");
  expect(() => focusRows({ ...all, invoices: [] })).toThrow("val-1/vcpu is not on the invoice 2026-000001");
});

test("each version has its own names", () => {
  const rows = focusRows(invoiced().export);
  const names = (version: "1.2" | "1.3" | "1.4"): readonly string[] =>
    focusTable(rows, version).columns.map(({ name }) => name);
  expect(names("1.2")).toContain("PublisherName");
  expect(names("1.3")).toEqual(expect.arrayContaining(["ProviderName", "HostProviderName"]));
  expect(names("1.4")).toEqual(expect.arrayContaining(["InvoiceDetailId", "ServiceProviderName"]));
  expect(names("1.4")).not.toContain("ProviderName");
  expect(names("1.4")).not.toContain("x_InvoiceLineId");
  for (const version of ["1.2", "1.3", "1.4"] as const) {
    const custom = names(version).findIndex((name) => name.startsWith("x_"));
    expect(
      names(version)
        .slice(custom)
        .every((name) => name.startsWith("x_")),
    ).toBe(true);
  }
});

test("the lines of an invoice name the earlier invoice that they correct", () => {
  const books = invoiced();
  books.reverse("val-1");
  books.settle("val-3", { cpuNs: HOUR_NS, byteMs: 0n });
  books.issue();
  const { charges, invoices } = books.export;
  const { columns, rows } = invoiceDetailTable(invoices, charges, { terms: "Net 30", dueDateOf: () => null });
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  const said = rows.map((row) =>
    ["InvoiceDetailId", "BilledCost", "ReferenceInvoiceId"].map((name) => row[at(name)]),
  );
  expect(said).toEqual([
    ["2026-000001/1", "0.06", "2026-000001"],
    ["2026-000001/2", "0.01", "2026-000001"],
    ["2026-000002/1", "-0.06", "2026-000001"],
    ["2026-000002/2", "0.06", "2026-000002"],
  ]);
});

test("a null is an empty field, text has quotes where it needs them, and no text begins a formula", () => {
  const columns = [
    { name: "BillingAccountName", type: "text" },
    { name: "BilledCost", type: "decimal" },
    { name: "InvoiceId", type: "text" },
  ] as const;
  const rows = [
    ['=HYPERLINK("http://evil")', "-0.5", null],
    ["Acme, Inc.\n2nd line", "1", ""],
    ["@SUM(A1)", "0.000000000000000001", "1"],
  ];
  expect([...focusCsv({ columns, rows })]).toEqual([
    "BillingAccountName,BilledCost,InvoiceId\r\n",
    '"\'=HYPERLINK(""http://evil"")",-0.5,\r\n',
    '"Acme, Inc.\n2nd line",1,""\r\n',
    "'@SUM(A1),0.000000000000000001,1\r\n",
  ]);
});
