import type { CostRow, CostStore, ResourceCost } from "@apex/core";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";
import { openFileSet, type SetFile } from "../files/file-set.ts";
import type { StoreContext } from "../store-context.ts";
import { costByResource, type SummedBills } from "./cost-by-resource.ts";
import { readCosts } from "./read-costs.ts";
import { type UsageTotal, usageTotals } from "./usage-totals.ts";
import {
  billKey,
  dropStagedCosts,
  isBill,
  stageCosts,
  type StagedCosts,
  sumsKey,
  writePeriods,
} from "./write-costs.ts";

/** One delivered month of one billing account. */
export interface BillingPeriod {
  readonly providerName: string;
  readonly billingAccountId: string;
  readonly billingPeriodStart: string;
  readonly rows: number;
}

/** Names a delivered month. */
export type BillName = Omit<BillingPeriod, "rows">;

/** Whose charges a delivered month holds. */
export interface BilledAccount extends BillName {
  readonly subAccountId: string | null;
  /** From the start of the first charge to the end of the last; ISO 8601. */
  readonly start: string;
  readonly end: string;
}

/** The stored bills: core's port, and a way to read them back. */
export interface StoredCosts extends CostStore {
  /** What has been delivered, in the order of provider, account and start. */
  periods(): Promise<readonly BillingPeriod[]>;
  /** All rows, in batches. */
  rows(): AsyncIterable<readonly CostRow[]>;
  /** The accounts in each delivered month, in the order of {@link periods}. Reads all of them. */
  accounts(): Promise<readonly BilledAccount[]>;
  /** As core says, of all months but these. */
  costByResource(without?: readonly BillName[]): Promise<readonly ResourceCost[]>;
  /** All usage added up by kind: what rates are learnt from, without a row for each hour of each machine. */
  usageTotals(without?: readonly BillName[]): Promise<readonly UsageTotal[]>;
}

/** Opens the bills in `folder`. */
export async function openCostStore(folder: string, context: StoreContext): Promise<StoredCosts> {
  const { engine, exclusively } = context;
  const set = await openFileSet(folder, "parquet");
  const bills = async (without: readonly BillName[] = []): Promise<readonly SetFile[]> => {
    const left = new Set(without.map(keyOf));
    return (await set.files()).filter(({ key }) => isBill(key) && !left.has(key));
  };

  return {
    replacePeriods: (batches) =>
      exclusively(async () => {
        const newPath = () => set.newPath();
        let staged: StagedCosts | undefined;
        try {
          staged = await stageCosts(engine, batches, newPath);
          if (staged.rows > 0) await set.commit(await writePeriods(engine, staged, newPath));
          return { rows: staged.rows };
        } finally {
          await dropStagedCosts(engine, staged);
        }
      }),
    costByResource: async (without) =>
      costByResource(engine, summedBills(await bills(without), await set.files())),
    periods: async () => (await bills()).map(({ key, rows }) => ({ ...periodOf(key), rows })),
    accounts: async () => billedAccounts(engine, await bills()),
    usageTotals: async (without) =>
      usageTotals(
        engine,
        (await bills(without)).map(({ path }) => path),
      ),
    rows: async function* () {
      yield* readCosts(
        engine,
        (await bills()).map(({ path }) => path),
      );
    },
  };
}

/** A store that an earlier Apex wrote has bills without sums. */
function summedBills(wanted: readonly SetFile[], files: readonly SetFile[]): SummedBills {
  const byKey = new Map(files.map(({ key, path }) => [key, path]));
  const sums: string[] = [];
  const bills: string[] = [];
  for (const { key, path } of wanted) {
    const summed = byKey.get(sumsKey(key));
    if (summed === undefined) bills.push(path);
    else sums.push(summed);
  }
  return { sums, bills };
}

async function billedAccounts(engine: Engine, bills: readonly SetFile[]): Promise<readonly BilledAccount[]> {
  if (bills.length === 0) return [];
  const rows = await engine.read(
    `SELECT filename, SubAccountId, min(ChargePeriodStart), max(ChargePeriodEnd)
     FROM read_parquet(${sqlFiles(bills.map(({ path }) => path))}, filename = true) GROUP BY ALL ORDER BY ALL`,
  );
  const byFile = Map.groupBy(rows, ([file]) => String(file));
  return bills.flatMap(({ key, path }) =>
    (byFile.get(path) ?? []).map(([, account, start, end]) => ({
      ...periodOf(key),
      subAccountId: account === null || account === undefined ? null : String(account),
      start: String(start),
      end: String(end),
    })),
  );
}

function keyOf({ providerName, billingAccountId, billingPeriodStart }: BillName): string {
  return billKey([providerName, billingAccountId, billingPeriodStart]);
}

function periodOf(key: string): BillName {
  const parsed: unknown = JSON.parse(key);
  const [providerName, billingAccountId, billingPeriodStart] = Array.isArray(parsed)
    ? parsed.map(String)
    : [];
  return {
    providerName: providerName ?? "",
    billingAccountId: billingAccountId ?? "",
    billingPeriodStart: billingPeriodStart ?? "",
  };
}
