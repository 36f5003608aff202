import { type PurchasePrice, purchasePrices, withPaidPrices } from "@apex/catalog";
import { priceFolder } from "@apex/collectors";
import { textTable } from "../billing/text-table.ts";
import { contractOf } from "../catalog/load-contract.ts";
import { cataloguePlace, loadPrices } from "../catalog/load-prices.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

/** Options of `apex catalog show` and `apex catalog status`. */
export interface CatalogShowOptions {
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `apex catalog show TYPE`: every known price of a machine type, with its date. */
export async function runCatalogShow(
  io: Io,
  options: CatalogShowOptions & { readonly type: string; readonly region?: string; readonly prices?: string },
): Promise<ExitCode> {
  const { type, region } = options;
  const contract = await contractOf(io, options.prices, [io.cwd]);
  const book = withPaidPrices(await loadPrices(io, options.catalog), { contract });
  const prices = purchasePrices(type, region, book);
  if (options.json === true) io.out(`${JSON.stringify({ type, prices }, null, 2)}\n`);
  else if (prices.length > 0) io.out(renderPrices(prices));
  if (prices.length > 0) return EXIT_CODES.done;
  const where = region === undefined ? "" : ` in ${region}`;
  const next = "check the name, or bring the price lists up to date with apex catalog sync";
  throw new CommandError(EXIT_CODES.nothingToDo, `no price of ${type}${where} is known: ${next}`);
}

function renderPrices(prices: readonly PurchasePrice[]): string {
  const hasPaid = prices.some(({ paid }) => paid !== undefined);
  return textTable(
    [
      { heading: "region" },
      { heading: "for" },
      { heading: "bought" },
      { heading: "USD per hour", align: "right" },
      ...(hasPaid ? ([{ heading: "paid", align: "right" }] as const) : []),
      { heading: "of" },
    ],
    prices.map(({ region, variant, option, hourly, date, paid }) => [
      region,
      variant,
      option,
      hourly,
      ...(hasPaid ? [paid?.hourly ?? hourly] : []),
      date,
    ]),
  );
}

/** `apex catalog status`: which price lists are in the catalogue, and of which day. */
export async function runCatalogStatus(io: Io, options: CatalogShowOptions): Promise<ExitCode> {
  const place = cataloguePlace(io, options.catalog);
  const lists = await priceFolder(place).headers();
  if (options.json === true) {
    io.out(`${JSON.stringify({ catalog: place, lists }, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  if (lists.length === 0) {
    io.out(`no price lists in ${place}: the tables that come with Apex are used; see apex catalog sync\n`);
    return EXIT_CODES.done;
  }
  io.out(
    textTable(
      [
        { heading: "list" },
        { heading: "region" },
        { heading: "of" },
        { heading: "prices", align: "right" },
        { heading: "synced" },
      ],
      lists.map((list) => [
        `${list.provider} ${list.list}`,
        list.region,
        list.date,
        list.prices.toLocaleString("en-US"),
        list.syncedAt.slice(0, "2026-01-01T00:00".length),
      ]),
    ),
  );
  return EXIT_CODES.done;
}
