import type { CostRow, CostStore } from "@apex/core";
import { openFileSet, type SetFile } from "../files/file-set.ts";
import type { StoreContext } from "../store-context.ts";
import { costByResource, type SummedBills } from "./cost-by-resource.ts";
import { readCosts } from "./read-costs.ts";
import { type UsageTotal, usageTotals } from "./usage-totals.ts";
import {
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

/** The stored bills: core's port, and a way to read them back. */
export interface StoredCosts extends CostStore {
  /** What has been delivered, in the order of provider, account and start. */
  periods(): Promise<readonly BillingPeriod[]>;
  /** All rows, in batches. */
  rows(): AsyncIterable<readonly CostRow[]>;
  /** All usage added up by kind: what rates are learnt from, without a row for each hour of each machine. */
  usageTotals(): Promise<readonly UsageTotal[]>;
}

/** Opens the bills in `folder`. */
export async function openCostStore(folder: string, context: StoreContext): Promise<StoredCosts> {
  const { engine, exclusively } = context;
  const set = await openFileSet(folder, "parquet");
  const bills = async (): Promise<readonly SetFile[]> => (await set.files()).filter(({ key }) => isBill(key));

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
    costByResource: async () => costByResource(engine, summedBills(await set.files())),
    periods: async () => (await bills()).map(({ key, rows }) => ({ ...periodOf(key), rows })),
    usageTotals: async () =>
      usageTotals(
        engine,
        (await bills()).map(({ path }) => path),
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
function summedBills(files: readonly SetFile[]): SummedBills {
  const byKey = new Map(files.map(({ key, path }) => [key, path]));
  const sums: string[] = [];
  const bills: string[] = [];
  for (const { key, path } of files.filter((file) => isBill(file.key))) {
    const summed = byKey.get(sumsKey(key));
    if (summed === undefined) bills.push(path);
    else sums.push(summed);
  }
  return { sums, bills };
}

function periodOf(key: string): Omit<BillingPeriod, "rows"> {
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
