import type { JsonObject } from "@apex/core";
import type { Instance } from "./compute-schema.ts";
import { type FoundResource, globalName } from "./gcp-resource.ts";
import { lastSegment, present, shortName, utcInstant, wholeNumber } from "./names.ts";

type AttachedDisk = Instance["disks"][number];

/** An instance as `google_compute_instance` has it in a state. */
export function decodeInstance(project: string, instance: Instance): FoundResource {
  const zone = lastSegment(instance.zone);
  const path = `projects/${project}/zones/${zone}/instances`;
  const boot = instance.disks.find((disk) => disk.boot);
  const scratch = instance.disks.filter((disk) => disk.type === "SCRATCH");
  const attached = instance.disks.filter((disk) => !disk.boot && disk.type !== "SCRATCH");
  return {
    type: "google_compute_instance",
    project,
    aliases: [globalName("compute", `${path}/${instance.id}`)],
    attributes: {
      id: `${path}/${instance.name}`,
      name: instance.name,
      instance_id: instance.id,
      self_link: instance.selfLink,
      zone,
      machine_type: lastSegment(instance.machineType),
      current_status: instance.status,
      cpu_platform: instance.cpuPlatform,
      min_cpu_platform: instance.minCpuPlatform,
      creation_timestamp: instance.creationTimestamp,
      deletion_protection: instance.deletionProtection,
      labels: instance.labels,
      tags: instance.tags?.items,
      boot_disk: boot === undefined ? [] : [bootDisk(boot)],
      attached_disk: attached.map(attachedDisk),
      scratch_disk: scratch.map((disk) =>
        present({ interface: disk.interface, size: wholeNumber(disk.diskSizeGb) }),
      ),
      guest_accelerator: instance.guestAccelerators.map(({ acceleratorType, acceleratorCount }) => ({
        type: lastSegment(acceleratorType),
        count: acceleratorCount,
      })),
      scheduling: instance.scheduling === undefined ? undefined : [scheduling(instance.scheduling)],
    },
    observed: {
      createdAt: utcInstant(instance.creationTimestamp),
      state: instance.status?.toLowerCase(),
      stateSince: stateSince(instance),
      platform: platformOf(boot?.licenses),
      imageArchitectures: architecturesOf(boot?.architecture),
      purchaseOption: purchaseOption(instance.scheduling),
      details: managedBy(instance),
    },
  };
}

function bootDisk(disk: AttachedDisk): JsonObject {
  // Its type is the disk's own, which is a resource beside it; the size is told here too.
  const parameters = present({ size: wholeNumber(disk.diskSizeGb) });
  return present({
    auto_delete: disk.autoDelete,
    device_name: disk.deviceName,
    mode: disk.mode,
    source: disk.source,
    initialize_params: [parameters],
  });
}

function attachedDisk(disk: AttachedDisk): JsonObject {
  return present({ device_name: disk.deviceName, mode: disk.mode, source: disk.source });
}

function scheduling(given: NonNullable<Instance["scheduling"]>): JsonObject {
  return present({
    preemptible: given.preemptible,
    provisioning_model: given.provisioningModel,
    automatic_restart: given.automaticRestart,
    on_host_maintenance: given.onHostMaintenance,
  });
}

function stateSince({ status, lastStartTimestamp, lastStopTimestamp }: Instance): string | undefined {
  if (status === "RUNNING") return utcInstant(lastStartTimestamp);
  return status === "TERMINATED" ? utcInstant(lastStopTimestamp) : undefined;
}

/**
 * Which licence is paid for with the machine, by the project that publishes it. A boot disk without a licence pays for none,
 * and does not tell which system it holds.
 */
const LICENCES: readonly (readonly [pattern: RegExp, platform: string])[] = [
  [/\/windows(-sql)?-cloud\//, "Windows"],
  [/\/rhel(-sap)?-cloud\//, "Red Hat Enterprise Linux"],
  [/\/suse(-sap)?-cloud\//, "SUSE Linux"],
];

function platformOf(licences: readonly string[] | undefined): string | undefined {
  if (licences === undefined || licences.length === 0) return undefined;
  const paid = LICENCES.find(([pattern]) => licences.some((licence) => pattern.test(licence)));
  return paid?.[1] ?? "Linux/UNIX";
}

function architecturesOf(architecture: string | undefined): readonly string[] | undefined {
  if (architecture === "X86_64") return ["x86_64"];
  return architecture === "ARM64" ? ["arm64"] : undefined;
}

function purchaseOption(given: Instance["scheduling"]): "on-demand" | "spot" | "dedicated" {
  if (given?.preemptible === true || given?.provisioningModel === "SPOT") return "spot";
  // Sole-tenant nodes are paid as nodes; an instance on them costs nothing by itself.
  const isSoleTenant = given?.nodeAffinities.some(({ key }) =>
    key?.startsWith("compute.googleapis.com/node"),
  );
  return isSoleTenant === true ? "dedicated" : "on-demand";
}

/**
 * Who made it: instances of a group carry "created-by" in their metadata, "projects/7/zones/us-central1-a/instanceGroupManagers/api".
 * All else of the metadata stays behind.
 */
function managedBy({ metadata, labels }: Instance): JsonObject | undefined {
  const makers = metadata?.items.flatMap(({ key, value }) => (key === "created-by" ? [value ?? ""] : []));
  const group = makers
    ?.map((maker) => /\/instanceGroupManagers\/([a-z0-9-]{1,63})$/.exec(maker)?.[1])
    .find(Boolean);
  const details = present({
    isInManagedGroup: metadata === undefined ? undefined : group !== undefined,
    instanceGroup: group,
    gkeCluster: shortName(labels["goog-k8s-cluster-name"]),
    gkeNodePool: shortName(labels["goog-k8s-node-pool-name"]),
  });
  return Object.keys(details).length === 0 ? undefined : details;
}
