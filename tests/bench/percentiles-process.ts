/** One reading of percentiles in a process of its own: `percentiles-process.ts READER STORE PARQUET`; tells milliseconds and a digest. */
import { createHash } from "node:crypto";
import { fromParquet } from "./percentiles-foreign.ts";
import { byChdb, byDuckdb, fromSegments, fromSegmentsOnOneThread } from "./percentiles-readers.ts";

const READERS = { fromSegments, fromSegmentsOnOneThread, fromParquet, byDuckdb, byChdb };

const [reader, storeDirectory = "", parquet = ""] = process.argv.slice(2);
const read = READERS[reader as keyof typeof READERS];
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const found = await read({ storeDirectory, parquet });
const ms = performance.now() - startedMs;
const { user, system } = process.cpuUsage(cpuBefore);
const lines = [...found].map(([name, both]) => JSON.stringify([name, both])).sort();
process.stdout.write(
  JSON.stringify({
    ms,
    cpuMs: (user + system) / 1000,
    series: found.size,
    digest: createHash("sha256").update(lines.join("\n")).digest("hex"),
  }),
);
