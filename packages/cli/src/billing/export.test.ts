import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { addMonths } from "@apex/billing";
import { addDecimals, compareDecimals, decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { booksOfFile, monthOfTests } from "./testing.ts";

const { books, aTenant } = booksOfFile();

/** The month that the database's clock makes charges in, and instants after it. */
const MONTH = await monthOfTests();
const afterTheMonth = { now: () => new Date(`${addMonths(MONTH, 1)}-02T06:00:00Z`) };

/** A comma that is not within quotes. */
const COMMA = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;

/** Rows of a CSV, by their columns. */
async function rowsOf(file: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const text = await readFile(path.join(books().directory, file), "utf8");
  const [header = [], ...rows] = text
    .trim()
    .split("\r\n")
    .map((line) => line.split(COMMA));
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ""])));
}

describe("an export", () => {
  test("adds up to each invoice's total, and has what is open", async () => {
    const tenant = await aTenant("export", { "x-1": { seconds: 3_601 }, "x-2": { seconds: 59 } });
    await books().run(["billing", "invoice", "--tenant", tenant, "--issue", "--until", "now"]);
    await books().endRuns(tenant, { "x-3": { seconds: 60 } });
    const argv = ["billing", "export", "--focus", "--tenant", tenant, "--month", MONTH, "--out"];
    const done = await books().run([...argv, "out/focus.csv"]);
    expect(done.stderr).toMatch(
      /wrote out\/focus\.csv: \d+ rows, FOCUS 1\.2; 1 invoice adds up to its total/,
    );
    expect(done.exitCode).toBe(EXIT_CODES.done);
    const lines = (await readFile(path.join(books().directory, "out/focus.csv"), "utf8"))
      .trim()
      .split("\r\n");
    const header = lines[0]?.split(",") ?? [];
    const cells = lines.slice(1).map((line) => line.split(","));
    const of = (name: string) => cells.map((row) => row[header.indexOf(name)] ?? "");
    const [invoice] = await books().stores.billing.invoices(tenant);
    const billed = of("BilledCost").filter((_, index) => of("InvoiceId")[index] === invoice?.number);
    expect(compareDecimals(addDecimals(...billed.map(decimal)), invoice?.total ?? decimal("-1"))).toBe(0);
    expect(of("InvoiceId")).toContain("");
    const parquet = await books().run([
      ...argv,
      "out/focus.parquet",
      "--format",
      "parquet",
      "--focus-version",
      "1.4",
    ]);
    expect([parquet.exitCode, parquet.stderr]).toEqual([
      EXIT_CODES.done,
      expect.stringContaining("FOCUS 1.4"),
    ]);
    const bytes = await readFile(path.join(books().directory, "out/focus.parquet"));
    expect(bytes.subarray(0, 4).toString()).toBe("PAR1");
  });

  test("of an invoiced month has nothing but its invoice, and every row is in one month's export", async () => {
    const tenant = await aTenant("closed", { "cl-1": { seconds: 3_600 } });
    const issue = ["billing", "invoice", "--tenant", tenant, "--month", MONTH, "--issue"];
    expect((await books().run(issue, afterTheMonth)).exitCode).toBe(EXIT_CODES.done);
    await books().endRuns(tenant, { "cl-2": { seconds: 3_600 }, "cl-3": { seconds: 3_600 } });
    for (const run of ["cl-1", "cl-2"])
      await books().run(["billing", "reverse", run, "--tenant", tenant, "--reason", "wrong"]);
    const exported = async (file: string, ...more: readonly string[]) => {
      await books().run(["billing", "export", "--tenant", tenant, "--out", file, ...more]);
      return rowsOf(file);
    };
    const closed = await exported("closed.csv", "--month", MONTH);
    const next = await exported("next.csv", "--month", addMonths(MONTH, 1));
    const all = await exported("all.csv");
    const [invoice] = await books().stores.billing.invoices(tenant);
    expect(new Set(closed.map(({ InvoiceId }) => InvoiceId))).toEqual(new Set([invoice?.number]));
    expect(new Set(next.map((row) => row["BillingPeriodStart"]))).toEqual(
      new Set([`${addMonths(MONTH, 1)}-01T00:00:00Z`]),
    );
    // Only what is taken back from an invoice corrects one.
    const corrected = next.filter((row) => row["ChargeClass"] === "Correction");
    expect(new Set(corrected.map((row) => row["ResourceId"]))).toEqual(new Set(["cl-1"]));
    const ordered = (rows: typeof all) => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(ordered([...closed, ...next])).toEqual(ordered(all));
  });

  test("of invoice lines has one row of each", async () => {
    const tenant = await aTenant("detail", { "d-1": { seconds: 3_600 } });
    await books().run(["billing", "invoice", "--tenant", tenant, "--issue", "--until", "now"]);
    const argv = [
      "billing",
      "export",
      "--tenant",
      tenant,
      "--out",
      "detail.csv",
      "--dataset",
      "invoice-detail",
    ];
    expect((await books().run(argv)).exitCode).toBe(EXIT_CODES.wrongUse);
    const { exitCode } = await books().run([...argv, "--focus-version", "1.4", "--payment-days", "30"]);
    expect(exitCode).toBe(EXIT_CODES.done);
    const [invoice] = await books().stores.billing.invoices(tenant);
    const lines = (await readFile(path.join(books().directory, "detail.csv"), "utf8")).trim().split("\r\n");
    expect(lines).toHaveLength(1 + (invoice?.lines.length ?? 0));
    expect(lines[1]).toContain("Net 30");
  });

  test("that would break a rule is a fault of ours: exit 70 with the rule, and nothing is written", async () => {
    // No command makes such a tenant.
    await books().stores.tenants.create({ id: "nameless", name: " ", tier: "free" });
    await books().endRuns("nameless", { "n-1": { seconds: 60 } });
    const argv = ["billing", "export", "--tenant", "nameless", "--out", "broken.csv"];
    const { exitCode, stderr } = await books().run(argv);
    expect(stderr).toMatch(/nothing was written, please report it:\n {2}NullHandling: .*BillingAccountName/);
    expect(exitCode).toBe(EXIT_CODES.bug);
    expect(await readdir(books().directory)).not.toContain("broken.csv");
  });

  test("of nothing writes nothing", async () => {
    const tenant = await aTenant("export-nothing");
    const { exitCode } = await books().run(["billing", "export", "--tenant", tenant, "--out", "nothing.csv"]);
    expect(exitCode).toBe(EXIT_CODES.nothingToDo);
    expect(await readdir(books().directory)).not.toContain("nothing.csv");
  });

  test("of an invoice that is not there is bad input", async () => {
    const { exitCode } = await books().run([
      "billing",
      "export",
      "--invoice",
      "APX-1",
      "--out",
      "nothing.csv",
    ]);
    expect(exitCode).toBe(EXIT_CODES.badInput);
  });
});

test("the books are right", async () => {
  expect((await books().stores.billing.audit()).problems).toEqual([]);
});
