import { machineHourlyPrice, machineType, nodePoolZones, type PriceBook } from "@apex/catalog";
import { type JsonObject, type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt, isTrueAt, numberAt, textAt } from "./attributes.ts";
import { type Fleet } from "./fleet.ts";
import { googleRegionOf } from "./gce-instance.ts";
import type { ScalingGroup } from "./group.ts";

/** How the size of a pool is written: the attribute that holds the fewest nodes, in each zone or in all of them together. */
export type PoolFloor =
  | { readonly kind: "each-zone"; readonly count: number }
  | { readonly kind: "all-zones"; readonly count: number }
  /** No autoscaling: `node_count` nodes in each zone; `undefined` where only the metrics tell how many there are. */
  | { readonly kind: "fixed"; readonly count: number | undefined };

/** A node pool of GKE as the group of machines that it is. */
export interface GkeNodePool {
  /** Its sizes are those of all zones together, 0 where they are not written. */
  readonly group: ScalingGroup & { readonly kind: "group" };
  readonly floor: PoolFloor;
  readonly zones: number;
  /** Nodes that an upgrade adds for its time. */
  readonly surge: number;
  readonly config: JsonObject;
}

/** What GKE starts when nothing else is said. Source: GKE API, `NodeConfig.machineType`. */
const DEFAULT_TYPE = "e2-medium";

/** Source: GKE documentation, "Node upgrade strategies": surge upgrades of one node at a time are the default. */
const DEFAULT_SURGE = 1;

/** Reads zones, sizes, machine type and price of a `google_container_node_pool`; unknown where it cannot be counted or priced. */
export function gkeNodePool(fleet: Fleet, pool: Resource, prices: PriceBook): Known<GkeNodePool> {
  const { attributes } = pool;
  const config = blocksAt(attributes, "node_config")[0]?.block ?? {};
  const reason = whyNotOwn(fleet, pool) ?? whyNoListPrice(config);
  if (reason !== undefined) return unknown(reason);
  const name = textAt(config, "machine_type") ?? DEFAULT_TYPE;
  const machine = machineType("gcp", name);
  if (machine === undefined) return unknown(`the catalogue does not know the shape of ${name}`);
  if (machine.gpu !== undefined || blocksAt(config, "guest_accelerator").some(isAttached))
    return unknown("its nodes have GPUs, which pods take whole");
  if (machine.accelerator !== undefined) return unknown("its nodes have accelerators, which pods take whole");
  const region = googleRegionOf(pool);
  if (region === undefined) return unknown("its region is not known, so neither is its price");
  const price = machineHourlyPrice({ provider: "gcp", name, region }, prices);
  if (price.kind === "unknown") return unknown(`its price is not known: ${price.reason}`);
  const zones = nodePoolZones(attributes);
  if (zones === undefined) return unknown("in how many zones it has nodes is not known");
  const sizes = sizesOf(attributes, zones);
  if (!areSizes(sizes.floor.count ?? 0, sizes.maximum)) return unknown("its sizes are no numbers of nodes");
  const group = {
    kind: "group" as const,
    minimum: sizes.minimum,
    maximum: sizes.maximum,
    desired: sizes.minimum,
    template: pool,
    templateGroups: [],
    machine,
    hourly: price.value.price,
    operatingSystem: "linux" as const,
    unknowns: [],
    hasOverrides: false,
    hasUnpricedPart: false,
    region,
    cpuTargetPercent: undefined,
    hasScalingPolicy: sizes.floor.kind !== "fixed",
  };
  const own: GkeNodePool = {
    group,
    floor: sizes.floor,
    zones,
    surge: numberAt(attributes, "upgrade_settings", 0, "max_surge") ?? DEFAULT_SURGE,
    config,
  };
  return known(own);
}

function isAttached({ block }: { readonly block: JsonObject }): boolean {
  return (numberAt(block, "count") ?? 1) > 0;
}

/** Why the size of a pool is not its owner's to write; `undefined` when it is. */
function whyNotOwn(fleet: Fleet, { attributes, observed }: Resource): string | undefined {
  const isAutopilot =
    observed?.details?.["isAutopilot"] === true ||
    fleet
      .ofType("google_container_cluster")
      .some(
        ({ attributes: cluster }) =>
          isTrueAt(cluster, "enable_autopilot") &&
          lastPart(textAt(cluster, "name")) === lastPart(textAt(attributes, "cluster")) &&
          textAt(cluster, "location") === textAt(attributes, "location"),
      );
  if (isAutopilot) return "Autopilot runs its nodes, and what pods request is paid for, not nodes";
  return observed?.details?.["isAutoprovisioned"] === true
    ? "node auto-provisioning made it and changes it as pods come and go"
    : undefined;
}

/** Why nodes do not cost the list price of their machine type; `undefined` when they do. */
function whyNoListPrice(config: JsonObject): string | undefined {
  if (isTrueAt(config, "spot") || isTrueAt(config, "preemptible"))
    return "it runs on spot capacity, whose price is not the list price";
  if (blocksAt(config, "sole_tenant_config").length > 0 || textAt(config, "node_group") !== undefined)
    return "it runs on sole-tenant nodes, which are paid as a whole";
  if (textAt(config, "reservation_affinity", 0, "consume_reservation_type") === "SPECIFIC_RESERVATION")
    return "it fills a reservation, which is billed whatever runs in it";
  return textAt(config, "image_type")?.toUpperCase().startsWith("WINDOWS") === true
    ? "the price of its Windows licence is not known"
    : undefined;
}

/** Source: google_container_node_pool, `autoscaling`: sizes of each zone, or totals; of the two a state holds the unused as 0. */
function sizesOf(attributes: JsonObject, zones: number) {
  const block = blocksAt(attributes, "autoscaling")[0]?.block;
  if (block === undefined) {
    const count = numberAt(attributes, "node_count");
    const size = (count ?? 0) * zones;
    return { floor: { kind: "fixed", count } as const, minimum: size, maximum: size };
  }
  const size = (name: string): number => numberAt(block, name) ?? 0;
  const isTotal = size("total_max_node_count") > 0;
  const count = size(isTotal ? "total_min_node_count" : "min_node_count");
  return isTotal
    ? {
        floor: { kind: "all-zones", count } as const,
        minimum: count,
        maximum: size("total_max_node_count"),
      }
    : {
        floor: { kind: "each-zone", count } as const,
        minimum: count * zones,
        maximum: size("max_node_count") * zones,
      };
}

function areSizes(...counts: readonly number[]): boolean {
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0);
}

/** The cluster that a pool without an address of its own is written inside of, where Terraform manages that. */
export function clusterAround(fleet: Fleet, pool: Resource): Resource | undefined {
  if (pool.address !== undefined) return undefined;
  return fleet
    .ofType("google_container_cluster")
    .find(({ address, id }) => address !== undefined && pool.id.startsWith(`${id}/nodePools/`));
}

function lastPart(text: string | undefined): string | undefined {
  return text?.split("/").at(-1);
}
