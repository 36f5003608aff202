import {
  addDecimals,
  type ChargeCategory,
  compareDecimals,
  type CostRow,
  decimal,
  subtract,
} from "@apex/core";
import { isOffsetBySavingsPlan, lineItemCategory } from "../../exports/cost/decode-cur.ts";
import type { CostGroup } from "./ask-costs.ts";

const ZERO = decimal(0);

/** Usage by service and purchase type, of which a part is known by resource and purchase type. */
export interface UsageCosts {
  readonly byService: readonly CostGroup[];
  readonly byResource: readonly CostGroup[];
  /** The service that `byResource` is of. */
  readonly resourceService: string;
}

/** What Cost Explorer calls the usage that it knows no resource of. */
const NO_RESOURCE = "NoResourceId";

/** Rows of usage: by resource where that is known, and what the service cost beyond them, so that the sum stays the service's. */
export function usageRows(
  account: string,
  { byService, byResource, resourceService }: UsageCosts,
): readonly CostRow[] {
  const named = byResource.filter(({ keys }) => keys[0] !== "" && keys[0] !== NO_RESOURCE);
  const rows = named.map((group) =>
    usageRow(account, group, { service: resourceService, resource: group.keys[0] }),
  );
  const covered = Map.groupBy(named, ({ day, keys }) => `${day}\n${keys[1]}`);
  const rest = byService.flatMap((group) => {
    const [service, purchase] = group.keys;
    const known = service === resourceService ? (covered.get(`${group.day}\n${purchase}`) ?? []) : [];
    const unblended = subtract(group.unblended, addDecimals(...known.map((one) => one.unblended)));
    const amortised = subtract(group.amortised, addDecimals(...known.map((one) => one.amortised)));
    if (isZero(unblended) && isZero(amortised)) return [];
    return [usageRow(account, { ...group, unblended, amortised }, { service, resource: null })];
  });
  return [...rows, ...rest];
}

/** Rows of all that is no usage: fees, taxes, credits. The negation of what Savings Plans cover is left out, as its other half is. */
export function otherRows(account: string, groups: readonly CostGroup[]): readonly CostRow[] {
  return groups
    .filter(
      ({ keys, unblended, amortised }) =>
        !isOffsetBySavingsPlan(keys[1]) && !(isZero(unblended) && isZero(amortised)),
    )
    .map((group) => {
      const [service, recordType] = group.keys;
      const row = baseRow(account, group, service);
      return {
        ...row,
        BilledCost: group.unblended,
        EffectiveCost: group.amortised,
        ChargeCategory: categoryOf(recordType),
        ChargeClass: recordType === "Refund" ? "Correction" : null,
        ChargeDescription: recordType,
      } satisfies CostRow;
    });
}

/** Older record types that a bill's line items no longer have. */
const FEES = new Set(["Recurring", "Upfront"]);

function categoryOf(recordType: string): ChargeCategory {
  return FEES.has(recordType) ? "Purchase" : (lineItemCategory(recordType) ?? "Adjustment");
}

function usageRow(
  account: string,
  group: CostGroup,
  { service, resource }: { readonly service: string; readonly resource: string | null },
): CostRow {
  const pricing = pricingOf(group.keys[1]);
  return {
    ...baseRow(account, group, service),
    // What a Savings Plan covers is invoiced as the plan's fee, not as usage.
    BilledCost: pricing.CommitmentDiscountType === SAVINGS_PLAN ? ZERO : group.unblended,
    EffectiveCost: group.amortised,
    ResourceId: resource,
    ...pricing,
  };
}

const SAVINGS_PLAN = "Savings Plan";

type Pricing = Pick<CostRow, "PricingCategory" | "CommitmentDiscountStatus" | "CommitmentDiscountType">;

/** Cost Explorer's PURCHASE_TYPE: "On Demand Instances", "Spot Instances", "Standard Reserved Instances", "Savings Plans". */
function pricingOf(purchaseType: string): Pricing {
  const committed = (type: string): Pricing => ({
    PricingCategory: "Committed",
    CommitmentDiscountStatus: "Used",
    CommitmentDiscountType: type,
  });
  if (/savings plan/i.test(purchaseType)) return committed(SAVINGS_PLAN);
  if (/reserved/i.test(purchaseType)) return committed("Reserved Instance");
  const category = /spot/i.test(purchaseType)
    ? "Dynamic"
    : /on.?demand/i.test(purchaseType)
      ? "Standard"
      : null;
  return { PricingCategory: category, CommitmentDiscountStatus: null, CommitmentDiscountType: null };
}

/** All that is the same in every row; what Cost Explorer does not tell is null. */
function baseRow(account: string, { day, nextDay, currency }: CostGroup, service: string): CostRow {
  const month = day.slice(0, 7);
  return {
    BilledCost: ZERO,
    EffectiveCost: ZERO,
    ListCost: null,
    ContractedCost: null,
    BillingCurrency: currency,
    BillingAccountId: account,
    SubAccountId: account,
    BillingPeriodStart: `${month}-01T00:00:00Z`,
    BillingPeriodEnd: `${nextMonth(month)}-01T00:00:00Z`,
    ChargePeriodStart: `${day}T00:00:00Z`,
    ChargePeriodEnd: `${nextDay}T00:00:00Z`,
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: null,
    PricingCategory: null,
    PricingQuantity: null,
    PricingUnit: null,
    ConsumedQuantity: null,
    ConsumedUnit: null,
    ListUnitPrice: null,
    ContractedUnitPrice: null,
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: null,
    CommitmentDiscountType: null,
    ProviderName: "AWS",
    PublisherName: null,
    InvoiceIssuerName: null,
    InvoiceId: null,
    RegionId: null,
    AvailabilityZone: null,
    ResourceId: null,
    ResourceName: null,
    ResourceType: null,
    ServiceCategory: null,
    ServiceName: service,
    SkuId: null,
    SkuPriceId: null,
    Tags: {},
    x_UsageType: null,
    x_Operation: null,
  };
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

function isZero(value: CostRow["BilledCost"]): boolean {
  return compareDecimals(value, ZERO) === 0;
}
