import { readFile } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectAll, testFile, testFolder } from "../../../testing/collect-all.ts";
import { metricExportCollector } from "../collector.ts";
import { gathered } from "./sorted-samples.ts";
import { readParquetSamples } from "./read-parquet-samples.ts";

let instance: DuckDBInstance;
let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function written(select: string, options = "COMPRESSION zstd"): Promise<string> {
  const path = `${testFolder()}/samples.parquet`;
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ${options})`);
  return path;
}

/** Rows of `machines` machines and two metrics; every 97th row has no value. */
function rows(
  [machines, points]: readonly [machines: number, points: number],
  order: string,
  { value = "value", time = "time" } = {},
): string {
  return `SELECT resource_id, metric, ${time} AS timestamp, ${value} AS value, statistic FROM (
    SELECT 'i-' || m AS resource_id, metric, to_timestamp(1760227200 + p * 300)::TIMESTAMP AS time, p,
      CASE WHEN hash(m, p, metric) % 97 = 0 THEN NULL ELSE hash(m, p, metric) % 9973 / 100 END AS value,
      CASE WHEN p % 2 = 0 THEN 'Average' ELSE 'Maximum' END AS statistic
    FROM range(${machines}) a(m), range(${points}) b(p), (VALUES ('CPUUtilization'), ('mem_used_percent')) c(metric))
    ORDER BY ${order}`;
}

const WANTED = { withTimes: true, seriesMax: 100_000, unusableRowsMax: 20 };

/** Each series as a line: its names, then times and values in the order of the file. */
async function fastLines(
  path: string,
  { bytesMax, shares = 1 }: { readonly bytesMax?: number; readonly shares?: number } = {},
): Promise<readonly string[]> {
  const samples = await readParquetSamples(path, bytesMax === undefined ? WANTED : { ...WANTED, bytesMax });
  if (samples === undefined) throw new Error("not read by the fast way");
  const lines: string[] = [];
  let seen = 0;
  for await (const share of samples.shares({ aborted: false })) {
    seen += 1;
    for (const [number, names] of share.series.entries()) {
      const [times, values] = [gathered(share, number, "times"), gathered(share, number, "values")];
      const points = Array.from(times, (time, index) => `${time}=${values[index]}`);
      lines.push([JSON.stringify(names.slice(0, 3)), ...points].join(" "));
    }
  }
  expect(seen).toBe(shares);
  return lines.toSorted();
}

async function duckdbLines(path: string): Promise<readonly string[]> {
  const result = await connection.runAndReadAll(
    `SELECT resource_id, metric, coalesce(statistic, ''), list(epoch_ms(timestamp) ORDER BY file_row_number),
      list(coalesce(value::DOUBLE, 'nan'::DOUBLE) ORDER BY file_row_number)
    FROM read_parquet('${path}', file_row_number = true) GROUP BY ALL`,
  );
  const lines = result.getRowsJson().map(([id, metric, statistic, times, values]) => {
    const points = (times as readonly unknown[]).map(
      (time, index) => `${Number(time)}=${Number((values as readonly unknown[])[index])}`,
    );
    return [JSON.stringify([id, metric, statistic]), ...points].join(" ");
  });
  return lines.toSorted();
}

describe("samples of Parquet are those that DuckDB reads", () => {
  it.each([
    ["zstd, by time", rows([40, 300], "p, resource_id, metric"), "COMPRESSION zstd"],
    ["snappy, by series", rows([40, 300], "resource_id, metric, p"), "COMPRESSION snappy"],
    ["plain, in no order", rows([40, 300], "hash(resource_id, p, metric)"), "COMPRESSION uncompressed"],
    ["gzip, backwards", rows([40, 300], "p DESC, resource_id, metric"), "COMPRESSION gzip"],
    [
      "brotli, small row groups",
      rows([30, 200], "p, resource_id"),
      "COMPRESSION brotli, ROW_GROUP_SIZE 2048",
    ],
    [
      "pages of the second version",
      rows([40, 300], "p, resource_id"),
      "COMPRESSION zstd, PARQUET_VERSION V2",
    ],
    [
      "texts without dictionaries",
      rows([40, 300], "p, resource_id"),
      "COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1",
    ],
    ["whole numbers", rows([20, 100], "p", { value: "(value * 100)::INTEGER" }), "COMPRESSION zstd"],
    ["large whole numbers", rows([20, 100], "p", { value: "(value * 1e14)::BIGINT" }), "COMPRESSION zstd"],
    ["floats", rows([20, 100], "p", { value: "value::FLOAT" }), "COMPRESSION zstd"],
    ["floats of the second version", rows([20, 100], "p", { value: "value::FLOAT" }), "PARQUET_VERSION V2"],
    ["milliseconds", rows([20, 100], "p", { time: "time::TIMESTAMP_MS" }), "COMPRESSION zstd"],
    ["nanoseconds", rows([20, 100], "p", { time: "time::TIMESTAMP_NS" }), "COMPRESSION zstd"],
    ["a zone", rows([20, 100], "p", { time: "time::TIMESTAMPTZ" }), "COMPRESSION zstd"],
    ["few values", rows([20, 100], "p", { value: "p % 3" }), "COMPRESSION zstd"],
    ["no value at all", rows([5, 10], "p", { value: "NULL::DOUBLE" }), "COMPRESSION zstd"],
  ])("%s", async (_name, select, options) => {
    const path = await written(select, options);
    const expected = await duckdbLines(path);
    expect(expected.length).toBeGreaterThan(5);
    expect(await fastLines(path)).toEqual(expected);
  });
});

it("any table that DuckDB writes is read as DuckDB reads it", async () => {
  const table = fc.record({
    count: fc.integer({ min: 1, max: 6000 }),
    resources: fc.integer({ min: 1, max: 700 }),
    metrics: fc.integer({ min: 1, max: 40 }),
    distinctValues: fc.integer({ min: 1, max: 5000 }),
    nullEvery: fc.constantFrom(1, 2, 3, 50, 100_000),
    type: fc.constantFrom("DOUBLE", "FLOAT", "INTEGER", "BIGINT"),
    seed: fc.nat(),
  });
  const options = fc.record({
    codec: fc.constantFrom("uncompressed", "snappy", "gzip", "zstd", "brotli"),
    version: fc.constantFrom("V1", "V2"),
    rowGroup: fc.constantFrom(2048, 122_880),
    dictionaryLimit: fc.constantFrom(1, 20, 100_000),
  });
  await fc.assert(
    fc.asyncProperty(table, options, async (wanted, { codec, version, rowGroup, dictionaryLimit }) => {
      const drawn = (salt: number, below: number) => `(hash(n, ${wanted.seed}, ${salt}) % ${below})`;
      const path = await written(
        `SELECT 'i-' || ${drawn(1, wanted.resources)} AS resource_id, 'metric ' || ${drawn(2, wanted.metrics)} AS metric,
          CASE WHEN ${drawn(3, wanted.nullEvery)} = 0 THEN NULL ELSE 'p99' END AS statistic,
          epoch_ms(1760227200000 + ${drawn(4, 1000)}::BIGINT * 60000) AS timestamp,
          CASE WHEN ${drawn(5, wanted.nullEvery)} = 0 THEN NULL ELSE ${drawn(6, wanted.distinctValues)} / 8 END::${wanted.type} AS value
        FROM range(${wanted.count}) t(n) ORDER BY n`,
        `COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE ${rowGroup}, DICTIONARY_SIZE_LIMIT ${dictionaryLimit}`,
      );
      expect(await fastLines(path)).toEqual(await duckdbLines(path));
    }),
    { numRuns: 40 },
  );
});

it("more samples than there is room for are read in shares, each with all of its resources", async () => {
  const path = await written(rows([40, 300], "p, resource_id, metric"));
  const expected = await duckdbLines(path);
  // 24,000 samples of 16 bytes.
  expect(await fastLines(path, { bytesMax: 100_000, shares: 8 })).toEqual(expected);
});

it("threads read what one thread reads, and end when they are told to", async () => {
  const path = await written(rows([25, 21_000], "p, resource_id, metric"), "COMPRESSION snappy");
  expect(await fastLines(path)).toEqual(await duckdbLines(path));
  const samples = await readParquetSamples(path, WANTED);
  const read: unknown[] = [];
  for await (const share of samples?.shares({ aborted: true }) ?? []) read.push(share);
  expect(read).toEqual([]);
});

it("a thread that meets damage leaves the file to DuckDB, which says so", async () => {
  const path = await written(rows([25, 21_000], "p, resource_id, metric"));
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes.fill(0xff, middle, middle + 5000);
  const { series, diagnostics } = await collectAll(metricExportCollector(), testFile("a.parquet", bytes));
  expect(series).toEqual([]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["metrics-file-invalid"]);
});

it("of the series that threads have found the sum counts", async () => {
  const path = await written(rows([120, 5000], "resource_id, p"), "COMPRESSION snappy");
  const share = async (seriesMax: number) =>
    (await readParquetSamples(path, { ...WANTED, seriesMax }))?.shares({ aborted: false }).next();
  await expect(share(479)).rejects.toThrow("more series than are read");
  expect((await share(480))?.done).toBe(false);
});

it("a thread that is ended leaves the file to DuckDB", { timeout: 20_000 }, async () => {
  const path = await written(rows([25, 21_000], "p, resource_id, metric"), "COMPRESSION snappy");
  process.once("worker", (worker: Worker) => void worker.terminate());
  const samples = await readParquetSamples(path, WANTED);
  await expect(samples?.shares({ aborted: false }).next()).rejects.toThrow(/^a thread ended with code \d$/);
});

it("texts that are not UTF-8 are refused: two names would become one", async () => {
  const path = await written(
    `SELECT CASE WHEN n % 2 = 0 THEN 'caf1' ELSE 'caf2' END AS resource_id, 'cpu_percent' AS metric,
      1760227200 + n // 2 * 60 AS ts, 5.5::DOUBLE AS value FROM range(100) t(n)`,
    "COMPRESSION uncompressed",
  );
  // Latin-1's è and é.
  const latin = (await readFile(path, "latin1"))
    .replaceAll("caf1", "caf\u{e8}")
    .replaceAll("caf2", "caf\u{e9}");
  const file = testFile("a.parquet", Buffer.from(latin, "latin1"));
  const { series, diagnostics } = await collectAll(metricExportCollector(), file);
  expect(series).toEqual([]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["metrics-file-invalid"]);
});

