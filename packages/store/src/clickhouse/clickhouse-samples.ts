import { randomUUID } from "node:crypto";
import type { MetricSeries, ResourceRange, TimeWindow, UtilizationProfile } from "@apex/core";
import { metricName, sampleStatistic } from "../samples/sample-columns.ts";
import type { StoredSamples } from "../samples/sample-store.ts";
import { rangesOf } from "../samples/split-resources.ts";
import { checkSeries } from "../samples/stage-samples.ts";
import type { ClickHouseConnection } from "./clickhouse-connection.ts";
import { RowBinaryReader, RowBinaryWriter } from "./row-binary.ts";
import { nextVersion, SERIES_PER_WRITE_MAX } from "./write-version.ts";

/**
 * One row a point. Of two rows of one key the later version stays: merged away in time, and until then by FINAL. There is one
 * partition, so that a write becomes visible as a whole.
 */
const TABLE = `CREATE TABLE IF NOT EXISTS samples (
  resource String, metric LowCardinality(String), has_part UInt8, part LowCardinality(String),
  statistic LowCardinality(String), period_ms UInt64 CODEC(ZSTD(1)), time_ms Int64 CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(ZSTD(1)), version UInt64 CODEC(ZSTD(1)))
  ENGINE = ReplacingMergeTree(version) ORDER BY (resource, metric, has_part, part, statistic, time_ms)`;

const INPUT =
  "resource String, metric String, has_part UInt8, part String, statistic String, period_ms UInt64, version UInt64, times Array(Float64), points Array(Float64)";

/** Encoded series are sent in pieces of about this size. */
const SENT_BYTES = 4 * 1024 * 1024;

/** Points of one query, which the server sorts in memory: 16 bytes each. */
const READ_POINTS = 4_000_000;

/** A staging table that is older belongs to a writer that was killed. */
const STAGING_ABANDONED_MS = 24 * 60 * 60 * 1_000;

/** Opens the samples of a database, and removes what killed writers left. */
export async function openClickHouseSamples(
  connection: ClickHouseConnection,
  signal: AbortSignal | undefined,
): Promise<StoredSamples> {
  await connection.command(TABLE);
  await dropAbandoned(connection);
  return {
    write: (series) => write(connection, series, signal),
    window: () => windowOf(connection),
    split: (count, bytesMin = 0) => split(connection, count, bytesMin),
    profiles: (window, range = {}) => profiles(connection, window, range, signal),
  };
}

async function dropAbandoned(connection: ClickHouseConnection): Promise<void> {
  const tables = await connection.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staging_')",
  );
  for (const { name } of tables) {
    const [, madeMs] = /^staging_(\d{1,15})_[0-9a-f]{32}$/.exec(name) ?? [];
    if (madeMs !== undefined && Date.now() - Number(madeMs) > STAGING_ABANDONED_MS)
      await connection.command(`DROP TABLE IF EXISTS ${name}`);
  }
}

/** Rows go into a table of this write alone, whose one partition is then attached: readers see all of a write or none. */
async function write(
  connection: ClickHouseConnection,
  series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
  signal: AbortSignal | undefined,
): Promise<{ readonly points: number }> {
  const staging = `staging_${Date.now()}_${randomUUID().replaceAll("-", "")}`;
  const counted = { points: 0 };
  await connection.command(`CREATE TABLE ${staging} AS samples`);
  try {
    await connection.insert(
      `INSERT INTO ${staging} (resource, metric, has_part, part, statistic, period_ms, time_ms, value, version)
       SELECT resource, metric, has_part, part, statistic, period_ms, toInt64(time), point, version
       FROM input('${INPUT}') ARRAY JOIN times AS time, points AS point`,
      encoded(series, counted, signal),
    );
    signal?.throwIfAborted();
    if (counted.points > 0)
      await connection.command(`ALTER TABLE samples ATTACH PARTITION tuple() FROM ${staging}`);
  } finally {
    // An aborted run must not leave its table to the next day.
    await connection.command(`DROP TABLE IF EXISTS ${staging}`).catch(() => undefined);
  }
  return counted;
}

