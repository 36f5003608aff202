import { compareDecimals, DAY_MS, formatInstant, type Resource } from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { volumeSettings } from "../fleet/volume.ts";
import { volumeIndex } from "../fleet/volume-index.ts";
import { CONFIDENCE_CAP, confidenceOf } from "../rightsizing/confidence.ts";
import { lookBackWindow } from "../utilization/series.ts";
import { savingsOf, STORAGE_COVERAGE } from "./draft.ts";
import { factEvidence } from "./fact-evidence.ts";
import { keptAlready, lastSnapshot, savingBehindSnapshot } from "./last-snapshot.ts";
import { abstain, type Judgement, propose, type Rule, type RuleContext } from "./rule.ts";

/**
 * EBS volumes that nothing uses: a snapshot now, the proposal to delete after the hold. Never deleted in one step.
 */
export const ebsUnattached: Rule = { name: "ebs-unattached", resourceTypes: ["aws_ebs_volume"], judge };

/**
 * Of the three ways to be in use, the state shows an attachment by Terraform, metrics one to a running instance from
 * elsewhere; one to a stopped instance from elsewhere shows in neither, but in an inventory.
 */
const KNOWN_WAYS = 2 / 3;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy } = context;
  if (findUser(fleet, resource) !== undefined) return [];
  const created = resource.observed?.createdAt ?? textAt(resource.attributes, "create_time");
  const isSeenFree = resource.observed?.usedBy?.length === 0;
  const days = lookBackDays(context);
  const open = whyOpen(context, days, created);
  if (open !== undefined) return abstain(open);
  const kept = keptAlready(context, "aws_ebs_snapshot", { name: resource.id });
  if (kept !== undefined) return abstain(kept);
  const settings = volumeSettings(resource.attributes, { type: "type", size: "size" });
  const saving = savingBehindSnapshot(context, settings);
  if (saving.kind === "unknown" || settings === undefined)
    return abstain(saving.kind === "unknown" ? saving.reason : "its type or size is not known");
  const list = saving.value;
  if (compareDecimals(list, policy.savings.minimumMonthly) < 0) {
    return abstain(`deleting it would save less than ${policy.savings.minimumMonthly} a month`);
  }
  const { factors } = confidenceOf({
    coverage: 1,
    days,
    knownDimensions: isSeenFree ? 1 : KNOWN_WAYS,
    neededDimensions: 1,
    stability: 1,
    cap: CONFIDENCE_CAP,
  });
  return propose({
    part: "volume",
    action: "snapshot-and-delete",
    from: `${settings.type}, ${settings.sizeGib} GiB`,
    to: "snapshot",
    summary: `Nothing uses this volume; keep a snapshot and delete it ${policy.storage.holdDays} days later`,
    changes: lastSnapshot(context, { id: resource.id, why: "which nothing used" }),
    monthlySavings: savingsOf(list, STORAGE_COVERAGE, "after-hold"),
    risk: 1,
    effort: "low",
    restartRequired: false,
    rollback:
      "remove the snapshot; the volume is untouched until the second step, and afterwards can be made again from the snapshot",
    ...factEvidence(context, {
      days,
      factors,
      notes: [
        `${isSeenFree ? "The inventory shows no attachment" : "Nothing in the state refers to it"}, and it has no metrics, unlike other volumes: AWS publishes them while a volume is attached to a running instance`,
        "The saving counts the snapshot at the full size of the volume",
      ],
    }),
    unknowns: [
      ...(isSeenFree
        ? []
        : [
            "stopped instances outside of this state: an attachment to one shows neither here nor in metrics",
          ]),
      "content: whether anyone still needs it",
      ...(created === undefined ? ["age: the state does not tell when it was made"] : []),
    ],
  });
}

/** Why a volume without a user in the state may have one all the same; `undefined` when that was looked into. */
function whyOpen(context: RuleContext, days: number, created: string | undefined): string | undefined {
  const { resource, policy, window } = context;
  const { minimumAgeDays } = policy.storage;
  if (Object.keys(resource.tags).some((key) => key.startsWith("kubernetes.io/created-for/")))
    return "it belongs to a Kubernetes volume claim, which attaches it by itself";
  if (context.profile.series.some((series) => series.timestampsMs.length > 0)) {
    return "AWS measured I/O on it in the look-back, and does so only while a volume is attached";
  }
  if (!context.isMeasuredBeside()) {
    return "no EBS volume of its region and account came with metrics, which would show whether it is attached outside of Terraform; collect CloudWatch's AWS/EBS metrics";
  }
  if (days < minimumAgeDays) return `the metrics span ${days.toFixed(1)} days, ${minimumAgeDays} are needed`;
  const youngest = formatInstant(window.endMs - minimumAgeDays * DAY_MS);
  return created !== undefined && created > youngest
    ? `it was made on ${created.slice(0, 10)}, less than ${minimumAgeDays} days before the end of the data`
    : undefined;
}

function lookBackDays({ window, policy }: RuleContext): number {
  const span = lookBackWindow(window, policy.lookBack.days);
  return (span.endMs - span.startMs) / DAY_MS;
}

/** The resource of the state that uses a volume. */
function findUser(fleet: Fleet, volume: Resource): Resource | undefined {
  if (
    (volume.observed?.usedBy?.length ?? 0) > 0 ||
    blocksAt(volume.attributes, "attachment").length > 0 ||
    blocksAt(volume.attributes, "attachments").length > 0
  ) {
    return volume;
  }
  const { users } = volumeIndex(fleet);
  return [volume.id, ...volume.aliases].map((name) => users.get(name)).find((user) => user !== undefined);
}
