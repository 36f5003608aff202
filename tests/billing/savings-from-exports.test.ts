import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SavingsProof } from "@apex/billing";
import { input, prove, RESIZE } from "@apex/billing/testing";
import { costExportCollector } from "@apex/collectors";
import { type CostRow, DAY_MS, decimal, formatInstant } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "apex-savings-exports-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHANGE = { ...RESIZE, mergedAt: "2026-08-20T10:00:00Z" };

type Cells = Readonly<Record<string, string>>;

function writeCsv(name: string, rows: readonly Cells[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => `"${row[column] ?? ""}"`).join(","));
  const path = join(folder, name);
  writeFileSync(path, [columns.join(","), ...lines].join("\n"));
  return path;
}

/** As `apex billing savings prove` reads a bill. */
async function rowsOf(file: string): Promise<readonly CostRow[]> {
  const rows: CostRow[] = [];
  const errors: string[] = [];
  for await (const item of costExportCollector().collect({ files: [file] }, { aborted: false })) {
    if (item.kind === "cost") rows.push(...item.rows);
    if (item.kind === "diagnostic" && item.diagnostic.severity === "error")
      errors.push(item.diagnostic.summary);
  }
  expect(errors).toEqual([]);
  return rows;
}

function proofsOf(rows: readonly CostRow[], unit: string): readonly SavingsProof[] {
  return prove(input(rows, { unit, changes: [CHANGE] })).proofs;
}

/** Days from the first of July to the end of September, small after the day of the merge. */
const DAYS = Array.from({ length: 92 }, (_, index) => {
  const startMs = Date.UTC(2026, 6, 1) + index * DAY_MS;
  const isSmall = startMs > Date.UTC(2026, 7, 20);
  return {
    start: formatInstant(startMs),
    end: formatInstant(startMs + DAY_MS),
    isSmall,
    isEven: index % 2 === 0,
  };
});

