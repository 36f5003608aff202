/** FOCUS columns that are read, under their 1.2 names; `ChargeFrequency` only to count its misspellings. */
export const FOCUS_COLUMNS = [
  "AvailabilityZone",
  "BilledCost",
  "BillingAccountId",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargeClass",
  "ChargeDescription",
  "ChargeFrequency",
  "ChargePeriodEnd",
  "ChargePeriodStart",
  "CommitmentDiscountId",
  "CommitmentDiscountStatus",
  "CommitmentDiscountType",
  "ConsumedQuantity",
  "ConsumedUnit",
  "ContractedCost",
  "ContractedUnitPrice",
  "EffectiveCost",
  "InvoiceId",
  "InvoiceIssuerName",
  "ListCost",
  "ListUnitPrice",
  "PricingCategory",
  "PricingQuantity",
  "PricingUnit",
  "ProviderName",
  "PublisherName",
  "RegionId",
  "ResourceId",
  "ResourceName",
  "ResourceType",
  "ServiceCategory",
  "ServiceName",
  "SkuId",
  "SkuPriceId",
  "SubAccountId",
  "Tags",
  "x_Operation",
  "x_UsageType",
] as const;

/** One of {@link FOCUS_COLUMNS}. */
export type FocusColumn = (typeof FOCUS_COLUMNS)[number];

/** FOCUS columns of 1.0–1.4 that Apex has no use for: known, so not reported as unknown. */
const FOCUS_UNUSED = [
  ..."AllocatedMethodDetails AllocatedMethodId AllocatedResourceId AllocatedResourceName AllocatedTags".split(
    " ",
  ),
  ..."BillingAccountName BillingAccountType CapacityReservationId CapacityReservationStatus".split(" "),
  ..."CommitmentDiscountCategory CommitmentDiscountName CommitmentDiscountQuantity CommitmentDiscountUnit".split(
    " ",
  ),
  ..."CommitmentProgramEligibilityDetails ContractApplied HostProviderName InvoiceDetailId".split(" "),
  ..."PricingCurrency PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost".split(" "),
  ..."PricingCurrencyListUnitPrice RegionName ServiceSubcategory SkuMeter SkuPriceDetails".split(" "),
  ..."SubAccountName SubAccountType".split(" "),
];

/** Names of earlier drafts (0.5, 1.0 preview) and of 1.3, and the 1.2 name of the same thing. */
const FOCUS_RENAMED: Readonly<Record<string, FocusColumn>> = {
  AmortizedCost: "EffectiveCost",
  BilledCurrency: "BillingCurrency",
  ChargeType: "ChargeCategory",
  InvoiceIssuer: "InvoiceIssuerName",
  Provider: "ProviderName",
  Publisher: "PublisherName",
  Region: "RegionId",
  ServiceProviderName: "ProviderName",
  UsageQuantity: "ConsumedQuantity",
  UsageUnit: "ConsumedUnit",
};

/** Columns that arrived with a version, newest first: the first hit names the version. */
const FOCUS_VERSION_MARKS: readonly (readonly [version: string, columns: readonly string[]])[] = [
  ["1.4", ["InvoiceDetailId", "CommitmentProgramEligibilityDetails"]],
  ["1.3", ["ServiceProviderName", "HostProviderName", "ContractApplied", "AllocatedMethodId"]],
  ["1.2", ["InvoiceId", "BillingAccountType", "PricingCurrency", "SubAccountType"]],
  ["1.1", ["SkuMeter", "SkuPriceDetails", "ServiceSubcategory", "CapacityReservationId"]],
  ["1.0", ["RegionId", "ListUnitPrice", "PricingCategory", "ConsumedQuantity"]],
];

/** Without these a file is not a FOCUS cost table, whatever else it holds. */
const FOCUS_REQUIRED = ["BilledCost", "ChargePeriodStart", "ChargePeriodEnd"] as const;

const CUR_REQUIRED = ["line_item_unblended_cost", "line_item_line_item_type", "line_item_usage_start_date"];

/** What a file turned out to be, with the position of each column that is read. */
export type CostLayout =
  | {
      readonly kind: "focus";
      /** "1.2"; "preview" for anything before 1.0. */
      readonly version: string;
      readonly columns: ReadonlyMap<FocusColumn, number>;
      readonly renamed: readonly string[];
      readonly ignored: readonly string[];
    }
  | {
      readonly kind: "cur";
      readonly version: "legacy" | "2.0";
      /** By CUR 2.0 names, where they are known to both ("line_item_unblended_cost"). */
      readonly columns: ReadonlyMap<string, number>;
      /** Tag columns of the legacy form, by tag name. */
      readonly tags: ReadonlyMap<string, number>;
    }
  | { readonly kind: "unknown"; readonly missing: readonly string[] };

/** Column names are compared without case and punctuation: `lineItem/UnblendedCost` is `line_item_unblended_cost`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Recognises the format and version of a cost table from its column names. */
export function recogniseLayout(names: readonly string[]): CostLayout {
  const positions = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (!positions.has(plain(name))) positions.set(plain(name), index);
  }
  if (CUR_REQUIRED.every((name) => positions.has(plain(name)))) return curLayout(names);
  const focus = focusLayout(names, positions);
  const missing = FOCUS_REQUIRED.filter((name) => !focus.columns.has(name));
  return missing.length === 0 ? focus : { kind: "unknown", missing };
}

function focusLayout(
  names: readonly string[],
  positions: ReadonlyMap<string, number>,
): Extract<CostLayout, { kind: "focus" }> {
  const columns = new Map<FocusColumn, number>();
  const renamed: string[] = [];
  for (const column of FOCUS_COLUMNS) {
    const index = positions.get(plain(column));
    if (index !== undefined) columns.set(column, index);
  }
  for (const [old, column] of Object.entries(FOCUS_RENAMED)) {
    const index = positions.get(plain(old));
    if (index === undefined || columns.has(column)) continue;
    columns.set(column, index);
    renamed.push(names[index] ?? old);
  }
  const version = FOCUS_VERSION_MARKS.find(([, marks]) => marks.some((mark) => positions.has(plain(mark))));
  const known = new Set([...FOCUS_COLUMNS, ...FOCUS_UNUSED, ...Object.keys(FOCUS_RENAMED)].map(plain));
  const ignored = names.filter((name) => !known.has(plain(name)) && !/^x_/i.test(name));
  return { kind: "focus", version: version?.[0] ?? "preview", columns, renamed, ignored };
}

/** The prefixes of legacy tag columns: `resourceTags/user:Name` in CSV, `resource_tags_user_name` through Athena. */
const TAG_PREFIX = /^(?:resourceTags\/|resource_tags_)(?:user[:_])?/;

function curLayout(names: readonly string[]): CostLayout {
  const columns = new Map<string, number>();
  const tags = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (TAG_PREFIX.test(name)) tags.set(name.replace(TAG_PREFIX, ""), index);
    else {
      const column = plain(name);
      if (!columns.has(column)) columns.set(column, index);
    }
  }
  const version = columns.has("product") || columns.has("resourcetags") ? "2.0" : "legacy";
  return { kind: "cur", version, columns, tags };
}

/** Position of a CUR column by its CUR 2.0 name. */
export function curColumn(columns: ReadonlyMap<string, number>, name: string): number | undefined {
  return columns.get(plain(name));
}
