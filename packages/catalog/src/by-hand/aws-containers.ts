import { awsChecked, irelandOffer } from "./aws-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

/** Answers of the AWS Price List API (AmazonECS), as a public Terraform module of that day quotes them with their usage types. */
const FARGATE_ARM: Omit<UnitPrice, "usd"> = {
  date: "2026-08-28",
  origin: "AWS public price list, us-east-1, Fargate on ARM",
};

/** The page itself, as vantage.sh and cloudburn.io quote it. */
const FARGATE_PAGE: Omit<UnitPrice, "usd"> = {
  date: "2026-03-31",
  origin: "AWS Fargate pricing page, us-east-1, as public guides quote it",
};

/** A public tool's table, which says that it compared it with the AWS Price List API that day. */
const LAMBDA_PROVISIONED: Omit<UnitPrice, "usd"> = {
  date: "2026-07-31",
  origin: "AWS Lambda pricing page, us-east-1, as public tools quote it",
};

/** Containers without machines, images and functions of AWS. */
export const AWS_CONTAINER_UNITS = {
  "us-east-1": {
    "fargate-vcpu-hour": awsChecked("0.04048"),
    "fargate-gb-hour": awsChecked("0.004445"),
    "fargate-arm-vcpu-hour": { usd: "0.03238", ...FARGATE_ARM },
    "fargate-arm-gb-hour": { usd: "0.00356", ...FARGATE_ARM },
    "fargate-ephemeral-storage-gb-hour": { usd: "0.000111", ...FARGATE_PAGE },
    "ecr-gb-month": awsChecked("0.10"),
    // Duration beyond the first 6 billion GB-seconds a month (7.5 billion on arm64), and beyond the next 9 billion (11.25 billion).
    "lambda-second-tier-gb-second": awsChecked("0.000015"),
    "lambda-third-tier-gb-second": awsChecked("0.0000133334"),
    "lambda-arm-second-tier-gb-second": awsChecked("0.0000120001"),
    "lambda-arm-third-tier-gb-second": awsChecked("0.0000106667"),
    "lambda-provisioned-gb-second": { usd: "0.0000041667", ...LAMBDA_PROVISIONED },
    "lambda-provisioned-arm-gb-second": { usd: "0.0000033334", ...LAMBDA_PROVISIONED },
    "lambda-provisioned-duration-gb-second": { usd: "0.0000097222", ...LAMBDA_PROVISIONED },
    "lambda-provisioned-duration-arm-gb-second": { usd: "0.0000077778", ...LAMBDA_PROVISIONED },
  },
  "eu-west-1": {
    "fargate-vcpu-hour": irelandOffer("0.04048"),
    "fargate-gb-hour": irelandOffer("0.004445"),
    "ecr-gb-month": irelandOffer("0.10"),
  },
} as const satisfies UnitPriceSheet;
