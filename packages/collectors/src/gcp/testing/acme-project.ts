import { disk, instance, ROOT } from "./compute-answers.ts";
import type { HeldProject, HeldSeries } from "./gcp-account.ts";

/** What Monitoring holds of an instance: its CPU, two halves of its network, memory by state. */
function instanceSeries(id: string, cpu: (endMs: number) => number | undefined): readonly HeldSeries[] {
  const resourceType = "gce_instance";
  const resourceLabels = { project_id: "acme-prod", instance_id: id, zone: "us-central1-a" };
  const held = { resourceType, resourceLabels } as const;
  const network = (loadbalanced: string, rate: number): HeldSeries => ({
    ...held,
    metricType: "compute.googleapis.com/instance/network/received_bytes_count",
    metricLabels: { instance_name: "web", loadbalanced },
    valueAt: () => rate,
  });
  return [
    {
      ...held,
      metricType: "compute.googleapis.com/instance/cpu/utilization",
      metricLabels: { instance_name: "web" },
      valueAt: (endMs, aligner) => {
        const value = cpu(endMs);
        return value === undefined || aligner === "ALIGN_MAX" ? value : value / 2;
      },
    },
    network("true", 1000),
    network("false", 24),
    {
      ...held,
      metricType: "agent.googleapis.com/memory/percent_used",
      metricLabels: { state: "used" },
      valueAt: () => 37.5,
    },
    {
      ...held,
      metricType: "agent.googleapis.com/memory/percent_used",
      metricLabels: { state: "cached" },
      valueAt: () => 60,
    },
  ];
}

/** The CPU and memory of the database, both small. */
function databaseSeries(): readonly HeldSeries[] {
  return (["cpu", "memory"] as const).map((name) => ({
    metricType: `cloudsql.googleapis.com/database/${name}/utilization`,
    resourceType: "cloudsql_database",
    resourceLabels: { project_id: "acme-prod", database_id: "acme-prod:orders", region: "us-central" },
    valueAt: () => (name === "cpu" ? 0.11 : 0.3),
  }));
}

/** What the Ops Agent tells of one GPU of the trainer: the percent of time in which anything ran, and bytes in use. */
function gpuSeries(gpuNumber: string, percent: number, bytes: number): readonly HeldSeries[] {
  const gpu = { gpu_number: gpuNumber, model: "Tesla T4", uuid: `GPU-${gpuNumber}` };
  const held = {
    resourceType: "gce_instance",
    resourceLabels: { project_id: "acme-prod", instance_id: "7002", zone: "us-central1-a" },
  } as const;
  const memory = (state: string, value: number): HeldSeries => ({
    ...held,
    metricType: "agent.googleapis.com/gpu/memory/bytes_used",
    metricLabels: { ...gpu, memory_state: state },
    valueAt: () => value,
  });
  return [
    {
      ...held,
      metricType: "agent.googleapis.com/gpu/utilization",
      metricLabels: gpu,
      valueAt: () => percent,
    },
    memory("used", bytes),
    memory("free", 16 * 2 ** 30 - bytes),
  ];
}

/** What a pool's two zones of three nodes do: a little CPU and memory, some of it page cache; each on a node of its own. */
function poolSeries(): readonly HeldSeries[] {
  return Array.from({ length: 6 }, (_, node) => {
    const held = {
      resourceType: "k8s_node",
      resourceLabels: {
        project_id: "acme-prod",
        location: "us-central1",
        cluster_name: "shop",
        node_name: `gke-shop-web-${node}`,
      },
      userLabels: { "cloud.google.com/gke-nodepool": "web", "kubernetes.io/os": "linux" },
    } as const;
    const memory = (memoryType: string, share: number): HeldSeries => ({
      ...held,
      metricType: "kubernetes.io/node/memory/allocatable_utilization",
      metricLabels: { component: "pods", memory_type: memoryType },
      valueAt: () => share,
    });
    return [
      {
        ...held,
        metricType: "kubernetes.io/node/cpu/allocatable_utilization",
        valueAt: (_endMs: number, aligner: string) => (aligner === "ALIGN_MAX" ? 0.2 : 0.05 + 0.02 * node),
      },
      { ...held, metricType: "kubernetes.io/node/cpu/allocatable_cores", valueAt: () => 7.91 },
      ...["received", "sent"].map(
        (way): HeldSeries => ({
          ...held,
          metricType: `kubernetes.io/node/network/${way}_bytes_count`,
          valueAt: () => 1e5 * (node + 1),
        }),
      ),
      memory("non-evictable", 0.2),
      memory("evictable", 0.6),
    ];
  }).flat();
}

