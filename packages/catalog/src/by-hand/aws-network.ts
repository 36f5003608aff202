import { aws, awsChecked, ireland } from "./aws-sources.ts";
import type { UnitPrice, UnitPriceSheet } from "./unit-price.ts";

/** The pricing page of Elastic Load Balancing, as two public guides quote it alike. */
const GATEWAY_BALANCER: Omit<UnitPrice, "usd"> = {
  date: "2026-08-01",
  origin: "Elastic Load Balancing pricing page, us-east-1, as public guides quote it",
};

/** The pricing page of Direct Connect, as c3x.dev quotes it; its price of 1 Gbps is the one of infracost's testdata. */
const DIRECT_CONNECT: Omit<UnitPrice, "usd"> = {
  date: "2026-08-01",
  origin: "AWS Direct Connect pricing page, as c3x.dev quotes it",
};

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
    "gateway-load-balancer-hour": { usd: "0.0125", ...GATEWAY_BALANCER },
    "gateway-load-balancer-lcu-hour": { usd: "0.004", ...GATEWAY_BALANCER },
    "vpc-endpoint-hour": awsChecked("0.01"),
    // The first petabyte of an account and month, the next four, and what is beyond.
    "vpc-endpoint-gb": awsChecked("0.01"),
    "vpc-endpoint-second-tier-gb": awsChecked("0.006"),
    "vpc-endpoint-third-tier-gb": awsChecked("0.004"),
    "gateway-endpoint-hour": awsChecked("0.01"),
    "gateway-endpoint-gb": awsChecked("0.0035"),
    "vpn-connection-hour": awsChecked("0.05"),
    "client-vpn-association-hour": awsChecked("0.10"),
    "client-vpn-connection-hour": awsChecked("0.05"),
    "transit-gateway-attachment-hour": awsChecked("0.05"),
    "transit-gateway-gb": awsChecked("0.02"),
    "traffic-mirror-hour": awsChecked("0.015"),
    "network-firewall-endpoint-hour": awsChecked("0.395"),
    "network-firewall-gb": awsChecked("0.065"),
    "route53-resolver-address-hour": awsChecked("0.125"),
    "route53-resolver-million-queries": awsChecked("0.40"),
    "route53-resolver-second-tier-million-queries": awsChecked("0.20"),
    // Ports of dedicated connections cost the same everywhere but in Japan.
    "direct-connect-1gbps-hour": awsChecked("0.30"),
    "direct-connect-10gbps-hour": { usd: "2.25", ...DIRECT_CONNECT },
    "direct-connect-100gbps-hour": { usd: "22.50", ...DIRECT_CONNECT },
    "direct-connect-out-gb": awsChecked("0.02"),
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