async function* encoded(
  series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
  counted: { points: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const row = new RowBinaryWriter();
  const version = nextVersion();
  let number = 0;
  for await (const one of series) {
    signal?.throwIfAborted();
    checkSeries(one);
    if (number >= SERIES_PER_WRITE_MAX) throw new RangeError("a write holds more series than it can number");
    row.text(one.resourceId);
    row.text(one.metric);
    row.uint8(one.part === undefined ? 0 : 1);
    row.text(one.part ?? "");
    row.text(one.statistic);
    row.uint64(BigInt(one.periodMs));
    row.uint64(version + BigInt(number));
    row.doubles(one.timestampsMs);
    row.doubles(one.values);
    number += 1;
    counted.points += one.values.length;
    if (row.size >= SENT_BYTES) yield row.take();
  }
  signal?.throwIfAborted();
  if (row.size > 0) yield row.take();
}

async function windowOf(connection: ClickHouseConnection): Promise<TimeWindow | undefined> {
  const [row] = await connection.rows<{ points: string; startMs: string; endMs: string }>(
    "SELECT count() AS points, min(time_ms) AS startMs, max(time_ms + period_ms) AS endMs FROM samples FINAL",
  );
  if (row === undefined || Number(row.points) === 0) return undefined;
  return { startMs: Number(row.startMs), endMs: Number(row.endMs) };
}

/** A point is a time and a value of eight bytes each. */
const POINT_BYTES = 16;

async function split(
  connection: ClickHouseConnection,
  count: number,
  bytesMin: number,
): Promise<readonly ResourceRange[]> {
  const counts = await connection.rows<{ resource: string; points: string }>(
    "SELECT resource, count() AS points FROM samples GROUP BY resource ORDER BY resource",
  );
  const marks = counts.map(({ resource, points }) => ({ resource, bytes: Number(points) * POINT_BYTES }));
  return rangesOf(marks, { count, bytesMin });
}

async function* profiles(
  connection: ClickHouseConnection,
  window: TimeWindow,
  range: ResourceRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<UtilizationProfile> {
  const bounds = { start: whole(window.startMs), end: whole(window.endMs), ...range };
  for (const batch of await batchesOf(connection, bounds)) {
    const reader = new RowBinaryReader(
      await connection.stream(
        `SELECT resource, toString(metric), has_part, toString(part), toString(statistic), period_ms,
           arrayMap(p -> toFloat64(p.1), arraySort(groupArray((time_ms, value))) AS points), arrayMap(p -> p.2, points)
         FROM samples FINAL
         WHERE time_ms >= {start:Int64} AND time_ms < {end:Int64} AND resource >= {first:String} AND resource <= {last:String}
         GROUP BY resource, metric, has_part, part, statistic, period_ms
         ORDER BY resource, metric, has_part, part, statistic, period_ms`,
        { ...bounds, ...batch },
      ),
    );
    try {
      yield* profilesOf(reader, window, signal);
    } finally {
      await reader.cancel();
    }
  }
}

/** An end that no sample can reach stands for none. */
function whole(ms: number): string {
  const limit = Number.MAX_SAFE_INTEGER;
  return String(Math.ceil(Math.min(limit, Math.max(-limit, ms))));
}

/** First and last resources of stretches that hold about {@link READ_POINTS} points each. */
async function batchesOf(
  connection: ClickHouseConnection,
  bounds: { readonly start: string; readonly end: string } & ResourceRange,
): Promise<readonly { readonly first: string; readonly last: string }[]> {
  const limits = [
    "time_ms >= {start:Int64} AND time_ms < {end:Int64}",
    ...(bounds.from === undefined ? [] : ["resource >= {from:String}"]),
    ...(bounds.before === undefined ? [] : ["resource < {before:String}"]),
  ];
  const counts = await connection.rows<{ resource: string; points: string }>(
    `SELECT resource, count() AS points FROM samples WHERE ${limits.join(" AND ")} GROUP BY resource ORDER BY resource`,
    { ...bounds },
  );
  const batches: { first: string; last: string }[] = [];
  let points = Number.POSITIVE_INFINITY;
  for (const { resource, points: more } of counts) {
    const current = batches.at(-1);
    if (current === undefined || points >= READ_POINTS) {
      batches.push({ first: resource, last: resource });
      points = 0;
    } else current.last = resource;
    points += Number(more);
  }
  return batches;
}

async function* profilesOf(
  reader: RowBinaryReader,
  window: TimeWindow,
  signal: AbortSignal | undefined,
): AsyncGenerator<UtilizationProfile> {
  let current: { resourceId: string; series: MetricSeries[] } | undefined;
  while (await reader.hasMore()) {
    signal?.throwIfAborted();
    const resourceId = await reader.text();
    if (current !== undefined && current.resourceId !== resourceId) {
      yield { ...current, window };
      current = undefined;
    }
    current ??= { resourceId, series: [] };
    const series = await readSeries(reader, resourceId);
    if (series !== undefined) current.series.push(series);
  }
  if (current !== undefined) yield { ...current, window };
}

/** The rest of a row; `undefined` for a metric that a newer Apex stored and this one could not judge. */
async function readSeries(reader: RowBinaryReader, resourceId: string): Promise<MetricSeries | undefined> {
  const metric = metricName(await reader.text());
  const hasPart = (await reader.uint8()) === 1;
  const part = await reader.text();
  const statistic = sampleStatistic(await reader.text());
  const periodMs = Number(await reader.uint64());
  const timestampsMs = await reader.doubles();
  const values = await reader.doubles();
  if (metric === undefined) return undefined;
  return { resourceId, metric, statistic, periodMs, ...(hasPart ? { part } : {}), timestampsMs, values };
}
