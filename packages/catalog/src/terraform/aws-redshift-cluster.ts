import { combineParts, FREE, type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { nodePrice } from "../node-price.ts";
import { flagAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, numberOr, product, withNumber, withText } from "./aws-data-lines.ts";
import { warehouseAddresses } from "./aws-service-addresses.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Manual snapshots pay as S3 does. Source: Redshift pricing page. GB of 50 and 500 TB. */
const BACKUP_TIERS = [
  [0, "redshift-backup-gb-month"],
  [51_200, "redshift-backup-above-50tb-gb-month"],
  [563_200, "redshift-backup-above-500tb-gb-month"],
] as const;

function byUse(lines: Lines, nodeType: string): PricedParts {
  const scaling = nodePrice(
    { service: "redshift", variant: "concurrency scaling", region: lines.region, name: nodeType },
    lines.prices,
  );
  return combineParts(
    nodeType.startsWith("ra3.")
      ? lines.used(
          ["Managed storage", "GB-months"],
          "redshift-managed-gb-month",
          lines.told("managed_storage_gb"),
        )
      : FREE,
    usageItem({
      name: `Concurrency scaling beyond the free hours (${nodeType})`,
      unit: "node-seconds",
      price: scaling,
      quantity: lines.told("excess_concurrency_scaling_secs"),
    }),
    lines.used(["Spectrum", "TB"], "redshift-spectrum-tb", lines.told("spectrum_data_scanned_tb")),
    lines.usedInTiers(["Backup storage", "GB-months"], BACKUP_TIERS, lines.told("backup_storage_gb")),
  );
}

/**
 * `aws_redshift_cluster`: its nodes, as many again in a second zone with Multi-AZ at the same hourly price (source: Redshift management
 * guide, "Multi-AZ deployment"); managed storage, which both zones share, scaling, Spectrum and backups by use.
 */
export function priceAwsRedshiftCluster(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const zones = flagAt(resource.values, ["multi_az"]) === true ? 2 : 1;
  return withText(textAt(resource.values, ["node_type"]), "the type of the nodes", (name) =>
    combineParts(
      withNumber(numberOr(resource, ["number_of_nodes"], 1), "the number of nodes", (count) =>
        lines.nodes(
          `Cluster node (on-demand, ${name}${zones === 2 ? ", Multi-AZ" : ""})`,
          product(count, zones),
          {
            service: "redshift",
            variant: "nodes",
            name,
          },
        ),
      ),
      warehouseAddresses(resource, lines),
      byUse(lines, name),
    ),
  );
}
