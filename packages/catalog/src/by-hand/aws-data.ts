import { AWS_DATA_FILE_UNITS } from "./aws-data-files.ts";
import { AWS_DATA_SERVICE_UNITS } from "./aws-data-services.ts";
import { awsChecked, ireland, irelandOffer, rdsOffer } from "./aws-sources.ts";
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

/** Storage of databases, caches and objects, and the sheets of the other data services. */
export const AWS_DATA_UNITS = {
  "us-east-1": {
    ...AWS_DATA_FILE_UNITS["us-east-1"],
    ...AWS_DATA_SERVICE_UNITS["us-east-1"],
    ...RDS_CREDIT_PRICES,
    "rds-gp2-gb-month": awsChecked("0.115"),
    "rds-gp3-gb-month": awsChecked("0.115"),
    "rds-gp3-iops-month": awsChecked("0.02"),
    "rds-io1-gb-month": awsChecked("0.125"),
    "rds-io1-iops-month": awsChecked("0.10"),
    "rds-io2-gb-month": rdsOffer("0.125"),
    "rds-io2-iops-month": rdsOffer("0.10"),
    "rds-standard-gb-month": awsChecked("0.10"),
    "rds-standard-million-requests": awsChecked("0.10"),
    "rds-multi-az-cluster-gp3-gb-month": rdsOffer("0.345"),
    "rds-backup-gb-month": awsChecked("0.095"),
    "rds-extended-support-vcpu-hour": awsChecked("0.10"),
    // Twice the price of the years before, as it is in Seoul (0.24 and 0.12 by the AWS Price List API, as a public audit quotes it).
    "rds-extended-support-third-year-vcpu-hour": {
      usd: "0.20",
      date: "2026-05-06",
      origin: "RDS pricing page, us-east-1, as usage.ai and cloudyali.io quote it",
    },
    "rds-performance-insights-thousand-requests": awsChecked("0.01"),
    "rds-proxy-vcpu-hour": rdsOffer("0.015"),
    "aurora-gb-month": awsChecked("0.10"),
    "aurora-million-requests": awsChecked("0.20"),
    "aurora-backup-gb-month": awsChecked("0.021"),
    "aurora-io-optimized-gb-month": rdsOffer("0.225"),
    "aurora-serverless-v1-acu-hour": awsChecked("0.06"),
    "aurora-serverless-v2-acu-hour": awsChecked("0.12"),
    "aurora-serverless-v2-io-optimized-acu-hour": awsChecked("0.16"),
    "aurora-backtrack-million-records": awsChecked("0.012"),
    "aurora-snapshot-export-gb": awsChecked("0.01"),
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
    ...AWS_DATA_FILE_UNITS["eu-west-1"],
    ...AWS_DATA_SERVICE_UNITS["eu-west-1"],
    ...RDS_CREDIT_PRICES,
    "rds-gp3-gb-month": ireland("0.127"),
    "s3-standard-gb-month": irelandOffer("0.023"),
  },
} as const satisfies UnitPriceSheet;
