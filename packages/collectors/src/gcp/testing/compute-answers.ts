import type { JsonObject } from "@apex/core";

/** The root of self links. */
export const ROOT = "https://www.googleapis.com/compute/v1";

/** An instance as Compute Engine answers with it, with its boot disk. */
export function instance(project: string, name: string, id: string, more: JsonObject = {}): JsonObject {
  const zone = `${ROOT}/projects/${project}/zones/us-central1-a`;
  return {
    kind: "compute#instance",
    id,
    name,
    zone,
    selfLink: `${zone}/instances/${name}`,
    machineType: `${zone}/machineTypes/n2-standard-8`,
    status: "RUNNING",
    creationTimestamp: "2026-01-05T02:00:00.000-08:00",
    lastStartTimestamp: "2026-02-01T00:00:00.000+01:00",
    cpuPlatform: "Intel Ice Lake",
    labels: { team: "shop" },
    metadata: { kind: "compute#metadata", items: [{ key: "startup-script", value: "export TOKEN=hush" }] },
    disks: [
      {
        kind: "compute#attachedDisk",
        boot: true,
        autoDelete: true,
        type: "PERSISTENT",
        mode: "READ_WRITE",
        deviceName: name,
        diskSizeGb: "50",
        source: `${zone}/disks/${name}`,
        architecture: "X86_64",
        licenses: [`${ROOT}/projects/debian-cloud/global/licenses/debian-12-bookworm`],
      },
    ],
    scheduling: { preemptible: false, provisioningModel: "STANDARD", automaticRestart: true },
    ...more,
  };
}

/** A disk as Compute Engine answers with it; attached to nothing unless `users` says so. */
export function disk(project: string, name: string, id: string, more: JsonObject = {}): JsonObject {
  const zone = `${ROOT}/projects/${project}/zones/us-central1-a`;
  return {
    kind: "compute#disk",
    id,
    name,
    zone,
    selfLink: `${zone}/disks/${name}`,
    type: `${zone}/diskTypes/pd-ssd`,
    sizeGb: "500",
    status: "READY",
    creationTimestamp: "2026-01-05T10:00:00.000+00:00",
    lastAttachTimestamp: "2026-01-05T10:01:00.000+00:00",
    lastDetachTimestamp: "2026-09-01T08:00:00.000+00:00",
    labels: {},
    ...more,
  };
}
