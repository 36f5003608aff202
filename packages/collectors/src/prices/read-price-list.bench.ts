import { execFile } from "node:child_process";
import { createWriteStream, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { testFolder } from "../testing/collect-all.ts";
import { machine, offerCsv, offerJson } from "./testing/price-lists.ts";

// Small, so that the bench runs as a smoke test; a region of AmazonEC2 has some two million rows, a gigabyte.
const ROWS = Number(process.env["BENCH_PRICE_ROWS"] ?? 2000);
/** A string of V8 holds no more, so that JSON.parse cannot read a larger list at all. */
const WHOLE_BYTES_MAX = 2 ** 29 - 24;
const RUNS = { iterations: 3, time: 0, warmup: false } as const;

const run = promisify(execFile);
const PROCESS = join(import.meta.dirname, "testing/read-list-process.ts");

/** Rows as EC2's list has them: of 80 one is a machine's plain price, the others are other tenancies, software and terms. */
function rowAt(index: number): Parameters<typeof offerCsv>[0][number] {
  const type = `m${index % 900}.large`;
  const row = machine(
    type,
    "0.1020000000",
    index < 900 ? {} : { Tenancy: "Dedicated", operation: `op${index}` },
  );
  return {
    ...row,
    SKU: `SKU${index}`,
    PriceDescription: "$0.102 per Dedicated Usage Linux m5.large Instance Hour ".repeat(6),
  };
}

function* csvRows(): Generator<string> {
  const head = offerCsv([]);
  yield head;
  for (let at = 0; at < ROWS; at += 1000) {
    const rows = Array.from({ length: Math.min(1000, ROWS - at) }, (_, index) => rowAt(at + index));
    yield offerCsv(rows).slice(head.length);
  }
}

async function took(
  method: string,
  path: string,
): Promise<{ readonly prices: number; readonly peakMegabytes: number }> {
  const { stdout } = await run(process.execPath, [PROCESS, method, path], { maxBuffer: 1e6 });
  return JSON.parse(stdout) as { prices: number; peakMegabytes: number };
}

test(`a price list of ${ROWS} rows as CSV and JSON in one pass, against JSON.parse of the whole`, {
  timeout: 900_000,
}, async ({ bench }) => {
  const folder = testFolder();
  const csv = join(folder, "index.csv");
  const json = join(folder, "index.json");
  await pipeline(Readable.from(csvRows()), createWriteStream(csv));
  // The JSON form is made whole, so that it stays small enough for its peer.
  const jsonRows = Math.min(ROWS, 150_000);
  const rows = Array.from({ length: jsonRows }, (_, index) => rowAt(index));
  await pipeline(Readable.from([offerJson(rows)]), createWriteStream(json));
  const megabytes = (path: string): string => (statSync(path).size / 1e6).toFixed(0);
  const peaks = new Map<string, number>();
  const reading = (name: string, method: string, path: string): ReturnType<typeof bench> =>
    bench(`${name}, ${megabytes(path)} MB`, async () => {
      const { prices, peakMegabytes } = await took(method, path);
      expect(prices).toBeGreaterThan(0);
      peaks.set(name, peakMegabytes);
    });
  await bench.compare(
    reading("CSV, streamed", "apex", csv),
    reading("JSON, streamed", "apex", json),
    ...(statSync(json).size < WHOLE_BYTES_MAX
      ? [reading("JSON.parse of the whole", "JSON.parse", json)]
      : []),
    RUNS,
  );
  console.log(`peak memory in MB: ${[...peaks].map(([name, peak]) => `${name} ${peak}`).join("; ")}`);
});
