import { unitPrice } from "@apex/catalog";
import { DAY_MS, type Decimal, decimal, type Known, known, multiply, subtract, unknown } from "@apex/core";
import { instantOf, numberAt, textAt } from "../fleet/attributes.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { placeOf, volumeIndex } from "../fleet/volume-index.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { savingsOf, STORAGE_COVERAGE } from "./draft.ts";
import { factEvidence } from "./fact-evidence.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Old snapshots of volumes that are gone, which no image uses and no backup plan keeps: moved to the archive tier, never deleted,
 * for a snapshot is data. A snapshot stores only the blocks that changed since the one before, so that the saving is known only of
 * the single snapshot of its volume, whose full size was asked for.
 */
export const ebsSnapshotOld: Rule = { name: "ebs-snapshot-old", resourceTypes: ["aws_ebs_snapshot"], judge };

const BYTES_PER_GIB = 1024 ** 3;

/** What EC2 writes in place of the source of a snapshot that was copied. Source: EC2 API reference, Snapshot. */
const NO_VOLUME = "vol-ffffffff";

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, window } = context;
  if (textAt(resource.attributes, "storage_tier") === "archive") return [];
  const created = resource.observed?.createdAt ?? textAt(resource.attributes, "start_time");
  const createdMs = instantOf(created);
  if (created === undefined || createdMs === undefined)
    return abstain("when it was made is not known; collect the inventory live");
  const days = (window.endMs - createdMs) / DAY_MS;
  if (days < policy.storage.snapshotMinimumAgeDays) return [];
  const why = whyKept(context) ?? whySourceStays(context);
  if (why !== undefined) return abstain(why);
  const saving = savingOf(context);
  if (saving.kind === "unknown") {
    return abstain(
      `it is ${Math.floor(days)} days old and nothing uses it, but what archiving saves is not known: ${saving.reason}`,
    );
  }
  const { list, sizeGib, price } = saving.value;
  const size = `${Number(sizeGib.toPrecision(3))} GiB`;
  const factors = { use: KNOWN_WAYS, cap: CONFIDENCE_CAP };
  const tier = textAt(resource.attributes, "storage_tier") ?? null;
  return proposeIfWorthwhile(context, {
    part: "snapshot",
    action: "set-lifecycle",
    from: `standard tier, ${size}`,
    to: "archive tier",
    summary: `This snapshot is ${Math.floor(days)} days old, its volume is gone and no image uses it; archive it`,
    changes: setAttribute(resource, ["storage_tier"], { from: tier, to: "archive" }),
    monthlySavings: savingsOf(list, STORAGE_COVERAGE),
    risk: 1,
    effort: "very-low",
    restartRequired: false,
    rollback:
      "set the tier back to standard: AWS restores it within 72 hours and charges for the retrieval by the GB",
    ...factEvidence(context, {
      days,
      factors,
      notes: [
        `It is the only snapshot of ${textAt(resource.attributes, "volume_id")}, so it stores its full ${size}`,
        `Deleting it instead would save ${multiply(price, decimal(sizeGib))} a month, and what it holds for good`,
        "AWS charges an archived snapshot for at least 90 days",
      ],
    }),
    unknowns: [
      "content: whether anyone still needs it, and within less than the 72 hours that a restore may take",
      "use elsewhere: launch templates, images and scripts of other accounts that it is shared with",
    ],
  });
}

/** Of the two ways to be needed, use by images and templates shows; somebody who would restore from it does not. */
const KNOWN_WAYS = 0.75;

function whyKept({ resource, fleet }: RuleContext): string | undefined {
  const manager = Object.keys(resource.tags).find(
    (key) => key.startsWith("aws:dlm:") || key.startsWith("aws:backup:") || key.startsWith("dlm:"),
  );
  if (manager !== undefined) return `a lifecycle or backup plan keeps it (tag ${manager}) and ends it`;
  const { observed } = resource;
  if (observed?.usedBy === undefined)
    return "whether an image uses it is not known; collect the inventory live";
  const [image] = observed.usedBy;
  if (image !== undefined) return `${image} uses it`;
  if (observed.state !== undefined && observed.state !== "completed") return `it is ${observed.state}`;
  const { snapshotUsers } = volumeIndex(fleet);
  const user = [resource.id, ...resource.aliases]
    .map((name) => snapshotUsers.get(name))
    .find((one) => one !== undefined);
  return user === undefined ? undefined : `${user.address ?? user.id} uses it`;
}

/** Why the volume that a snapshot was taken of cannot be said to be gone. */
function whySourceStays({ resource, fleet }: RuleContext): string | undefined {
  const source = textAt(resource.attributes, "volume_id");
  if (source === undefined || source === NO_VOLUME)
    return "which volume it was taken of is not known: it may be a copy that is kept on purpose";
  const { users, livePlaces } = volumeIndex(fleet);
  if (users.has(source) || fleet.find(source) !== undefined)
    return `its volume ${source} exists: it may be its backup`;
  return livePlaces.has(placeOf(resource))
    ? undefined
    : "no volume of its account and region was collected live, so it is not known whether its own is gone";
}

interface Saving {
  readonly list: Decimal;
  readonly sizeGib: number;
  /** Of the standard tier, USD per GB-month. */
  readonly price: Decimal;
}

function savingOf({ resource, fleet, prices }: RuleContext): Known<Saving> {
  const source = textAt(resource.attributes, "volume_id");
  const siblings = (volumeIndex(fleet).snapshotCounts.get(source ?? "") ?? 1) - 1;
  if (siblings > 0) {
    return unknown(
      `it shares blocks with ${siblings} other snapshots of ${source}, which tells no price of its own`,
    );
  }
  const bytes = numberAt(resource.observed?.details ?? {}, "full_snapshot_size_in_bytes");
  if (bytes === undefined || bytes <= 0)
    return unknown(
      "its full size was not collected (FullSnapshotSizeInBytes), and its volume's is only an upper bound",
    );
  const region = awsRegionOf(resource);
  if (region === undefined) return unknown("its region is not known");
  const now = unitPrice("ebs-snapshot-gb-month", region, prices);
  if (now.kind === "unknown") return now;
  const after = unitPrice("ebs-snapshot-archive-gb-month", region, prices);
  if (after.kind === "unknown") return after;
  const sizeGib = bytes / BYTES_PER_GIB;
  const each = subtract(now.value.price, after.value.price);
  return known({ list: multiply(each, decimal(sizeGib)), sizeGib, price: now.value.price });
}
