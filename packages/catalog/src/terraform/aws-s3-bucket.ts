import { combineParts, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { type LineName, linesOf, type Lines } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** GB of 50 and 500 TB, where standard storage gets cheaper. Source: S3 pricing page. */
const STANDARD_TIERS = [
  [0, "s3-standard-gb-month"],
  [51_200, "s3-standard-above-50tb-gb-month"],
  [512_000, "s3-standard-above-500tb-gb-month"],
] as const;

/** A line of a storage class: what a usage file calls it, and how many of that the price is of. */
type ClassLine = readonly [key: string, line: LineName, price: UnitPriceName, per?: number];

const THOUSAND = 1000;

/** Classes that a bucket pays for only where objects are put in them, by the usage file's names. */
const CLASSES: Readonly<Record<string, readonly ClassLine[]>> = {
  intelligent_tiering: [
    [
      "frequent_access_storage_gb",
      ["Intelligent-Tiering, frequent access", "GB-months"],
      "s3-intelligent-tiering-frequent-gb-month",
    ],
    [
      "infrequent_access_storage_gb",
      ["Intelligent-Tiering, infrequent access", "GB-months"],
      "s3-intelligent-tiering-infrequent-gb-month",
    ],
    [
      "archive_access_storage_gb",
      ["Intelligent-Tiering, archive access", "GB-months"],
      "s3-intelligent-tiering-archive-gb-month",
    ],
    [
      "deep_archive_access_storage_gb",
      ["Intelligent-Tiering, deep archive access", "GB-months"],
      "s3-intelligent-tiering-deep-archive-gb-month",
    ],
    [
      "monitored_objects",
      ["Intelligent-Tiering, monitoring", "1k objects"],
      "s3-intelligent-tiering-monitoring-thousand-objects",
      THOUSAND,
    ],
    [
      "monthly_tier_1_requests",
      ["Intelligent-Tiering, writes and lists", "1k requests"],
      "s3-standard-thousand-writes",
      THOUSAND,
    ],
    [
      "monthly_tier_2_requests",
      ["Intelligent-Tiering, reads", "1k requests"],
      "s3-standard-thousand-reads",
      THOUSAND,
    ],
  ],
  standard_infrequent_access: [
    ["storage_gb", ["Standard-IA storage", "GB-months"], "s3-standard-ia-gb-month"],
    [
      "monthly_tier_1_requests",
      ["Standard-IA writes and lists", "1k requests"],
      "s3-standard-ia-thousand-writes",
      THOUSAND,
    ],
    [
      "monthly_tier_2_requests",
      ["Standard-IA reads", "1k requests"],
      "s3-standard-ia-thousand-reads",
      THOUSAND,
    ],
    [
      "monthly_lifecycle_transition_requests",
      ["Standard-IA transitions", "1k requests"],
      "s3-standard-ia-thousand-transitions",
      THOUSAND,
    ],
    ["monthly_data_retrieval_gb", ["Standard-IA retrieval", "GB"], "s3-standard-ia-retrieval-gb"],
  ],
  one_zone_infrequent_access: [
    ["storage_gb", ["One Zone-IA storage", "GB-months"], "s3-one-zone-ia-gb-month"],
    [
      "monthly_tier_1_requests",
      ["One Zone-IA writes and lists", "1k requests"],
      "s3-standard-ia-thousand-writes",
      THOUSAND,
    ],
    [
      "monthly_tier_2_requests",
      ["One Zone-IA reads", "1k requests"],
      "s3-standard-ia-thousand-reads",
      THOUSAND,
    ],
    [
      "monthly_lifecycle_transition_requests",
      ["One Zone-IA transitions", "1k requests"],
      "s3-standard-ia-thousand-transitions",
      THOUSAND,
    ],
    ["monthly_data_retrieval_gb", ["One Zone-IA retrieval", "GB"], "s3-one-zone-ia-retrieval-gb"],
  ],
  glacier_flexible_retrieval: [
    ["storage_gb", ["Glacier Flexible storage", "GB-months"], "s3-glacier-gb-month"],
    [
      "monthly_tier_1_requests",
      ["Glacier Flexible writes and lists", "1k requests"],
      "s3-glacier-thousand-writes",
      THOUSAND,
    ],
    [
      "monthly_tier_2_requests",
      ["Glacier Flexible reads", "1k requests"],
      "s3-standard-thousand-reads",
      THOUSAND,
    ],
    [
      "monthly_lifecycle_transition_requests",
      ["Glacier Flexible transitions", "1k requests"],
      "s3-glacier-thousand-transitions",
      THOUSAND,
    ],
    ["monthly_standard_data_retrieval_gb", ["Glacier Flexible retrieval", "GB"], "s3-glacier-retrieval-gb"],
    [
      "monthly_expedited_data_retrieval_gb",
      ["Glacier Flexible expedited retrieval", "GB"],
      "s3-glacier-expedited-retrieval-gb",
    ],
    [
      "monthly_expedited_data_retrieval_requests",
      ["Glacier Flexible expedited retrievals", "1k requests"],
      "s3-glacier-thousand-expedited-retrievals",
      THOUSAND,
    ],
  ],
  glacier_deep_archive: [
    ["storage_gb", ["Deep Archive storage", "GB-months"], "s3-deep-archive-gb-month"],
    [
      "monthly_tier_1_requests",
      ["Deep Archive writes and lists", "1k requests"],
      "s3-deep-archive-thousand-writes",
      THOUSAND,
    ],
    [
      "monthly_tier_2_requests",
      ["Deep Archive reads", "1k requests"],
      "s3-standard-thousand-reads",
      THOUSAND,
    ],
    [
      "monthly_lifecycle_transition_requests",
      ["Deep Archive transitions", "1k requests"],
      "s3-deep-archive-thousand-transitions",
      THOUSAND,
    ],
    ["monthly_standard_data_retrieval_gb", ["Deep Archive retrieval", "GB"], "s3-deep-archive-retrieval-gb"],
    [
      "monthly_standard_data_retrieval_requests",
      ["Deep Archive retrievals", "1k requests"],
      "s3-deep-archive-thousand-retrievals",
      THOUSAND,
    ],
    [
      "monthly_bulk_data_retrieval_gb",
      ["Deep Archive bulk retrieval", "GB"],
      "s3-deep-archive-bulk-retrieval-gb",
    ],
    [
      "monthly_bulk_data_retrieval_requests",
      ["Deep Archive bulk retrievals", "1k requests"],
      "s3-deep-archive-thousand-bulk-retrievals",
      THOUSAND,
    ],
  ],
};

function classLine(lines: Lines, storageClass: string, [key, line, price, per]: ClassLine): PricedParts {
  const quantity = lines.told([storageClass, key], per);
  return quantity === undefined ? FREE : lines.used(line, price, quantity);
}

/** `aws_s3_bucket`: all of it by use; other classes than standard where the usage file names them. */
export function priceAwsS3Bucket(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const standard = (key: string, per?: number) => lines.told(["standard", key], per);
  return combineParts(
    lines.usedInTiers(["Standard storage", "GB-months"], STANDARD_TIERS, standard("storage_gb")),
    lines.used(
      ["Writes and lists", "1k requests"],
      "s3-standard-thousand-writes",
      standard("monthly_tier_1_requests", THOUSAND),
    ),
    lines.used(
      ["Reads", "1k requests"],
      "s3-standard-thousand-reads",
      standard("monthly_tier_2_requests", THOUSAND),
    ),
    ...Object.entries(CLASSES).flatMap(([name, members]) =>
      members.map((member) => classLine(lines, name, member)),
    ),
  );
}
