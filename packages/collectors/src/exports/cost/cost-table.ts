import {
  AdapterError,
  type BilledResource,
  type Cancellation,
  type CostRow,
  type CostTable,
  type Decimal,
  addDecimals,
  DECIMAL_COST_COLUMNS,
  exactCostColumn,
  decimal,
  multiply,
  parseDecimal,
  parseJson,
} from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { type Engine, type OnShare, sqlText } from "../../duckdb/engine.ts";
import { isOffsetBySavingsPlan } from "./decode-cur.ts";
import type { DeliveredMonth } from "./deliveries.ts";
import { type RowDecoder, type RowShape, type ShapedCells, shapeRows } from "./row-shapes.ts";
import { isDecoded, tableColumns } from "./table-columns.ts";

/** A table of rows that were decoded by shape, and what is left to be decoded one by one. */
export interface DecodedTable {
  /** `undefined` where no row could be. */
  readonly table: (CostTable & { months(): AsyncIterable<readonly DeliveredMonth[]> }) | undefined;
  /** The shapes of its rows. */
  readonly shapes: readonly RowShape[];
  /** Σ of what Savings Plan usage and its negation cost in it. */
  readonly savingsPlanOffset: Decimal;
  /** A subquery of the other cells; `undefined` for none. */
  readonly rest: string | undefined;
}

/**
 * Decodes the staged cells by the shapes of their rows, into a Parquet file at `path`: DuckDB copies what the row-wise decoder would
 * only have passed on. Rows come out as that decoder makes them; those that it refuses, or computes with, are left to it.
 */
