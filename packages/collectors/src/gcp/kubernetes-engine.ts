import type { Cancellation, Collected, CollectionPart, JsonObject } from "@apex/core";
import { z } from "zod";
import { GCP_CALLS } from "./calls.ts";
import { type FoundResource, globalName } from "./gcp-resource.ts";
import { collectedDiagnostic, collectedResource, type GcpSession, ItemReader } from "./gcp-session.ts";
import { lastSegment, present, utcInstant } from "./names.ts";
import { unreadable } from "./rest.ts";

const NodePool = z.object({
  name: z.string(),
  selfLink: z.string().optional(),
  status: z.string().optional(),
  version: z.string().optional(),
  initialNodeCount: z.number().optional(),
  locations: z.array(z.string()).default([]),
  instanceGroupUrls: z.array(z.string()).default([]),
  autoscaling: z
    .object({
      enabled: z.boolean().default(false),
      minNodeCount: z.number().optional(),
      maxNodeCount: z.number().optional(),
      totalMinNodeCount: z.number().optional(),
      totalMaxNodeCount: z.number().optional(),
      autoprovisioned: z.boolean().default(false),
      locationPolicy: z.string().optional(),
    })
    .optional(),
  upgradeSettings: z.object({ maxSurge: z.number().optional(), strategy: z.string().optional() }).optional(),
  config: z
    .object({
      machineType: z.string().optional(),
      diskSizeGb: z.number().optional(),
      diskType: z.string().optional(),
      imageType: z.string().optional(),
      preemptible: z.boolean().default(false),
      spot: z.boolean().default(false),
      labels: z.record(z.string(), z.string()).default({}),
      resourceLabels: z.record(z.string(), z.string()).default({}),
      localSsdCount: z.number().optional(),
      ephemeralStorageLocalSsdConfig: z.object({ localSsdCount: z.number().default(0) }).optional(),
      localNvmeSsdBlockConfig: z.object({ localSsdCount: z.number().default(0) }).optional(),
      minCpuPlatform: z.string().optional(),
      taints: z
        .array(
          z.object({
            key: z.string().optional(),
            value: z.string().optional(),
            effect: z.string().optional(),
          }),
        )
        .default([]),
      reservationAffinity: z.object({ consumeReservationType: z.string().optional() }).optional(),
      soleTenantConfig: z.object({}).optional(),
      accelerators: z
        .array(z.object({ acceleratorType: z.string(), acceleratorCount: z.string().default("0") }))
        .default([]),
    })
    .optional(),
});
type NodePool = z.infer<typeof NodePool>;

const Cluster = z.object({
  name: z.string(),
  id: z.string().optional(),
  location: z.string(),
  selfLink: z.string().optional(),
  status: z.string().optional(),
  createTime: z.string().optional(),
  currentMasterVersion: z.string().optional(),
  resourceLabels: z.record(z.string(), z.string()).default({}),
  autopilot: z.object({ enabled: z.boolean().default(false) }).optional(),
  nodePools: z.array(NodePool).default([]),
});
type Cluster = z.infer<typeof Cluster>;

const Answer = z.object({
  clusters: z.array(z.unknown()).default([]),
  missingZones: z.array(z.string()).default([]),
});

/** The GKE clusters of a project with their node pools. */
export function kubernetesPart(session: GcpSession, project: string): CollectionPart {
  return {
    key: `gcp/${project}/gke`,
    title: `GKE clusters of ${project}`,
    collect: (signal) => collectClusters(session, project, signal),
  };
}

async function* collectClusters(
  session: GcpSession,
  project: string,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const call = GCP_CALLS.clusters;
  const path = `/v1/projects/${encodeURIComponent(project)}/locations/-/clusters`;
  // One answer holds them all: this list has no pages.
  const answer = Answer.safeParse(await session.rest.json({ call, project, path }, signal));
  if (!answer.success) throw unreadable({ call, project });
  const reader = new ItemReader(Cluster, { call, project });
  for (const item of answer.data.clusters) {
    const cluster = reader.read(item);
    if (cluster === undefined) continue;
    yield* collectedResource(session, decodeCluster(project, cluster));
    for (const pool of cluster.nodePools)
      yield* collectedResource(session, decodeNodePool(project, cluster, pool));
  }
  for (const zone of answer.data.missingZones) {
    yield collectedDiagnostic({
      severity: "warning",
      code: "gcp-place-unreachable",
      summary: `${zone} did not answer, so GKE clusters of project ${project} that lie there are missing`,
    });
  }
  for (const diagnostic of reader.diagnostics()) yield collectedDiagnostic(diagnostic);
}

