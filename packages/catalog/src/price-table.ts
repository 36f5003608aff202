import { type Decimal, decimal } from "@apex/core";
import { lazily, type PriceTable } from "./generated-table.ts";

/** An amount in USD per unit, and the table that it stands in. */
export interface DatedPrice {
  readonly price: Decimal;
  /** ISO date of the table. */
  readonly date: string;
  /** Which table, for people: "EC2 us-east-1 linux". */
  readonly table: string;
  readonly region: string;
}

interface IndexedTable {
  readonly date: string;
  readonly label: string;
  readonly prices: ReadonlyMap<string, Decimal>;
}

/** What a price is of. */
export interface PriceKey {
  readonly region: string;
  /** What tells the tables of a region apart: "linux", "MySQL Multi-AZ". */
  readonly variant: string;
  readonly name: string;
}

/** Price tables by region and variant, parsed at first use. */
export interface PriceIndex {
  /** The newest price of a name; `undefined` when no table of the region and variant holds one. */
  find(key: PriceKey): DatedPrice | undefined;
  /** Whether there is any table for the region and variant: tells "not sold or too new" from "no prices of that region". */
  covers(key: Pick<PriceKey, "region" | "variant">): boolean;
  variants(region: string): readonly string[];
  regions(): readonly string[];
  names(): readonly string[];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}

function readPrices(rows: string): ReadonlyMap<string, Decimal> {
  const prices = new Map<string, Decimal>();
  for (const line of rows.split("\n")) {
    const space = line.lastIndexOf(" ");
    if (space > 0) prices.set(line.slice(0, space), decimal(line.slice(space + 1)));
  }
  return prices;
}

function rowNames(rows: string): readonly string[] {
  return rows.split("\n").flatMap((line) => {
    const space = line.lastIndexOf(" ");
    return space > 0 ? [line.slice(0, space)] : [];
  });
}

/** Makes an index of a service's tables; where several hold a price, the one of the latest date is taken. */
export function indexPrices(service: string, tables: readonly PriceTable[]): PriceIndex {
  const index = new Map<string, () => readonly IndexedTable[]>();
  for (const [key, members] of Map.groupBy(tables, (table) => `${table.region}|${table.variant}`)) {
    const newestFirst = members.toSorted((a, b) => (a.date > b.date ? -1 : 1));
    index.set(
      key,
      lazily(() =>
        newestFirst.map((table) => ({
          date: table.date,
          label: table.label ?? `${service} ${table.region} ${table.variant}`,
          prices: readPrices(table.rows),
        })),
      ),
    );
  }
  return {
    find: ({ region, variant, name }) => {
      for (const table of index.get(`${region}|${variant}`)?.() ?? []) {
        const price = table.prices.get(name);
        if (price !== undefined) return { price, date: table.date, table: table.label, region };
      }
      return undefined;
    },
    covers: ({ region, variant }) => index.has(`${region}|${variant}`),
    variants: (region) =>
      distinct(tables.filter((table) => table.region === region).map(({ variant }) => variant)),
    regions: () => distinct(tables.map(({ region }) => region)),
    names: lazily(() => distinct(tables.flatMap(({ rows }) => rowNames(rows)))),
  };
}
