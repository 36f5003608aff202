import { AdapterError } from "@apex/core";
import { type Engine, openEngine, sqlText } from "../duckdb/engine.ts";
import { messageOf } from "../files/errors.ts";
import { head } from "../files/source-file.ts";
import type { PriceListHead } from "./price-list-head.ts";

/** The lines before the table: format version, disclaimer, publication date, version, offer code. */
const PREAMBLE_LINES_MAX = 20;
/** The title line of the EC2 list has some 100 columns in 2 kB. */
const PREAMBLE_BYTES_MAX = 256 * 1024;

/** The columns of a list's table, and how its text begins. */
interface CsvShape {
  readonly head: PriceListHead;
  readonly preambleLines: number;
  readonly titles: readonly string[];
}

/** What is read of a table: columns by title, of the rows that `where` lets through. */
export interface CsvQuery {
  readonly titles: readonly string[];
  /** An SQL condition; `column` gives the name of a title's column, or an empty text where the list has none. */
  readonly where: (column: (title: string) => string) => string;
}

function cells(line: string): readonly string[] {
  return line
    .trim()
    .split(",")
    .map((cell) => cell.replaceAll('"', "").trim());
}

/** How a price list in CSV begins. Throws an AdapterError when it is none. */
export async function readCsvShape(path: string, name: string): Promise<CsvShape> {
  const text = (await head(path, PREAMBLE_BYTES_MAX)).toString("utf8").replace(/^\uFEFF/, "");
  const lines = text.split("\n").slice(0, PREAMBLE_LINES_MAX);
  const at = lines.findIndex((line) => /^"?SKU"?,/.test(line));
  if (at < 0) {
    const next = "give an index.csv or index.json of the AWS Price List";
    throw new AdapterError("invalid", `${name} is no price list: no line starts with SKU; ${next}`);
  }
  const facts = new Map(lines.slice(0, at).map((line) => [cells(line)[0] ?? "", cells(line)[1] ?? ""]));
  return {
    head: { offer: facts.get("OfferCode") ?? "", published: facts.get("Publication Date") ?? "" },
    preambleLines: at,
    titles: cells(lines[at] ?? ""),
  };
}

/** Stands between the cells of a row on its way here; no price list has it in a text. */
const SEPARATOR = "\u001F";

/**
 * Streams the rows of a price list in CSV, as cells in the order of the query's titles, "" for what is empty. DuckDB reads it on
 * every core and keeps a few buffers of it. Throws an AdapterError where the table is damaged.
 */
export async function* readPriceCsv(
  file: { readonly path: string; readonly name: string; readonly folder: string },
  shape: CsvShape,
  query: CsvQuery,
): AsyncGenerator<readonly string[]> {
  const positions = new Map(shape.titles.map((title, index) => [title.toLowerCase(), index] as const));
  const column = (title: string): string => {
    const index = positions.get(title.toLowerCase());
    return index === undefined ? "''" : `coalesce(c${index}, '')`;
  };
  const columns = shape.titles.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  const options = `auto_detect = false, header = true, skip = ${shape.preambleLines}, delim = ',', quote = '"', escape = '"'`;
  const source = `read_csv(${sqlText(file.path)}, ${options}, columns = {${columns}}, parallel = true)`;
  const wanted = query.titles.map(column).join(", ");
  const sql = `SELECT concat_ws(chr(31), ${wanted}) FROM ${source} WHERE ${query.where(column)}`;
  using engine: Engine = await openEngine(file.folder);
  try {
    for await (const chunk of engine.stream(sql)) {
      for (const row of chunk.getColumnValues(0)) yield String(row).split(SEPARATOR);
    }
  } catch (error) {
    const next = "it is damaged or cut off; fetch it again";
    throw new AdapterError(
      "invalid",
      `${file.name} cannot be read as a price list: ${messageOf(error)}; ${next}`,
      {
        cause: error,
      },
    );
  }
}
