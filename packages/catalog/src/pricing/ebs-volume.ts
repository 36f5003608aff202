import { compareDecimals, type Decimal, decimal, divide, subtract } from "@apex/core";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  type PricedParts,
  usageItem,
} from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";

/** An EBS volume as its price sees it. */
export interface EbsVolume {
  /** "gp2", "gp3", "io1", "io2", "st1", "sc1", "standard". */
  readonly type: string;
  readonly sizeGib: number | undefined;
  /** Provisioned IOPS: required by io1 and io2, gp3's 3,000 when absent, without meaning for the others. */
  readonly iops?: number | undefined;
  /** Provisioned MiB/s of gp3, 125 when absent. */
  readonly throughputMbps?: number | undefined;
  readonly region: string;
  /** Put before the names of the line items: "Root volume". */
  readonly label?: string;
  /** I/O requests of a month, of which only standard volumes pay; where somebody told them. */
  readonly ioRequests?: Decimal | undefined;
}

/** Included in the price of every gp3 volume. Source: EBS user guide, "General Purpose SSD volumes". */
const GP3_INCLUDED = { iops: decimal(3000), throughputMbps: decimal(125) } as const;

/** io2 IOPS of a volume cost less from tier to tier. Source: EBS pricing page. */
const IO2_TIERS = [
  { name: "Provisioned IOPS", from: 0, to: 32_000, price: "ebs-io2-iops-month" },
  {
    name: "Provisioned IOPS above 32,000",
    from: 32_000,
    to: 64_000,
    price: "ebs-io2-second-tier-iops-month",
  },
  {
    name: "Provisioned IOPS above 64,000",
    from: 64_000,
    to: Infinity,
    price: "ebs-io2-third-tier-iops-month",
  },
] as const;

const STORAGE_NAMES = {
  gp2: "general purpose SSD, gp2",
  gp3: "general purpose SSD, gp3",
  io1: "provisioned IOPS SSD, io1",
  io2: "provisioned IOPS SSD, io2",
  st1: "throughput optimized HDD, st1",
  sc1: "cold HDD, sc1",
  standard: "magnetic, standard",
} as const;

function isQuantity(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

function named(volume: EbsVolume, name: string): string {
  return volume.label === undefined
    ? name
    : `${volume.label}: ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function storage(volume: EbsVolume, type: keyof typeof STORAGE_NAMES, prices: PriceBook): PricedParts {
  if (!isQuantity(volume.sizeGib))
    return essentialPartMissing(named(volume, "The size of the volume is not known"));
  return fixedItem({
    name: named(volume, `Storage (${STORAGE_NAMES[type]})`),
    unit: "GB-months",
    quantity: decimal(volume.sizeGib),
    price: unitPrice(`ebs-${type}-gb-month`, volume.region, prices),
  });
}

/** The part of a quantity above what is included; nothing when there is none. */
function above(
  included: Decimal,
  item: {
    readonly volume: EbsVolume;
    readonly name: string;
    readonly unit: string;
    readonly price: UnitPriceName;
  },
  provisioned: number,
  prices: PriceBook,
): PricedParts {
  const quantity = subtract(decimal(provisioned), included);
  if (compareDecimals(quantity, decimal(0)) <= 0) return FREE;
  const { volume, name, unit, price } = item;
  return fixedItem({
    name: named(volume, name),
    unit,
    quantity,
    price: unitPrice(price, volume.region, prices),
  });
}

function gp3Performance(volume: EbsVolume, prices: PriceBook): PricedParts {
  const { iops = 0, throughputMbps = 0 } = volume;
  if (!isQuantity(iops) || !isQuantity(throughputMbps)) {
    return essentialPartMissing(named(volume, "The provisioned performance of the volume is no number"));
  }
  return combineParts(
    above(
      GP3_INCLUDED.iops,
      { volume, name: "Provisioned IOPS above 3,000", unit: "IOPS-months", price: "ebs-gp3-iops-month" },
      iops,
      prices,
    ),
    above(
      GP3_INCLUDED.throughputMbps,
      {
        volume,
        name: "Provisioned throughput above 125 MB/s",
        unit: "MB/s-months",
        price: "ebs-gp3-mbps-month",
      },
      throughputMbps,
      prices,
    ),
  );
}

function provisionedIops(volume: EbsVolume, type: "io1" | "io2", prices: PriceBook): PricedParts {
  const { iops } = volume;
  if (!isQuantity(iops))
    return essentialPartMissing(named(volume, `The provisioned IOPS of the ${type} volume are not known`));
  const tiers =
    type === "io1"
      ? ([{ name: "Provisioned IOPS", from: 0, to: Infinity, price: "ebs-io1-iops-month" }] as const)
      : IO2_TIERS;
  const items = tiers.map(({ name, from, to, price }, index) =>
    index > 0 && iops <= from
      ? FREE
      : fixedItem({
          name: named(volume, name),
          unit: "IOPS-months",
          quantity: decimal(Math.min(iops, to) - from),
          price: unitPrice(price, volume.region, prices),
        }),
  );
  return combineParts(...items);
}

/** The monthly price of an EBS volume at list, itemised: storage, and what is provisioned above the included performance. */
export function volumeMonthlyPrice(volume: EbsVolume, prices: PriceBook = COMMITTED_PRICES): PricedParts {
  switch (volume.type) {
    case "gp2":
    case "st1":
    case "sc1":
      return storage(volume, volume.type, prices);
    case "gp3":
      return combineParts(storage(volume, "gp3", prices), gp3Performance(volume, prices));
    case "io1":
    case "io2":
      return combineParts(storage(volume, volume.type, prices), provisionedIops(volume, volume.type, prices));
    case "standard":
      return combineParts(
        storage(volume, "standard", prices),
        usageItem({
          name: named(volume, "I/O requests"),
          unit: "1M requests",
          price: unitPrice("ebs-standard-million-requests", volume.region, prices),
          quantity: volume.ioRequests && divide(volume.ioRequests, decimal(1_000_000)),
        }),
      );
    default:
      return essentialPartMissing(
        named(volume, `The volume type ${JSON.stringify(volume.type)} has no known price`),
      );
  }
}
