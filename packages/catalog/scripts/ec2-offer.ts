import { createReadStream, readFileSync, statSync } from "node:fs";
import { decimal } from "@apex/core";
import { parse } from "csv-parse";
import { z } from "zod";
import type { PriceTable } from "../src/generated-table.ts";
import { awsMachine } from "../src/price-list/aws-machines.ts";
import { OFFER_ATTRIBUTES, OFFER_COLUMNS, type OfferRow } from "../src/price-list/offer-row.ts";
import { priceRows } from "./aws-prices.ts";
import { byCodePoint } from "./source-csv.ts";

/** One on-demand price of the offer, whichever file it was read from. */
interface OfferPrice {
  readonly region: string;
  readonly variant: string;
  readonly name: string;
  readonly usd: string;
}

interface Offer {
  /** ISO date. */
  readonly date: string;
  readonly prices: readonly OfferPrice[];
}

/** Reads one field of an offer's row, under the field's name. */
type Read = (field: keyof OfferRow) => string | undefined;

const FIELDS = Object.keys(OFFER_COLUMNS) as readonly (keyof OfferRow)[];

/** The on-demand price of a machine that a row tells; `undefined` for all else. */
function offerPrice(read: Read): OfferPrice | undefined {
  const row = Object.fromEntries(FIELDS.map((field) => [field, read(field) ?? ""])) as unknown as OfferRow;
  const machine = awsMachine("AmazonEC2", row);
  // Placeholders of what is not sold stand in the offer at a price of zero.
  if (
    machine === undefined ||
    row.unit !== "Hrs" ||
    row.regionCode === "" ||
    Number(row.pricePerUnit) === 0
  ) {
    return undefined;
  }
  const { variant, name } = machine;
  return { region: row.regionCode, variant, name, usd: decimal(row.pricePerUnit) };
}

const EC2_OFFER = z.object({
  offerCode: z.literal("AmazonEC2"),
  publicationDate: z.iso.datetime(),
  products: z.record(
    z.string(),
    z.object({ productFamily: z.string().optional(), attributes: z.record(z.string(), z.string()) }),
  ),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.object({ USD: z.string().optional() }) }),
          ),
        }),
      ),
    ),
  }),
});

/** Reads the JSON form of the EC2 offer (`index.json`). Throws, naming the place, when it has another shape. */
function readOfferJson(text: string): Offer {
  const parsed = EC2_OFFER.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`not an EC2 offer file: ${z.prettifyError(parsed.error)}`);
  const { products, terms, publicationDate } = parsed.data;
  const prices = Object.entries(products).flatMap(([sku, product]) => {
    const dimensions = Object.values(terms.OnDemand[sku] ?? {}).flatMap((term) =>
      Object.values(term.priceDimensions),
    );
    return dimensions.flatMap(({ unit, pricePerUnit }) => {
      const own: Partial<OfferRow> = {
        productFamily: product.productFamily ?? "",
        unit,
        pricePerUnit: pricePerUnit.USD ?? "0",
      };
      return offerPrice((field) => own[field] ?? product.attributes[OFFER_ATTRIBUTES[field] ?? field]) ?? [];
    });
  });
  return { date: publicationDate.slice(0, 10), prices };
}

/** Without these a file is no offer of machines; the market option is missing in old ones. */
const CSV_TITLES_REQUIRED = [
  ...([
    "productFamily",
    "instanceType",
    "regionCode",
    "operatingSystem",
    "tenancy",
    "preInstalledSw",
  ] as const),
  ...(["capacityStatus", "licenseModel", "operation", "termType", "unit", "pricePerUnit"] as const),
]
  .map((field) => OFFER_COLUMNS[field])
  .concat("Currency");

/** Before the table stand "key","value" lines: format version, disclaimer, publication date, version, offer code. */
const CSV_PREAMBLE_LINES_MAX = 20;

/** Reads the CSV form of the offer, row by row: a region's file is larger than memory likes. */
async function readOfferCsv(path: string): Promise<Offer> {
  const rows = createReadStream(path).pipe(parse({ bom: true, relax_column_count: true }));
  const prices: OfferPrice[] = [];
  const preamble = new Map<string, string>();
  let header: ReadonlyMap<string, number> | undefined;
  for await (const record of rows as AsyncIterable<readonly string[]>) {
    if (header === undefined) {
      if (record[0] === "SKU") header = new Map(record.map((title, index) => [title, index]));
      else preamble.set(record[0] ?? "", record[1] ?? "");
      if (preamble.size > CSV_PREAMBLE_LINES_MAX)
        throw new Error(`${path}: no header row that starts with "SKU"`);
      const missing = CSV_TITLES_REQUIRED.filter((title) => header?.has(title) === false);
      if (missing.length > 0) throw new Error(`${path}: no column ${missing.join(", ")}`);
      continue;
    }
    const columns = header;
    const read = (title: string): string | undefined => record[columns.get(title) ?? -1];
    if (read("TermType") !== "OnDemand" || read("Currency") !== "USD") continue;
    const price = offerPrice((field) => read(OFFER_COLUMNS[field]));
    if (price !== undefined) prices.push(price);
  }
  const date = z.iso.datetime().safeParse(preamble.get("Publication Date"));
  if (header === undefined || !date.success) throw new Error(`${path}: not the CSV of an EC2 offer file`);
  return { date: date.data.slice(0, 10), prices };
}

/** One string cannot hold more than this in V8 (2^29 − 24 characters). */
const JSON_BYTES_MAX = 2 ** 29 - 24;

async function readOffer(path: string): Promise<Offer> {
  if (path.endsWith(".csv")) return await readOfferCsv(path);
  if (statSync(path).size > JSON_BYTES_MAX)
    throw new Error(`${path} is too large to read whole: take the CSV of one region`);
  return readOfferJson(readFileSync(path, "utf8"));
}

/**
 * The EC2 on-demand price tables of an AWS Price List offer file of AmazonEC2, JSON or CSV, by region and operating system.
 * Two different prices of one thing are an error: none is picked.
 */
export async function ec2OfferTables(path: string): Promise<readonly PriceTable[]> {
  const { date, prices } = await readOffer(path);
  if (prices.length === 0) throw new Error(`${path}: the offer file holds no on-demand machine prices`);
  const groups = Map.groupBy(prices, ({ region, variant }) => `${region} ${variant}`);
  return [...groups]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([key, members]) => {
      const [region = "", variant = ""] = key.split(" ");
      const byName = new Map<string, string>();
      for (const { name, usd } of members) {
        const other = byName.get(name);
        if (other !== undefined && other !== usd)
          throw new Error(`${path}: ${name} in ${key} costs ${other} and ${usd}`);
        byName.set(name, usd);
      }
      const origin = "AWS Price List, offer AmazonEC2";
      return { region, variant, origin, date, licence: "AWS customer agreement", rows: priceRows(byName) };
    });
}
