/**
 * One price of an offer file of the AWS Price List, whichever form it was read from: attributes under the names of the JSON
 * form, "" where the file does not have one. Source: AWS Billing user guide, "Reading the service price list file".
 */
export interface OfferRow {
  /** "OnDemand", "Reserved". */
  readonly termType: string;
  readonly unit: string;
  /** USD per unit, as written. */
  readonly pricePerUnit: string;
  /** From which quantity on it holds: "0", or the start of a later tier. */
  readonly startingRange: string;
  /** "1yr", "3yr" of reservations. */
  readonly leaseContractLength: string;
  /** "No Upfront", "Partial Upfront", "All Upfront". */
  readonly purchaseOption: string;
  /** "standard", "convertible". */
  readonly offeringClass: string;
  readonly productFamily: string;
  readonly regionCode: string;
  readonly usageType: string;
  readonly operation: string;
  readonly instanceType: string;
  readonly operatingSystem: string;
  readonly licenseModel: string;
  readonly tenancy: string;
  readonly preInstalledSw: string;
  readonly capacityStatus: string;
  readonly marketOption: string;
  readonly databaseEngine: string;
  readonly deploymentOption: string;
  readonly cacheEngine: string;
  readonly databaseEdition: string;
  readonly brokerEngine: string;
}

/** The fields of an {@link OfferRow} with the column titles of the CSV form. */
export const OFFER_COLUMNS: Readonly<Record<keyof OfferRow, string>> = {
  termType: "TermType",
  unit: "Unit",
  pricePerUnit: "PricePerUnit",
  startingRange: "StartingRange",
  leaseContractLength: "LeaseContractLength",
  purchaseOption: "PurchaseOption",
  offeringClass: "OfferingClass",
  productFamily: "Product Family",
  regionCode: "Region Code",
  usageType: "usageType",
  operation: "operation",
  instanceType: "Instance Type",
  operatingSystem: "Operating System",
  licenseModel: "License Model",
  tenancy: "Tenancy",
  preInstalledSw: "Pre Installed S/W",
  capacityStatus: "CapacityStatus",
  marketOption: "MarketOption",
  databaseEngine: "Database Engine",
  deploymentOption: "Deployment Option",
  cacheEngine: "Cache Engine",
  databaseEdition: "Database Edition",
  brokerEngine: "Broker Engine",
};

/** Attribute names of the JSON form where they differ from the field's. */
export const OFFER_ATTRIBUTES: Readonly<Partial<Record<keyof OfferRow, string>>> = {
  usageType: "usagetype",
  capacityStatus: "capacitystatus",
  marketOption: "marketoption",
};
