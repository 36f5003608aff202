import { volumeMonthlyPrice } from "@apex/catalog";
import {
  compareDecimals,
  type Decimal,
  decimal,
  type IntendedChange,
  type JsonPath,
  multiply,
  nameOfResource,
  type Resource,
  subtract,
} from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import { type Fleet, groupsOf, templateUsers } from "../fleet/fleet.ts";
import { whyGroupDisk } from "../fleet/group-disk.ts";
import { groupFloor } from "../fleet/group.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { startedVersion } from "../fleet/template-version.ts";
import { blockVolumes, type VolumeSettings, volumeSettings } from "../fleet/volume.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { type Draft, evidenceFrame, monthlyTotal, savingsOf, shownDays, STORAGE_COVERAGE } from "./draft.ts";
import { gp3For, measureVolume, type MeasuredVolume } from "./gp3-settings.ts";
import { abstain, type Judgement, propose, type Rule, type RuleContext } from "./rule.ts";

/**
 * gp2 volumes whose load a gp3 volume carries for less: disks of their own, root disks of instances, disks of
 * launch templates.
 */
export const ebsGp2ToGp3: Rule = {
  name: "ebs-gp2-to-gp3",
  resourceTypes: ["aws_ebs_volume", "aws_instance", "aws_launch_template"],
  judge,
};

/** Where a gp2 volume is written. */
interface Site {
  readonly part: string;
  readonly settings: VolumeSettings;
  /** The block that holds type, iops and throughput. */
  readonly path: JsonPath;
  readonly typeAttribute: string;
  /** How many volumes the one setting makes. */
  readonly count: number;
  /** Launch templates only: the groups whose instances get it. */
  readonly groups: readonly Resource[];
}

function judge(context: RuleContext): readonly Judgement[] {
  const { resource } = context;
  switch (resource.type) {
    case "aws_ebs_volume":
      return judgeVolume(context);
    case "aws_instance":
      return judgeInstance(context);
    default:
      return judgeTemplate(context);
  }
}

function judgeVolume(context: RuleContext): readonly Judgement[] {
  const settings = volumeSettings(context.resource.attributes, { type: "type", size: "size" });
  if (settings === undefined) return abstain("its type and size are not in the state");
  if (settings.type !== "gp2") return [];
  const made = whyGroupDisk(context.fleet, context.resource);
  if (made !== undefined) return abstain(made, true);
  const site = { part: "volume", settings, path: [], typeAttribute: "type", count: 1, groups: [] };
  return judgeSite(context, site, measureVolume(context));
}

function judgeInstance(context: RuleContext): readonly Judgement[] {
  const measured = measureVolume(context);
  return blockVolumes(context.resource).flatMap((volume) => {
    const { settings } = volume;
    if (settings?.type !== "gp2") return [];
    // The state repeats volumes that have a resource of their own; they are judged there.
    if (volume.volumeId !== undefined && context.fleet.find(volume.volumeId) !== undefined) return [];
    const made = whyGroupDisk(context.fleet, context.resource);
    if (made !== undefined) return abstain(made, true);
    if (volume.path[0] === "ebs_block_device") {
      return abstain(
        `${volume.device} is gp2 in an ebs_block_device block: Terraform would replace the instance to change it; manage it as an aws_ebs_volume first`,
      );
    }
    const part = `volume ${volume.device}`;
    const site = { part, settings, path: volume.path, typeAttribute: "volume_type", count: 1, groups: [] };
    return judgeSite(context, site, measured);
  });
}

function judgeTemplate(context: RuleContext): readonly Judgement[] {
  const { resource, fleet } = context;
  const groups = followers(fleet, resource);
  const floors = groups.map(groupFloor);
  const count = floors.reduce<number>((sum, floor) => sum + (floor ?? 0), 0);
  return blocksAt(resource.attributes, "block_device_mappings").flatMap(({ index, block }) =>
    blocksAt(block, "ebs").flatMap(({ index: ebsIndex, block: ebs }) => {
      if (textAt(ebs, "volume_type") !== "gp2") return [];
      const device = textAt(block, "device_name") ?? `block_device_mappings[${index}]`;
      const settings = volumeSettings(ebs, { type: "volume_type", size: "volume_size" });
      if (settings === undefined) return abstain(`the size of ${device} is not in the launch template`);
      if (count === 0) return abstain(whyNone(fleet, resource));
      const path = ["block_device_mappings", index, "ebs", ebsIndex];
      const part = `volume ${device}`;
      // Its load is spread over instances whose metrics belong to the group, not to the template.
      return judgeSite(
        context,
        { part, settings, path, typeAttribute: "volume_type", count, groups: templateUsers(fleet, resource) },
        undefined,
      );
    }),
  );
}

/** The groups of a template whose next instances start from what an edit makes of it. */
function followers(fleet: Fleet, template: Resource): readonly Resource[] {
  return groupsOf(fleet, template).filter((group) => startedVersion(group, template).kind === "latest");
}

