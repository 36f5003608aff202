import { compareDecimals, type Decimal, decimal, subtract } from "@apex/core";
import { combineParts, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, withNumber } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Storage brings throughput of its own, which is not paid again: 1 MiB/s for each 20 GB. Source: EFS pricing page. */
const GB_PER_INCLUDED_MBPS = 20;

function billedThroughput(mbps: number, lines: Lines): Decimal {
  const included = lines.told("storage_gb", GB_PER_INCLUDED_MBPS) ?? decimal(0);
  const billed = subtract(decimal(mbps), included);
  return compareDecimals(billed, decimal(0)) < 0 ? decimal(0) : billed;
}

function infrequentAccess(lines: Lines, isOneZone: boolean, isElastic: boolean): PricedParts {
  const storage = isOneZone
    ? "efs-one-zone-ia-gb-month"
    : isElastic
      ? "efs-elastic-ia-gb-month"
      : "efs-ia-gb-month";
  return combineParts(
    lines.used(
      ["Storage (infrequent access)", "GB-months"],
      storage,
      lines.told("infrequent_access_storage_gb"),
    ),
    lines.used(
      ["Reads (infrequent access)", "GB"],
      "efs-ia-read-gb",
      lines.told("monthly_infrequent_access_read_gb"),
    ),
    lines.used(
      ["Writes (infrequent access)", "GB"],
      "efs-ia-write-gb",
      lines.told("monthly_infrequent_access_write_gb"),
    ),
  );
}

/** `aws_efs_file_system`: storage by use, provisioned throughput beyond what the storage brings, elastic throughput by use. */
export function priceAwsEfsFileSystem(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const isOneZone = textAt(values, ["availability_zone_name"]) !== undefined;
  const mode = textAt(values, ["throughput_mode"]) ?? "bursting";
  const policies = blocksAt(values, ["lifecycle_policy"]);
  const hasInfrequentAccess = policies.some((policy) => textAt(policy, ["transition_to_ia"]) !== undefined);
  return combineParts(
    lines.used(
      [`Storage (${isOneZone ? "one zone" : "standard"})`, "GB-months"],
      isOneZone ? "efs-one-zone-gb-month" : "efs-standard-gb-month",
      lines.told("storage_gb"),
    ),
    hasInfrequentAccess ? infrequentAccess(lines, isOneZone, mode === "elastic") : FREE,
    mode === "provisioned"
      ? withNumber(
          numberAt(values, ["provisioned_throughput_in_mibps"]),
          "the provisioned throughput",
          (mbps) =>
            lines.fixed(
              ["Provisioned throughput", "MB/s-months"],
              "efs-provisioned-mbps-month",
              billedThroughput(mbps, lines),
            ),
        )
      : FREE,
    ...(mode === "elastic"
      ? [
          lines.used(["Elastic throughput, reads", "GB"], "efs-elastic-read-gb"),
          lines.used(["Elastic throughput, writes", "GB"], "efs-elastic-write-gb"),
        ]
      : []),
  );
}
