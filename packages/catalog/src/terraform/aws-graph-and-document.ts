import { type Decimal, decimal } from "@apex/core";
import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, MONTH_HOURS, numberOr, times, withText } from "./aws-data-lines.ts";
import { clusterOf, surplusCredits } from "./aws-database-cluster.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

const MILLION = 1_000_000;

/** I/O-Optimized storage: dearer instances and storage, and no requests to pay. */
const IO_OPTIMIZED = "iopt1";

function isIoOptimized(cluster: ResourceView | undefined): boolean {
  return cluster !== undefined && textAt(cluster.values, ["storage_type"]) === IO_OPTIMIZED;
}

/** `aws_docdb_cluster`: its backups; the storage stands with the instances, as usage files have it. */
export function priceAwsDocdbCluster(resource: ResourceView, view: PlanView): PricedParts {
  return docdbBackups(linesOf(resource, view));
}

function docdbBackups(lines: Lines): PricedParts {
  return lines.used(
    ["Backup storage", "GB-months"],
    "docdb-backup-gb-month",
    lines.told("backup_storage_gb"),
  );
}

/** `aws_docdb_cluster_snapshot`. */
export function priceAwsDocdbClusterSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  return docdbBackups(linesOf(resource, view));
}

/** `aws_docdb_cluster_instance`: the instance by the hour, storage and requests of its cluster by use. */
export function priceAwsDocdbClusterInstance(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const ioOptimized = isIoOptimized(clusterOf(resource, view, "aws_docdb_cluster"));
  return withText(textAt(resource.values, ["instance_class"]), "the instance class", (name) =>
    combineParts(
      lines.nodes(
        `Database instance (on-demand, ${name}${ioOptimized ? ", I/O-Optimized" : ""})`,
        decimal(1),
        {
          service: "docdb",
          variant: ioOptimized ? "I/O-Optimized" : "standard",
          name,
        },
      ),
      ioOptimized
        ? essentialPartMissing("the storage price of DocumentDB I/O-Optimized is not in the table")
        : combineParts(
            lines.used(["Storage", "GB-months"], "docdb-gb-month", lines.told("data_storage_gb")),
            lines.used(
              ["I/O requests", "1M requests"],
              "docdb-million-requests",
              lines.told("monthly_io_requests", MILLION),
            ),
          ),
      surplusCredits(name, lines, "docdb-surplus-cpu-credit-vcpu-hour"),
    ),
  );
}

function neptuneBackups(lines: Lines): PricedParts {
  return lines.used(
    ["Backup storage", "GB-months"],
    "neptune-backup-gb-month",
    lines.told("backup_storage_gb"),
  );
}

/** `aws_neptune_cluster`: storage, requests (none with I/O-Optimized) and, from the second day's backup on, backups: all by use. */
export function priceAwsNeptuneCluster(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const ioOptimized = isIoOptimized(resource);
  return combineParts(
    lines.used(
      [`Storage${ioOptimized ? " (I/O-Optimized)" : ""}`, "GB-months"],
      ioOptimized ? "neptune-io-optimized-gb-month" : "neptune-gb-month",
      lines.told("storage_gb"),
    ),
    ioOptimized
      ? FREE
      : lines.used(
          ["I/O requests", "1M requests"],
          "neptune-million-requests",
          lines.told("monthly_io_requests", MILLION),
        ),
    (numberAt(resource.values, ["backup_retention_period"]) ?? 1) > 1 ? neptuneBackups(lines) : FREE,
  );
}

/** `aws_neptune_cluster_snapshot`. */
export function priceAwsNeptuneClusterSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  return neptuneBackups(linesOf(resource, view));
}

const SCALING = ["serverless_v2_scaling_configuration", 0] as const;
/** NCUs where the cluster does not say. Source: provider documentation of aws_neptune_cluster. */
const NCU_MIN = 2.5;

/** A serverless instance pays for its least capacity whatever its load; what is above follows the load. */
function neptuneServerless(lines: Lines, cluster: ResourceView | undefined): PricedParts {
  if (cluster === undefined)
    return essentialPartMissing("the least capacity of the serverless cluster is not known");
  const least = numberOr(cluster, [...SCALING, "min_capacity"], NCU_MIN);
  if (least === undefined)
    return essentialPartMissing("the least capacity of the serverless cluster is not known");
  const price = isIoOptimized(cluster)
    ? "neptune-serverless-io-optimized-ncu-hour"
    : "neptune-serverless-ncu-hour";
  const hours: Decimal = times(decimal(least), MONTH_HOURS);
  return combineParts(
    lines.fixed([`Serverless instance, at least (${least} NCU)`, "NCU-hours"], price, hours),
    lines.used(["Serverless instance, above that", "NCU-hours"], price),
  );
}

/** `aws_neptune_cluster_instance`. */
export function priceAwsNeptuneClusterInstance(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const cluster = clusterOf(resource, view, "aws_neptune_cluster");
  const ioOptimized = isIoOptimized(cluster);
  return withText(textAt(resource.values, ["instance_class"]), "the instance class", (name) =>
    name === "db.serverless"
      ? neptuneServerless(lines, cluster)
      : combineParts(
          lines.nodes(
            `Database instance (on-demand, ${name}${ioOptimized ? ", I/O-Optimized" : ""})`,
            decimal(1),
            {
              service: "neptune",
              variant: ioOptimized ? "I/O-Optimized" : "standard",
              name,
            },
          ),
          surplusCredits(name, lines, "neptune-surplus-cpu-credit-vcpu-hour"),
        ),
  );
}
