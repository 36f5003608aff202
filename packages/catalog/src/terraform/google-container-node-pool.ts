import { essentialPartMissing, type PricedParts } from "../pricing/priced-parts.ts";
import { isUnknownAt, numberAt } from "./attributes.ts";
import { clusterZones, nodePlace, nodePoolZones, priceNodes } from "./google-gke-nodes.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** The cluster of a pool, where it is in the plan. */
export function clusterOf(pool: ResourceView, view: PlanView): ResourceView | undefined {
  const cluster = follow(view, pool, {
    types: ["google_container_cluster"],
    references: ["id", "self_link", "name"].map((targetAttribute) => ({
      path: ["cluster"],
      targetAttribute,
    })),
  });
  return cluster.kind === "found" ? cluster.resource : undefined;
}

/** `google_container_node_pool`: its nodes in all zones, each a machine with its boot disk and local SSDs. The cluster's fee is apart. */
export function priceGoogleContainerNodePool(resource: ResourceView, view: PlanView): PricedParts {
  const { values, unknowns } = resource;
  // A pool that describes no nodes gets GKE's own, which the provider reads when they are made; one that does may name what is not known.
  const describesNodes = !isUnknownAt(unknowns, ["node_config"]);
  if (describesNodes && isUnknownAt(unknowns, ["node_config", 0, "machine_type"]))
    return essentialPartMissing("the machine type of its nodes is not known");
  // A pool lies where its cluster does, unless it says otherwise.
  const cluster = clusterOf(resource, view);
  const location = values["location"] ?? cluster?.values["location"] ?? null;
  const placed = { ...resource, values: { ...values, location } };
  const zones = nodePoolZones(values) ?? clusterZones(cluster?.values ?? { location });
  return priceNodes(values, nodePlace(placed, view), { zones, told: numberAt(resource.usage, ["nodes"]) });
}
