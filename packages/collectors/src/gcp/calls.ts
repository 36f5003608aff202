import type { GcpService } from "./endpoints.ts";

/** One method of Google's that is called, and what it needs: this list is also the least role. */
export interface GcpCall {
  readonly service: GcpService;
  /** The method in its service's discovery document. */
  readonly method: string;
  /** IAM permissions that it asks for; empty for what is public. */
  readonly permissions: readonly string[];
  /** For messages: "list Compute Engine instances". */
  readonly action: string;
}

/** Every call that is made, and no other. Permissions: the "IAM permissions" of each method's reference page. */
export const GCP_CALLS = {
  instances: {
    service: "compute",
    method: "compute.instances.aggregatedList",
    permissions: ["compute.instances.list"],
    action: "list Compute Engine instances",
  },
  disks: {
    service: "compute",
    method: "compute.disks.aggregatedList",
    permissions: ["compute.disks.list"],
    action: "list disks",
  },
  snapshots: {
    service: "compute",
    method: "compute.snapshots.list",
    permissions: ["compute.snapshots.list"],
    action: "list snapshots",
  },
  addresses: {
    service: "compute",
    method: "compute.addresses.aggregatedList",
    permissions: ["compute.addresses.list", "compute.globalAddresses.list"],
    action: "list IP addresses",
  },
  instanceGroups: {
    service: "compute",
    method: "compute.instanceGroupManagers.aggregatedList",
    permissions: ["compute.instanceGroupManagers.list"],
    action: "list managed instance groups",
  },
  instanceTemplates: {
    service: "compute",
    method: "compute.instanceTemplates.aggregatedList",
    permissions: ["compute.instanceTemplates.list"],
    action: "list instance templates",
  },
  autoscalers: {
    service: "compute",
    method: "compute.autoscalers.aggregatedList",
    permissions: ["compute.autoscalers.list"],
    action: "list autoscalers",
  },
  databases: {
    service: "sqladmin",
    method: "sql.instances.list",
    permissions: ["cloudsql.instances.list"],
    action: "list Cloud SQL instances",
  },
  clusters: {
    service: "container",
    method: "container.projects.locations.clusters.list",
    permissions: ["container.clusters.list"],
    action: "list GKE clusters",
  },
  timeSeries: {
    service: "monitoring",
    method: "monitoring.projects.timeSeries.list",
    permissions: ["monitoring.timeSeries.list"],
    action: "read metrics",
  },
  billingTable: {
    service: "bigquery",
    method: "bigquery.tables.get",
    permissions: ["bigquery.tables.get"],
    action: "look at the billing table",
  },
  query: {
    service: "bigquery",
    method: "bigquery.jobs.query",
    permissions: ["bigquery.jobs.create", "bigquery.tables.getData"],
    action: "query the billing table",
  },
  queryResults: {
    service: "bigquery",
    method: "bigquery.jobs.getQueryResults",
    permissions: ["bigquery.jobs.create", "bigquery.tables.getData"],
    action: "read the billing query's result",
  },
  machineTypeAdvice: {
    service: "recommender",
    method: "recommender.projects.locations.recommenders.recommendations.list",
    permissions: ["recommender.computeInstanceMachineTypeRecommendations.list"],
    action: "read machine type recommendations",
  },
  idleInstanceAdvice: {
    service: "recommender",
    method: "recommender.projects.locations.recommenders.recommendations.list",
    permissions: ["recommender.computeInstanceIdleResourceRecommendations.list"],
    action: "read idle instance recommendations",
  },
  services: {
    service: "cloudbilling",
    method: "cloudbilling.services.list",
    permissions: [],
    action: "list the services of the price list",
  },
  skus: {
    service: "cloudbilling",
    method: "cloudbilling.services.skus.list",
    permissions: [],
    action: "read the price list",
  },
} as const satisfies Readonly<Record<string, GcpCall>>;
