/** Makes a collection of an invented fleet: `scale-process.ts DIRECTORY INSTANCES DAYS COST_ROWS DECIMALS`. */
import { openStore, withRound } from "@apex/store";
import {
  SYNTHETIC_START_MS,
  type SyntheticSizes,
  syntheticCosts,
  syntheticResources,
  syntheticSeries,
} from "./synthetic-collection.ts";

const SOURCE = "synthetic";

async function makeCollection(directory: string, sizes: SyntheticSizes): Promise<void> {
  await withRound(directory, SOURCE, { nowMs: SYNTHETIC_START_MS }, async (round) => {
    const key = `${SOURCE}/instances`;
    const part = round.part(key, "An invented fleet");
    for (const resource of syntheticResources(sizes)) await part.add({ kind: "resource", resource });
    await part.commit();
    await round.markDone([key]);
    await round.end(SYNTHETIC_START_MS);
  });
  const store = await openStore({ directory });
  try {
    await store.samples.write(syntheticSeries(sizes));
    await store.costs.replacePeriods(syntheticCosts(sizes));
  } finally {
    await store.close();
  }
}

const [directory = "", instances, days, costRows, decimals] = process.argv.slice(2);
await makeCollection(directory, {
  instances: Number(instances),
  days: Number(days),
  costRows: Number(costRows),
  decimals: decimals === "full" ? "full" : Number(decimals),
});
