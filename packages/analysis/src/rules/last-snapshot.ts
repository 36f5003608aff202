import { unitPrice, volumeMonthlyPrice } from "@apex/catalog";
import {
  compareDecimals,
  DAY_MS,
  type Decimal,
  decimal,
  formatInstant,
  type IntendedChange,
  type Known,
  known,
  multiply,
  nameOfResource,
  type Resource,
  subtract,
  unknown,
} from "@apex/core";
import { awsRegionOf } from "../fleet/instance.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { VolumeSettings } from "../fleet/volume.ts";
import { monthlyTotal } from "./draft.ts";
import type { RuleContext } from "./rule.ts";
import { blockNameFor } from "./stop-draft.ts";

/**
 * What deleting a volume saves a month while a snapshot of it is kept. The snapshot counts at the full size of the volume: it stores
 * the blocks that were written, which nobody tells before. Unknown where nothing is saved.
 */
export function savingBehindSnapshot(
  { resource, prices }: RuleContext,
  settings: VolumeSettings | undefined,
): Known<Decimal> {
  const region = awsRegionOf(resource);
  if (region === undefined || settings === undefined)
    return unknown("its region, type or size is not in the state");
  const now = monthlyTotal(volumeMonthlyPrice({ ...settings, region }, prices));
  if (now.kind === "unknown") return unknown(`its price is not known: ${now.reason}`);
  const snapshot = unitPrice("ebs-snapshot-gb-month", region, prices);
  if (snapshot.kind === "unknown")
    return unknown(`the price of its snapshot is not known: ${snapshot.reason}`);
  const list = subtract(now.value, multiply(snapshot.value.price, decimal(settings.sizeGib)));
  return compareDecimals(list, decimal(0)) <= 0
    ? unknown("a full snapshot of it would cost no less than the volume")
    : known(list);
}

/** Tags of a snapshot that is kept before its disk goes, by cloud: the disk, and the day from which it may go. */
const KEPT_TAGS = {
  aws_ebs_snapshot: { disk: "apex:volume", until: "apex:delete-volume-after" },
  google_compute_snapshot: { disk: "apex-disk", until: "apex-delete-disk-after" },
} as const;

/**
 * Why another snapshot of a disk is not made: an earlier run's is there, and only the second step is to come. `isOf` tells it
 * from those of namesakes. `undefined` when there is none.
 */
export function keptAlready(
  { fleet }: Pick<RuleContext, "fleet">,
  type: keyof typeof KEPT_TAGS,
  disk: { readonly name: string; readonly isOf?: (snapshot: Resource) => boolean },
): string | undefined {
  const tags = KEPT_TAGS[type];
  const kept = keptSnapshots(fleet, type)
    .get(disk.name)
    ?.find((snapshot) => disk.isOf?.(snapshot) ?? true);
  if (kept === undefined) return undefined;
  const until = kept.tags[tags.until];
  const when = until === undefined ? "" : `; the disk may go after ${until}`;
  return `its snapshot ${nameOfResource(kept)} is kept already${when}`;
}

const keptIndexes = new WeakMap<Fleet, Map<string, ReadonlyMap<string, readonly Resource[]>>>();

/** Snapshots of a type by the disk that they are kept for. */
function keptSnapshots(fleet: Fleet, type: keyof typeof KEPT_TAGS): ReadonlyMap<string, readonly Resource[]> {
  const ofFleet = keptIndexes.get(fleet) ?? new Map<string, ReadonlyMap<string, readonly Resource[]>>();
  keptIndexes.set(fleet, ofFleet);
  const known =
    ofFleet.get(type) ?? Map.groupBy(fleet.ofType(type), ({ tags }) => tags[KEPT_TAGS[type].disk] ?? "");
  ofFleet.set(type, known);
  return known;
}

/** The snapshot of a volume with the day from which the volume may go. Its id is written out, so that the snapshot stays when its block goes. */
export function lastSnapshot(
  { resource, window, policy }: RuleContext,
  volume: { readonly id: string; readonly why: string; readonly suffix?: string },
): readonly IntendedChange[] {
  if (resource.address === undefined) return [];
  const deleteAfter = formatInstant(window.endMs + policy.storage.holdDays * DAY_MS).slice(0, 10);
  const name = resource.tags["Name"];
  return [
    {
      kind: "add-resource",
      besideAddress: resource.address,
      type: "aws_ebs_snapshot",
      name: blockNameFor(resource.address, volume.suffix ?? "final"),
      attributes: {
        volume_id: volume.id,
        description: `Before deleting ${volume.id}, ${volume.why}`,
        tags: {
          ...(name === undefined ? {} : { Name: name }),
          [KEPT_TAGS.aws_ebs_snapshot.disk]: volume.id,
          [KEPT_TAGS.aws_ebs_snapshot.until]: deleteAfter,
        },
      },
    },
  ];
}
