import { compareDecimals, type Decimal, decimal, subtract } from "@apex/core";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, essentialPartMissing, fixedItem, type PricedParts } from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";

/** A Compute Engine disk as its price sees it. */
export interface GcpDisk {
  /** "pd-standard", "pd-balanced", "pd-ssd", "pd-extreme", "hyperdisk-balanced", "hyperdisk-extreme", "local-ssd". */
  readonly type: string;
  readonly sizeGib: number | undefined;
  /** Provisioned IOPS of the extreme types and of Hyperdisk Balanced. */
  readonly iops?: number | undefined;
  /** Provisioned MiB/s of Hyperdisk Balanced. */
  readonly throughputMbps?: number | undefined;
  readonly region: string;
  /** Whether it is kept in two zones of the region. */
  readonly isRegional?: boolean;
  /** Put before the names of the line items: "Boot disk". */
  readonly label?: string;
}

/** What a provisioned measure of performance costs, and how much of it comes with the capacity. */
interface Performance {
  readonly name: string;
  readonly unit: string;
  readonly price: UnitPriceName;
  readonly included: number;
  readonly of: "iops" | "throughputMbps";
}

interface DiskKind {
  readonly name: string;
  readonly price: UnitPriceName;
  /** Of a disk that is kept in two zones; absent where there is none. */
  readonly regionalPrice?: UnitPriceName;
  readonly performance?: readonly Performance[];
}

function iops(price: UnitPriceName, included = 0): Performance {
  return { name: "provisioned IOPS", unit: "IOPS-months", price, included, of: "iops" };
}

/** What comes with Hyperdisk Balanced. Source: Compute Engine documentation, "About Hyperdisk Balanced", baseline performance. */
const BASELINE = { iops: 3000, throughputMbps: 140 } as const;

const KINDS: Readonly<Record<string, DiskKind>> = {
  "pd-standard": {
    name: "standard persistent disk",
    price: "pd-standard-gb-month",
    regionalPrice: "regional-pd-standard-gb-month",
  },
  "pd-balanced": {
    name: "balanced persistent disk",
    price: "pd-balanced-gb-month",
    regionalPrice: "regional-pd-balanced-gb-month",
  },
  "pd-ssd": {
    name: "SSD persistent disk",
    price: "pd-ssd-gb-month",
    regionalPrice: "regional-pd-ssd-gb-month",
  },
  "pd-extreme": {
    name: "extreme persistent disk",
    price: "pd-extreme-gb-month",
    performance: [iops("pd-extreme-iops-month")],
  },
  "hyperdisk-extreme": {
    name: "extreme Hyperdisk",
    price: "hyperdisk-extreme-gb-month",
    performance: [iops("hyperdisk-extreme-iops-month")],
  },
  "hyperdisk-balanced": {
    name: "balanced Hyperdisk",
    price: "hyperdisk-balanced-gb-month",
    performance: [
      iops("hyperdisk-balanced-iops-month", BASELINE.iops),
      {
        name: "provisioned throughput",
        unit: "MiBps-months",
        price: "hyperdisk-balanced-mibps-month",
        included: BASELINE.throughputMbps,
        of: "throughputMbps",
      },
    ],
  },
  "local-ssd": { name: "local SSD", price: "local-ssd-gb-month" },
};

function beyond(provisioned: number, included: number): Decimal {
  const rest = subtract(decimal(provisioned), decimal(included));
  return compareDecimals(rest, decimal(0)) > 0 ? rest : decimal(0);
}

function performanceItem(disk: GcpDisk, part: Performance, prices: PriceBook): PricedParts {
  const { label = "Disk", region } = disk;
  const provisioned = disk[part.of];
  if (provisioned === undefined) {
    return essentialPartMissing(`${label}: its ${part.name} ${part.of === "iops" ? "are" : "is"} not known`);
  }
  return fixedItem({
    name: `${label}: ${part.name}${part.included === 0 ? "" : ` beyond ${part.included}`}`,
    unit: part.unit,
    quantity: beyond(provisioned, part.included),
    price: unitPrice(part.price, region, prices),
  });
}

/** The monthly list price of a disk, itemised. */
export function gcpDiskMonthlyPrice(disk: GcpDisk, prices: PriceBook = COMMITTED_PRICES): PricedParts {
  const { type, sizeGib, region, isRegional = false, label = "Disk" } = disk;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const price = isRegional ? kind?.regionalPrice : kind?.price;
  if (kind === undefined || price === undefined) {
    const which = isRegional ? "regional disk type" : "disk type";
    return essentialPartMissing(`${label}: the ${which} ${JSON.stringify(type)} has no known price`);
  }
  if (sizeGib === undefined || !Number.isFinite(sizeGib) || sizeGib < 0) {
    return essentialPartMissing(`${label}: its size is not known`);
  }
  const storage = fixedItem({
    name: `${label}: storage (${kind.name}${isRegional ? ", regional" : ""})`,
    unit: "GB-months",
    quantity: decimal(sizeGib),
    price: unitPrice(price, region, prices),
  });
  const performance = (kind.performance ?? []).map((part) => performanceItem(disk, part, prices));
  return combineParts(storage, ...performance);
}