it("instants that are texts and never come back are read, however many there are", async () => {
  const path = await written(
    `SELECT 'i-' || n % 5 AS resource_id, 'cpu_percent' AS metric, n % 90 + 0.5::DOUBLE AS value, '' AS statistic,
      strftime(make_timestamp(1760227200000000 + n * 1001), '%Y-%m-%dT%H:%M:%S.%f') || CASE n WHEN 7 THEN '' ELSE 'Z' END
        AS timestamp FROM range(900000) t(n)`,
    "ROW_GROUP_SIZE 122880",
  );
  const expected = await connection.runAndReadAll(
    `SELECT resource_id, sum(epoch_ms(timestamp::TIMESTAMPTZ) - 1760227200000)::DOUBLE FROM '${path}' GROUP BY ALL ORDER BY ALL`,
  );
  const { series, repairs } = await collectAll(metricExportCollector(), path);
  const sums = series.map(({ resourceId, timestampsMs }) => [
    resourceId,
    timestampsMs.reduce((sum, time) => sum + time - 1_760_227_200_000, 0),
  ]);
  expect(sums).toEqual(expected.getRows());
  expect(repairs.map(({ code, count }) => [code, count])).toContainEqual(["timestamp-without-zone", 1]);
});

it("a damaged file is read as far as nothing shows, or refused: it never ends the run", async () => {
  const path = await written(
    rows([8, 60], "p, resource_id"),
    "COMPRESSION uncompressed, ROW_GROUP_SIZE 2048",
  );
  const sound = await readFile(path);
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4, max: sound.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, change, isCut) => {
        const bytes = isCut ? sound.subarray(0, at) : Buffer.from(sound);
        if (!isCut) bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        const { series, diagnostics } = await collectAll(
          metricExportCollector(),
          testFile("a.parquet", bytes),
        );
        outcomes.add(diagnostics.some(({ severity }) => severity === "error") ? "refused" : "read");
        for (const { timestampsMs, values } of series) {
          expect(timestampsMs.length).toBe(values.length);
          expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
  expect([...outcomes].toSorted()).toEqual(["read", "refused"]);
});

it.each([
  ["decimals", rows([4, 50], "p", { value: "value::DECIMAL(9, 3)" })],
  ["unsigned numbers", rows([4, 50], "p", { value: "value::UINTEGER" })],
  ["texts as values", rows([4, 50], "p", { value: "value::VARCHAR" })],
  [
    "instants in other words",
    rows([4, 50], "p", { time: "strftime(time, '%Y-%m-%dT%H:%M:%S Europe/Paris')" }),
  ],
  ["pages packed by LZ4", rows([4, 50], "p"), "COMPRESSION lz4_raw"],
])("%s are left to DuckDB, with the same result", async (_name, select, options = "COMPRESSION zstd") => {
  const path = await written(select, options);
  await expect(fastLines(path)).rejects.toThrow(/not read by the fast way|in other words/);
  const { series } = await collectAll(metricExportCollector(), path);
  expect(
    series.map(({ resourceId, metric, statistic }) => `${resourceId} ${metric} ${statistic}`),
  ).toHaveLength(16);
});

it("reads a table with CloudWatch's names like the same rows as CSV", async () => {
  const select = rows([6, 60], "hash(p)");
  const csv = `${testFolder()}/same.csv`;
  const path = await written(select);
  await connection.run(
    `COPY (${select.replace("time AS", "strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS")}) TO '${csv}' (HEADER)`,
  );
  const collector = metricExportCollector();
  const [fromParquet, fromCsv] = [await collectAll(collector, path), await collectAll(collector, csv)];
  expect(fromParquet.series).toEqual(fromCsv.series);
  const counts = (from: typeof fromCsv) => from.repairs.map(({ code, count }) => [code, count]);
  expect(counts(fromParquet)).toEqual(counts(fromCsv));
  expect(counts(fromParquet)).toEqual([["value-not-a-number", expect.any(Number)]]);
});

it.each(["DICTIONARY_SIZE_LIMIT 1000", "DICTIONARY_SIZE_LIMIT 1"])(
  "reads parts and periods that are whole numbers like a CSV's (%s)",
  async (options) => {
    const select = `SELECT 'i-' || (n % 7) AS instance_id, 'nvidia_smi_utilization_gpu' AS metric_name, n % 4 AS gpu,
      60::INTEGER AS period, 1760227200 + n // 28 * 60 AS time, (n % 91)::DOUBLE AS value FROM range(2800) t(n)`;
    const [path, csv] = [await written(select, options), `${testFolder()}/same.csv`];
    await connection.run(`COPY (${select}) TO '${csv}' (HEADER)`);
    expect(await readParquetSamples(path, WANTED)).toBeDefined();
    const [fromParquet, fromCsv] = [path, csv].map((file) => collectAll(metricExportCollector(), file));
    const { series } = (await fromParquet) ?? { series: [] };
    expect(series).toEqual((await fromCsv)?.series);
    expect(series.map(({ resourceId, part, periodMs }) => [resourceId, part, periodMs])).toContainEqual([
      "i-3",
      "gpu-2",
      60_000,
    ]);
  },
);

it.each([
  ["%Y-%m-%dT%H:%M:%SZ", 0],
  ["%Y-%m-%d %H:%M:%S+02", 0],
  ["%Y-%m-%dT%H:%M:%S.%g", 600],
  ["%Y-%m-%d %H:%M", 600],
  ["%-s", 0],
])("reads instants that are texts (%s) like a CSV's", async (format, zoneless) => {
  const time = format === "%-s" ? "epoch(time)::BIGINT::VARCHAR" : `strftime(time, '${format}')`;
  const select = rows([5, 60], "hash(p)", { time, value: "p::DOUBLE" });
  const [path, csv] = [await written(select), `${testFolder()}/same.csv`];
  await connection.run(`COPY (${select}) TO '${csv}' (HEADER)`);
  expect(await readParquetSamples(path, WANTED)).toBeDefined();
  const [fromParquet, fromCsv] = [path, csv].map((file) => collectAll(metricExportCollector(), file));
  const [parquet, table] = [await fromParquet, await fromCsv];
  expect(parquet?.series).toEqual(table?.series);
  expect(parquet?.series).toHaveLength(20);
  const counts = [parquet, table].map((read) => read?.repairs.map(({ code, count }) => [code, count]));
  expect(counts[0]).toEqual(counts[1]);
  expect(counts[0]).toEqual(zoneless === 0 ? [] : [["timestamp-without-zone", zoneless]]);
});

it("refuses rows without a name or an instant, with their numbers", async () => {
  const path = await written(
    `SELECT * FROM (VALUES ('i-1', 'cpu_percent', 1760227200, 1.5), (NULL, 'cpu_percent', 1760227200, 1.5),
      (' ', 'cpu_percent', 1760227200, 1.5), ('i-1', '', 1760227200, 1.5), ('i-1', 'cpu_percent', 12, 1.5),
      ('i-1', 'cpu_percent', NULL, 1.5), (' i-1', 'cpu_percent', 1760227500, -1.0), ('i-1', 'cpu_percent', 1760227800, 2.5))
      t(resource, metric_name, ts, value)`.replaceAll("1.5)", "1.5::DOUBLE)"),
  );
  expect(await readParquetSamples(path, WANTED)).toBeDefined();
  const { series, diagnostics, repairs } = await collectAll(metricExportCollector(), path);
  expect(series.map(({ resourceId, values }) => [resourceId, ...values])).toEqual([["i-1", 1.5, 2.5]]);
  expect(repairs.map(({ code, count }) => [code, count])).toEqual([["value-impossible", 1]]);
  expect(
    diagnostics
      .filter(({ code }) => code === "sample-refused")
      .map(({ source, summary }) => [source?.line, summary]),
  ).toEqual([
    [2, "A row was refused: no resource_id"],
    [3, "A row was refused: no resource_id"],
    [4, "A row was refused: no metric"],
    [5, 'A row was refused: timestamp is unreadable: "12"'],
    [6, "A row was refused: timestamp is unreadable"],
  ]);
});

it("a table without an instant is refused, and says what it has", async () => {
  const path = await written(
    "SELECT 'i-1' AS resource_id, 'cpu_percent' AS metric, 5.0::DOUBLE AS value, 1 AS when_it_was",
  );
  const { series, diagnostics } = await collectAll(metricExportCollector(), path);
  expect(series).toEqual([]);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    code: "metrics-file-unrecognised",
    summary: `${path} is no metrics export: it has no timestamp`,
    detail: expect.stringContaining("Its columns are resource_id, metric, value, when_it_was. Give "),
  });
});

it("of two columns that may be the resource, the one that is called so counts", async () => {
  const path = await written(
    "SELECT 'fleet' AS resource, 'i-1' AS resource_id, 'cpu_percent' AS metric, 1760227200 AS ts, 5.0::DOUBLE AS value",
  );
  const { series, diagnostics } = await collectAll(metricExportCollector(), path);
  expect(series.map(({ resourceId }) => resourceId)).toEqual(["i-1"]);
  expect(diagnostics.map(({ summary }) => summary)).toContain("Columns that were not read: resource");
});
