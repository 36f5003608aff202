import { type Decimal, decimal } from "@apex/core";
import { lazily, type PriceTable } from "./generated-table.ts";

/** An amount in USD per unit, and the table that it stands in. */
export interface DatedPrice {
  readonly price: Decimal;
  /** ISO date of the table. */
  readonly date: string;
  /** Which table, for people: "EC2 us-east-1 linux". */
  readonly table: string;
}

interface IndexedTable {
  readonly date: string;
  readonly prices: ReadonlyMap<string, Decimal>;
}

/** Price tables by region and variant, parsed at first use. */
export interface PriceIndex {
  /** The newest price of a name; `undefined` when no table of the region and variant holds one. */
  find(key: {
    readonly region: string;
    readonly variant: string;
    readonly name: string;
  }): DatedPrice | undefined;
  /** Whether there is any table for the region and variant: tells "not sold or too new" from "no prices of that region". */
  covers(key: { readonly region: string; readonly variant: string }): boolean;
}

function readPrices(rows: string): ReadonlyMap<string, Decimal> {
  const prices = new Map<string, Decimal>();
  for (const line of rows.split("\n")) {
    const space = line.lastIndexOf(" ");
    if (space > 0) prices.set(line.slice(0, space), decimal(line.slice(space + 1)));
  }
  return prices;
}

/** Makes an index of a service's tables; where several hold a price, the one of the latest date is taken. */
export function indexPrices(service: string, tables: readonly PriceTable[]): PriceIndex {
  const index = new Map<string, () => readonly IndexedTable[]>();
  for (const [key, members] of Map.groupBy(tables, (table) => `${table.region}|${table.variant}`)) {
    const newestFirst = members.toSorted((a, b) => (a.date > b.date ? -1 : 1));
    index.set(
      key,
      lazily(() => newestFirst.map((table) => ({ date: table.date, prices: readPrices(table.rows) }))),
    );
  }
  return {
    find: ({ region, variant, name }) => {
      for (const table of index.get(`${region}|${variant}`)?.() ?? []) {
        const price = table.prices.get(name);
        if (price !== undefined) return { price, date: table.date, table: `${service} ${region} ${variant}` };
      }
      return undefined;
    },
    covers: ({ region, variant }) => index.has(`${region}|${variant}`),
  };
}
