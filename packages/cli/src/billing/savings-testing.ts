import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { DAY_MS, formatInstant, sumDecimals } from "@apex/core";
import { beforeEach } from "vitest";
import { type BilledStore, booksOfFile, type CommandResult } from "./testing.ts";

/** After the bills of August and September 2026, while October's is open. */
export const NOW = { now: () => new Date("2026-11-15T06:00:00Z") };
const MERGED = Date.UTC(2026, 7, 3);

/** Fees of what {@link SavingsOfFile.bill} saves: 28 days of August and 30 of September at $0.10 an hour less. */
export const FEES = "27.84";

/** What a bill is like that is not the usual one. */
interface BillOptions {
  readonly file?: string;
  readonly after?: string;
  readonly resourceId?: string;
  readonly account?: string;
  /** Months without invoices. */
  readonly open?: readonly string[];
  readonly months?: readonly string[];
}

const HEADER =
  "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeDescription,PricingCategory,PricingQuantity,PricingUnit,ListUnitPrice,ProviderName,PublisherName,InvoiceIssuerName,InvoiceId,RegionId,ResourceId,ServiceCategory,ServiceName,SkuId,SkuPriceId";

/** The CSV of a FOCUS bill of days at $0.20 an hour before the merge and at `after` from then on. */
function billOf(options: BillOptions): string {
  const { after = "0.1", resourceId = "i-0a1", open = ["2026-10"] } = options;
  const months = options.months ?? ["2026-07", "2026-08", "2026-09", "2026-10"];
  const lines = [HEADER];
  for (let atMs = Date.UTC(2026, 6, 1); atMs < Date.UTC(2026, 10, 1); atMs += DAY_MS) {
    const [start, end] = [formatInstant(atMs), formatInstant(atMs + DAY_MS)];
    const month = start.slice(0, 7);
    if (!months.includes(month)) continue;
    const [price, sku] = atMs <= MERGED ? ["0.2", "large"] : [after, "small"];
    const cost = String(Math.round(24 * 1_000 * Number(price)) / 1_000);
    const next = formatInstant(Date.UTC(2026, Number(month.slice(5)), 1));
    const invoice = open.includes(month) ? "" : `inv-${month}`;
    lines.push(
      [
        cost,
        cost,
        cost,
        cost,
        "USD",
        options.account ?? "111122223333",
        `${month}-01T00:00:00Z`,
        next,
        start,
        end,
        "Usage",
        "an hour",
      ]
        .concat(["Standard", "24", "Hours", price, "AWS", "AWS", "AWS", invoice, "us-east-1", resourceId])
        .concat(["Compute", "Amazon EC2", sku, `${sku}-price`])
        .join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The file of changes: the one of the usual bill, and more. */
function changesOf(more: readonly Readonly<Record<string, string>>[]): string {
  const merged = {
    resourceId: "i-0a1",
    address: 'aws_instance.web["a"]',
    mergedAt: "2026-08-03T14:00:00Z",
    from: "m5.xlarge",
    to: "m5.large",
    rule: "ec2-resize",
  };
  return JSON.stringify({ schema: "apex.changes/v1", changes: [merged, ...more] });
}

/** Books for the tests of a file, with a tenant, its bills and its changes for each of them. */
export interface SavingsOfFile {
  readonly books: () => BilledStore;
  readonly tenant: () => string;
  /** Writes a bill. */
  readonly bill: (options?: BillOptions) => Promise<void>;
  /** Writes the file of changes. */
  readonly changes: (...more: readonly Readonly<Record<string, string>>[]) => Promise<void>;
  readonly prove: (...argv: readonly string[]) => Promise<CommandResult>;
  /** What the tenant is charged in all. */
  readonly charged: () => Promise<string>;
}

export function savingsOfFile(): SavingsOfFile {
  const { books } = booksOfFile();
  let tenant: string;
  let tenants = 0;
  const bill = (options: BillOptions = {}) =>
    writeFile(path.join(books().directory, "bills", options.file ?? "all.csv"), billOf(options));
  const changes = (...more: readonly Readonly<Record<string, string>>[]) =>
    writeFile(path.join(books().directory, "merged.yaml"), changesOf(more));
  beforeEach(async () => {
    tenant = `t-${(tenants += 1)}`;
    await books().stores.tenants.create({ id: tenant, name: tenant, tier: "early" });
    await rm(path.join(books().directory, "bills"), { recursive: true, force: true });
    await mkdir(path.join(books().directory, "bills"));
    await bill();
    await changes();
  });
  return {
    books,
    tenant: () => tenant,
    bill,
    changes,
    prove: (...argv) => {
      const common = ["--tenant", tenant, "--cost", "bills/*.csv", "--changes", "merged.yaml"];
      return books().run(["billing", "savings", "prove", ...common, ...argv], NOW);
    },
    charged: async () => {
      const charges = await books().stores.billing.charges({ tenant });
      return sumDecimals(charges.map(({ amount }) => amount));
    },
  };
}
