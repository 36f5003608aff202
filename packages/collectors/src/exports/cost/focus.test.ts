import { addDecimals, type Decimal } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { gzipSync } from "node:zlib";
import { codes, collectAll, repairCounts, testFile, testFolder } from "../../testing/collect-all.ts";
import { costExportCollector } from "./collector.ts";

const collector = costExportCollector();

/** A clean FOCUS 1.0 row; override what a test is about. `undefined` leaves the column out. */
const CLEAN: Readonly<Record<string, string>> = {
  AvailabilityZone: "us-east-1a",
  BilledCost: "1.25000000001",
  BillingAccountId: "210987654321",
  BillingCurrency: "USD",
  BillingPeriodEnd: "2026-11-01T00:00:00Z",
  BillingPeriodStart: "2026-10-01T00:00:00Z",
  ChargeCategory: "Usage",
  ChargeClass: "",
  ChargeDescription: "$0.096 per On Demand Linux m5.large Instance Hour",
  ChargeFrequency: "Usage-Based",
  ChargePeriodEnd: "2026-10-02T00:00:00Z",
  ChargePeriodStart: "2026-10-01T00:00:00Z",
  CommitmentDiscountId: "",
  ContractedCost: "1.25",
  ContractedUnitPrice: "0.096",
  EffectiveCost: "1.25",
  ListCost: "1.5",
  ListUnitPrice: "0.1",
  PricingCategory: "Standard",
  PricingQuantity: "24",
  PricingUnit: "Hours",
  ProviderName: "AWS",
  RegionId: "us-east-1",
  ResourceId: "i-0123456789abcdef0",
  ServiceName: "Amazon Elastic Compute Cloud",
  Tags: '{"env":"prod","team":null,"n":3}',
};

type Row = Readonly<Record<string, string | undefined>>;

function csv(rows: readonly Row[], delimiter = ",", newline = "\n"): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys({ ...CLEAN, ...row })))].filter((name) =>
    rows.some((row) => !(name in row) || row[name] !== undefined),
  );
  const cell = (text: string) => (/[",;\t\r\n|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) =>
    names.map((name) => cell({ ...CLEAN, ...row }[name] ?? "")).join(delimiter),
  );
  return `${[names.join(delimiter), ...lines].join(newline)}${newline}`;
}

function total(values: readonly Decimal[]): Decimal {
  return addDecimals(...values);
}

