import type { Resource } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";
import type { Fleet } from "./fleet.ts";
import { awsRegionOf } from "./instance.ts";
import { blockVolumes } from "./volume.ts";

/** Who names which volume and snapshot, over the whole fleet: looked up for each of thousands, so gathered once. */
export interface VolumeIndex {
  /** By id of a volume: the attachment or instance of the fleet that names it. */
  readonly users: ReadonlyMap<string, Resource>;
  /** By id of a snapshot: the image or launch template of the fleet that names it. */
  readonly snapshotUsers: ReadonlyMap<string, Resource>;
  /** By id of a volume: how many snapshots of it there are. */
  readonly snapshotCounts: ReadonlyMap<string, number>;
  /** Accounts and regions of which volumes were collected live; see {@link placeOf}. */
  readonly livePlaces: ReadonlySet<string>;
}

const indexes = new WeakMap<Fleet, VolumeIndex>();

/** The index of a fleet, built at its first use: a fleet never changes. */
export function volumeIndex(fleet: Fleet): VolumeIndex {
  let index = indexes.get(fleet);
  if (index === undefined) indexes.set(fleet, (index = build(fleet)));
  return index;
}

/** Account and region of a resource as one text; without an account where none is known. */
export function placeOf(resource: Resource): string {
  return `${resource.account ?? ""} ${awsRegionOf(resource) ?? ""}`;
}

function build(fleet: Fleet): VolumeIndex {
  const users = new Map<string, Resource>();
  const snapshotUsers = new Map<string, Resource>();
  const snapshotCounts = new Map<string, number>();
  const note = (map: Map<string, Resource>, id: string | undefined, user: Resource): void => {
    if (id !== undefined && !map.has(id)) map.set(id, user);
  };
  for (const attachment of fleet.ofType("aws_volume_attachment"))
    note(users, textAt(attachment.attributes, "volume_id"), attachment);
  for (const instance of fleet.ofType("aws_instance"))
    for (const { volumeId } of blockVolumes(instance)) note(users, volumeId, instance);
  for (const image of fleet.ofType("aws_ami"))
    for (const { block } of blocksAt(image.attributes, "ebs_block_device"))
      note(snapshotUsers, textAt(block, "snapshot_id"), image);
  for (const template of fleet.ofType("aws_launch_template"))
    for (const { block } of blocksAt(template.attributes, "block_device_mappings"))
      for (const { block: ebs } of blocksAt(block, "ebs"))
        note(snapshotUsers, textAt(ebs, "snapshot_id"), template);
  for (const { attributes } of fleet.ofType("aws_ebs_snapshot")) {
    const volume = textAt(attributes, "volume_id") ?? "";
    snapshotCounts.set(volume, (snapshotCounts.get(volume) ?? 0) + 1);
  }
  const live = fleet.ofType("aws_ebs_volume").filter(({ observed }) => observed !== undefined);
  return { users, snapshotUsers, snapshotCounts, livePlaces: new Set(live.map(placeOf)) };
}
