import { addDecimals, type Decimal, decimal, multiply } from "@apex/core";
import { GCE_MACHINES, GCP_PROJECT, GCP_ZONE } from "../fleet/gcp.ts";
import { hexFor } from "../random.ts";
import { gceNumber } from "../state/gcp.ts";
import { MONTH_DAYS } from "../time-grid.ts";
import { dayStart, instant, perDay } from "./charge.ts";
import { type FocusRow, renderFocus } from "./focus-row.ts";

/**
 * List prices of us-central1 in USD. Machines: kubernetes/autoscaler's table of 2026-06 (Apache-2.0); disks, addresses
 * and Cloud SQL (Enterprise, per vCPU, GiB and GB): Google's price lists.
 */
const MACHINE_HOURLY: Readonly<Record<string, string>> = {
  "n2-standard-8": "0.3885",
  "e2-highmem-4": "0.1808",
  "e2-standard-4": "0.13402",
  "n2-standard-4": "0.1942",
};
const BALANCED_GIB_MONTH = "0.10";
const SSD_GIB_MONTH = "0.17";
const IDLE_ADDRESS_HOUR = "0.01";
const SQL_VCPU_HOUR = "0.0413";
const SQL_GIB_HOUR = "0.007";
const SQL_SSD_GIB_MONTH = "0.17";

interface GcpCharge {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly category: string;
  readonly type: string;
  readonly description: string;
  readonly unit: string;
  readonly price: string;
  readonly quantity: Decimal;
}

/** Google's own full resource name, with the number that the API gave. */
function computeName(kind: string, address: string): string {
  return `//compute.googleapis.com/projects/${GCP_PROJECT}/zones/${GCP_ZONE}/${kind}/${gceNumber(address)}`;
}

const COMPUTE = { service: "Compute Engine", category: "Compute" } as const;
const HOURS = { unit: "h", quantity: decimal(24) } as const;

function disk(address: string, name: string, ssd: boolean, sizeGb: number): GcpCharge {
  return {
    ...COMPUTE,
    category: "Storage",
    id: computeName("disks", address),
    name,
    type: "Disk",
    description: ssd ? "SSD backed PD Capacity" : "Balanced PD Capacity",
    unit: "GiBy.mo",
    price: ssd ? SSD_GIB_MONTH : BALANCED_GIB_MONTH,
    quantity: perDay(sizeGb),
  };
}

function charges(): GcpCharge[] {
  const machines = GCE_MACHINES.flatMap((machine): GcpCharge[] => [
    {
      ...COMPUTE,
      ...HOURS,
      id: computeName("instances", machine.address),
      name: machine.name,
      type: "Instance",
      description: `${machine.machineType} running in Iowa`,
      price: MACHINE_HOURLY[machine.machineType] ?? "",
    },
    disk(`${machine.address} boot`, machine.name, false, machine.diskGb),
  ]);
  const sql = {
    id: `//cloudsql.googleapis.com/projects/${GCP_PROJECT}/instances/metabase`,
    name: "metabase",
    service: "Cloud SQL",
    category: "Databases",
    type: "Instance",
  };
  return [
    ...machines,
    disk("google_compute_disk.feature_store", "analytics-feature-store", false, 200),
    disk("google_compute_disk.backfill", "analytics-backfill", true, 500),
    {
      ...COMPUTE,
      ...HOURS,
      category: "Networking",
      id: `//compute.googleapis.com/projects/${GCP_PROJECT}/regions/us-central1/addresses/partner-vpn`,
      name: "partner-vpn",
      type: "Address",
      description: "Static Ip Charge",
      price: IDLE_ADDRESS_HOUR,
    },
    {
      ...sql,
      description: "Cloud SQL for PostgreSQL: vCPU in Iowa",
      unit: "h",
      price: SQL_VCPU_HOUR,
      quantity: decimal(96),
    },
    {
      ...sql,
      description: "Cloud SQL for PostgreSQL: RAM in Iowa",
      unit: "GiBy.h",
      price: SQL_GIB_HOUR,
      quantity: decimal(360),
    },
    {
      ...sql,
      description: "Cloud SQL: SSD storage in Iowa",
      unit: "GiBy.mo",
      price: SQL_SSD_GIB_MONTH,
      quantity: perDay(50),
    },
  ];
}

function shared(day: number): FocusRow {
  return {
    BillingAccountId: "01A2B3-4C5D6E-7F8A9B",
    BillingAccountName: "Acme Retail",
    BillingAccountType: "Billing Account",
    BillingCurrency: "USD",
    BillingPeriodStart: instant(dayStart(1)),
    BillingPeriodEnd: instant(dayStart(MONTH_DAYS + 1)),
    ChargePeriodStart: instant(dayStart(day)),
    ChargePeriodEnd: instant(dayStart(day + 1)),
    InvoiceIssuerName: "Google Cloud",
    PricingCurrency: "USD",
    ProviderName: "Google Cloud",
    PublisherName: "Google Cloud",
    RegionId: "us-central1",
    RegionName: "Iowa",
    SubAccountId: GCP_PROJECT,
    SubAccountName: GCP_PROJECT,
    SubAccountType: "Project",
  };
}

function usageRow(charge: GcpCharge, day: number): FocusRow {
  const cost = multiply(charge.quantity, decimal(charge.price));
  return {
    ...shared(day),
    BilledCost: cost,
    ContractedCost: cost,
    ContractedUnitPrice: decimal(charge.price),
    EffectiveCost: cost,
    ListCost: cost,
    ListUnitPrice: decimal(charge.price),
    ChargeCategory: "Usage",
    ChargeDescription: charge.description,
    ChargeFrequency: "Usage-Based",
    ConsumedQuantity: charge.quantity,
    ConsumedUnit: charge.unit,
    PricingCategory: "Standard",
    PricingQuantity: charge.quantity,
    PricingUnit: charge.unit,
    ResourceId: charge.id,
    ResourceName: charge.name,
    ResourceType: charge.type,
    ServiceCategory: charge.category,
    ServiceName: charge.service,
    SkuId: hexFor(`gcp ${charge.description}`, 12)
      .toUpperCase()
      .replace(/(.{4})(?=.)/g, "$1-"),
    Tags: JSON.stringify({ environment: "prod" }),
  };
}

/** Sustained use discounts of N2 come as credits at the end of the month, on no resource in particular. */
function discountRow(usage: readonly FocusRow[]): FocusRow {
  const n2 = usage.filter((row) => row.ChargeDescription?.startsWith("n2-") === true);
  const total = addDecimals(...n2.map((row) => decimal(row.BilledCost ?? "0")));
  const credit = multiply(total, decimal("-0.2"));
  return {
    ...shared(MONTH_DAYS),
    BilledCost: credit,
    ContractedCost: credit,
    EffectiveCost: credit,
    ListCost: "0",
    ChargeCategory: "Credit",
    ChargeDescription: "Sustained Usage Discount",
    ChargeFrequency: "Usage-Based",
    ServiceCategory: "Compute",
    ServiceName: "Compute Engine",
  };
}

/** The October bill of the Google project in FOCUS 1.2, saved by a spreadsheet: byte order mark, CRLF, empty cells. */
export function renderGcpBill(): string {
  const items = charges();
  const days = Array.from({ length: MONTH_DAYS }, (_, index) => index + 1);
  const usage = days.flatMap((day) => items.map((charge) => usageRow(charge, day)));
  return `\uFEFF${renderFocus([...usage, discountRow(usage)], "", "\r\n")}`;
}
