import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { OFFER_ATTRIBUTES, type OfferRow, type PriceCollection } from "@apex/catalog/price-list";
import { AdapterError } from "@apex/core";
import parserStream from "stream-json";
import { pick } from "stream-json/filters/pick.js";
import { streamValues } from "stream-json/streamers/stream-values.js";
import { z } from "zod";
import { messageOf } from "../files/errors.ts";
import { head } from "../files/source-file.ts";
import type { PriceListHead } from "./price-list-head.ts";

/** Name, date and version stand before the products. */
const HEAD_BYTES = 16 * 1024;

const Product = z.object({
  sku: z.string(),
  productFamily: z.string().optional(),
  attributes: z.record(z.string(), z.string()),
});

const TermsOfSku = z.record(
  z.string(),
  z.object({
    sku: z.string(),
    priceDimensions: z.record(
      z.string(),
      z.object({
        unit: z.string(),
        beginRange: z.string().optional(),
        pricePerUnit: z.object({ USD: z.string().optional() }),
      }),
    ),
    termAttributes: z.record(z.string(), z.string()).optional(),
  }),
);
type TermsOfSku = z.infer<typeof TermsOfSku>;

/** One product, or all terms of one. */
const WANTED = /^(?:products|terms\.OnDemand|terms\.Reserved)\.[^.]+$/;

/** How a price list in JSON begins. Throws an AdapterError when it is none. */
export async function readJsonHead(path: string, name: string): Promise<PriceListHead> {
  const text = (await head(path, HEAD_BYTES)).toString("utf8");
  const read = (key: string): string => new RegExp(`"${key}"\\s*:\\s*"([^"]{1,100})"`).exec(text)?.[1] ?? "";
  const offer = read("offerCode");
  if (offer === "") {
    const next = "give an index.csv or index.json of the AWS Price List";
    throw new AdapterError("invalid", `${name} is no price list: it has no offerCode; ${next}`);
  }
  return { offer, published: read("publicationDate") };
}

function attribute(product: z.infer<typeof Product>, field: keyof OfferRow): string {
  return product.attributes[OFFER_ATTRIBUTES[field] ?? field] ?? "";
}

function productRow(product: z.infer<typeof Product>): OfferRow {
  const of = (field: keyof OfferRow): string => attribute(product, field);
  return {
    termType: "",
    unit: "",
    pricePerUnit: "",
    startingRange: "",
    leaseContractLength: "",
    purchaseOption: "",
    offeringClass: "",
    productFamily: product.productFamily ?? "",
    regionCode: of("regionCode"),
    usageType: of("usageType"),
    operation: of("operation"),
    instanceType: of("instanceType"),
    operatingSystem: of("operatingSystem"),
    licenseModel: of("licenseModel"),
    tenancy: of("tenancy"),
    preInstalledSw: of("preInstalledSw"),
    capacityStatus: of("capacityStatus"),
    marketOption: of("marketOption"),
    databaseEngine: of("databaseEngine"),
    deploymentOption: of("deploymentOption"),
    cacheEngine: of("cacheEngine"),
    databaseEdition: of("databaseEdition"),
    brokerEngine: of("brokerEngine"),
  };
}

function* termRows(terms: TermsOfSku, product: OfferRow): Generator<OfferRow> {
  for (const term of Object.values(terms)) {
    const { LeaseContractLength = "", PurchaseOption = "", OfferingClass = "" } = term.termAttributes ?? {};
    for (const { unit, beginRange = "0", pricePerUnit } of Object.values(term.priceDimensions)) {
      yield {
        ...product,
        termType: LeaseContractLength === "" ? "OnDemand" : "Reserved",
        unit,
        pricePerUnit: pricePerUnit.USD ?? "0",
        startingRange: beginRange,
        leaseContractLength: LeaseContractLength,
        purchaseOption: PurchaseOption,
        offeringClass: OfferingClass,
      };
    }
  }
}

/** What one subobject of the list is, and adds. */
class Reader {
  /** Of the products only those that are priced stay, a hundredth of the list. */
  private readonly products = new Map<string, OfferRow>();
  private readonly collection: PriceCollection;

  constructor(collection: PriceCollection) {
    this.collection = collection;
  }

  take(value: unknown): void {
    const product = Product.safeParse(value);
    if (product.success) {
      const row = productRow(product.data);
      if (this.collection.wantsProduct(row)) this.products.set(product.data.sku, row);
      return;
    }
    const terms = TermsOfSku.safeParse(value);
    const sku = terms.success ? Object.values(terms.data)[0]?.sku : undefined;
    const row = sku === undefined ? undefined : this.products.get(sku);
    if (terms.data === undefined || row === undefined) return;
    for (const each of termRows(terms.data, row)) this.collection.addOffer(each);
  }
}

/** Reads an offer file in JSON into a collection, one product or one SKU's terms in memory at a time. */
export async function readPriceJson(
  file: { readonly path: string; readonly name: string },
  collection: PriceCollection,
  signal: AbortSignal,
): Promise<void> {
  const reader = new Reader(collection);
  try {
    await pipeline(
      createReadStream(file.path, { highWaterMark: 2 ** 20 }),
      parserStream({ streamValues: false }),
      pick.asStream({ filter: WANTED }),
      streamValues.asStream(),
      async (values: AsyncIterable<{ readonly value: unknown }>) => {
        for await (const { value } of values) reader.take(value);
      },
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
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
