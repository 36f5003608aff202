import { readFile } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { metricExportCollector } from "../exports/metrics/collector.ts";
import { collectAll, testFile, testFolder } from "../testing/collect-all.ts";
import { ByteInterner } from "./byte-interner.ts";
import { readFooter } from "./footer.ts";
import { NumberColumn } from "./number-column.ts";

/** A field of 64 bits that goes on and on. */
const ENDLESS = [0x16, ...Array.from({ length: 400_000 }, () => 0xff)];

/** A list of lists of lists, each of which says that it has 33 million elements. */
const DEEP = [0x19, ...Array.from({ length: 40 }, () => [0xf9, 0xff, 0xff, 0xff, 0x0f]).flat()];

async function written(select: string): Promise<string> {
  const path = `${testFolder()}/a.parquet`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION uncompressed)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

it.each([
  ["a number that never ends", ENDLESS],
  ["lists with more elements than there is memory", DEEP],
  ["structs within structs", Array.from({ length: 100_000 }, () => 0x1c)],
  ["more elements than a footer has", [0x19, 0xfc, ...varint(6_000_000), ...new Uint8Array(6_000_001)]],
  ["nothing", []],
])("a footer of %s is refused, and the process lives on", async (_, footer) => {
  const tail = Buffer.alloc(8, "____PAR1");
  tail.writeUInt32LE(footer.length);
  const path = testFile("a.parquet", Buffer.concat([Buffer.from("PAR1"), Buffer.from(footer), tail]));
  const { series, diagnostics } = await collectAll(metricExportCollector(), path);
  expect(series).toEqual([]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["metrics-file-invalid"]);
});

it.each([
  ["a number that never ends", ENDLESS],
  ["lists with more elements than there is memory", DEEP],
])("pages with headers of %s are refused", async (_, header) => {
  const sound =
    await written(`SELECT 'i-1' AS resource_id, 'cpu_percent' AS metric, 1760227200 + n * 60 AS ts, random() * 100 AS value
      FROM range(60000) t(n)`);
  const bytes = await readFile(sound);
  const { groups } = await readFooter(sound);
  for (const { chunks } of groups) {
    for (const chunk of chunks) {
      if (chunk !== undefined) bytes.set(header.slice(0, Math.min(header.length, chunk.bytes)), chunk.offset);
    }
  }
  const { series, diagnostics } = await collectAll(metricExportCollector(), testFile("b.parquet", bytes));
  expect(series).toEqual([]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["metrics-file-invalid"]);
});

it("chunks that a cut file no longer has are no places to read from", async () => {
  const path = await written(`SELECT n FROM range(60000) t(n)`);
  const bytes = await readFile(path);
  const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
  const cut = testFile("b.parquet", Buffer.concat([Buffer.from("PAR1"), footer]));
  expect((await readFooter(path)).groups.map(({ chunks }) => chunks)).toEqual([[expect.anything()]]);
  expect((await readFooter(cut)).groups.map(({ chunks }) => chunks)).toEqual([[undefined]]);
});

/** A chunk of one page of the first version, all of its rows with a value. */
function chunkOf(rows: number, encoding: number, values: Uint8Array): Uint8Array {
  const size = [0x15, ...varint(values.length * 2)];
  const data = [0x2c, 0x15, ...varint(rows * 2), 0x15, encoding * 2, 0x15, 6, 0x15, 6, 0];
  return Uint8Array.from([0x15, 0, ...size, ...size, ...data, 0, ...values]);
}

it("differences of which one never ends are refused", () => {
  const values = Uint8Array.from([...varint(128), 4, ...varint(1000), 0, ...ENDLESS.slice(1)]);
  const chunk = chunkOf(1000, 5, values);
  const format = { rows: 1000, codec: "UNCOMPRESSED", isOptional: false };
  expect(() => new NumberColumn("INT64").read(chunk, format, new Float64Array(1000), 0)).toThrow(/64 bits/);
});

it("levels that a flat column has not are refused, and not taken for nulls", () => {
  // A run of 1,000 twos.
  const levels = [...varint(2000), 2];
  const values = Uint8Array.from([levels.length, 0, 0, 0, ...levels, ...new Uint8Array(8000)]);
  const format = { rows: 1000, codec: "UNCOMPRESSED", isOptional: true };
  const read = (): void =>
    new NumberColumn("DOUBLE").read(chunkOf(1000, 0, values), format, new Float64Array(1000), 0);
  expect(read).toThrow("a level that a flat column has not");
});

it("more bytes of texts than are kept are refused", () => {
  const interner = new ByteInterner();
  const long = new Uint8Array(100 * 1024 ** 2);
  const keep = (first: number): number => {
    long[0] = first;
    return interner.idOf(long, 0, long.length);
  };
  expect([keep(1), keep(2), keep(1)]).toEqual([0, 1, 0]);
  expect(() => keep(3)).toThrow("more texts than are kept");
});
