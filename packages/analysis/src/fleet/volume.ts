import type { JsonObject, JsonPath, Resource } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import type { Fleet } from "./fleet.ts";

/** The provider writes 0 for what does not apply to a type or was not set. */
function positiveAt(attributes: JsonObject, name: string): number | undefined {
  const value = numberAt(attributes, name);
  return value !== undefined && value > 0 ? value : undefined;
}

/** What an EBS volume can deliver. Throughput in MB/s as AWS sells it (MiB/s). */
export interface VolumePerformance {
  readonly iops: number;
  readonly throughputMbps: number;
}

/** An EBS volume as some resource's attributes describe it. */
export interface VolumeSettings {
  readonly type: string;
  readonly sizeGib: number;
  readonly iops: number | undefined;
  readonly throughputMbps: number | undefined;
}

/** gp3's free baseline. Source: EBS user guide, "General Purpose SSD volumes". */
export const GP3_BASELINE: VolumePerformance = { iops: 3000, throughputMbps: 125 };

/** Reads size, type and performance from a block or resource; `undefined` when type or size is not known. */
export function volumeSettings(
  attributes: JsonObject,
  names: { type: string; size: string },
): VolumeSettings | undefined {
  const type = textAt(attributes, names.type);
  const sizeGib = numberAt(attributes, names.size);
  if (type === undefined || sizeGib === undefined || sizeGib <= 0) return undefined;
  return {
    type,
    sizeGib,
    iops: positiveAt(attributes, "iops"),
    throughputMbps: positiveAt(attributes, "throughput"),
  };
}

/**
 * The most that gp2 delivers: 3 IOPS per GiB between 100 and 16,000, small volumes bursting to 3,000; 128 MiB/s up
 * to 170 GiB, 250 from 334, and in between as much as 256 KiB per operation of the burst make. Source: EBS user
 * guide, "General Purpose SSD volumes".
 */
export function gp2Performance(sizeGib: number): {
  readonly baselineIops: number;
  readonly peak: VolumePerformance;
} {
  const baselineIops = Math.min(16_000, Math.max(100, 3 * sizeGib));
  return {
    baselineIops,
    peak: { iops: Math.max(3000, baselineIops), throughputMbps: sizeGib <= 170 ? 128 : 250 },
  };
}

/** The most that a volume can ask of its instance; `undefined` for a type we have no rule for. */
export function peakPerformance(volume: VolumeSettings): VolumePerformance | undefined {
  switch (volume.type) {
    case "gp2":
      return gp2Performance(volume.sizeGib).peak;
    case "gp3":
      return {
        iops: volume.iops ?? GP3_BASELINE.iops,
        throughputMbps: volume.throughputMbps ?? GP3_BASELINE.throughputMbps,
      };
    // 256 KiB per operation up to the type's ceiling. Source: EBS user guide, "Provisioned IOPS SSD volumes".
    case "io1":
      return volume.iops === undefined
        ? undefined
        : { iops: volume.iops, throughputMbps: Math.min(1000, volume.iops / 4) };
    case "io2":
      return volume.iops === undefined
        ? undefined
        : { iops: volume.iops, throughputMbps: Math.min(4000, volume.iops / 4) };
    case "st1":
      return { iops: 500, throughputMbps: 500 };
    case "sc1":
      return { iops: 250, throughputMbps: 250 };
    case "standard":
      return { iops: 200, throughputMbps: 90 };
    default:
      return undefined;
  }
}

/** One volume that an instance's own blocks describe. */
export interface BlockVolume {
  readonly path: JsonPath;
  readonly volumeId: string | undefined;
  readonly device: string;
  readonly settings: VolumeSettings | undefined;
}

/** The volumes in an instance's `root_block_device` and `ebs_block_device` blocks. */
export function blockVolumes(instance: Resource): readonly BlockVolume[] {
  return ["root_block_device", "ebs_block_device"].flatMap((name) =>
    blocksAt(instance.attributes, name).map(({ index, block }) => ({
      path: [name, index],
      volumeId: textAt(block, "volume_id"),
      device: textAt(block, "device_name") ?? (name === "root_block_device" ? "root" : `${name}[${index}]`),
      settings: volumeSettings(block, { type: "volume_type", size: "volume_size" }),
    })),
  );
}

/** What all volumes of an instance can ask for together; `undefined` when one of them is not known well enough. */
export function attachedPerformance(fleet: Fleet, instance: Resource): VolumePerformance | undefined {
  const blocks = blockVolumes(instance);
  const seen = new Set(blocks.map((block) => block.volumeId));
  const settings = blocks.map((block) => block.settings);
  for (const attachment of fleet.ofType("aws_volume_attachment")) {
    if (textAt(attachment.attributes, "instance_id") !== instance.id) continue;
    const volumeId = textAt(attachment.attributes, "volume_id");
    if (volumeId === undefined || seen.has(volumeId)) continue;
    seen.add(volumeId);
    const volume = fleet.find(volumeId);
    settings.push(
      volume === undefined ? undefined : volumeSettings(volume.attributes, { type: "type", size: "size" }),
    );
  }
  // Every instance has a root volume; a state without one does not tell what the instance can ask for.
  if (settings.length === 0) return undefined;
  const total = { iops: 0, throughputMbps: 0 };
  for (const one of settings) {
    const peak = one === undefined ? undefined : peakPerformance(one);
    if (peak === undefined) return undefined;
    total.iops += peak.iops;
    total.throughputMbps += peak.throughputMbps;
  }
  return total;
}
