import { decimal, HOURS_PER_MONTH, type JsonObject, multiply } from "@apex/core";
import { combineParts, fixedItem, FREE, type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { blocksAt, flagAt, numberAt, textAt } from "./attributes.ts";
import { clusterOf } from "./google-container-node-pool.ts";
import { clusterZones, nodePlace, nodePoolZones, priceNodes } from "./google-gke-nodes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { usageAt } from "./usage.ts";

/** What pods of an Autopilot cluster ask for, by the key of the usage file. */
const AUTOPILOT: readonly (readonly [string, string, string, UnitPriceName])[] = [
  ["Autopilot vCPU", "vCPU-hours", "autopilot_vcpu_count", "gke-autopilot-vcpu-hour"],
  ["Autopilot memory", "GB-hours", "autopilot_memory_gb", "gke-autopilot-memory-gb-hour"],
  [
    "Autopilot ephemeral storage",
    "GB-hours",
    "autopilot_ephemeral_storage_gb",
    "gke-autopilot-ephemeral-gb-hour",
  ],
];

function autopilotPods(cluster: ResourceView, view: PlanView): PricedParts {
  const { region } = nodePlace(cluster, view);
  return combineParts(
    ...AUTOPILOT.map(([name, unit, key, price]) => {
      const asked = usageAt(cluster, [key]);
      const quantity = asked && multiply(asked, decimal(HOURS_PER_MONTH));
      return usageItem({ name, unit, quantity, price: unitPrice(price, region, view.prices) });
    }),
  );
}

function named(pool: string, parts: PricedParts): PricedParts {
  return { ...parts, lineItems: parts.lineItems.map((item) => ({ ...item, name: `${pool}: ${item.name}` })) };
}

/** The blocks of pools that no resource of the plan manages by itself: an existing cluster lists all it has. */
function ownPools(cluster: ResourceView, view: PlanView): readonly JsonObject[] {
  const managed = new Set(
    view
      .ofType("google_container_node_pool")
      .filter((pool) => clusterOf(pool, view)?.address === cluster.address)
      .map((pool) => textAt(pool.values, ["name"])),
  );
  return blocksAt(cluster.values, ["node_pool"]).filter((block) => {
    const name = textAt(block, ["name"]);
    return name === undefined || !managed.has(name);
  });
}

function nodes(cluster: ResourceView, view: PlanView): PricedParts {
  const { values, usage } = cluster;
  if (flagAt(values, ["enable_autopilot"]) === true) return autopilotPods(cluster, view);
  if (flagAt(values, ["remove_default_node_pool"]) === true) return FREE;
  const where = nodePlace(cluster, view);
  const zones = clusterZones(values);
  const pools = ownPools(cluster, view);
  if (pools.length === 0) {
    if (blocksAt(values, ["node_pool"]).length > 0) return FREE;
    const told = numberAt(usage, ["nodes"]);
    // The pool that GKE makes of a cluster that describes none has the cluster's own node configuration.
    return named("default pool", priceNodes({ ...values, autoscaling: [] }, where, { zones, told }));
  }
  return combineParts(
    ...pools.map((pool, index) => {
      const told = numberAt(usage, [`node_pool[${index}]`, "nodes"]);
      const poolZones = nodePoolZones(pool) ?? zones;
      const name = textAt(pool, ["name"]) ?? `node pool ${index}`;
      return named(name, priceNodes(pool, where, { zones: poolZones, told }));
    }),
  );
}

/**
 * `google_container_cluster`: its fee, of which the free tier of a billing account is not subtracted, and the nodes that it describes
 * itself.
 */
export function priceGoogleContainerCluster(resource: ResourceView, view: PlanView): PricedParts {
  return combineParts(
    fixedItem({
      name: "Cluster management fee (free tier not subtracted)",
      unit: "hours",
      quantity: decimal(HOURS_PER_MONTH),
      price: unitPrice("gke-cluster-hour", "global", view.prices),
    }),
    nodes(resource, view),
  );
}
