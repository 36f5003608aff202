import type { Address, Disk, Snapshot } from "./compute-schema.ts";
import { type FoundResource, globalName } from "./gcp-resource.ts";
import { lastSegment, shortName, utcInstant, wholeNumber } from "./names.ts";

/** A disk as `google_compute_disk`, or `google_compute_region_disk` where it lies in two zones. */
export function decodeDisk(project: string, disk: Disk): FoundResource {
  const zone = shortName(disk.zone);
  const region = shortName(disk.region);
  const place = zone === undefined ? `regions/${region ?? ""}` : `zones/${zone}`;
  const path = `projects/${project}/${place}/disks`;
  const detachedAt = utcInstant(disk.lastDetachTimestamp);
  return {
    type: zone === undefined ? "google_compute_region_disk" : "google_compute_disk",
    project,
    aliases: [globalName("compute", `${path}/${disk.id}`)],
    attributes: {
      id: `${path}/${disk.name}`,
      name: disk.name,
      disk_id: disk.id,
      self_link: disk.selfLink,
      zone,
      region: zone === undefined ? region : undefined,
      replica_zones: disk.replicaZones?.map(lastSegment),
      type: shortName(disk.type),
      size: wholeNumber(disk.sizeGb),
      provisioned_iops: wholeNumber(disk.provisionedIops),
      provisioned_throughput: wholeNumber(disk.provisionedThroughput),
      storage_pool: disk.storagePool,
      image: disk.sourceImage,
      snapshot: disk.sourceSnapshot,
      architecture: disk.architecture,
      labels: disk.labels,
      users: disk.users,
      creation_timestamp: disk.creationTimestamp,
      last_attach_timestamp: disk.lastAttachTimestamp,
      last_detach_timestamp: disk.lastDetachTimestamp,
    },
    observed: {
      createdAt: utcInstant(disk.creationTimestamp),
      state: disk.status?.toLowerCase(),
      lastUsedAt: disk.users.length > 0 ? undefined : detachedAt,
      usedBy: disk.users,
      details: { resourcePolicies: disk.resourcePolicies.map(lastSegment) },
    },
  };
}

/** A snapshot as `google_compute_snapshot`. */
export function decodeSnapshot(project: string, snapshot: Snapshot): FoundResource {
  const path = `projects/${project}/global/snapshots`;
  return {
    type: "google_compute_snapshot",
    project,
    aliases: [globalName("compute", `${path}/${snapshot.id}`)],
    attributes: {
      id: `${path}/${snapshot.name}`,
      name: snapshot.name,
      snapshot_id: wholeNumber(snapshot.id) ?? snapshot.id,
      self_link: snapshot.selfLink,
      source_disk: snapshot.sourceDisk,
      disk_size_gb: wholeNumber(snapshot.diskSizeGb),
      storage_bytes: wholeNumber(snapshot.storageBytes),
      storage_locations: snapshot.storageLocations,
      snapshot_type: snapshot.snapshotType,
      labels: snapshot.labels,
      creation_timestamp: snapshot.creationTimestamp,
    },
    observed: {
      createdAt: utcInstant(snapshot.creationTimestamp),
      state: snapshot.status?.toLowerCase(),
      details: snapshot.autoCreated === undefined ? undefined : { autoCreated: snapshot.autoCreated },
    },
  };
}

/** An address as `google_compute_address`, or `google_compute_global_address`. */
export function decodeAddress(project: string, address: Address): FoundResource {
  const region = shortName(address.region);
  const place = region === undefined ? "global" : `regions/${region}`;
  const path = `projects/${project}/${place}/addresses`;
  return {
    type: region === undefined ? "google_compute_global_address" : "google_compute_address",
    project,
    aliases: [globalName("compute", `${path}/${address.id}`)],
    attributes: {
      id: `${path}/${address.name}`,
      name: address.name,
      self_link: address.selfLink,
      region,
      address: address.address,
      // Both are what the API leaves out when they are not set.
      address_type: address.addressType ?? "EXTERNAL",
      ip_version: address.ipVersion ?? "IPV4",
      network_tier: address.networkTier,
      purpose: address.purpose,
      labels: address.labels,
      users: address.users,
      creation_timestamp: address.creationTimestamp,
    },
    observed: {
      createdAt: utcInstant(address.creationTimestamp),
      state: address.status?.toLowerCase(),
      usedBy: address.users,
    },
  };
}
