import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf, usageLine } from "../pricing/unit-lines.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

function stored(name: string, where: PricePlace, tier: string | undefined): PricedParts {
  const isArchived = tier === "archive";
  return usageLine(
    {
      name: isArchived ? "Archived snapshot storage" : name,
      unit: "GB-months",
      price: isArchived ? "ebs-snapshot-archive-gb-month" : "ebs-snapshot-gb-month",
      quantity: undefined,
    },
    where,
  );
}

const BY_USE = [
  ["Fast snapshot restore", "DSU-hours", "ebs-fast-snapshot-restore-hour", "fast_snapshot_restore_hours", 1],
  ["Lists of blocks", "1k requests", "ebs-thousand-list-requests", "monthly_list_block_requests", 1000],
  ["Blocks read", "1k SnapshotAPIUnits", "ebs-thousand-get-units", "monthly_get_block_requests", 1000],
  ["Blocks written", "1k SnapshotAPIUnits", "ebs-thousand-put-units", "monthly_put_block_requests", 1000],
] as const;

/**
 * `aws_ebs_snapshot`, and copies and imports: pays for the blocks that changed since the snapshot before, in the archive tier for all
 * of them; neither is known to Terraform. What reads and restores it by itself is rare, and shown where a usage file tells of it.
 */
export function priceAwsEbsSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const told = BY_USE.map(([name, unit, price, key, per]) => {
    const quantity = usageAt(resource, [key], per);
    return quantity === undefined ? FREE : usageLine({ name, unit, price, quantity }, where);
  });
  return combineParts(
    stored("Snapshot storage (changed blocks)", where, textAt(resource.values, ["storage_tier"])),
    ...told,
  );
}

/** `aws_ami` and what makes images: their snapshots. */
export function priceAwsImage(resource: ResourceView, view: PlanView): PricedParts {
  return stored("Snapshot storage of the image", pricePlace(view, resource), undefined);
}

/** `aws_ebs_fast_snapshot_restore`: a snapshot that is kept ready in a zone. */
export function priceAwsFastRestore(resource: ResourceView, view: PlanView): PricedParts {
  if (textAt(resource.values, ["availability_zone"]) === undefined) {
    return essentialPartMissing("the zone of the fast snapshot restore is not known");
  }
  return monthOf("Fast snapshot restore", "ebs-fast-snapshot-restore-hour", pricePlace(view, resource));
}
