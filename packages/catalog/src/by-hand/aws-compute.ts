import { aws, awsChecked, ireland, ireland2021, irelandOffer } from "./aws-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

/** Rows of the AWS Price List API (EBS:VolumeP-IOPS.io2.tier2 and .tier3), as several public repositories quote them alike. */
const IO2_TIERS: Omit<UnitPrice, "usd"> = {
  date: "2026-08-01",
  origin: "AWS public price list, us-east-1, io2 tiers, as public tools quote it",
};

/** Disks, snapshots, functions, clusters and other things beside EC2 machines. */
export const AWS_COMPUTE_UNITS = {
  "us-east-1": {
    "ebs-gp2-gb-month": aws("0.10"),
    "ebs-gp3-gb-month": aws("0.08"),
    "ebs-gp3-iops-month": aws("0.005"),
    "ebs-gp3-mbps-month": aws("0.04"),
    "ebs-io1-gb-month": aws("0.125"),
    "ebs-io1-iops-month": aws("0.065"),
    "ebs-io2-gb-month": aws("0.125"),
    "ebs-io2-iops-month": aws("0.065"),
    // Of one volume, from 32,001 to 64,000, and above.
    "ebs-io2-second-tier-iops-month": { usd: "0.0455", ...IO2_TIERS },
    "ebs-io2-third-tier-iops-month": { usd: "0.03185", ...IO2_TIERS },
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
    "ebs-fast-snapshot-restore-hour": awsChecked("0.75"),
    "ebs-thousand-list-requests": awsChecked("0.0006"),
    "ebs-thousand-get-units": awsChecked("0.003"),
    "ebs-thousand-put-units": awsChecked("0.006"),
    "ebs-optimised-r3-xlarge-hour": awsChecked("0.02"),
    "dedicated-host-c5-hour": awsChecked("3.366"),
    "dedicated-host-mac1-hour": awsChecked("1.083"),
    "surplus-cpu-credit-vcpu-hour": aws("0.05"),
    "ec2-detailed-monitoring-metric-month": awsChecked("0.30"),
    // The first tier, up to 6 billion GB-seconds a month (7.5 billion on arm64).
    "lambda-gb-second": awsChecked("0.0000166667"),
    "lambda-arm-gb-second": awsChecked("0.0000133334"),
    "lambda-million-requests": awsChecked("0.20"),
    "lambda-ephemeral-storage-gb-second": awsChecked("0.0000000309"),
    "eks-cluster-hour": awsChecked("0.10"),
    "eks-extended-support-cluster-hour": awsChecked("0.60"),
  },
  "eu-west-1": {
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
    "lambda-gb-second": irelandOffer("0.0000166667"),
    "lambda-million-requests": irelandOffer("0.20"),
    // What bills of July 2026 charge: 148.80 for 1,488 hours.
    "eks-cluster-hour": {
      usd: "0.10",
      date: "2026-07-31",
      origin: "AWS bills, EU-AmazonEKS-Hours:perCluster",
    },
  },
} as const satisfies UnitPriceSheet;