function decodeCluster(project: string, cluster: Cluster): FoundResource {
  const path = `projects/${project}/locations/${cluster.location}/clusters/${cluster.name}`;
  return {
    type: "google_container_cluster",
    project,
    aliases: [globalName("container", path)],
    attributes: {
      id: path,
      name: cluster.name,
      location: cluster.location,
      self_link: cluster.selfLink,
      enable_autopilot: cluster.autopilot?.enabled === true,
      master_version: cluster.currentMasterVersion,
      resource_labels: cluster.resourceLabels,
    },
    observed: { createdAt: utcInstant(cluster.createTime), state: cluster.status?.toLowerCase() },
  };
}

function decodeNodePool(project: string, cluster: Cluster, pool: NodePool): FoundResource {
  const { config, autoscaling } = pool;
  const path = `projects/${project}/locations/${cluster.location}/clusters/${cluster.name}/nodePools/${pool.name}`;
  return {
    type: "google_container_node_pool",
    project,
    aliases: [globalName("container", path)],
    attributes: {
      id: path,
      name: pool.name,
      cluster: cluster.name,
      location: cluster.location,
      self_link: pool.selfLink,
      version: pool.version,
      initial_node_count: pool.initialNodeCount,
      node_locations: pool.locations,
      managed_instance_group_urls: pool.instanceGroupUrls,
      upgrade_settings:
        pool.upgradeSettings === undefined
          ? undefined
          : [
              present({
                max_surge: pool.upgradeSettings.maxSurge,
                strategy: pool.upgradeSettings.strategy,
              }),
            ],
      autoscaling: autoscaling?.enabled === true ? [autoscalingBlock(autoscaling)] : [],
      node_config: config === undefined ? undefined : [nodeConfigBlock(config)],
    },
    observed: {
      state: pool.status?.toLowerCase(),
      details: {
        isAutopilot: cluster.autopilot?.enabled === true,
        isAutoprovisioned: autoscaling?.autoprovisioned === true,
      },
    },
  };
}

function autoscalingBlock(autoscaling: NonNullable<NodePool["autoscaling"]>): JsonObject {
  return present({
    min_node_count: autoscaling.minNodeCount,
    max_node_count: autoscaling.maxNodeCount,
    total_min_node_count: autoscaling.totalMinNodeCount,
    total_max_node_count: autoscaling.totalMaxNodeCount,
    location_policy: autoscaling.locationPolicy,
  });
}

function nodeConfigBlock(config: NonNullable<NodePool["config"]>): JsonObject {
  return present({
    machine_type: config.machineType,
    disk_size_gb: config.diskSizeGb,
    disk_type: config.diskType,
    image_type: config.imageType,
    preemptible: config.preemptible,
    spot: config.spot,
    labels: config.labels,
    resource_labels: config.resourceLabels,
    local_ssd_count: localSsds(config),
    min_cpu_platform: config.minCpuPlatform,
    taint: config.taints.map(present),
    reservation_affinity:
      config.reservationAffinity === undefined
        ? undefined
        : [present({ consume_reservation_type: config.reservationAffinity.consumeReservationType })],
    sole_tenant_config: config.soleTenantConfig === undefined ? undefined : [{}],
    guest_accelerator: config.accelerators.map(({ acceleratorType, acceleratorCount }) => ({
      type: lastSegment(acceleratorType),
      count: Number(acceleratorCount),
    })),
  });
}

/** GKE has three ways to ask for local SSDs, each with its count. */
function localSsds(config: NonNullable<NodePool["config"]>): number | undefined {
  const counts = [
    config.localSsdCount,
    config.ephemeralStorageLocalSsdConfig?.localSsdCount,
    config.localNvmeSsdBlockConfig?.localSsdCount,
  ].flatMap((count) => count ?? []);
  return counts.length === 0 ? undefined : Math.max(...counts);
}
