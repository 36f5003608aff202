import { lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { FocusTable } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { expect, test } from "vitest";
import { openEngine, sqlText } from "../duckdb/engine.ts";
import { temporaryDirectory } from "../testing.ts";
import { writeFocusParquet } from "./write-focus-parquet.ts";

const COLUMNS: FocusTable["columns"] = [
  { name: "BilledCost", type: "decimal" },
  { name: "ChargePeriodStart", type: "instant" },
  { name: "ResourceName", type: "text" },
  { name: "SkuPriceDetails", type: "json" },
];

const EXACT = "12345678901234567890.123456789012345678";

async function read(path: string, select: string): Promise<readonly (readonly unknown[])[]> {
  const engine = await openEngine(`${path}.spill`);
  try {
    return await engine.rows(`SELECT ${select} FROM read_parquet(${sqlText(path)})`);
  } finally {
    engine.close();
  }
}

test("an export comes back with every digit, its instants, texts and nulls", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "it's an export.parquet");
  const rows = [
    [EXACT, "2026-11-21T07:00:00Z", "=SUM(A1) 日本 'x'", '{"x":"1"}'],
    ["-0.000000000000000001", "2026-10-31T23:59:59Z", null, null],
    [null, null, "", "{}"],
  ];
  await writeFocusParquet(path, { columns: COLUMNS, rows });
  const asText = `BilledCost::VARCHAR, epoch_ms(ChargePeriodStart), ResourceName, SkuPriceDetails`;
  expect(await read(path, asText)).toEqual([
    [EXACT, BigInt(Date.UTC(2026, 10, 21, 7)), "=SUM(A1) 日本 'x'", '{"x":"1"}'],
    ["-0.000000000000000001", BigInt(Date.UTC(2026, 9, 31, 23, 59, 59)), null, null],
    [null, null, "", "{}"],
  ]);
  const types = COLUMNS.map(({ name }) => `typeof(${name})`).join(", ");
  expect((await read(path, types))[0]).toEqual([
    "DECIMAL(38,18)",
    "TIMESTAMP WITH TIME ZONE",
    "VARCHAR",
    "VARCHAR",
  ]);
  expect(await readdir(directory.path)).toEqual(["it's an export.parquet"]);
});

test("an export of many rows keeps their order; one without rows has its columns", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "many.parquet");
  const rows = Array.from({ length: 5_000 }, (_, index) => [String(index), null, null, null]);
  await writeFocusParquet(path, { columns: COLUMNS, rows });
  const costs = (await read(path, "BilledCost::INTEGER")).flat();
  expect(costs).toEqual(rows.map(([cost]) => Number(cost)));
  await writeFocusParquet(path, { columns: COLUMNS, rows: [] });
  expect(await read(path, "count(*)::INTEGER, count(BilledCost)::INTEGER")).toEqual([[0, 0]]);
});

test.each(["0.0000000000000000001", "123456789012345678901", "1e3", "NaN"])(
  "a decimal that would be changed (%s) is refused, and the file of before stays",
  async (value) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, "export.parquet");
    await writeFile(path, "before");
    const writing = writeFocusParquet(path, { columns: COLUMNS, rows: [[value, null, null, null]] });
    await expect(writing).rejects.toMatchObject({ name: "AdapterError", kind: "invalid" });
    expect(await readFile(path, "utf8")).toBe("before");
  },
);

test("where nothing can be written nothing is left", async () => {
  await using directory = await temporaryDirectory();
  const table = { columns: COLUMNS, rows: [] };
  const missing = join(directory.path, "missing", "export.parquet");
  await expect(writeFocusParquet(missing, table)).rejects.toThrow(AdapterError);
  await expect(writeFocusParquet(missing, table)).rejects.toThrow(/cannot write .*missing/);
  const folder = join(directory.path, "folder");
  await mkdir(folder);
  await expect(writeFocusParquet(folder, table)).rejects.toThrow(/cannot write/);
  expect(await readdir(directory.path)).toEqual(["folder"]);
});

test("what is no file, such as a device, is never replaced by one", async () => {
  await using directory = await temporaryDirectory();
  const special = join(directory.path, "special");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(special, resolve));
  try {
    const writing = writeFocusParquet(special, { columns: COLUMNS, rows: [] });
    await expect(writing).rejects.toThrow(/cannot write .*special: it is no file/);
    expect((await lstat(special)).isSocket()).toBe(true);
  } finally {
    server.close();
  }
});
