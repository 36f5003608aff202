/** One reading of percentiles in a process of its own: `percentiles-process.ts READER STORE PARQUET`; tells milliseconds and a digest. */
import { createHash } from "node:crypto";
import { byChdb, byDuckdb, fromParquet, fromSegments } from "./percentiles-readers.ts";

const READERS = { fromSegments, fromParquet, byDuckdb, byChdb };

const [reader, storeDirectory = "", parquet = ""] = process.argv.slice(2);
const read = READERS[reader as keyof typeof READERS];
const startedMs = performance.now();
const found = await read({ storeDirectory, parquet });
const ms = performance.now() - startedMs;
const lines = [...found].map(([name, both]) => JSON.stringify([name, both])).sort();
process.stdout.write(
  JSON.stringify({
    ms,
    series: found.size,
    digest: createHash("sha256").update(lines.join("\n")).digest("hex"),
  }),
);
