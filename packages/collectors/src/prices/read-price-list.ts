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

/** The prices of a list, with the offer and day that it says it is of. */
export interface ReadPriceList extends CollectedPrices {
  readonly offer: string;
  readonly date: string;
}

/** Offer codes of savings plans, whose tables have columns of their own. */
const SAVINGS_PLAN_OFFER = /SavingsPlans?$/;

const FIELDS = Object.keys(OFFER_COLUMNS) as readonly (keyof OfferRow)[];

/** Of the rows that no price comes from the bulk is left to DuckDB: other tenancies, installed software, reserved capacity. */
const OFFERS: CsvQuery = {
  titles: FIELDS.map((field) => OFFER_COLUMNS[field]),
  where: (column) => {
    const family = column("Product Family");
    return [
      `${column("Currency")} = 'USD'`,
      `${column("TermType")} IN ('OnDemand', 'Reserved')`,
      `(NOT starts_with(${family}, 'Compute Instance') OR (${column("Tenancy")} = 'Shared'`,
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

/**
 * Reads a price list of AWS, CSV or JSON, in one pass and bounded memory. Throws an AdapterError when it is no price list, is
 * damaged or cut off, or holds no price of the region: nothing of it is to be used then.
 */
export async function readPriceList(file: PriceListFile, signal: AbortSignal): Promise<ReadPriceList> {
  await using scratch = await makeScratch();
  const opened = await openSource(file.path, scratch.folder, 0);
  if (opened.kind === "unusable") throw new AdapterError("invalid", opened.diagnostic.summary);
  const { path } = opened.file;
  const isJson = (await head(path, 64)).toString("utf8").trimStart().startsWith("{");
  const csv = isJson ? undefined : await readCsvShape(path, file.name);
  const facts: PriceListHead = csv?.head ?? (await readJsonHead(path, file.name));
  const date = publicationDay(facts, file.name);
  const collection = collectPrices({ offer: facts.offer, region: file.region, date });
  if (csv === undefined) await readPriceJson({ path, name: file.name }, collection, signal);
  else {
    const isPlan = SAVINGS_PLAN_OFFER.test(facts.offer);
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
  return { ...collected, offer: facts.offer, date };
}
