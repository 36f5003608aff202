import type { DeltaCase, DeltaTable } from "../delta-cases.ts";

/** By place: what 100 GB to the internet (in the first 10 TB) and to origins cost, and a million requests over HTTP and HTTPS. */
const PLACES = [
  ["europe", ["8.5", "0.085"], ["2", "0.02"], ["0.9", "0.009"], ["1.2", "0.012"]],
  ["south_africa", ["11", "0.11"], ["6", "0.06"], ["0.9", "0.009"], ["1.2", "0.012"]],
  ["south_america", ["11", "0.11"], ["12.5", "0.125"], ["1.6", "0.016"], ["2.2", "0.022"]],
  ["japan", ["11.4", "0.114"], ["6", "0.06"], ["0.9", "0.009"], ["1.2", "0.012"]],
  ["australia", ["11.4", "0.114"], ["8", "0.08"], ["0.9", "0.009"], ["1.25", "0.0125"]],
  ["asia_pacific", ["12", "0.12"], ["6", "0.06"], ["0.9", "0.009"], ["1.2", "0.012"]],
  ["india", ["10.9", "0.109"], ["16", "0.16"], ["0.9", "0.009"], ["1.2", "0.012"]],
] as const;

function casesOf([place, internet, origin, http, https]: (typeof PLACES)[number]): readonly DeltaCase[] {
  return [
    [`usage: monthly_data_transfer_to_internet_gb.${place}`, 100, internet[0], `100 GB x ${internet[1]}`],
    [`usage: monthly_data_transfer_to_origin_gb.${place}`, 100, origin[0], `100 GB x ${origin[1]}`],
    [`usage: monthly_http_requests.${place}`, 1_000_000, http[0], `100 x ${http[1]}`],
    [`usage: monthly_https_requests.${place}`, 1_000_000, https[0], `100 x ${https[1]}`],
  ];
}

/** CloudFront, by the place of its edges. */
export const AWS_CLOUDFRONT_DELTAS: readonly DeltaTable[] = [
  {
    type: "aws_cloudfront_distribution",
    base: { enabled: true },
    usage: { monthly_data_transfer_to_internet_gb: { us: 10_240 } },
    cases: [
      ["(all)", null, "870.4", "10,240 GB x 0.085"],
      ["usage: monthly_data_transfer_to_internet_gb.us", 51_200, "3276.8", "40,960 GB x 0.08"],
      [
        "usage: monthly_data_transfer_to_internet_gb.us",
        6_242_880,
        "164711.68",
        "40,960 x 0.08 + 102,400 x 0.06 + 358,400 x 0.04 + 536,576 x 0.03 + 4,194,304 x 0.025 + 1,000,000 x 0.02",
      ],
      ["usage: monthly_data_transfer_to_origin_gb.us", 100, "2", "100 GB x 0.02"],
      ["usage: monthly_http_requests.us", 1_000_000, "0.75", "100 x 0.0075"],
      ["usage: monthly_https_requests.us", 1_000_000, "1", "100 x 0.01"],
      ...PLACES.flatMap(casesOf),
      ["usage: monthly_encryption_requests", 100_000, "0.2", "10 x 0.02"],
      ["usage: monthly_log_lines", 5_000_000, "0.05", "5 x 0.01"],
      ["usage: monthly_invalidation_requests", 1200, "1", "200 paths x 0.005"],
      ["usage: custom_ssl_certificates", 3, "1800", "3 x 600"],
      ["viewer_certificate.ssl_support_method", "vip", "600", "1 x 600"],
      // Left out, and said so.
      ["usage: monthly_shield_requests.us", 90_000, "0", "0"],
    ],
  },
];
