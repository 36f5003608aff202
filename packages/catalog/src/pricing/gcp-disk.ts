import { decimal } from "@apex/core";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, essentialPartMissing, fixedItem, type PricedParts } from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";

/** A zonal Compute Engine disk as its price sees it. */
export interface GcpDisk {
  /** "pd-standard", "pd-balanced", "pd-ssd", "pd-extreme", "hyperdisk-extreme", "local-ssd". */
  readonly type: string;
  readonly sizeGib: number | undefined;
  /** Provisioned IOPS of the extreme types. */
  readonly iops?: number | undefined;
  readonly region: string;
  /** Put before the names of the line items: "Boot disk". */
  readonly label?: string;
}

const NAMES = {
  "pd-standard": "standard persistent disk",
  "pd-balanced": "balanced persistent disk",
  "pd-ssd": "SSD persistent disk",
  "pd-extreme": "extreme persistent disk",
  "hyperdisk-extreme": "extreme Hyperdisk",
  "local-ssd": "local SSD",
} as const;

function isPriced(type: string): type is keyof typeof NAMES {
  return Object.hasOwn(NAMES, type);
}

/** The monthly list price of a zonal disk, itemised. */
export function gcpDiskMonthlyPrice(disk: GcpDisk, prices: PriceBook = COMMITTED_PRICES): PricedParts {
  const { type, sizeGib, iops, region, label = "Disk" } = disk;
  if (!isPriced(type))
    return essentialPartMissing(`${label}: the disk type ${JSON.stringify(type)} has no known price`);
  if (sizeGib === undefined || !Number.isFinite(sizeGib) || sizeGib < 0) {
    return essentialPartMissing(`${label}: its size is not known`);
  }
  const storage = fixedItem({
    name: `${label}: storage (${NAMES[type]})`,
    unit: "GB-months",
    quantity: decimal(sizeGib),
    price: unitPrice(`${type}-gb-month`, region, prices),
  });
  if (type !== "pd-extreme" && type !== "hyperdisk-extreme") return storage;
  if (iops === undefined) {
    return combineParts(storage, essentialPartMissing(`${label}: its provisioned IOPS are not known`));
  }
  const performance = fixedItem({
    name: `${label}: provisioned IOPS`,
    unit: "IOPS-months",
    quantity: decimal(iops),
    price: unitPrice(`${type}-iops-month`, region, prices),
  });
  return combineParts(storage, performance);
}
