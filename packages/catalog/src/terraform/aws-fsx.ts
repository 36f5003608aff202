import { decimal } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { numberAt, textAt } from "./attributes.ts";
import { above, linesOf, type Lines, named, withNumber } from "./aws-data-lines.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** SSD storage brings so many IOPS for each GiB. Source: FSx pricing pages of Windows, ONTAP and OpenZFS. */
const IOPS_PER_GIB = 3;

function storage(resource: ResourceView, lines: Lines, price: UnitPriceName): PricedParts {
  const kind = textAt(resource.values, ["storage_type"]) ?? "SSD";
  return withNumber(numberAt(resource.values, ["storage_capacity"]), "the storage capacity", (gib) =>
    lines.fixed([`Storage (${kind})`, "GB-months"], price, decimal(gib)),
  );
}

function throughput(mbps: number | undefined, lines: Lines, price: UnitPriceName): PricedParts {
  return withNumber(mbps, "the throughput capacity", (provisioned) =>
    lines.fixed(["Throughput capacity", "MB/s-months"], price, decimal(provisioned)),
  );
}

/** IOPS that are provisioned above those that the storage brings; `price` is undefined where the table lacks it. */
function iops(resource: ResourceView, lines: Lines, price: UnitPriceName | undefined): PricedParts {
  const { values } = resource;
  if (textAt(values, ["disk_iops_configuration", 0, "mode"]) !== "USER_PROVISIONED") return FREE;
  return withNumber(
    numberAt(values, ["disk_iops_configuration", 0, "iops"]),
    "the provisioned IOPS",
    (provisioned) => {
      const extra = above(provisioned, (numberAt(values, ["storage_capacity"]) ?? 0) * IOPS_PER_GIB);
      if (extra === decimal(0)) return FREE;
      if (price === undefined)
        return essentialPartMissing("the price of provisioned IOPS is not in the table");
      return lines.fixed(["Provisioned IOPS above the included", "IOPS-months"], price, extra);
    },
  );
}

function backups(lines: Lines): PricedParts {
  return lines.used(["Backup storage", "GB-months"], "fsx-backup-gb-month", lines.told("backup_storage_gb"));
}

const WINDOWS = {
  SINGLE_AZ_1: "single-az",
  SINGLE_AZ_2: "single-az",
  MULTI_AZ_1: "multi-az",
} as const;

/** `aws_fsx_windows_file_system`. */
export function priceAwsFsxWindows(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const deployment = textAt(values, ["deployment_type"]) ?? "SINGLE_AZ_1";
  const kind = textAt(values, ["storage_type"]) ?? "SSD";
  const zones = named(WINDOWS, deployment);
  if (zones === undefined || (kind !== "SSD" && kind !== "HDD")) {
    return essentialPartMissing(`FSx for Windows with ${kind} storage and ${deployment} has no known price`);
  }
  const disk = kind === "SSD" ? "ssd" : "hdd";
  return combineParts(
    storage(resource, lines, `fsx-windows-${zones}-${disk}-gb-month`),
    throughput(numberAt(values, ["throughput_capacity"]), lines, `fsx-windows-${zones}-mbps-month`),
    iops(resource, lines, undefined),
    backups(lines),
  );
}

/** `aws_fsx_openzfs_file_system`: only first-generation file systems in one zone are in the tables. */
export function priceAwsFsxOpenzfs(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const deployment = textAt(values, ["deployment_type"]);
  const kind = textAt(values, ["storage_type"]) ?? "SSD";
  if (deployment !== "SINGLE_AZ_1" || kind !== "SSD") {
    return essentialPartMissing(
      `FSx for OpenZFS with ${kind} storage and ${deployment ?? "no deployment type"} has no known price`,
    );
  }
  return combineParts(
    storage(resource, lines, "fsx-openzfs-gb-month"),
    throughput(numberAt(values, ["throughput_capacity"]), lines, "fsx-openzfs-mbps-month"),
    iops(resource, lines, "fsx-openzfs-iops-month"),
    backups(lines),
  );
}

