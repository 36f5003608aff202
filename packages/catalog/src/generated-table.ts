/** One column of a generated table and where its facts come from. */
export interface TableColumn {
  readonly name: string;
  /** Repository and file that the facts were read from. */
  readonly origin: string;
  /** ISO date of that state of the origin. */
  readonly date: string;
  readonly licence: string;
}

/**
 * A generated table. `rows` holds one row a line, cells divided by commas in the order of `columns`, an empty cell
 * meaning unknown; kept as one string because that loads and type-checks fast.
 */
export interface GeneratedTable {
  readonly columns: readonly TableColumn[];
  readonly rows: string;
}

/** Prices of one kind in one region: `rows` holds lines of "name price", USD per hour. */
export interface PriceTable {
  readonly region: string;
  /** What the prices are for: "linux", "MySQL Multi-AZ". */
  readonly variant: string;
  /** The table's name for people where service, region and variant are not it. */
  readonly label?: string;
  readonly origin: string;
  readonly date: string;
  readonly licence: string;
  readonly rows: string;
}

/** A row by column name; columns that are unknown for it are absent. */
export type TableRow = Readonly<Record<string, string>>;

function readRow(columns: readonly TableColumn[], line: string): TableRow {
  const cells = line.split(",");
  const row: Record<string, string> = {};
  columns.forEach((column, index) => {
    const cell = cells[index];
    if (cell !== undefined && cell !== "") row[column.name] = cell;
  });
  return row;
}

/**
 * Merges tables by their first column; where two tables know the same cell the later table wins, so that a newer
 * source refines an older one without hiding what only the older one knows.
 */
export function mergeTables(tables: readonly GeneratedTable[]): ReadonlyMap<string, TableRow> {
  const merged = new Map<string, TableRow>();
  for (const table of tables) {
    const keyColumn = table.columns[0]?.name ?? "";
    for (const line of table.rows.split("\n")) {
      if (line === "") continue;
      const row = readRow(table.columns, line);
      const key = row[keyColumn];
      if (key !== undefined) merged.set(key, { ...merged.get(key), ...row });
    }
  }
  return merged;
}

/** Computes a value at its first use and keeps it: tables are parsed only when someone asks. */
export function lazily<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}
