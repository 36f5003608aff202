import { volumeMonthlyPrice } from "@apex/catalog";
import {
  compareDecimals,
  type Decimal,
  type DimensionEvidence,
  type IntendedChange,
  type JsonPath,
  type RiskLevel,
  subtract,
} from "@apex/core";
import { isTrueAt } from "../fleet/attributes.ts";
import { whyGroupDisk } from "../fleet/group-disk.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import {
  blockVolumes,
  peakPerformance,
  type VolumePerformance,
  type VolumeSettings,
  volumeSettings,
} from "../fleet/volume.ts";
import { confidenceCap, confidenceOf } from "../rightsizing/confidence.ts";
import type { Demand } from "../utilization/demand.ts";
import { type Draft, evidenceFrame, monthlyTotal, savingsOf, shownDays, STORAGE_COVERAGE } from "./draft.ts";
import { hiddenBursts, measureVolume, type MeasuredVolume, volumeEvidence } from "./gp3-settings.ts";
import { burstyNeed, gp3InPlaceOf, lowerGp3, lowerProvisioned } from "./provisioned-performance.ts";
import { monthEndDoubt } from "./month-end.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Volumes that pay for more IOPS or throughput than was ever asked of them: gp3 above its baseline, io1 and io2. By what was
 * measured, never by configuration alone. Volumes of launch templates are left out: their load is spread over instances.
 */
export const ebsIops: Rule = { name: "ebs-iops", resourceTypes: ["aws_ebs_volume", "aws_instance"], judge };

/** A volume and where it is written. */
interface Site {
  readonly part: string;
  readonly settings: VolumeSettings;
  readonly path: JsonPath;
  readonly typeAttribute: string;
  readonly isShared: boolean;
}

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet } = context;
  if (resource.type === "aws_ebs_volume") {
    const settings = volumeSettings(resource.attributes, { type: "type", size: "size" });
    if (settings === undefined) return [];
    const isShared = isTrueAt(resource.attributes, "multi_attach_enabled");
    return judgeSite(context, { part: "volume", settings, path: [], typeAttribute: "type", isShared });
  }
  return blockVolumes(resource).flatMap(({ settings, volumeId, path, device }) => {
    // The state repeats volumes that have a resource of their own; they are judged there.
    if (settings === undefined || (volumeId !== undefined && fleet.find(volumeId) !== undefined)) return [];
    const part = `volume ${device}`;
    const site = { part, settings, path, typeAttribute: "volume_type", isShared: false };
    if (path[0] !== "ebs_block_device" || !isProvisioned(settings)) return judgeSite(context, site);
    return abstain(
      `${device} has provisioned performance in an ebs_block_device block: Terraform would replace the instance to change it; manage it as an aws_ebs_volume first`,
    );
  });
}

/** Whether there is performance to pay for beside the storage. */
function isProvisioned(settings: VolumeSettings): boolean {
  if (settings.type === "io1" || settings.type === "io2") return true;
  return settings.type === "gp3" && lowerGp3(settings, { iops: 0, throughputMbps: 0 }) !== undefined;
}

/** What is proposed in place of the present settings. */
interface Target {
  readonly type: string;
  readonly performance: VolumePerformance;
  readonly monthly: Decimal;
}