const ZONE = `${ROOT}/projects/acme-prod/zones/us-central1-a`;
const REGION = `${ROOT}/projects/acme-prod/regions/us-central1`;

function machines(): HeldProject {
  return {
    instances: [
      instance("acme-prod", "web-1", "7001"),
      instance("acme-prod", "trainer", "7002", {
        machineType: `${ZONE}/machineTypes/n1-standard-16`,
        guestAccelerators: [
          { acceleratorType: `${ZONE}/acceleratorTypes/nvidia-tesla-t4`, acceleratorCount: 2 },
        ],
      }),
      instance("acme-prod", "spot-1", "7003", {
        scheduling: { preemptible: true, provisioningModel: "SPOT" },
        status: "TERMINATED",
        lastStopTimestamp: "2026-10-01T00:00:00.000+00:00",
      }),
      instance("acme-prod", "far-1", "7004", {
        zone: `${ROOT}/projects/acme-prod/zones/us-east1-b`,
        labels: { "goog-k8s-cluster-name": "shop", "goog-k8s-node-pool-name": "default-pool" },
      }),
    ],
    disks: [
      disk("acme-prod", "web-1", "8001", { users: [`${ZONE}/instances/web-1`], sizeGb: "50" }),
      disk("acme-prod", "orphan", "8002"),
    ],
    snapshots: [
      {
        id: "9001",
        name: "before-upgrade",
        selfLink: `${ROOT}/projects/acme-prod/global/snapshots/before-upgrade`,
        status: "READY",
        diskSizeGb: "500",
        storageBytes: "12884901888",
        storageLocations: ["eu"],
        creationTimestamp: "2025-01-05T10:00:00.000+00:00",
      },
    ],
  };
}

function addressesAndGroups(): HeldProject {
  return {
    addresses: [
      {
        id: "6001",
        name: "old-nat",
        region: REGION,
        address: "203.0.113.9",
        addressType: "EXTERNAL",
        status: "RESERVED",
        networkTier: "PREMIUM",
        creationTimestamp: "2025-01-05T10:00:00.000+00:00",
        selfLink: `${REGION}/addresses/old-nat`,
      },
      {
        id: "6002",
        name: "front",
        address: "203.0.113.10",
        status: "IN_USE",
        users: [`${ROOT}/projects/acme-prod/global/forwardingRules/front`],
        selfLink: `${ROOT}/projects/acme-prod/global/addresses/front`,
      },
    ],
    instanceGroupManagers: [
      {
        id: "5001",
        name: "api",
        zone: ZONE,
        selfLink: `${ZONE}/instanceGroupManagers/api`,
        baseInstanceName: "api",
        targetSize: 4,
        versions: [{ instanceTemplate: `${ROOT}/projects/acme-prod/global/instanceTemplates/api-v7` }],
      },
    ],
    instanceTemplates: [
      {
        id: "5101",
        name: "api-v7",
        selfLink: `${ROOT}/projects/acme-prod/global/instanceTemplates/api-v7`,
        properties: {
          machineType: "e2-standard-4",
          labels: { team: "api" },
          disks: [{ boot: true, initializeParams: { diskSizeGb: "20", diskType: "pd-balanced" } }],
        },
      },
    ],
    autoscalers: [
      {
        id: "5201",
        name: "api",
        zone: ZONE,
        target: `${ZONE}/instanceGroupManagers/api`,
        autoscalingPolicy: {
          minNumReplicas: 4,
          maxNumReplicas: 10,
          cpuUtilization: { utilizationTarget: 0.6 },
        },
      },
    ],
  };
}

