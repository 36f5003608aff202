import type { StoredCosts } from "../costs/cost-store.ts";
import { type ClickHouseOptions, connectClickHouse } from "./clickhouse-connection.ts";
import { openClickHouseCosts } from "./clickhouse-costs.ts";
import type { StoredSamples } from "../samples/sample-store.ts";
import { openClickHouseSamples } from "./clickhouse-samples.ts";

/** Samples and bills in a ClickHouse database: for fleets beyond one machine, and for several writers and readers. */
interface ClickHouseStore {
  readonly samples: StoredSamples;
  readonly costs: StoredCosts;
  close(): Promise<void>;
}

/**
 * Opens samples and bills in a ClickHouse database, whose tables are made when they are missing. Throws AdapterErrors: nothing
 * answers, the user is refused.
 */
export async function openClickHouse(options: ClickHouseOptions): Promise<ClickHouseStore> {
  const connection = await connectClickHouse(options);
  try {
    return {
      samples: await openClickHouseSamples(connection, options.signal),
      costs: await openClickHouseCosts(connection, options.signal),
      close: () => connection.close(),
    };
  } catch (cause) {
    await connection.close();
    throw cause;
  }
}