export async function decodeTable(
  engine: Engine,
  decoder: RowDecoder,
  {
    path,
    signal,
    onShare,
  }: { readonly path: string; readonly signal: Cancellation; readonly onShare?: OnShare | undefined },
): Promise<DecodedTable> {
  const shaped = await shapeRows(engine, decoder, signal);
  const shapes = shaped?.shapes.filter(isDecoded) ?? [];
  if (shaped === undefined || shapes.length === 0)
    return { table: undefined, shapes: [], savingsPlanOffset: decimal(0), rest: "cells" };
  const { selection, shapeTable, needsShapes } = tableColumns(shaped);
  let from = `${shaped.from} AS shaped`;
  let rest: string | undefined;
  if (needsShapes) {
    await engine.fill("shapes", shapeTable.columns, chunked(shapeTable.rows));
    const isShape = shaped.keys
      .map(
        (key) =>
          `shaped.${key} = ${key.startsWith("w") ? `CAST(shapes.${key} AS UBIGINT)` : `shapes.${key}`}`,
      )
      .join(" AND ");
    from = `${shaped.from} AS shaped JOIN shapes ON ${isShape}`;
    if (shapes.length < shaped.shapes.length)
      rest = `(SELECT * FROM ${shaped.from} AS shaped ANTI JOIN shapes ON ${isShape})`;
  }
  const hasLong = [...shaped.sources.values()].some(({ isLong }) => isLong);
  await engine.run(
    `COPY (SELECT ${typedColumns(hasLong)} FROM (SELECT ${selection.join(", ")} FROM ${from})) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    signal,
    onShare,
  );
  const rowCount = shapes.reduce((sum, { count }) => sum + count, 0);
  return {
    table: costTable(engine, path, rowCount),
    shapes,
    savingsPlanOffset: await savingsPlanOffset(engine, { shaped, from }),
    rest,
  };
}

async function* chunked<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < rows.length; start += 1_000) yield rows.slice(start, start + 1_000);
}

/** Adds up each amount as often as it is there: sums of SQL would round what has many places. */
async function savingsPlanOffset(
  engine: Engine,
  { shaped, from }: { readonly shaped: ShapedCells; readonly from: string },
): Promise<Decimal> {
  let sum = decimal(0);
  const TYPE = "line_item_line_item_type";
  const types = new Set(
    shaped.shapes.filter(isDecoded).map(({ classes }) => String(classes.get(TYPE) ?? "")),
  );
  const offset = [...types].filter(isOffsetBySavingsPlan);
  const [type, cost] = [shaped.sources.get(TYPE), shaped.sources.get("line_item_unblended_cost")];
  if (offset.length === 0 || type === undefined || cost === undefined) return sum;
  const amounts = engine.stream(
    `SELECT ${cost.sql}, count(*) FROM ${from} WHERE ${type.sql} IN (${offset.map(sqlText).join(", ")}) GROUP BY 1`,
  );
  for await (const chunk of amounts) {
    for (const [amount, count] of chunk.getRows()) {
      const parsed = amount === null ? undefined : parseDecimal(String(amount));
      if (parsed !== undefined) sum = addDecimals(sum, multiply(parsed, decimal(Number(count))));
    }
  }
  return sum;
}

function costTable(engine: Engine, path: string, rowCount: number): NonNullable<DecodedTable["table"]> {
  const file = `read_parquet(${sqlText(path)})`;
  return {
    path,
    rowCount,
    rows: async function* () {
      const columns = (await engine.rows(`DESCRIBE SELECT * FROM ${file}`)).map(([name]) => String(name));
      const exact = new Map<string, string>(
        DECIMAL_COST_COLUMNS.map((name) => [name, exactCostColumn(name)]),
      );
      const names = columns.filter((name) => ![...exact.values()].includes(name));
      const values = names.map((name) => {
        const long = exact.get(name);
        return long === undefined ? `"${name}"` : `coalesce("${long}", CAST("${name}" AS VARCHAR))`;
      });
      for await (const chunk of engine.stream(`SELECT ${values.join(", ")} FROM ${file}`))
        yield chunk.getRows().map((row) => rowOf(names, row));
    },
    resources: async function* () {
      const distinct = `SELECT DISTINCT "ResourceId", "Tags", "RegionId", "SubAccountId" FROM ${file} WHERE "ResourceId" IS NOT NULL`;
      for await (const chunk of engine.stream(distinct)) {
        yield chunk.getRows().map(
          ([id, tags, region, account]): BilledResource => ({
            ResourceId: String(id),
            Tags: tagsOf(String(tags)),
            RegionId: textOf(region),
            SubAccountId: textOf(account),
          }),
        );
      }
    },
    months: async function* () {
      const distinct = `SELECT DISTINCT "BillingPeriodStart", "ProviderName", "BillingAccountId" FROM ${file} ORDER BY ALL`;
      for await (const chunk of engine.stream(distinct)) {
        yield chunk.getRows().map(([start, provider, account]) => ({
          BillingPeriodStart: String(start),
          ProviderName: String(provider),
          BillingAccountId: String(account),
        }));
      }
    },
  };
}

const DECIMALS: ReadonlySet<string> = new Set(DECIMAL_COST_COLUMNS);

/**
 * The columns of a table as its port has them, over their values as text. A value has at most 15 digits before the point, and more
 * than 18 after it only where it was written with an exponent (`hasLong`). Text becomes a decimal of 64 bits ten times as fast as one
 * of 128, and that one then almost for nothing.
 */
function typedColumns(hasLong: boolean): string {
  const decimals = DECIMAL_COST_COLUMNS.flatMap((column) => {
    const [value, point] = [`"${column}"`, `strpos("${column}", '.')`];
    const isShort = `CASE WHEN ${point} = 0 THEN strlen(${value}) <= 6 ELSE ${point} <= 7 AND strlen(${value}) - ${point} <= 12 END`;
    const isLong = hasLong ? `(${point} > 0 AND strlen(${value}) - ${point} > 18)` : "false";
    return [
      `CASE WHEN ${isShort} THEN CAST(CAST(${value} AS DECIMAL(18,12)) AS DECIMAL(38,18))
        WHEN NOT ${isLong} THEN CAST(${value} AS DECIMAL(38,18)) END AS ${value}`,
      `CAST(CASE WHEN ${isLong} THEN ${value} END AS VARCHAR) AS "${exactCostColumn(column)}"`,
    ];
  });
  return [...decimals, `* EXCLUDE (${DECIMAL_COST_COLUMNS.join(", ")})`].join(", ");
}

/** The file is our own, made of what the decoder checked. */
function rowOf(names: readonly string[], values: readonly DuckDBValue[]): CostRow {
  const cells = names.map((name, index): readonly [string, unknown] => {
    const value = values[index];
    if (value === null || value === undefined) return [name, null];
    const text = String(value);
    if (name === "Tags") return [name, tagsOf(text)];
    return [name, DECIMALS.has(name) ? (parseDecimal(text) ?? null) : text];
  });
  return Object.fromEntries(cells) as unknown as CostRow;
}

function textOf(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function tagsOf(text: string): Readonly<Record<string, string>> {
  const tags = parseJson(text);
  if (typeof tags !== "object" || tags === null || Array.isArray(tags))
    throw new AdapterError("invalid", `tags are no JSON object: ${text.slice(0, 40)}`);
  return tags as Readonly<Record<string, string>>;
}
