/**
 * Makes a collection of an invented fleet: `scale-process.ts DIRECTORY INSTANCES DAYS COST_ROWS DECIMALS`. Prints what bringing in took,
 * without the making up.
 */
import { rm } from "node:fs/promises";
import { costExportCollector } from "@apex/collectors";
import type { CostBatch } from "@apex/core";
import { openStore, type Store, withRound } from "@apex/store";
import { DuckDBInstance } from "@duckdb/node-api";
import { writeSyntheticBill } from "./synthetic-bill.ts";
import {
  SYNTHETIC_START_MS,
  type SyntheticSizes,
  syntheticResources,
  syntheticSeries,
} from "./synthetic-collection.ts";

const SOURCE = "synthetic";

async function makeInventory(directory: string, sizes: SyntheticSizes): Promise<void> {
  await withRound(directory, SOURCE, { nowMs: SYNTHETIC_START_MS }, async (round) => {
    const key = `${SOURCE}/instances`;
    const part = round.part(key, "An invented fleet");
    for (const resource of syntheticResources(sizes)) await part.add({ kind: "resource", resource });
    await part.commit();
    await round.markDone([key]);
    await round.end(SYNTHETIC_START_MS);
  });
}

async function writeBill(file: string, sizes: SyntheticSizes): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await writeSyntheticBill(connection, file, sizes);
  connection.closeSync();
  instance.closeSync();
}

/** A file of a bill on its way into the store, as `apex collect` and `--cost` bring one. */
async function* tablesOf(file: string): AsyncGenerator<CostBatch> {
  const collector = costExportCollector({ asTables: true });
  for await (const item of collector.collect({ files: [file] }, { aborted: false })) {
    if (item.kind === "cost") yield item.rows;
    else if (item.kind === "cost-table") yield item.table;
    else if (item.kind === "diagnostic" && item.diagnostic.severity !== "info")
      throw new Error(item.diagnostic.summary);
  }
}

async function bringIn(store: Store, bill: string, sizes: SyntheticSizes): Promise<Record<string, number>> {
  const startedMs = performance.now();
  await store.samples.write(syntheticSeries(sizes));
  const sampledMs = performance.now();
  await store.costs.replacePeriods(tablesOf(bill));
  return { samplesMs: sampledMs - startedMs, billMs: performance.now() - sampledMs };
}

const [directory = "", instances, days, costRows, decimals] = process.argv.slice(2);
const sizes: SyntheticSizes = {
  instances: Number(instances),
  days: Number(days),
  costRows: Number(costRows),
  decimals: decimals === "full" ? "full" : Number(decimals),
};
const bill = `${directory}.bill.parquet`;
await writeBill(bill, sizes);
await makeInventory(directory, sizes);
const store = await openStore({ directory });
try {
  console.log(JSON.stringify(await bringIn(store, bill, sizes)));
} finally {
  await store.close();
  await rm(bill);
}