function judgeSite(context: RuleContext, site: Site): readonly Judgement[] {
  const { settings } = site;
  if (!isProvisioned(settings)) return [];
  const made = whyGroupDisk(context.fleet, context.resource);
  if (made !== undefined) return abstain(made, true);
  const now = peakPerformance(settings);
  if (now === undefined) return abstain("its provisioned IOPS are not known");
  const measured = measureVolume(context);
  if (measured.iops === undefined && measured.throughputMbps === undefined) {
    return abstain(
      "what is asked of it is not measured, and configuration alone says nothing of its need; collect CloudWatch's AWS/EBS metrics",
    );
  }
  const isIo = settings.type !== "gp3";
  if (isIo && (measured.iops === undefined || measured.throughputMbps === undefined)) {
    return abstain("its IOPS decide its throughput too, and only one of both is measured");
  }
  const needs = {
    iops: burstyNeed(context.policy, measured.iops) ?? now.iops,
    throughputMbps: burstyNeed(context.policy, measured.throughputMbps) ?? now.throughputMbps,
  };
  const lowered = isIo ? lowerProvisioned(settings, needs) : lowerGp3(settings, needs);
  const before = priceOf(context, settings.type, settings, now);
  if (before.kind === "unknown") return abstain(`its price is not known: ${before.reason}`);
  const targets = [
    lowered === undefined ? undefined : targetOf(context, site, settings.type, lowered),
    isIo && !site.isShared ? targetOf(context, site, "gp3", gp3InPlaceOf(needs)) : undefined,
  ].filter((target) => target !== undefined);
  const { provisionedToGp3 } = context.policy.storage;
  const allowed = targets.filter(({ type }) => type === settings.type || provisionedToGp3);
  const [best] = allowed.toSorted((a, b) => compareDecimals(a.monthly, b.monthly));
  if (best === undefined) return abstain(whyNothing(settings, now, needs, targets.length > 0));
  const others = targets.filter((target) => target !== best);
  return proposeIfWorthwhile(
    context,
    draftOf(context, { site, now, before: before.value, best, others, measured }),
  );
}

function whyNothing(
  settings: VolumeSettings,
  now: VolumePerformance,
  needs: VolumePerformance,
  hasGp3: boolean,
): string {
  const held = `${Math.ceil(needs.iops)} of ${now.iops} IOPS and ${Math.ceil(needs.throughputMbps)} of ${now.throughputMbps} MB/s are needed, with headroom`;
  return hasGp3
    ? `${held}; gp3 could deliver that, but with less durability or steadiness than ${settings.type}: storage.provisionedToGp3 allows it`
    : held;
}

function priceOf(
  context: RuleContext,
  type: string,
  { sizeGib }: VolumeSettings,
  performance: VolumePerformance,
) {
  const region = awsRegionOf(context.resource);
  if (region === undefined) return { kind: "unknown", reason: "its region is not known" } as const;
  return monthlyTotal(volumeMonthlyPrice({ type, sizeGib, region, ...performance }, context.prices));
}

function targetOf(
  context: RuleContext,
  { settings }: Site,
  type: string,
  performance: VolumePerformance | undefined,
): Target | undefined {
  if (performance === undefined) return undefined;
  const price = priceOf(context, type, settings, performance);
  return price.kind === "unknown" ? undefined : { type, performance, monthly: price.value };
}

function label({ type, performance }: Pick<Target, "type" | "performance">): string {
  const throughput = type === "gp3" ? `, ${performance.throughputMbps} MB/s` : "";
  return `${type}, ${performance.iops} IOPS${throughput}`;
}

interface Found {
  readonly site: Site;
  readonly now: VolumePerformance;
  readonly before: Decimal;
  readonly best: Target;
  readonly others: readonly Target[];
  readonly measured: MeasuredVolume;
}

/** How far the measurements can be believed for what is proposed. */
function belief(context: RuleContext, { best, measured }: Found) {
  const known: readonly Demand[] = [measured.iops, measured.throughputMbps].filter(
    (one) => one !== undefined,
  );
  const bursts = hiddenBursts(known);
  // No sample is above what is proposed, but averages hide what came between them.
  const risk: RiskLevel = bursts.length === 0 ? 0 : 1;
  const coverage = Math.min(...known.map(({ reading }) => reading.coverage));
  const days = Math.min(...known.map((demand) => demand.days));
  const stability = Math.min(
    measured.iops?.stabilityAt(best.performance.iops) ?? 1,
    measured.throughputMbps?.stabilityAt(best.performance.throughputMbps) ?? 1,
  );
  const cap = confidenceCap(risk);
  const inputs = { coverage, days, knownDimensions: known.length, neededDimensions: 2, stability, cap };
  const monthEnd = monthEndDoubt(context);
  const { confidence, factors } = confidenceOf(inputs);
  return {
    unknowns: [...bursts, ...monthEnd.unknowns],
    hidesBursts: bursts.length > 0,
    risk,
    coverage,
    days,
    confidence: confidence * monthEnd.confidence,
    factors: { ...factors, ...monthEnd.factors },
  };
}

