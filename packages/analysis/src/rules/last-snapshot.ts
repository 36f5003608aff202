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
  subtract,
  unknown,
} from "@apex/core";
import { awsRegionOf } from "../fleet/instance.ts";
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
          "apex:volume": volume.id,
          "apex:delete-volume-after": deleteAfter,
        },
      },
    },
  ];
}