describe("FOCUS in CSV", () => {
  it("reads a clean row without a single repair", async () => {
    const { rows, repairs, diagnostics } = await collectAll(collector, testFile("a.csv", csv([{}])));
    expect(repairs).toEqual([]);
    expect(codes(diagnostics)).toEqual(["cost-file-loaded"]);
    expect(diagnostics[0]!.summary).toBe("1 rows read as FOCUS 1.0");
    expect(rows[0]).toMatchObject({
      BilledCost: "1.25000000001",
      ListUnitPrice: "0.1",
      ChargePeriodStart: "2026-10-01T00:00:00Z",
      Tags: { env: "prod", team: "", n: "3" },
      ChargeClass: null,
      CommitmentDiscountId: null,
      x_UsageType: null,
    });
  });

  it("keeps every digit of a sum that floats would lose", async () => {
    const costs = ["0.1", "0.2", "0.00000000001", "12345678901234567890.12345678901", "-1E-11", "5.2E-9"];
    const { rows } = await collectAll(
      collector,
      testFile("a.csv", csv(costs.map((BilledCost) => ({ BilledCost })))),
    );
    expect(total(rows.map((row) => row.BilledCost))).toBe("12345678901234567890.42345679421");
  });

  it("counts each repair with the first line that needed it, line breaks inside quotes included", async () => {
    const file = testFile(
      "a.csv",
      csv([
        { ChargeDescription: "two\nlines" },
        {
          ChargeFrequency: "Usage-based",
          ContractedCost: "NULL",
          ContractedUnitPrice: "NULL",
          ListCost: "null",
          ChargePeriodStart: "2026-10-01 00:00:00",
        },
        { ListCost: "NULL", BillingCurrency: "usd", PricingCategory: "On-Demand", Tags: "not json" },
      ]),
    );
    const { rows, repairs, diagnostics } = await collectAll(collector, file);
    expect(codes(diagnostics, "error")).toEqual([]);
    expect(repairs.map(({ code, count, firstLine }) => [code, count, firstLine])).toEqual([
      ["contracted-cost-missing", 1, 4],
      ["currency-casing", 1, 5],
      ["legacy-value", 1, 5],
      ["list-cost-computed", 2, 4],
      ["literal-null", 2, 4],
      ["tags-unreadable", 1, 5],
      ["timestamp-without-zone", 1, 4],
      ["value-casing", 1, 4],
    ]);
    expect(rows[1]).toMatchObject({
      ContractedCost: null,
      ListCost: "2.4",
      ChargePeriodStart: "2026-10-01T00:00:00Z",
    });
    expect(rows[2]).toMatchObject({ BillingCurrency: "USD", PricingCategory: "Standard", Tags: {} });
  });

  it("refuses what has no cost, period, currency or category, with line and reason, and keeps the rest", async () => {
    const bad: readonly (readonly [Row, RegExp])[] = [
      [{ BilledCost: "" }, /no BilledCost/],
      [{ BilledCost: "1,234.50" }, /BilledCost "1,234.50" is not a number/],
      [{ BilledCost: "NaN" }, /not a number/],
      [{ BilledCost: "Infinity" }, /not a number/],
      [{ ChargePeriodStart: "" }, /no charge period/],
      [{ ChargePeriodStart: "2026-02-30T00:00:00Z" }, /no charge period/],
      [{ ChargePeriodEnd: "2026-09-01T00:00:00Z" }, /ChargePeriodEnd .* is before/],
      [{ BillingCurrency: "" }, /BillingCurrency \(empty\) is no currency/],
      [{ ChargeCategory: "Surprise" }, /ChargeCategory "Surprise"/],
      [{ EffectiveCost: "", CommitmentDiscountId: "sp-1" }, /no EffectiveCost on a row under a commitment/],
    ];
    const { rows, diagnostics } = await collectAll(
      collector,
      testFile("a.csv", csv([{}, ...bad.map(([row]) => row), {}])),
    );
    expect(rows).toHaveLength(2);
    const refused = diagnostics.filter((item) => item.code === "cost-row-refused");
    expect(refused.map((item) => item.source!.line)).toEqual(bad.map((_, index) => index + 3));
    for (const [index, [, reason]] of bad.entries()) expect(refused[index]!.summary).toMatch(reason);
  });

  it("names at most twenty refused rows and counts all", async () => {
    const file = testFile("a.csv", csv([{}, ...Array.from({ length: 57 }, () => ({ BilledCost: "x" }))]));
    const { diagnostics } = await collectAll(collector, file);
    expect(diagnostics.filter((item) => item.code === "cost-row-refused")).toHaveLength(20);
    expect(diagnostics.find((item) => item.code === "cost-rows-refused")!.summary).toMatch(/^57 rows/);
  });

  it("names the line of rows that are not CSV and of rows after them", async () => {
    const good = csv([{}]).split("\n");
    const text = [
      good[0],
      good[1],
      "1,2,3",
      "",
      good[1],
      `${good[1]},surplus`,
      good[1]!.replace("1.25000000001", "x"),
    ];
    const { rows, diagnostics } = await collectAll(collector, testFile("a.csv", `${text.join("\n")}\n`));
    expect(rows).toHaveLength(2);
    expect(
      diagnostics.filter((item) => item.code === "cost-row-refused").map((item) => item.source!.line),
    ).toEqual([3, 6, 7]);
  });

  it("says how much a quote that is never closed takes with it", async () => {
    const [header, line] = csv([{ Tags: "" }]).split("\n");
    const text = [header, line, `"${line}`, line, line, ""].join("\n");
    const { rows, diagnostics } = await collectAll(collector, testFile("a.csv", text));
    expect(rows).toHaveLength(1);
    const refused = diagnostics.filter((item) => item.code === "cost-row-refused");
    expect(refused.map((item) => item.source!.line)).toEqual([3]);
    expect(refused[0]!.summary).toMatch(/unterminated quote.* at least 3 lines/);
  });

  it.each([
    ["semicolons", csv([{}, {}], ";")],
    ["tabs", csv([{}, {}], "\t")],
    ["a byte order mark", `\uFEFF${csv([{}, {}])}`],
    ["CRLF line ends", csv([{}, {}], ",", "\r\n")],
    ["quoted names", csv([{}, {}]).replace(/^(.*)\n/, (line) => `"${line.trim().replaceAll(",", '","')}"\n`)],
    [
      "lower case names with underscores",
      csv([{}, {}]).replace(/^.*\n/, (line) => line.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase()),
    ],
  ])("reads %s", async (_name, text) => {
    const { rows, diagnostics } = await collectAll(collector, testFile("a.csv", text));
    expect(codes(diagnostics, "error")).toEqual([]);
    expect(rows.map((row) => row.BilledCost)).toEqual(["1.25000000001", "1.25000000001"]);
  });

  it("loses no row to mixed line ends", async () => {
    const line = csv([{}]).split("\n")[1]!;
    const header = csv([{}]).split("\n")[0]!;
    for (const ends of [
      ["\r\n", "\n", "\r\n"],
      ["\n", "\r\n", "\n"],
      ["\r", "\r", "\r"],
      ["\r\n", "\n", ""],
    ]) {
      const text = header + ends[0] + line + ends[1] + line + ends[2];
      const { rows, diagnostics } = await collectAll(collector, testFile("a.csv", text));
      expect(rows).toHaveLength(2);
      expect(codes(diagnostics)).toEqual(["cost-file-loaded"]);
    }
  });

  it.each([
    ["1.2", { InvoiceId: "inv-1" }],
    ["1.1", { SkuMeter: "Compute" }],
    ["1.3", { ContractApplied: "" }],
  ])("recognises FOCUS %s by its columns", async (version, row) => {
    const { diagnostics } = await collectAll(collector, testFile("a.csv", csv([row])));
    expect(diagnostics[0]!.summary).toBe(`1 rows read as FOCUS ${version}`);
  });

  it("reads the names of earlier drafts and says so, and lists columns it does not know", async () => {
    const file = testFile(
      "a.csv",
      csv([
        {
          ProviderName: undefined,
          Provider: "AWS",
          EffectiveCost: undefined,
          AmortizedCost: "0.5",
          Id: "7",
          x_Mine: "1",
        },
      ]),
    );
    const { rows, repairs, diagnostics } = await collectAll(collector, file);
    expect(rows[0]).toMatchObject({ ProviderName: "AWS", EffectiveCost: "0.5" });
    expect(repairCounts(repairs)).toEqual({ "legacy-column-name": 1, "unknown-columns": 1 });
    expect(diagnostics.find((item) => item.code === "cost-columns-unknown")!.detail).toBe("Id");
  });

  it("fills what is missing only where the rest of the row tells it", async () => {
    const file = testFile(
      "a.csv",
      csv([
        {
          BillingPeriodStart: "",
          EffectiveCost: "",
          ProviderName: "",
          PublisherName: "Example",
          ServiceName: "",
          BillingAccountId: "",
          SubAccountId: "42",
        },
      ]),
    );
    const { rows, repairs } = await collectAll(collector, file);
    expect(rows[0]).toMatchObject({
      BillingPeriodStart: "2026-10-01T00:00:00Z",
      BillingPeriodEnd: "2026-11-01T00:00:00Z",
      EffectiveCost: "1.25000000001",
      ProviderName: "Example",
      BillingAccountId: "42",
    });
    expect(Object.keys(repairCounts(repairs))).toEqual([
      "billing-account-missing",
      "billing-period-missing",
      "effective-cost-missing",
      "provider-missing",
      "service-missing",
    ]);
  });
});

