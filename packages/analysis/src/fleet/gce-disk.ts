import type { JsonObject, Resource } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import type { Fleet } from "./fleet.ts";
import type { VolumePerformance } from "./volume.ts";

/** What a persistent disk delivers: a baseline and a rate per GiB, up to the ceiling of its type. */
interface DiskRate {
  readonly iops: readonly [baseline: number, perGib: number, maximum: number];
  readonly throughputMbps: readonly [baseline: number, perGib: number, maximum: number];
}

/** Source: Compute Engine docs, "Configure disks to meet performance requirements"; of reads and writes the higher. */
const DISK_RATES: Readonly<Record<string, DiskRate>> = {
  "pd-standard": { iops: [0, 1.5, 15_000], throughputMbps: [0, 0.12, 1200] },
  "pd-balanced": { iops: [3000, 6, 80_000], throughputMbps: [140, 0.28, 1200] },
  "pd-ssd": { iops: [6000, 30, 100_000], throughputMbps: [240, 0.48, 1200] },
};

/**
 * What all disks of a `google_compute_instance` can ask for together; `undefined` when the type or size of one is not
 * in the state, or its performance is provisioned apart from its size.
 */
export function gceDiskPerformance(fleet: Fleet, instance: Resource): VolumePerformance | undefined {
  const boot = blocksAt(instance.attributes, "boot_disk").map(({ block }) => {
    const parameters = blocksAt(block, "initialize_params")[0]?.block;
    // An inventory tells the type of a boot disk with the disk alone.
    const isWhole = parameters !== undefined && textAt(parameters, "type") !== undefined;
    return isWhole ? parameters : (diskOf(fleet, textAt(block, "source")) ?? parameters);
  });
  const attached = blocksAt(instance.attributes, "attached_disk").map(({ block }) =>
    diskOf(fleet, textAt(block, "source")),
  );
  // Every instance boots from a disk; a state without one does not tell what the instance can ask for.
  if (boot.length === 0) return undefined;
  const total = { iops: 0, throughputMbps: 0 };
  for (const disk of [...boot, ...attached]) {
    const performance = disk === undefined ? undefined : performanceOf(disk);
    if (performance === undefined) return undefined;
    total.iops += performance.iops;
    total.throughputMbps += performance.throughputMbps;
  }
  return total;
}

/** The disk behind a link or name, where Terraform manages it or the inventory has it. Names come twice: links decide first. */
function diskOf(fleet: Fleet, source: string | undefined): JsonObject | undefined {
  const name = source?.split("/").at(-1);
  if (source === undefined || name === undefined) return undefined;
  const named = fleet
    .ofType("google_compute_disk")
    .filter((disk) => textAt(disk.attributes, "name") === name);
  const linked = named.find(
    ({ id, aliases }) => id === source || aliases.includes(source) || source.endsWith(`/${id}`),
  );
  return (linked ?? (named.length === 1 ? named[0] : undefined))?.attributes;
}

function performanceOf(disk: JsonObject): VolumePerformance | undefined {
  const type = textAt(disk, "type")?.split("/").at(-1);
  const sizeGib = numberAt(disk, "size");
  const rate = type !== undefined && Object.hasOwn(DISK_RATES, type) ? DISK_RATES[type] : undefined;
  if (rate === undefined || sizeGib === undefined || sizeGib <= 0) return undefined;
  const at = ([baseline, perGib, maximum]: DiskRate["iops"]): number =>
    Math.min(maximum, Math.ceil(baseline + perGib * sizeGib));
  return { iops: at(rate.iops), throughputMbps: at(rate.throughputMbps) };
}
