import type { Engine } from "../../duckdb/engine.ts";
import { sqlText } from "../../duckdb/engine.ts";
import { CellReader } from "./cell-reader.ts";
import type { CostRepairCode } from "./cost-repair.ts";
import { PRODUCT_KEYS } from "./decode-cur.ts";

/** Reads what rows tell beside their cells: each distinct set of tags and each product once, by the row-wise reader's own code. */
export interface CellSets {
  /** SQL to join them to `cells`; "" for nothing. */
  readonly join: string;
  /** The SQL of a row's tags as JSON, from the join. */
  readonly tags: string;
  /** The SQL of which repairs the tags needed, as {@link NOTES_OF_TAGS} counts them; `undefined` where never any. */
  readonly tagNotes: string | undefined;
}

/** Repairs of tags by the number that stands for them in {@link CellSets.tagNotes}. */
export const NOTES_OF_TAGS: readonly (readonly CostRepairCode[])[] = [
  [],
  ["literal-null"],
  ["tags-unreadable"],
  ["literal-null", "tags-unreadable"],
];

/** The SQL name of a key of a CUR 2.0 product. */
export function productColumn(key: string): string {
  return `product_sets.${key}`;
}

/** Reads tags from the cells of these columns, of one row. */
export type ReadTags = (cells: CellReader) => Readonly<Record<string, string>>;

interface SetColumns {
  /** The tags' columns by name, with where they lie. */
  readonly tags: ReadonlyMap<string, string>;
  /** Where the product lies. */
  readonly product: string | undefined;
  readonly read: ReadTags;
}

/** Makes the tables that {@link CellSets} joins. */
export async function readCellSets(engine: Engine, { tags, product, read }: SetColumns): Promise<CellSets> {
  const joins: string[] = [];
  const [only] = tags.values();
  if (product !== undefined) {
    await engine.fill("product_sets", ["key", ...PRODUCT_KEYS], productSets(engine, product));
    joins.push(`LEFT JOIN product_sets ON product_sets.key = ${product}`);
  }
  if (only === undefined) return { join: joins.join(" "), tags: "'{}'", tagNotes: undefined };
  const isOne = tags.size === 1;
  const key = isOne ? only : `CAST(json_array(${[...tags.values()].join(", ")}) AS VARCHAR)`;
  let hasSets = false;
  const sets = async function* () {
    const reader = tagReader([...tags.keys()], read);
    for await (const chunk of engine.stream(`SELECT DISTINCT ${key} FROM cells WHERE ${key} <> ''`)) {
      const rows: (readonly string[])[] = [];
      for (const text of chunk.getColumnValues(0) as readonly string[]) {
        const set = reader(isOne ? [text] : (JSON.parse(text) as (string | null)[]));
        // Most tags are written already as they are kept.
        if (set.json !== text || set.notes !== 0) rows.push([text, set.json, String(set.notes)]);
      }
      hasSets ||= rows.length > 0;
      yield rows;
    }
  };
  await engine.fill("tag_sets", ["key", "json", "notes"], sets());
  if (!hasSets)
    return { join: joins.join(" "), tags: `coalesce(nullif(${key}, ''), '{}')`, tagNotes: undefined };
  joins.push(`LEFT JOIN tag_sets ON tag_sets.key = ${key}`);
  return {
    join: joins.join(" "),
    tags: `coalesce(tag_sets.json, nullif(${key}, ''), '{}')`,
    tagNotes: `CASE tag_sets.notes ${NOTES_OF_TAGS.map((_, index) => `WHEN '${index}' THEN ${index}`).join(" ")} ELSE 0 END`,
  };
}

function tagReader(
  names: readonly string[],
  read: ReadTags,
): (values: readonly (string | null)[]) => { readonly json: string; readonly notes: number } {
  const noted = new Set<CostRepairCode>();
  const positions = new Map(names.map((name, index) => [name, index] as const));
  const cells = new CellReader(positions, { note: (code) => noted.add(code) });
  return (values) => {
    noted.clear();
    cells.at(values, 0);
    const json = JSON.stringify(read(cells));
    return { json, notes: (noted.has("literal-null") ? 1 : 0) + (noted.has("tags-unreadable") ? 2 : 0) };
  };
}

async function* productSets(
  engine: Engine,
  product: string,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  const noted = new Set<CostRepairCode>();
  const cells = new CellReader(new Map([["product", 0]]), { note: (code) => noted.add(code) });
  const distinct = `SELECT DISTINCT ${product} FROM cells WHERE ${product} <> '' AND upper(${product}) <> ${sqlText("NULL")}`;
  for await (const chunk of engine.stream(distinct)) {
    const rows: (readonly (string | null)[])[] = [];
    for (const text of chunk.getColumnValues(0) as readonly string[]) {
      noted.clear();
      cells.at([text], 0);
      const read = cells.map("product");
      // Without its row in the table a product is one that only the row-wise reader reads.
      if (noted.size === 0) rows.push([text, ...PRODUCT_KEYS.map((key) => read[key] ?? null)]);
    }
    yield rows;
  }
}
