import { awsChecked, ireland, irelandOffer } from "./aws-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

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

/** Storage of databases, caches and objects. */
export const AWS_DATA_UNITS = {
  "us-east-1": {
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
    "elasticache-backup-gb-month": awsChecked("0.085"),
  },
  "eu-west-1": {
    ...RDS_CREDIT_PRICES,
    "rds-gp3-gb-month": ireland("0.127"),
    "s3-standard-gb-month": irelandOffer("0.023"),
  },
} as const satisfies UnitPriceSheet;
