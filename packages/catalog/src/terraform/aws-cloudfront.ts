import { compareDecimals, decimal, subtract, valueAt } from "@apex/core";
import { combineParts, FREE, partMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { type PaidAt, tieredUsage, unitLine, usageLine } from "../pricing/unit-lines.ts";
import { numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { usedLines } from "./used-line.ts";
import { usageAt } from "./usage.ts";

/** Where edges are: the usage file's key, the price's name, and the name for people. */
const EDGES = [
  ["us", "us", "US, Mexico, Canada"],
  ["europe", "europe", "Europe, Israel"],
  ["south_africa", "south-africa", "South Africa, Kenya, Middle East"],
  ["south_america", "south-america", "South America"],
  ["japan", "japan", "Japan"],
  ["australia", "australia", "Australia, New Zealand"],
  ["asia_pacific", "asia-pacific", "Asia Pacific"],
  ["india", "india", "India"],
] as const;

/** GB of each tier, and its name. Source: CloudFront pricing page. */
const TIERS = [
  [1, "first 10 TB", "10240"],
  [2, "next 40 TB", "40960"],
  [3, "next 100 TB", "102400"],
  [4, "next 350 TB", "358400"],
  [5, "next 524 TB", "536576"],
  [6, "next 4 PB", "4194304"],
] as const;

const BY_EDGE = [
  "monthly_data_transfer_to_internet_gb",
  "monthly_data_transfer_to_origin_gb",
  "monthly_http_requests",
  "monthly_https_requests",
] as const;

function edgeLines(
  resource: ResourceView,
  [key, name, place]: (typeof EDGES)[number],
  at: PaidAt,
): PricedParts {
  const [toInternet, toOrigin, http, https] = BY_EDGE;
  const tiers = [
    ...TIERS.map(([tier, range, holds]) => ({
      name: `Data to the internet from ${place} (${range})`,
      price: `cloudfront-${name}-tier-${tier}-gb` as const,
      holds: decimal(holds),
    })),
    {
      name: `Data to the internet from ${place} (over 5 PB)`,
      price: `cloudfront-${name}-tier-7-gb` as const,
    },
  ];
  const requests = (label: string, counted: string, scheme: "http" | "https"): PricedParts =>
    usageLine(
      {
        name: `${label} requests in ${place}`,
        unit: "10k requests",
        price: `cloudfront-${name}-ten-thousand-${scheme}-requests`,
        quantity: usageAt(resource, [counted, key], 10_000),
      },
      at,
    );
  return combineParts(
    tieredUsage(tiers, { unit: "GB", quantity: usageAt(resource, [toInternet, key]) }, at),
    usageLine(
      {
        name: `Data to origins from ${place}`,
        unit: "GB",
        price: `cloudfront-${name}-origin-gb`,
        quantity: usageAt(resource, [toOrigin, key]),
      },
      at,
    ),
    requests("HTTP", http, "http"),
    requests("HTTPS", https, "https"),
  );
}

/** A thousand paths a month cost nothing. Source: CloudFront pricing page. */
const FREE_INVALIDATIONS = decimal(1000);

function invalidations(resource: ResourceView, at: PaidAt): PricedParts {
  const told = usageAt(resource, ["monthly_invalidation_requests"]);
  if (told === undefined || compareDecimals(told, FREE_INVALIDATIONS) <= 0) return FREE;
  const quantity = subtract(told, FREE_INVALIDATIONS);
  return usageLine(
    { name: "Paths invalidated above 1,000", unit: "paths", price: "cloudfront-invalidated-path", quantity },
    at,
  );
}

/** Certificates on addresses of their own: as the distribution says, or as many as the usage file tells. */
function certificates(resource: ResourceView, at: PaidAt): PricedParts {
  const asked = textAt(resource.values, ["viewer_certificate", 0, "ssl_support_method"]) === "vip" ? 1 : 0;
  const count = numberAt(resource.usage, ["custom_ssl_certificates"]) ?? asked;
  if (count === 0) return FREE;
  const price = "cloudfront-dedicated-certificate-month";
  return unitLine(
    { name: "Certificate on addresses of its own", unit: "months", price, quantity: decimal(count) },
    at,
  );
}

/**
 * `aws_cloudfront_distribution`: by what its edges send and are asked, at the places that the usage file tells of, else at the prices
 * of North America.
 */
export function priceAwsDistribution(resource: ResourceView, view: PlanView): PricedParts {
  const at = { region: "global", prices: view.prices };
  const told = EDGES.filter(([key]) =>
    BY_EDGE.some((counted) => usageAt(resource, [counted, key]) !== undefined),
  );
  const edges = told.length === 0 ? EDGES.slice(0, 1) : told;
  const hasShield = valueAt(resource.usage, ["monthly_shield_requests"]) !== undefined;
  return combineParts(
    ...edges.map((edge) => edgeLines(resource, edge, at)),
    certificates(resource, at),
    invalidations(resource, at),
    usageAt(resource, ["monthly_encryption_requests"]) === undefined
      ? FREE
      : usedLines(
          resource,
          [
            {
              name: "Requests with encrypted fields",
              unit: "10k requests",
              price: "cloudfront-ten-thousand-encryptions",
              key: "monthly_encryption_requests",
              per: 10_000,
            },
          ],
          at,
        ),
    usageAt(resource, ["monthly_log_lines"]) === undefined
      ? FREE
      : usedLines(
          resource,
          [
            {
              name: "Lines of real-time logs",
              unit: "1M lines",
              price: "cloudfront-million-log-lines",
              key: "monthly_log_lines",
              per: 1_000_000,
            },
          ],
          at,
        ),
    hasShield ? partMissing("requests to an origin shield have prices that are not in the table") : FREE,
  );
}