async function expectSame(view: string, proofs: readonly SavingsProof[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(view);
  for (const { evidence, savings } of proofs) {
    const { query } = JSON.parse(evidence) as { query: string };
    const [row] = (await connection.runAndReadAll(query)).getRowObjectsJson() as [Record<string, string>];
    expect(decimal(row["savings"]!)).toBe(savings);
  }
  connection.closeSync();
  instance.closeSync();
}

test("a FOCUS export: what was proven from what we read is what the customer's database makes of the file", async () => {
  const file = writeCsv(
    "focus.csv",
    DAYS.map(({ start, end, isSmall }) => ({
      BilledCost: isSmall ? "2.3041" : "4.60829",
      EffectiveCost: isSmall ? "1.61E+0" : "4.60829",
      ListCost: isSmall ? "2.304" : "4.608",
      ContractedCost: isSmall ? "2.304" : "4.608",
      BillingAccountId: "111122223333",
      BillingAccountName: "Acme",
      BillingCurrency: "USD",
      BillingPeriodStart: `${start.slice(0, 7)}-01T00:00:00Z`,
      BillingPeriodEnd: `2026-${String(Number(start.slice(5, 7)) + 1).padStart(2, "0")}-01T00:00:00Z`,
      ChargePeriodStart: start,
      ChargePeriodEnd: end,
      ChargeCategory: "Usage",
      ChargeClass: "",
      ChargeDescription: "per hour",
      PricingCategory: "Standard",
      PricingQuantity: "24",
      PricingUnit: "Hours",
      ConsumedQuantity: "24",
      ConsumedUnit: "Hours",
      ListUnitPrice: isSmall ? "0.096" : "0.192",
      ContractedUnitPrice: isSmall ? "0.096" : "0.192",
      ProviderName: "AWS",
      PublisherName: "AWS",
      InvoiceIssuerName: "AWS",
      InvoiceId: `inv-${start.slice(0, 7)}`,
      ResourceId: "i-1",
      ResourceType: "Instance",
      ServiceCategory: "Compute",
      ServiceName: "Amazon EC2",
      SkuId: isSmall ? "SMALL" : "LARGE",
      SkuPriceId: isSmall ? "SMALL.1" : "LARGE.1",
    })),
  );
  const proofs = proofsOf(await rowsOf(file), "Hours");
  expect(proofs.map(({ month, savings }) => [month, savings])).toEqual([
    // 1.61 of each 2.304 that the day is cheaper by the list. 1.61 / 2.304 has no end: a share is kept to 12 places.
    ["2026-08", "17.709999999994368"],
    ["2026-09", "48.29999999998464"],
  ]);
  await expectSame(`CREATE VIEW focus AS SELECT * FROM read_csv('${file}')`, proofs);
});

test("a Cost and Usage Report, with a plan and a reservation on part of it: the view over it comes to the same", async () => {
  const line = {
    bill_billing_entity: "AWS",
    bill_payer_account_id: "111122223333",
    line_item_currency_code: "USD",
    line_item_operation: "RunInstances",
    line_item_product_code: "AmazonEC2",
    line_item_resource_id: "i-1",
    line_item_usage_account_id: "111122223333",
    line_item_usage_type: "BoxUsage",
    pricing_term: "OnDemand",
    pricing_unit: "Hrs",
  };
  const lines = DAYS.map(({ start, end, isSmall, isEven }): Cells => {
    const type = isSmall
      ? isEven
        ? "SavingsPlanCoveredUsage"
        : "Usage"
      : isEven
        ? "DiscountedUsage"
        : "Usage";
    return {
      ...line,
      bill_billing_period_start_date: `${start.slice(0, 7)}-01T00:00:00Z`,
      bill_billing_period_end_date: `2026-${String(Number(start.slice(5, 7)) + 1).padStart(2, "0")}-01T00:00:00Z`,
      bill_invoice_id: `inv-${start.slice(0, 7)}`,
      line_item_line_item_type: type,
      line_item_usage_start_date: start,
      line_item_usage_end_date: end,
      line_item_usage_amount: "24.0",
      line_item_unblended_cost: type === "DiscountedUsage" ? "0.0" : isSmall ? "2.304" : "4.608",
      line_item_net_unblended_cost: type === "Usage" ? (isSmall ? "2.25" : "") : "",
      pricing_public_on_demand_cost: isSmall ? "2.304" : "4.608",
      pricing_public_on_demand_rate: isSmall ? "9.6E-2" : "0.192",
      pricing_rate_code: isSmall ? "SMALL.1" : "LARGE.1",
      product_sku: isSmall ? "SMALL" : "LARGE",
      reservation_effective_cost: type === "DiscountedUsage" ? "2.8765432" : "",
      reservation_net_effective_cost: "",
      savings_plan_savings_plan_a_r_n: type === "SavingsPlanCoveredUsage" ? "arn:sp" : "",
      savings_plan_savings_plan_effective_cost: type === "SavingsPlanCoveredUsage" ? "1.6543211" : "",
      savings_plan_net_savings_plan_effective_cost: "",
    };
  });
  const fees: readonly Cells[] = lines.slice(-3).map((of) => ({
    ...of,
    line_item_line_item_type: "Tax",
    line_item_unblended_cost: "19",
  }));
  const file = writeCsv("cur.csv", [...lines, ...fees]);
  const proofs = proofsOf(await rowsOf(file), "Hrs");
  expect(proofs.map(({ month }) => month)).toEqual(["2026-08", "2026-09"]);
  const { viewOverCur } = JSON.parse(proofs[0]!.evidence) as { viewOverCur: string };
  await expectSame(
    `CREATE VIEW cur AS SELECT * FROM read_csv('${file}', all_varchar = true); ${viewOverCur}`,
    proofs,
  );
  const discount = {
    ...lines.at(-1)!,
    line_item_line_item_type: "EdpDiscount",
    line_item_unblended_cost: "-0.5",
  };
  const discounted = writeCsv("cur.csv", [
    ...lines,
    ...fees,
    { ...discount, line_item_net_unblended_cost: "" },
  ]);
  const left = proofsOf(await rowsOf(discounted), "Hrs");
  expect(left.map(({ month }) => month)).toEqual(["2026-08"]);
});
