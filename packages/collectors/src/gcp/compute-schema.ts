import { z } from "zod";

/** What is read of Compute Engine's answers, by the names of its discovery document; numbers of 64 bits are texts. */
const Labels = z.record(z.string(), z.string()).default({});

export const Instance = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string(),
  selfLink: z.string().optional(),
  machineType: z.string(),
  status: z.string().optional(),
  creationTimestamp: z.string().optional(),
  lastStartTimestamp: z.string().optional(),
  lastStopTimestamp: z.string().optional(),
  cpuPlatform: z.string().optional(),
  minCpuPlatform: z.string().optional(),
  deletionProtection: z.boolean().optional(),
  labels: Labels,
  tags: z.object({ items: z.array(z.string()).default([]) }).optional(),
  metadata: z
    .object({ items: z.array(z.object({ key: z.string(), value: z.string().optional() })).default([]) })
    .optional(),
  disks: z
    .array(
      z.object({
        boot: z.boolean().default(false),
        autoDelete: z.boolean().optional(),
        deviceName: z.string().optional(),
        diskSizeGb: z.string().optional(),
        interface: z.string().optional(),
        mode: z.string().optional(),
        source: z.string().optional(),
        type: z.string().optional(),
        architecture: z.string().optional(),
        licenses: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  guestAccelerators: z
    .array(z.object({ acceleratorType: z.string(), acceleratorCount: z.number().default(0) }))
    .default([]),
  scheduling: z
    .object({
      preemptible: z.boolean().optional(),
      provisioningModel: z.string().optional(),
      automaticRestart: z.boolean().optional(),
      onHostMaintenance: z.string().optional(),
      nodeAffinities: z.array(z.object({ key: z.string().optional() })).default([]),
    })
    .optional(),
});
export type Instance = z.infer<typeof Instance>;

export const Disk = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string().optional(),
  region: z.string().optional(),
  replicaZones: z.array(z.string()).optional(),
  selfLink: z.string().optional(),
  type: z.string().optional(),
  sizeGb: z.string().optional(),
  status: z.string().optional(),
  provisionedIops: z.string().optional(),
  provisionedThroughput: z.string().optional(),
  storagePool: z.string().optional(),
  sourceImage: z.string().optional(),
  sourceSnapshot: z.string().optional(),
  architecture: z.string().optional(),
  creationTimestamp: z.string().optional(),
  lastAttachTimestamp: z.string().optional(),
  lastDetachTimestamp: z.string().optional(),
  users: z.array(z.string()).default([]),
  resourcePolicies: z.array(z.string()).default([]),
  labels: Labels,
});
export type Disk = z.infer<typeof Disk>;

export const Snapshot = z.object({
  id: z.string(),
  name: z.string(),
  selfLink: z.string().optional(),
  status: z.string().optional(),
  sourceDisk: z.string().optional(),
  diskSizeGb: z.string().optional(),
  storageBytes: z.string().optional(),
  storageLocations: z.array(z.string()).default([]),
  snapshotType: z.string().optional(),
  autoCreated: z.boolean().optional(),
  creationTimestamp: z.string().optional(),
  labels: Labels,
});
export type Snapshot = z.infer<typeof Snapshot>;

export const Address = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string().optional(),
  selfLink: z.string().optional(),
  address: z.string().optional(),
  addressType: z.string().optional(),
  ipVersion: z.string().optional(),
  networkTier: z.string().optional(),
  purpose: z.string().optional(),
  status: z.string().optional(),
  creationTimestamp: z.string().optional(),
  users: z.array(z.string()).default([]),
  labels: Labels,
});
export type Address = z.infer<typeof Address>;

export const InstanceGroupManager = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string().optional(),
  region: z.string().optional(),
  selfLink: z.string().optional(),
  baseInstanceName: z.string().optional(),
  instanceGroup: z.string().optional(),
  instanceTemplate: z.string().optional(),
  targetSize: z.number().optional(),
  versions: z
    .array(z.object({ name: z.string().optional(), instanceTemplate: z.string().optional() }))
    .default([]),
  autoHealingPolicies: z.array(z.object({ healthCheck: z.string().optional() })).default([]),
  creationTimestamp: z.string().optional(),
});
export type InstanceGroupManager = z.infer<typeof InstanceGroupManager>;

export const InstanceTemplate = z.object({
  id: z.string(),
  name: z.string(),
  region: z.string().optional(),
  selfLink: z.string().optional(),
  creationTimestamp: z.string().optional(),
  properties: z
    .object({
      machineType: z.string().optional(),
      labels: Labels,
      scheduling: z
        .object({ preemptible: z.boolean().optional(), provisioningModel: z.string().optional() })
        .optional(),
      guestAccelerators: z
        .array(z.object({ acceleratorType: z.string(), acceleratorCount: z.number().default(0) }))
        .default([]),
      disks: z
        .array(
          z.object({
            boot: z.boolean().default(false),
            initializeParams: z
              .object({ diskSizeGb: z.string().optional(), diskType: z.string().optional() })
              .optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});
export type InstanceTemplate = z.infer<typeof InstanceTemplate>;

export const Autoscaler = z.object({
  id: z.string(),
  name: z.string(),
  zone: z.string().optional(),
  region: z.string().optional(),
  selfLink: z.string().optional(),
  target: z.string().optional(),
  autoscalingPolicy: z
    .object({
      minNumReplicas: z.number().optional(),
      maxNumReplicas: z.number().optional(),
      mode: z.string().optional(),
      cpuUtilization: z.object({ utilizationTarget: z.number().optional() }).optional(),
    })
    .optional(),
  creationTimestamp: z.string().optional(),
});
export type Autoscaler = z.infer<typeof Autoscaler>;