function services(): HeldProject {
  return {
    databases: [
      {
        kind: "sql#instance",
        name: "orders",
        project: "acme-prod",
        region: "us-central1",
        connectionName: "acme-prod:us-central1:orders",
        databaseVersion: "POSTGRES_15",
        state: "RUNNABLE",
        instanceType: "CLOUD_SQL_INSTANCE",
        createTime: "2026-01-05T10:00:00.000Z",
        settings: {
          tier: "db-custom-8-30720",
          edition: "ENTERPRISE",
          availabilityType: "ZONAL",
          activationPolicy: "ALWAYS",
          dataDiskSizeGb: "100",
          dataDiskType: "PD_SSD",
          userLabels: { team: "orders" },
        },
      },
    ],
    clusters: [
      {
        name: "shop",
        location: "us-central1",
        status: "RUNNING",
        createTime: "2026-01-05T10:00:00+00:00",
        resourceLabels: { env: "prod" },
        nodePools: [
          {
            name: "default-pool",
            status: "RUNNING",
            initialNodeCount: 3,
            locations: ["us-central1-a"],
            instanceGroupUrls: [`${ZONE}/instanceGroupManagers/gke-shop-default-pool`],
            autoscaling: { enabled: true, minNodeCount: 3, maxNodeCount: 9 },
            config: { machineType: "e2-standard-8", diskSizeGb: 100, diskType: "pd-balanced", spot: false },
          },
          {
            name: "web",
            status: "RUNNING",
            initialNodeCount: 3,
            locations: ["us-central1-a", "us-central1-b"],
            instanceGroupUrls: ["a", "b"].map(
              (zone) => `${ZONE.slice(0, -1)}${zone}/instanceGroupManagers/gke-shop-web`,
            ),
            autoscaling: { enabled: true, minNodeCount: 3, maxNodeCount: 9, locationPolicy: "BALANCED" },
            upgradeSettings: { maxSurge: 1, strategy: "SURGE" },
            config: {
              machineType: "e2-standard-8",
              diskSizeGb: 100,
              diskType: "pd-balanced",
              taints: [{ key: "team", value: "web", effect: "NO_SCHEDULE" }],
            },
          },
        ],
      },
    ],
  };
}

function measured(): HeldProject {
  return {
    series: [
      ...instanceSeries("7001", (endMs) => (endMs % 3_600_000 === 0 ? 0.4 : 0.1)),
      ...instanceSeries("7002", () => 0.1),
      ...gpuSeries("0", 0, 2 ** 20),
      ...gpuSeries("1", 12, 6 * 2 ** 30),
      ...databaseSeries(),
      ...poolSeries(),
      ...["orders", "postgres", "cloudsqladmin"].map(
        (database): HeldSeries => ({
          metricType: "cloudsql.googleapis.com/database/postgresql/num_backends",
          metricLabels: { database },
          resourceType: "cloudsql_database",
          resourceLabels: { project_id: "acme-prod", database_id: "acme-prod:orders", region: "us-central" },
          isWhole: true,
          valueAt: () => 3,
        }),
      ),
    ],
  };
}

/** What Google itself would do: a smaller type, and one that was done already. */
function advised(): HeldProject {
  const advice = (state: string) => ({
    name: "projects/1/locations/us-central1-a/recommenders/google.compute.instance.MachineTypeRecommender/recommendations/r1",
    description: "Save cost by changing machine type.",
    recommenderSubtype: "CHANGE_MACHINE_TYPE",
    lastRefreshTime: "2026-11-20T08:00:00.123Z",
    primaryImpact: {
      category: "COST",
      costProjection: {
        cost: { currencyCode: "USD", units: "-120", nanos: -500_000_000 },
        duration: "2592000s",
      },
    },
    content: {
      operationGroups: [
        {
          operations: [
            {
              action: "test",
              resourceType: "compute.googleapis.com/Instance",
              resource: "//compute.googleapis.com/projects/acme-prod/zones/us-central1-a/instances/web-1",
              path: "/machineType",
            },
            {
              action: "replace",
              resourceType: "compute.googleapis.com/Instance",
              resource: "//compute.googleapis.com/projects/acme-prod/zones/us-central1-a/instances/web-1",
              path: "/machineType",
              value: "zones/us-central1-a/machineTypes/e2-standard-4",
            },
          ],
        },
      ],
    },
    stateInfo: { state },
  });
  const recommender = "us-central1-a google.compute.instance.MachineTypeRecommender";
  return { recommendations: { [recommender]: [advice("ACTIVE"), advice("SUCCEEDED")] } };
}

/** One project with one of everything that is collected. */
export function acmeProject(): HeldProject {
  return { ...machines(), ...addressesAndGroups(), ...services(), ...measured(), ...advised() };
}
