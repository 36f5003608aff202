/** Price lists in the published shape, for tests: the columns of AmazonEC2's index.csv that tell prices apart, and its JSON. */

const TITLES = [
  "SKU",
  "OfferTermCode",
  "RateCode",
  "TermType",
  "PriceDescription",
  "EffectiveDate",
  "StartingRange",
  "EndingRange",
  "Unit",
  "PricePerUnit",
  "Currency",
  "RelatedTo",
  "LeaseContractLength",
  "PurchaseOption",
  "OfferingClass",
  "Product Family",
  "serviceCode",
  "Location",
  "Location Type",
  "Instance Type",
  "vCPU",
  "Operating System",
  "License Model",
  "Tenancy",
  "usageType",
  "operation",
  "CapacityStatus",
  "MarketOption",
  "Pre Installed S/W",
  "Region Code",
  "Database Engine",
  "Deployment Option",
  "Cache Engine",
  "Database Edition",
  "Broker Engine",
] as const;

/** One row by column title; what is not given is as for a Linux machine on demand. */
export type OfferCells = Partial<Record<(typeof TITLES)[number], string>>;

const MACHINE: OfferCells = {
  OfferTermCode: "JRTCKXETXF",
  TermType: "OnDemand",
  PriceDescription: '$0.10 per "On Demand" hour, Linux',
  EffectiveDate: "2026-11-01",
  StartingRange: "0",
  EndingRange: "Inf",
  Unit: "Hrs",
  Currency: "USD",
  "Product Family": "Compute Instance",
  serviceCode: "AmazonEC2",
  Location: "EU (Stockholm)",
  "Location Type": "AWS Region",
  "Operating System": "Linux",
  "License Model": "No License required",
  Tenancy: "Shared",
  operation: "RunInstances",
  CapacityStatus: "Used",
  MarketOption: "OnDemand",
  "Pre Installed S/W": "NA",
  "Region Code": "eu-north-1",
};

/** SKUs are letters and digits. */
function skuOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase();
}

/** A machine on demand. */
export function machine(type: string, usd: string, other: OfferCells = {}): OfferCells {
  const cells = { "Instance Type": type, PricePerUnit: usd, usageType: `EUN1-BoxUsage:${type}`, ...other };
  return { ...MACHINE, SKU: skuOf(`${type}${other.operation ?? ""}${other.Tenancy ?? ""}`), ...cells };
}

/** The two rows of a reservation: its fee and its hours. */
export function reserved(
  type: string,
  price: { readonly upfront: string; readonly hourly: string },
  term: { readonly years: "1yr" | "3yr"; readonly option: string; readonly offering?: string },
): readonly OfferCells[] {
  const row = (unit: string, usd: string): OfferCells =>
    machine(type, usd, {
      TermType: "Reserved",
      OfferTermCode: `${term.years}${term.option}${term.offering ?? ""}`,
      Unit: unit,
      LeaseContractLength: term.years,
      PurchaseOption: term.option,
      OfferingClass: term.offering ?? "standard",
    });
  return [row("Quantity", price.upfront), row("Hrs", price.hourly)];
}

/** Something that is priced by its usage type. */
export function usage(usageType: string, usd: string, other: OfferCells = {}): OfferCells {
  const plain = { Tenancy: "", "Operating System": "", "Instance Type": "", "Pre Installed S/W": "" };
  return {
    ...MACHINE,
    ...plain,
    SKU: skuOf(usageType),
    usageType,
    PricePerUnit: usd,
    "Product Family": "Storage",
    ...other,
  };
}

/** The CSV form. */
export function offerCsv(
  rows: readonly OfferCells[],
  head: { offer?: string; published?: string } = {},
): string {
  const { offer = "AmazonEC2", published = "2026-11-02T03:04:05Z" } = head;
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  return `${[
    line(["FormatVersion", "v1.0"]),
    line(["Disclaimer", "This pricing list is for informational purposes only, as is."]),
    line(["Publication Date", published]),
    line(["Version", "20261102030405"]),
    line(["OfferCode", offer]),
    line(TITLES),
    ...rows.map((row) => line(TITLES.map((title) => row[title] ?? ""))),
  ].join("\n")}\n`;
}

/** The JSON form of the same rows. */
export function offerJson(rows: readonly OfferCells[], offer = "AmazonEC2"): string {
  const products: Record<string, unknown> = {};
  const terms = { OnDemand: {}, Reserved: {} } as Record<string, Record<string, Record<string, Term>>>;
  rows.forEach((row, index) => {
    const sku = row.SKU ?? "";
    products[sku] = { sku, productFamily: row["Product Family"] ?? "", attributes: attributesOf(row) };
    const ofSku = ((terms[row.TermType ?? ""] ??= {})[sku] ??= {});
    const term = (ofSku[`${sku}.${row.OfferTermCode ?? ""}`] ??= {
      offerTermCode: row.OfferTermCode ?? "",
      sku,
      effectiveDate: "2026-11-01T00:00:00Z",
      priceDimensions: {},
      termAttributes: termAttributesOf(row),
    });
    term.priceDimensions[`rate${index}`] = {
      rateCode: `rate${index}`,
      unit: row.Unit ?? "",
      beginRange: row.StartingRange ?? "",
      endRange: "Inf",
      appliesTo: [],
      pricePerUnit: { USD: row.PricePerUnit ?? "" },
    };
  });
  const facts = { formatVersion: "v1.0", disclaimer: "As is.", offerCode: offer, version: "20261102030405" };
  return JSON.stringify({ ...facts, publicationDate: "2026-11-02T03:04:05Z", products, terms }, null, 2);
}

interface Term {
  readonly offerTermCode: string;
  readonly sku: string;
  readonly effectiveDate: string;
  readonly priceDimensions: Record<string, unknown>;
  readonly termAttributes: Readonly<Record<string, string>>;
}

function termAttributesOf(row: OfferCells): Readonly<Record<string, string>> {
  const { LeaseContractLength = "", PurchaseOption = "", OfferingClass = "" } = row;
  return LeaseContractLength === "" ? {} : { LeaseContractLength, PurchaseOption, OfferingClass };
}

function attributesOf(row: OfferCells): Readonly<Record<string, string>> {
  return {
    servicecode: row.serviceCode ?? "",
    instanceType: row["Instance Type"] ?? "",
    operatingSystem: row["Operating System"] ?? "",
    licenseModel: row["License Model"] ?? "",
    tenancy: row.Tenancy ?? "",
    usagetype: row.usageType ?? "",
    operation: row.operation ?? "",
    capacitystatus: row.CapacityStatus ?? "",
    marketoption: row.MarketOption ?? "",
    preInstalledSw: row["Pre Installed S/W"] ?? "",
    regionCode: row["Region Code"] ?? "",
    databaseEngine: row["Database Engine"] ?? "",
    deploymentOption: row["Deployment Option"] ?? "",
    cacheEngine: row["Cache Engine"] ?? "",
    databaseEdition: row["Database Edition"] ?? "",
    brokerEngine: row["Broker Engine"] ?? "",
  };
}
