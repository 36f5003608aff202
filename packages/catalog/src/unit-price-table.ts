import { AWS_CLOUDFRONT_UNITS } from "./by-hand/aws-cloudfront.ts";
import { AWS_COMPUTE_UNITS } from "./by-hand/aws-compute.ts";
import { AWS_CONTAINER_UNITS } from "./by-hand/aws-containers.ts";
import { AWS_DATA_UNITS } from "./by-hand/aws-data.ts";
import { AWS_GLOBAL_UNITS } from "./by-hand/aws-global.ts";
import { AWS_MANAGEMENT_UNITS } from "./by-hand/aws-management.ts";
import { AWS_NETWORK_UNITS } from "./by-hand/aws-network.ts";
import { GOOGLE_COMPUTE_UNITS } from "./by-hand/google-compute.ts";
import { GOOGLE_DATA_UNITS } from "./by-hand/google-data.ts";
import { GOOGLE_NETWORK_UNITS } from "./by-hand/google-network.ts";
import { GOOGLE_SERVICE_UNITS } from "./by-hand/google-services.ts";
import type { UnitPrice, UnitPriceSheet } from "./by-hand/unit-price.ts";
import type { PriceTable } from "./generated-table.ts";

const SHEETS = [
  AWS_CLOUDFRONT_UNITS,
  AWS_COMPUTE_UNITS,
  AWS_CONTAINER_UNITS,
  AWS_GLOBAL_UNITS,
  AWS_MANAGEMENT_UNITS,
  AWS_DATA_UNITS,
  AWS_NETWORK_UNITS,
  GOOGLE_COMPUTE_UNITS,
  GOOGLE_DATA_UNITS,
  GOOGLE_NETWORK_UNITS,
  GOOGLE_SERVICE_UNITS,
] as const;

type NamesIn<Sheet> = Sheet extends UnitPriceSheet
  ? { [Region in keyof Sheet]: keyof Sheet[Region] }[keyof Sheet]
  : never;

/** Units that only a synced list has a price of. */
type SyncedOnly =
  | "cloud-sql-hdd-gb-month"
  | "hyperdisk-balanced-gb-month"
  | "hyperdisk-balanced-iops-month"
  | "hyperdisk-balanced-mibps-month";

/** A thing with a price of its own, unit last: "ebs-gp3-gb-month". */
export type UnitPriceName = NamesIn<(typeof SHEETS)[number]> | SyncedOnly;

/** The variant under which unit prices stand in price tables: they have none of their own. */
export const UNIT_VARIANT = "list";

function tablesOf(region: string, prices: Readonly<Record<string, UnitPrice>>): readonly PriceTable[] {
  const groups = Map.groupBy(Object.entries(prices), ([, { origin, date }]) => `${date}|${origin}`);
  return [...groups.values()].map((members): PriceTable => {
    const { origin = "", date = "" } = members[0]?.[1] ?? {};
    return {
      region,
      variant: UNIT_VARIANT,
      label: origin,
      origin,
      date,
      licence: "facts of public price lists",
      rows: members.map(([name, { usd }]) => `${name} ${usd}`).join("\n"),
    };
  });
}

/** The unit prices as price tables: one of each sheet, region, origin and date. */
export const UNIT_PRICE_TABLES: readonly PriceTable[] = SHEETS.flatMap((sheet: UnitPriceSheet) =>
  Object.entries(sheet).flatMap(([region, prices]) => tablesOf(region, prices)),
);