describe("FOCUS in other containers", () => {
  it("reads gzip by content, whatever the name", async () => {
    const { rows } = await collectAll(collector, testFile("a.csv", gzipSync(csv([{}, {}]))));
    expect(rows).toHaveLength(2);
  });

  it("reads typed Parquet exactly, its instants as UTC without calling that a repair", async () => {
    const folder = testFolder();
    const path = `${folder}/it's [a] *.parquet`;
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run("SET TimeZone = 'Asia/Tokyo'");
    await connection.run(
      `COPY (SELECT 1.25000000001::DECIMAL(30,11) AS BilledCost, 0.5::DOUBLE AS EffectiveCost, 2::DECIMAL(10,2) AS ListCost,
        NULL::DECIMAL(10,2) AS ContractedCost, NULL::DECIMAL(10,2) AS ContractedUnitPrice, 'USD' AS BillingCurrency, 'a' AS BillingAccountId,
        TIMESTAMP '2026-10-01' AS BillingPeriodStart, DATE '2026-11-01' AS BillingPeriodEnd,
        TIMESTAMPTZ '2026-10-01 09:00:00+09' AS ChargePeriodStart, TIMESTAMP '2026-10-01 01:00:00' AS ChargePeriodEnd,
        'Usage' AS ChargeCategory, 'AWS' AS ProviderName, 'EC2' AS ServiceName, MAP {'env': 'prod'} AS Tags)
       TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
    );
    const { rows, repairs, diagnostics } = await collectAll(collector, path);
    expect(codes(diagnostics, "error")).toEqual([]);
    expect(repairCounts(repairs)).toEqual({ "contracted-cost-missing": 1 });
    expect(rows[0]).toMatchObject({
      BilledCost: "1.25000000001",
      EffectiveCost: "0.5",
      BillingPeriodEnd: "2026-11-01T00:00:00Z",
      ChargePeriodStart: "2026-10-01T00:00:00Z",
      ChargePeriodEnd: "2026-10-01T01:00:00Z",
      Tags: { env: "prod" },
    });
  });
});

describe("broken files among good ones", () => {
  it("lose only themselves, each with its own next step", async () => {
    const folder = testFolder();
    const many = csv(Array.from({ length: 5000 }, (_, index) => ({ ResourceId: `i-${Math.sin(index)}` })));
    const packed = gzipSync(many);
    const files = {
      good: testFile("good.csv", csv([{}]), folder),
      truncated: testFile("truncated.csv.gz", packed.subarray(0, packed.length / 2), folder),
      corrupt: testFile(
        "corrupt.csv.gz",
        Buffer.concat([packed.subarray(0, 200), Buffer.alloc(400, 7), packed.subarray(600)]),
        folder,
      ),
      empty: testFile("empty.csv", "", folder),
      emptyGzip: testFile("empty.csv.gz", gzipSync(""), folder),
      binary: testFile(
        "binary.csv",
        Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)),
        folder,
      ),
      wrongParquet: testFile("wrong.parquet", "PAR1 this is no parquet PAR1", folder),
      other: testFile("other.csv", "name,age\nAda,36\n", folder),
      prose: testFile("prose.csv", "Dear customer, your bill is attached.\n", folder),
      json: testFile("data.json", '{"rows": []}', folder),
      zip: testFile("bill.zip", Buffer.from("PK\u0003\u0004rest"), folder),
      utf16: testFile("utf16.csv", Buffer.from(`\uFEFF${csv([{}])}`, "utf16le"), folder),
      headerOnly: testFile("header.csv", csv([{}]).split("\n")[0]!, folder),
      missing: `${folder}/missing.csv`,
      folder,
      openQuote: testFile("quote.csv", `"${csv([{}])}`, folder),
      last: testFile("last.csv", csv([{}, {}]), folder),
    };
    const { rows, diagnostics } = await collectAll(collector, ...Object.values(files));
    expect(rows).toHaveLength(3);
    const codeOf = Object.fromEntries(
      Object.entries(files).map(([name, path]) => [
        name,
        codes(diagnostics.filter((item) => item.source?.file === path)).join(" "),
      ]),
    );
    expect(codeOf).toEqual({
      good: "cost-file-loaded",
      truncated: "file-truncated",
      corrupt: "file-truncated",
      empty: "file-empty",
      emptyGzip: "file-empty",
      binary: "file-not-text",
      wrongParquet: "cost-file-invalid",
      other: "cost-file-unrecognised",
      prose: "cost-file-unrecognised",
      json: "cost-file-unrecognised",
      zip: "file-zip",
      utf16: "file-encoding",
      headerOnly: "cost-file-without-rows",
      missing: "file-unreadable",
      folder: "file-unreadable",
      openQuote: "cost-file-unrecognised",
      last: "cost-file-loaded",
    });
  });

  it("reads a file once that is given twice, and says so", async () => {
    const file = testFile("a.csv", csv([{}]));
    const { rows, diagnostics } = await collectAll(collector, file, file);
    expect(rows).toHaveLength(1);
    expect(codes(diagnostics)).toContain("file-given-twice");
  });

  it("leaves out the same bill under another name, and says where two files hold one month", async () => {
    const folder = testFolder();
    const text = csv([{}]);
    const files = [
      testFile("a.csv", text, folder),
      testFile("b.csv.gz", gzipSync(text), folder),
      testFile("c.csv", csv([{ ResourceId: "other" }]), folder),
      testFile("d.csv", csv([{ BillingPeriodStart: "2026-09-01T00:00:00Z" }]), folder),
    ];
    const { rows, diagnostics } = await collectAll(collector, ...files);
    expect(rows).toHaveLength(3);
    expect(codes(diagnostics, "warning")).toEqual(["file-same-content", "month-in-several-files"]);
    expect(diagnostics.at(-1)!.summary).toContain("2026-10 of AWS account 210987654321;");
    expect(diagnostics.at(-1)!.detail).not.toContain("d.csv");
  });

  it("stops when asked to", async () => {
    const file = testFile("a.csv", csv(Array.from({ length: 5000 }, () => ({}))));
    const signal = { aborted: false };
    let batches = 0;
    for await (const item of collector.collect({ files: [file, testFile("b.csv", csv([{}]))] }, signal)) {
      if (item.kind === "cost") batches += 1;
      signal.aborted = true;
    }
    expect(batches).toBe(1);
  });
});
