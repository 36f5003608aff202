import { catalogued, forwardingRule, gcp, gcpGlobal } from "./google-sources.ts";
import type { UnitPriceSheet } from "./unit-price.ts";

/** Load balancers, gateways and names. */
export const GOOGLE_NETWORK_UNITS = {
  "us-central1": {
    "load-balancer-ingress-gb": gcp("0.008"),
    "target-proxy-hour": gcp("0.025"),
    "target-proxy-gb": gcp("0.008"),
    "vpn-tunnel-hour": gcp("0.05"),
  },
  "us-east1": { "vpn-tunnel-hour": catalogued("0.05") },
  "europe-west1": { "vpn-tunnel-hour": catalogued("0.05") },
  global: {
    // Once for the first five rules together, then for each.
    "forwarding-rules-first-five-hour": forwardingRule("0.025"),
    "forwarding-rule-additional-hour": forwardingRule("0.01"),
    "target-proxy-hour": gcpGlobal("0.025"),
    "target-proxy-gb": gcpGlobal("0.008"),
    // Of each machine that a gateway serves, up to 32 of them: 0.0448 an hour.
    "cloud-nat-vm-hour": gcpGlobal("0.0014"),
    "cloud-nat-gb": gcpGlobal("0.045"),
    "dns-zone-month": gcpGlobal("0.2"),
    "dns-million-queries": gcpGlobal("0.4"),
    // Between machines, by where they are.
    "vpn-egress-same-region-gb": gcpGlobal("0.02"),
    "vpn-egress-us-or-canada-gb": gcpGlobal("0.02"),
    "vpn-egress-europe-gb": gcpGlobal("0.02"),
    "vpn-egress-asia-gb": gcpGlobal("0.08"),
    "vpn-egress-south-america-gb": gcpGlobal("0.14"),
    "vpn-egress-oceania-gb": gcpGlobal("0.1"),
    "vpn-egress-worldwide-gb": gcpGlobal("0.08"),
  },
} as const satisfies UnitPriceSheet;
