import { unitPrice, volumeMonthlyPrice } from "@apex/catalog";
import {
  compareDecimals,
  DAY_MS,
  decimal,
  formatInstant,
  type IntendedChange,
  multiply,
  type Resource,
  subtract,
} from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { blockVolumes, volumeSettings } from "../fleet/volume.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { evidenceFrame, monthlyTotal, savingsOf, STORAGE_COVERAGE } from "./draft.ts";
import { abstain, type Judgement, propose, type Rule, type RuleContext } from "./rule.ts";
import { blockNameFor } from "./stop-draft.ts";

/**
 * EBS volumes that nothing uses: a snapshot now, the proposal to delete after the hold. Never deleted in one step.
 */
export const ebsUnattached: Rule = { name: "ebs-unattached", resourceTypes: ["aws_ebs_volume"], judge };

/** Of the two ways to be attached, by Terraform and by hand, the state shows one. */
const KNOWN_WAYS = 0.5;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy } = context;
  const user = findUser(fleet, resource);
  if (user !== undefined) return [];
  const claim = Object.keys(resource.tags).find((key) => key.startsWith("kubernetes.io/created-for/"));
  if (claim !== undefined)
    return abstain("it belongs to a Kubernetes volume claim, which attaches it by itself");
  if (context.window.endMs <= context.window.startMs) {
    return abstain("no metrics were given, and they would show whether it is attached outside of Terraform");
  }
  if (context.profile.series.some((series) => series.timestampsMs.length > 0)) {
    return abstain("AWS measured I/O on it in the look-back, and does so only while a volume is attached");
  }
  const created = textAt(resource.attributes, "create_time");
  const youngest = formatInstant(context.window.endMs - policy.storage.minimumAgeDays * DAY_MS);
  if (created !== undefined && created > youngest)
    return abstain(
      `it was made on ${created.slice(0, 10)}, less than ${policy.storage.minimumAgeDays} days before the end of the data`,
    );
  const region = awsRegionOf(resource);
  const settings = volumeSettings(resource.attributes, { type: "type", size: "size" });
  if (region === undefined || settings === undefined)
    return abstain("its region, type or size is not in the state");
  const now = monthlyTotal(volumeMonthlyPrice({ ...settings, region }));
  if (now.kind === "unknown") return abstain(`its price is not known: ${now.reason}`);
  const snapshot = unitPrice("ebs-snapshot-gb-month", region);
  if (snapshot.kind === "unknown")
    return abstain(`the price of its snapshot is not known: ${snapshot.reason}`);
  // At most: a snapshot stores the blocks that were written.
  const kept = multiply(snapshot.value.price, decimal(settings.sizeGib));
  const list = subtract(now.value, kept);
  if (compareDecimals(list, decimal(0)) <= 0)
    return abstain("a full snapshot of it would cost no less than the volume");
  if (compareDecimals(list, policy.savings.minimumMonthly) < 0) {
    return abstain(`deleting it would save less than ${policy.savings.minimumMonthly} a month`);
  }
  const factors = { knownDimensions: KNOWN_WAYS, cap: CONFIDENCE_CAP };
  return propose({
    part: "volume",
    action: "snapshot-and-delete",
    from: `${settings.type}, ${settings.sizeGib} GiB`,
    to: "snapshot",
    summary: `Nothing uses this volume; keep a snapshot and delete it ${policy.storage.holdDays} days later`,
    changes: stageOne(context),
    monthlySavings: savingsOf(list, STORAGE_COVERAGE, "after-hold"),
    risk: 1,
    confidence: KNOWN_WAYS * CONFIDENCE_CAP,
    effort: "low",
    restartRequired: false,
    rollback:
      "remove the snapshot; the volume is untouched until the second step, and afterwards can be made again from the snapshot",
    evidence: {
      ...evidenceFrame(context.window, policy),
      lookBackDays: (context.window.endMs - context.window.startMs) / DAY_MS,
      coverage: 1,
      dimensions: [],
      confidenceFactors: factors,
      alternatives: [],
      notes: [
        "No attachment and no instance of the state refers to it, and it has no metrics, which AWS publishes while a volume is attached",
        "The saving counts the snapshot at the full size of the volume",
      ],
    },
    unknowns: [
      "attachments made outside of Terraform: not visible in the state",
      "whether anyone still needs its content",
    ],
  });
}

/** The resource of the state that uses a volume. */
function findUser(fleet: Fleet, volume: Resource): Resource | undefined {
  const names = new Set([volume.id, ...volume.aliases]);
  const isVolume = (id: string | undefined): boolean => id !== undefined && names.has(id);
  if (
    blocksAt(volume.attributes, "attachment").length > 0 ||
    blocksAt(volume.attributes, "attachments").length > 0
  ) {
    return volume;
  }
  return (
    fleet
      .ofType("aws_volume_attachment")
      .find((attachment) => isVolume(textAt(attachment.attributes, "volume_id"))) ??
    fleet
      .ofType("aws_instance")
      .find((instance) => blockVolumes(instance).some((block) => isVolume(block.volumeId)))
  );
}

/** The volume's id is written out, so that the snapshot stays when the volume's block goes. */
function stageOne({ resource, window, policy }: RuleContext): readonly IntendedChange[] {
  if (resource.address === undefined) return [];
  const deleteAfter = formatInstant(window.endMs + policy.storage.holdDays * DAY_MS).slice(0, 10);
  const name = resource.tags["Name"];
  return [
    {
      kind: "add-resource",
      besideAddress: resource.address,
      type: "aws_ebs_snapshot",
      name: blockNameFor(resource.address, "final"),
      attributes: {
        volume_id: resource.id,
        description: `Before deleting ${resource.id}, which nothing used`,
        tags: {
          ...(name === undefined ? {} : { Name: name }),
          "apex:volume": resource.id,
          "apex:delete-volume-after": deleteAfter,
        },
      },
    },
  ];
}
