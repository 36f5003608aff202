import {
  type CollectedPrices,
  collectPrices,
  OFFER_COLUMNS,
  type OfferRow,
  type PriceCollection,
} from "@apex/catalog/price-list";
import { AdapterError } from "@apex/core";
import { head, openSource } from "../files/source-file.ts";
import { makeScratch } from "../files/scratch.ts";
import { AWS_PRICE_LISTS } from "./aws-price-lists.ts";
import { type CsvQuery, readCsvShape, readPriceCsv } from "./price-csv.ts";
import { readJsonHead, readPriceJson } from "./price-json.ts";
import { type PriceListHead, publicationDay } from "./price-list-head.ts";

/** A price list on disk, plain or compressed, and the region of it that is wanted. */
export interface PriceListFile {
  readonly path: string;
  /** For messages: a file, or the URL that it came from. */
  readonly name: string;
  readonly region: string;
}

/** The prices of a list, with the name and day that it says it is of. */
export interface ReadPriceList extends CollectedPrices {
  /** "AmazonEC2", "AWSComputeSavingsPlan": as in {@link AWS_PRICE_LISTS}. */
  readonly list: string;
  readonly date: string;
}

const LISTS = Object.values(AWS_PRICE_LISTS);

const FIELDS = Object.keys(OFFER_COLUMNS) as readonly (keyof OfferRow)[];

/** Of the rows that no price comes from the bulk is left to DuckDB: other tenancies, installed software, reserved capacity. */
const OFFERS: CsvQuery = {
  titles: FIELDS.map((field) => OFFER_COLUMNS[field]),
  where: (column) => {
    const family = column("Product Family");
    return [
      `${column("Currency")} = 'USD'`,
      `${column("TermType")} IN ('OnDemand', 'Reserved')`,
      // Nodes of Redshift are of this family, too, and have no tenancy.
      `(NOT starts_with(${family}, 'Compute Instance') OR contains(${column("usageType")}, 'Node:')
        OR (${column("Tenancy")} = 'Shared'`,
      `${column("Pre Installed S/W")} = 'NA'`,
      `${column("CapacityStatus")} = 'Used'))`,
    ].join(" AND ");
  },
};

const RATES: CsvQuery = {
  titles: [
    "DiscountedRate",
    "Unit",
    "DiscountedUsageType",
    "DiscountedOperation",
    "DiscountedServiceCode",
    "DiscountedRegionCode",
    "Product Family",
    "PurchaseOption",
    "LeaseContractLength",
  ],
  where: (column) =>
    [
      `${column("Currency")} = 'USD'`,
      `${column("DiscountedServiceCode")} = 'AmazonEC2'`,
      `contains(${column("DiscountedUsageType")}, 'BoxUsage:')`,
    ].join(" AND "),
};

function offerRow(cells: readonly string[]): OfferRow {
  const row = Object.fromEntries(FIELDS.map((field, index) => [field, cells[index] ?? ""]));
  return row as unknown as OfferRow;
}

function addRate(collection: PriceCollection, cells: readonly string[]): void {
  const [rate = "", unit = "", usageType = "", operation = "", serviceCode = "", regionCode = ""] = cells;
  const [productFamily = "", purchaseOption = "", leaseYears = ""] = cells.slice(6);
  collection.addSavingsPlanRate({
    rate,
    unit,
    usageType,
    operation,
    serviceCode,
    regionCode,
    productFamily,
    purchaseOption,
    leaseYears,
  });
}

/** Which list an offer code stands for; the lists of other services are not read. */
function listOf(offer: string, name: string): (typeof LISTS)[number] {
  const found = LISTS.find((each) => each.offer === offer);
  if (found !== undefined) return found;
  const known = LISTS.map((each) => each.offer).join(", ");
  const summary = `${name} is the price list of another service; known are ${known}`;
  throw new AdapterError("invalid", summary);
}

/**
 * Reads a price list of AWS, CSV or JSON, in one pass and bounded memory. Throws an AdapterError when it is no price list or of a
 * service that is not known, is damaged or cut off, or holds no price of the region: nothing of it is to be used then.
 */
export async function readPriceList(file: PriceListFile, signal: AbortSignal): Promise<ReadPriceList> {
  await using scratch = await makeScratch();
  const opened = await openSource(file.path, scratch.folder, 0);
  if (opened.kind === "unusable") throw new AdapterError("invalid", opened.diagnostic.summary);
  const { path } = opened.file;
  const isJson = (await head(path, 64)).toString("utf8").trimStart().startsWith("{");
  const csv = isJson ? undefined : await readCsvShape(path, file.name);
  const facts: PriceListHead = csv?.head ?? (await readJsonHead(path, file.name));
  const { list, kind } = listOf(facts.offer, file.name);
  const date = publicationDay(facts, file.name);
  const collection = collectPrices({ offer: facts.offer, region: file.region, date });
  if (csv === undefined) await readPriceJson({ path, name: file.name }, collection, signal);
  else {
    const isPlan = kind === "savingsPlan";
    const source = { path, name: file.name, folder: scratch.folder };
    for await (const cells of readPriceCsv(source, csv, isPlan ? RATES : OFFERS)) {
      signal.throwIfAborted();
      if (isPlan) addRate(collection, cells);
      else collection.addOffer(offerRow(cells));
    }
  }
  const collected = collection.finish();
  if (collected.tables.length === 0) {
    throw new AdapterError(
      "invalid",
      `${file.name} holds no price of ${file.region} that the catalogue knows`,
    );
  }
  return { ...collected, list, date };
}