function draftOf(context: RuleContext, found: Found): Draft {
  const { site, now, before, best, measured } = found;
  const { settings } = site;
  const { unknowns, hidesBursts, risk, coverage, days, confidence, factors } = belief(context, found);
  const isTypeChange = best.type !== settings.type;
  return {
    part: site.part,
    action: isTypeChange ? "change-volume-type" : "set-performance",
    from: label({ type: settings.type, performance: now }),
    to: label(best),
    summary: `This ${settings.sizeGib} GiB volume pays for performance that it never asked for; ${label(best)} holds its peaks with headroom`,
    changes: changesFor(context, found),
    monthlySavings: savingsOf(subtract(before, best.monthly), STORAGE_COVERAGE),
    risk,
    confidence,
    effort: "very-low",
    restartRequired: false,
    rollback: `set it back to ${label({ type: settings.type, performance: now })}; EBS accepts the next modification of a volume after six hours`,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(days),
      coverage,
      dimensions: evidenceOf(context, found, risk),
      confidenceFactors: factors,
      alternatives: found.others.map((target) => ({
        to: label(target),
        monthlySavings: subtract(before, target.monthly),
        risk,
      })),
      notes: [
        "The maximum of the look-back counts, not a percentile of it",
        ...(hidesBursts ? ["The need leaves room for bursts that averages over minutes hide"] : []),
        ...(site.path.length === 0
          ? []
          : ["Measured on the whole instance, which is at least what this volume does"]),
      ],
    },
    unknowns: [
      ...unknowns,
      ...unmeasured(measured),
      ...slower(settings, best),
      "restores: filling or copying the whole volume takes as long as the new limits let it",
    ],
  };
}

function evidenceOf(
  context: RuleContext,
  { now, best, measured }: Found,
  risk: RiskLevel,
): readonly DimensionEvidence[] {
  const line = (
    dimension: "ebs-iops" | "ebs-throughput",
    unit: string,
    demand: Demand | undefined,
    capacities: readonly [number, number],
  ): readonly DimensionEvidence[] =>
    volumeEvidence(dimension, unit, demand, capacities).map((evidence) => ({
      ...evidence,
      need: burstyNeed(context.policy, demand) ?? evidence.need,
      risk,
    }));
  return [
    ...line("ebs-iops", "IOPS", measured.iops, [now.iops, best.performance.iops]),
    ...line("ebs-throughput", "MB/s", measured.throughputMbps, [
      now.throughputMbps,
      best.performance.throughputMbps,
    ]),
  ];
}

function unmeasured({ iops, throughputMbps }: MeasuredVolume): readonly string[] {
  return [
    ...(iops === undefined ? ["IOPS: not measured; as many as today are kept"] : []),
    ...(throughputMbps === undefined ? ["throughput: not measured; as much as today is kept"] : []),
  ];
}

function slower(now: VolumeSettings, best: Target): readonly string[] {
  return best.type === now.type
    ? []
    : [
        `latency: gp3 promises single-digit milliseconds, ${now.type} less and steadier; what the workload needs is not known`,
      ];
}

function changesFor({ resource }: RuleContext, { site, now, best }: Found): readonly IntendedChange[] {
  const { address } = resource;
  if (address === undefined) return [];
  const { settings, path } = site;
  const isTypeChange = best.type !== settings.type;
  const set = (name: string, from: string | number | null, to: string | number): IntendedChange => ({
    kind: "set-attribute",
    address,
    path: [...path, name],
    from,
    to,
  });
  const { iops, throughputMbps } = best.performance;
  const hasThroughput = best.type === "gp3" && (isTypeChange || throughputMbps !== now.throughputMbps);
  return [
    ...(isTypeChange ? [set(site.typeAttribute, settings.type, best.type)] : []),
    ...(iops === now.iops ? [] : [set("iops", settings.iops ?? null, iops)]),
    ...(hasThroughput ? [set("throughput", settings.throughputMbps ?? null, throughputMbps)] : []),
  ];
}