const ONTAP = { SINGLE_AZ_1: "single-az", MULTI_AZ_1: "multi-az" } as const;

/** `aws_fsx_ontap_file_system`: first-generation file systems; the second generation is not in the tables. */
export function priceAwsFsxOntap(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const deployment = textAt(values, ["deployment_type"]) ?? "";
  const zones = named(ONTAP, deployment);
  if (zones === undefined)
    return essentialPartMissing(
      `FSx for ONTAP with ${deployment || "no deployment type"} has no known price`,
    );
  const perPair = numberAt(values, ["throughput_capacity_per_ha_pair"]);
  return combineParts(
    storage(resource, lines, `fsx-ontap-${zones}-gb-month`),
    throughput(numberAt(values, ["throughput_capacity"]) ?? perPair, lines, `fsx-ontap-${zones}-mbps-month`),
    iops(resource, lines, `fsx-ontap-${zones}-iops-month`),
    lines.used(["Capacity pool storage", "GB-months"], `fsx-ontap-${zones}-pool-gb-month`),
    backups(lines),
  );
}

/** The price of Lustre storage by deployment, kind of disk and throughput per TiB; undefined where the table lacks it. */
const LUSTRE: Readonly<Record<string, UnitPriceName>> = {
  "SCRATCH_1 SSD": "fsx-lustre-scratch-gb-month",
  "SCRATCH_2 SSD": "fsx-lustre-scratch-gb-month",
  "PERSISTENT_1 SSD 50": "fsx-lustre-persistent-1-50-gb-month",
  "PERSISTENT_1 SSD 100": "fsx-lustre-persistent-1-100-gb-month",
  "PERSISTENT_1 SSD 200": "fsx-lustre-persistent-1-200-gb-month",
  "PERSISTENT_1 HDD 12": "fsx-lustre-hdd-12-gb-month",
  "PERSISTENT_1 HDD 40": "fsx-lustre-hdd-40-gb-month",
  "PERSISTENT_1 HDD 12 READ": "fsx-lustre-hdd-12-read-cache-gb-month",
  "PERSISTENT_1 HDD 40 READ": "fsx-lustre-hdd-40-read-cache-gb-month",
  "PERSISTENT_2 SSD 125": "fsx-lustre-persistent-2-125-gb-month",
  "PERSISTENT_2 SSD 250": "fsx-lustre-persistent-2-250-gb-month",
  "PERSISTENT_2 SSD 500": "fsx-lustre-persistent-2-500-gb-month",
  "PERSISTENT_2 SSD 1000": "fsx-lustre-persistent-2-1000-gb-month",
};

/** `aws_fsx_lustre_file_system`: the throughput is part of the storage's price. */
export function priceAwsFsxLustre(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const lines = linesOf(resource, view);
  const deployment = textAt(values, ["deployment_type"]) ?? "SCRATCH_1";
  const kind = textAt(values, ["storage_type"]) ?? "SSD";
  const isScratch = deployment.startsWith("SCRATCH_");
  const perTib = isScratch ? undefined : numberAt(values, ["per_unit_storage_throughput"]);
  const cache = kind === "HDD" && textAt(values, ["drive_cache_type"]) === "READ" ? "READ" : undefined;
  const variant = [deployment, kind, perTib, cache].filter((part) => part !== undefined).join(" ");
  const price = named(LUSTRE, variant);
  if (price === undefined) return essentialPartMissing(`FSx for Lustre ${variant} has no known price`);
  if (textAt(values, ["metadata_configuration", 0, "mode"]) === "USER_PROVISIONED") {
    return essentialPartMissing("the price of provisioned metadata IOPS is not in the table");
  }
  return combineParts(storage(resource, lines, price), isScratch ? FREE : backups(lines));
}
