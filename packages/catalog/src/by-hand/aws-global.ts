import { awsChecked } from "./aws-sources.ts";
import type { UnitPriceSheet } from "./unit-price.ts";

/** Services of AWS that belong to no region: names, health checks, accelerators. */
export const AWS_GLOBAL_UNITS = {
  global: {
    // The first 25 zones of an account.
    "route53-zone-month": awsChecked("0.50"),
    "route53-standard-million-queries": awsChecked("0.40"),
    "route53-standard-second-tier-million-queries": awsChecked("0.20"),
    "route53-latency-million-queries": awsChecked("0.60"),
    "route53-latency-second-tier-million-queries": awsChecked("0.30"),
    "route53-geo-million-queries": awsChecked("0.70"),
    "route53-geo-second-tier-million-queries": awsChecked("0.35"),
    "route53-health-check-month": awsChecked("0.50"),
    "route53-health-check-elsewhere-month": awsChecked("0.75"),
    "route53-health-check-feature-month": awsChecked("1.00"),
    "route53-health-check-feature-elsewhere-month": awsChecked("2.00"),
    "global-accelerator-hour": awsChecked("0.025"),
  },
} as const satisfies UnitPriceSheet;