function whyNone(fleet: Fleet, template: Resource): string {
  const kept = groupsOf(fleet, template)
    .map((group) => ({ group, started: startedVersion(group, template) }))
    .find(({ group, started }) => started.kind !== "latest" && groupFloor(group) !== 0);
  return kept === undefined || kept.started.kind === "latest"
    ? "no Auto Scaling group of the state keeps instances of it"
    : `an edit would not reach ${nameOfResource(kept.group)}: ${kept.started.reason}`;
}

function judgeSite(
  context: RuleContext,
  site: Site,
  measured: MeasuredVolume | undefined,
): readonly Judgement[] {
  const region = awsRegionOf(context.resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const { sizeGib } = site.settings;
  const { prices } = context;
  const gp3 = gp3For(site.settings, measured, context.policy);
  const now = monthlyTotal(volumeMonthlyPrice({ type: "gp2", sizeGib, region }, prices));
  const after = monthlyTotal(
    volumeMonthlyPrice({ type: "gp3", sizeGib, region, ...gp3.performance }, prices),
  );
  if (now.kind === "unknown") return abstain(`its price is not known: ${now.reason}`);
  if (after.kind === "unknown") return abstain(`the price of gp3 is not known: ${after.reason}`);
  const each = subtract(now.value, after.value);
  const label = `gp3 with ${gp3.performance.iops} IOPS and ${gp3.performance.throughputMbps} MB/s`;
  if (compareDecimals(each, decimal(0)) <= 0) {
    return abstain(`${label}, which is what it takes to match, costs no less than gp2`);
  }
  const list = multiply(each, decimal(site.count));
  if (compareDecimals(list, context.policy.savings.minimumMonthly) < 0) {
    return abstain(`gp3 would save less than ${context.policy.savings.minimumMonthly} a month`);
  }
  return propose(draftOf(context, site, { label, gp3, each, list }));
}

function draftOf(
  context: RuleContext,
  site: Site,
  found: { label: string; gp3: ReturnType<typeof gp3For>; each: Decimal; list: Decimal },
): Draft {
  const { gp3, label } = found;
  const factors = { ...gp3.factors, cap: CONFIDENCE_CAP };
  return {
    part: site.part,
    action: "change-volume-type",
    from: "gp2",
    to: "gp3",
    summary: `${label} carries the same load as this ${site.settings.sizeGib} GiB gp2 volume for less`,
    changes: changesFor(context, site, gp3),
    monthlySavings: savingsOf(found.list, STORAGE_COVERAGE),
    risk: 0,
    confidence: Object.values(factors).reduce((product, factor) => product * factor, 1),
    effort: "very-low",
    restartRequired: false,
    rollback: "set the type back to gp2; EBS accepts the next modification of a volume after six hours",
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(gp3.days),
      coverage: gp3.coverage,
      dimensions: gp3.dimensions,
      confidenceFactors: factors,
      alternatives: [],
      notes: [
        ...gp3.notes,
        ...(site.count > 1 ? [`Counted for ${site.count} instances, the floor of its groups`] : []),
      ],
    },
    unknowns: gp3.unknowns,
    touches: site.groups,
    ...(site.groups.length === 0 ? {} : { repriced: (kept) => repriced(context, site, found.each, kept) }),
  };
}

/** What is left when a group of the template shrinks too. */
function repriced(
  context: RuleContext,
  site: Site,
  each: Decimal,
  kept: ReadonlyMap<Resource, readonly Draft[]>,
): Draft["monthlySavings"] {
  const groups = followers(context.fleet, context.resource);
  const count = groups.reduce((sum, group) => {
    const drafts = kept.get(group);
    const shrunk = drafts?.find((draft) => draft.instancesAfter !== undefined)?.instancesAfter;
    // Instances that a schedule does not start have no volume for those hours either.
    const shareLeft = drafts?.find((draft) => draft.shareLeft !== undefined)?.shareLeft ?? 1;
    return sum + (shrunk ?? groupFloor(group) ?? 0) * Number(shareLeft.toFixed(6));
  }, 0);
  return savingsOf(multiply(each, decimal(Math.min(count, site.count))), STORAGE_COVERAGE);
}

function changesFor(
  context: RuleContext,
  site: Site,
  gp3: ReturnType<typeof gp3For>,
): readonly IntendedChange[] {
  const { address } = context.resource;
  if (address === undefined) return [];
  const set = (name: string, from: string | null, to: string | number): IntendedChange => ({
    kind: "set-attribute",
    address,
    path: [...site.path, name],
    from,
    to,
  });
  const { iops, throughputMbps } = gp3.performance;
  return [
    set(site.typeAttribute, "gp2", "gp3"),
    ...(gp3.needsIops ? [set("iops", null, iops)] : []),
    ...(gp3.needsThroughput ? [set("throughput", null, throughputMbps)] : []),
  ];
}
