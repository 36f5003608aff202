import { aws, awsChecked, ireland } from "./aws-sources.ts";
import type { UnitPriceSheet } from "./unit-price.ts";

/** Addresses, gateways and load balancers. */
export const AWS_NETWORK_UNITS = {
  "us-east-1": {
    "public-ipv4-hour": aws("0.005"),
    "nat-gateway-hour": aws("0.045"),
    "nat-gateway-gb": aws("0.045"),
    "application-load-balancer-hour": aws("0.0225"),
    "application-load-balancer-lcu-hour": awsChecked("0.008"),
    "network-load-balancer-hour": aws("0.0225"),
    "network-load-balancer-lcu-hour": awsChecked("0.006"),
    "classic-load-balancer-hour": aws("0.025"),
    "classic-load-balancer-gb": awsChecked("0.008"),
  },
  "eu-west-1": {
    "nat-gateway-hour": ireland("0.048"),
    "nat-gateway-gb": ireland("0.048"),
    "application-load-balancer-hour": ireland("0.0252"),
    "application-load-balancer-lcu-hour": ireland("0.008"),
    // The one price of this list that AWS sets alike in all commercial regions (announced 2023-07-28).
    "public-ipv4-hour": {
      usd: "0.005",
      date: "2024-02-01",
      origin: "AWS public price list, public IPv4 addresses",
    },
  },
} as const satisfies UnitPriceSheet;
