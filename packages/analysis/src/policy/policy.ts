import { type Decimal, decimal, type MigrationEffort, type RiskLevel } from "@apex/core";
import { UTC } from "../statistics/local-time.ts";
import type { RuleName } from "./rule-names.ts";

/** How demand is read from samples and how much room is left above it. */
export interface SizingPolicy {
  /** Percentile of CPU samples that counts as demand. */
  readonly cpuPercentile: number;
  /** Share of the new capacity that stays free: need = demand / (1 − headroom). */
  readonly cpuHeadroom: number;
  /** For memory the maximum is the demand, whatever the preset: running out of it is not slowness but failure. */
  readonly memoryHeadroom: number;
  /** Network and disk. */
  readonly ioPercentile: number;
  readonly ioHeadroom: number;
  readonly gpuPercentile: number;
  readonly gpuHeadroom: number;
  readonly gpuMemoryHeadroom: number;
  /** Whether a peak that comes back in the same hour of every week is demand, however short it is. */
  readonly respectRecurringPeaks: boolean;
  /** The highest risk a recommendation may carry. */
  readonly maximumRisk: RiskLevel;
  readonly maximumEffort: MigrationEffort;
}

/** How much history a decision needs. */
export interface LookBackPolicy {
  /** The most that is looked at, counted back from the end of the data. */
  readonly days: number;
  readonly minimumDays: number;
  /** Where the load follows the hours of the day it follows the days of the week as well, and needs a whole one. */
  readonly minimumDaysWithDailyRhythm: number;
  /** Share of the expected samples that must be there, 0–1. */
  readonly minimumCoverage: number;
  /** Averages over longer periods hide peaks and are not used. */
  readonly longestAverageMinutes: number;
  /** Correlation with the day before from which the load counts as following the hours of the day, 0–1. */
  readonly dailyRhythmCorrelation: number;
  /** A rise of the median by this share of the present capacity, 0–1, is a new level. */
  readonly materialRise: number;
}

/** What may be proposed. */
export interface CandidatePolicy {
  /** Patterns over families ("m5", "c*"); `null` allows all. */
  readonly allowedFamilies: readonly string[] | null;
  readonly deniedFamilies: readonly string[];
  /**
   * Architectures that may be proposed beside the present one; a change of it needs other images and has effort
   * medium or more.
   */
  readonly architectures: readonly string[];
  /** Whether burstable types (t3, e2-small …) may be proposed for machines that are not burstable today. */
  readonly burstable: boolean;
  /** Whether a type of an older or other family than today's may be proposed; `false` keeps the family. */
  readonly crossFamily: boolean;
}

/** When a machine counts as idle: every one of these that is known must hold. */
export interface IdlePolicy {
  readonly minimumDays: number;
  /** Highest CPU sample, percent. */
  readonly cpuMaximumPercent: number;
  /** Bytes in and out on the busiest day. */
  readonly networkMaximumBytesPerDay: number;
  /** Highest sample of reads and writes together. */
  readonly diskMaximumOpsPerSecond: number;
  /** Highest sample of any GPU activity metric, percent. */
  readonly gpuMaximumPercent: number;
  /** Share of its memory that a GPU may hold and still count as unused: driver and context take some hundred MB. */
  readonly gpuUnusedMemoryShare: number;
  readonly databaseMinimumDays: number;
  /** Highest sample of connections to a cache node: its own monitoring holds some. */
  readonly cacheMaximumConnections: number;
  /** Highest sample of the hit rate, percent. */
  readonly cacheMaximumHitRatePercent: number;
}

/** When hours of the week count as idle, and which stretches of them are worth switching a machine off. */
export interface SchedulePolicy {
  /** By whose clocks the hours of the week are told and switched: a name of the IANA time zone database. */
  readonly timezone: string;
  readonly minimumDays: number;
  /** In how many weeks an hour of the week must have been seen idle, and never busy. */
  readonly minimumWeeks: number;
  /** Highest CPU sample of an idle hour, percent. */
  readonly cpuMaximumPercent: number;
  /** Highest sample of traffic in and out together in an idle hour. */
  readonly networkMaximumBytesPerSecond: number;
  /** Hours left on before the first busy one: to start up, and for the change of clocks. */
  readonly marginBeforeHours: number;
  /** Hours left on after the last busy one: for the change of clocks. */
  readonly marginAfterHours: number;
  /** Shortest stretch, margins taken off, that is switched off. */
  readonly minimumBlockHours: number;
}

/** Newer types of the same kind, and Graviton. */
export interface GenerationPolicy {
  /** The most effort that a newer generation may ask of its owner: other drivers or other images are medium. */
  readonly maximumEffort: MigrationEffort;
}

/** Auto Scaling groups. */
export interface AutoscalingPolicy {
  /** Never propose a floor under this: one machine is no redundancy. */
  readonly minimumInstances: number;
  /** A floor is over-provisioned when the CPU percentile of the group is under this, percent. */
  readonly floorCpuMaximumPercent: number;
}

/** Several programs on one GPU. */
export interface SharingPolicy {
  /** Machines' work on one GPU at most. */
  readonly maximumPerGpu: number;
}

/** Volumes. */
export interface StoragePolicy {
  /** Younger volumes may just not be attached yet. */
  readonly minimumAgeDays: number;
  /** How long nothing must have used a disk of Google Cloud's, which tells since when. */
  readonly gcpMinimumAgeDays: number;
  /** Days between the snapshot of an unattached volume and the proposal to delete it. */
  readonly holdDays: number;
  /** How long an instance has to be stopped before its volumes are proposed to go. */
  readonly stoppedMinimumDays: number;
  /** Younger snapshots are not looked at. */
  readonly snapshotMinimumAgeDays: number;
  /** Days after which a bucket's uploads that were never completed are ended. */
  readonly abortUploadsAfterDays: number;
  /** How many times the need of a volume counts where only averages over more than a minute show it. */
  readonly burstFactor: number;
  /** Whether io1 and io2 volumes may become gp3, which promises less durability and latency. */
  readonly provisionedToGp3: boolean;
}

/** Addresses, load balancers, NAT gateways. */
export interface NetworkPolicy {
  /** How long balancers and gateways must have been quiet. */
  readonly minimumDays: number;
  /** How long an address must have been free, where the cloud tells since when it is. */
  readonly addressMinimumDays: number;
  /** How long ago an unused address of Google Cloud's must have been reserved: since when it is free is not told. */
  readonly gcpAddressMinimumDays: number;
  /** Requests on the busiest day of an idle application or classic load balancer. */
  readonly loadBalancerMaximumRequestsPerDay: number;
  /** Highest sample of open flows of an idle network load balancer. */
  readonly loadBalancerMaximumConnections: number;
  /** Bytes out on the busiest day of an idle NAT gateway. */
  readonly natMaximumBytesPerDay: number;
}

/** One exception: what matches every given field is left alone. */
export interface IgnoreRule {
  /** Pattern over addresses, `*` for any text: "module.legacy.*". */
  readonly address?: string;
  readonly resourceId?: string;
  readonly tag?: { readonly key: string; readonly value?: string };
  /** Which rules it holds for; absent for all. */
  readonly rules?: readonly RuleName[];
  readonly reason?: string;
}

/**
 * Every threshold of the analysis. Made from `apex.yaml` by `parsePolicy`; {@link defaultPolicy} is what an empty
 * file means.
 */
export interface Policy {
  readonly preset: PresetName;
  readonly lookBack: LookBackPolicy;
  readonly sizing: SizingPolicy;
  readonly candidates: CandidatePolicy;
  readonly savings: {
    /** List savings a month below which a change is not worth anyone's review. */
    readonly minimumMonthly: Decimal;
  };
  readonly idle: IdlePolicy;
  readonly schedule: SchedulePolicy;
  readonly generation: GenerationPolicy;
  readonly autoscaling: AutoscalingPolicy;
  readonly sharing: SharingPolicy;
  readonly storage: StoragePolicy;
  readonly network: NetworkPolicy;
  readonly rules: Readonly<Record<RuleName, boolean>>;
  readonly ignore: readonly IgnoreRule[];
}

/** The named attitudes, from the most saving to the most careful one. */
export const PRESET_NAMES = ["aggressive", "balanced", "default", "safe"] as const;

export type PresetName = (typeof PRESET_NAMES)[number];

/**
 * What a preset decides. `default` and `safe` are AWS Compute Optimizer's default and maximum performance (EC2 API
 * 2019-11-01). Its maximum savings (P90 without headroom) and balanced (P95 with 30 %) are not ours: on the Bitbrains and
 * PlanetLab traces P98 without headroom saves as much as the first and runs short less often, and P99 with 20 % saves
 * nearly as much as the second at a third of its shortage (`apex backtest`). The highest risk follows: it is the bucket that the
 * percentile itself falls in when there is no headroom left, so that a recurring overload is refused under every preset
 * but "aggressive".
 */
export const PRESETS: Readonly<Record<PresetName, SizingPolicy>> = {
  aggressive: sizing({ percentile: 98, headroom: 0, memoryHeadroom: 0.1, maximumRisk: 4 }),
  balanced: sizing({ percentile: 99, headroom: 0.2, memoryHeadroom: 0.2, maximumRisk: 3 }),
  default: sizing({ percentile: 99.5, headroom: 0.2, memoryHeadroom: 0.2, maximumRisk: 2 }),
  safe: sizing({ percentile: 99.5, headroom: 0.3, memoryHeadroom: 0.3, maximumRisk: 1 }),
};

function sizing(preset: {
  percentile: number;
  headroom: number;
  memoryHeadroom: number;
  maximumRisk: RiskLevel;
}): SizingPolicy {
  return {
    cpuPercentile: preset.percentile,
    cpuHeadroom: preset.headroom,
    memoryHeadroom: preset.memoryHeadroom,
    ioPercentile: preset.percentile,
    ioHeadroom: preset.headroom,
    gpuPercentile: preset.percentile,
    gpuHeadroom: preset.headroom,
    gpuMemoryHeadroom: preset.memoryHeadroom,
    respectRecurringPeaks: preset.maximumRisk < 4,
    maximumRisk: preset.maximumRisk,
    maximumEffort: "low",
  };
}

/** A resource that carries this tag is left alone without any configuration. */
const IGNORE_TAG = "apex:ignore";

/** Everything a preset leaves open. */
export const BASE_POLICY: Omit<Policy, "preset" | "sizing"> = {
  lookBack: {
    // AWS Compute Optimizer's free look-back; a longer one did not lower the later risk on the Bitbrains traces.
    days: 14,
    // Google's idle-VM recommender asks for five days.
    minimumDays: 5,
    minimumDaysWithDailyRhythm: 7,
    minimumCoverage: 0.9,
    // OptScale's 15-minute averages are the longest that did no more harm than the maximum on the Bitbrains traces.
    longestAverageMinutes: 15,
    // r² = 0.5: half of the variation comes back a day later.
    dailyRhythmCorrelation: Math.SQRT1_2,
    // No published figure: less than this of a machine is noise to a size that doubles.
    materialRise: 0.05,
  },
  candidates: {
    allowedFamilies: null,
    deniedFamilies: [],
    architectures: [],
    burstable: false,
    crossFamily: true,
  },
  savings: { minimumMonthly: decimal("1") },
  idle: {
    minimumDays: 7,
    // AWS Compute Optimizer, idle EC2 instances: peak CPU below 5 % and network I/O below 5 MB a day. On the
    // Bitbrains traces rules on averages or on part of the days flagged machines that were busy later up to six
    // times as often.
    cpuMaximumPercent: 5,
    networkMaximumBytesPerDay: 5_000_000,
    // No published figure: an operating system that only writes its own logs stays under it.
    diskMaximumOpsPerSecond: 5,
    gpuMaximumPercent: 1,
    gpuUnusedMemoryShare: 0.05,
    // AWS Trusted Advisor, idle DB instances: no connection in seven days.
    databaseMinimumDays: 7,
    // ElastiCache user guide, metrics: two to four of the connections of every node monitor it.
    cacheMaximumConnections: 4,
    // CloudBurn, idle caches.
    cacheMaximumHitRatePercent: 5,
  },
  schedule: {
    timezone: UTC,
    // OptScale's shutdown rule looks at the 168 hours of the week over 14 days, and calls 5 % CPU and 1,000 bytes/s idle.
    minimumDays: 14,
    minimumWeeks: 2,
    cpuMaximumPercent: 5,
    networkMaximumBytesPerSecond: 1000,
    // One hour to boot and warm up, one because local time moves by an hour in UTC when clocks change.
    marginBeforeHours: 2,
    marginAfterHours: 1,
    // No published figure: half a night.
    minimumBlockHours: 4,
  },
  // AWS Compute Optimizer calls Graviton for an unknown workload medium; a size is kept to "low" so that it can be merged.
  generation: { maximumEffort: "medium" },
  autoscaling: {
    minimumInstances: 2,
    // Flexera's Auto Scaling policy: a floor is over-provisioned at p95 CPU of 20 % or less.
    floorCpuMaximumPercent: 20,
  },
  // No published figure: MIG cuts a GPU into seven at most, and whoever shares one shares its faults.
  sharing: { maximumPerGpu: 4 },
  // Cloud Custodian's documented garbage collection of volumes marks, then deletes after 30 days.
  storage: {
    minimumAgeDays: 7,
    // Google's recommender for idle disks.
    gcpMinimumAgeDays: 15,
    holdDays: 30,
    // CloudBurn, stopped instances.
    stoppedMinimumDays: 30,
    // Thrifty and CloudBurn.
    snapshotMinimumAgeDays: 90,
    // Thrifty, CloudBurn, Flexera.
    abortUploadsAfterDays: 7,
    // No published figure: room for a volume that did all its work in half of each period.
    burstFactor: 2,
    // Flexera's maintainers call the change by IOPS alone reckless: io2 is a hundred times as durable.
    provisionedToGp3: false,
  },
  network: {
    // AWS Trusted Advisor looks at balancers for seven days, CloudBurn at NAT gateways.
    minimumDays: 7,
    // OptScale and Cloud Custodian.
    addressMinimumDays: 7,
    // Google's recommender for idle addresses.
    gcpAddressMinimumDays: 15,
    // CloudBurn; Trusted Advisor calls 100 idle, which a small internal tool may live on.
    loadBalancerMaximumRequestsPerDay: 10,
    // No published figure: below one flow on average nobody stays connected.
    loadBalancerMaximumConnections: 1,
    // Thrifty, CloudBurn and AWS Compute Optimizer: nothing at all.
    natMaximumBytesPerDay: 0,
  },
  rules: {
    "ec2-idle": true,
    "ec2-schedule": true,
    "ec2-resize": true,
    "ec2-generation": true,
    "ec2-graviton": true,
    "ec2-burstable": true,
    "asg-floor": true,
    "asg-fixed-size": true,
    "asg-schedule": true,
    "asg-resize": true,
    "eks-node-group": true,
    "ebs-unattached": true,
    "ebs-gp2-to-gp3": true,
    "ebs-stopped-instance": true,
    "ebs-iops": true,
    "ebs-snapshot-old": true,
    "rds-idle": true,
    "rds-schedule": true,
    "rds-resize": true,
    "rds-generation": true,
    "rds-burstable": true,
    "gpu-idle": true,
    "gpu-over-provisioned": true,
    "gpu-sharing": true,
    "elasticache-idle": true,
    "elasticache-resize": true,
    "lambda-memory": true,
    "s3-lifecycle": true,
    "eip-idle": true,
    "lb-idle": true,
    "nat-idle": true,
    "gce-idle": true,
    "gce-resize": true,
    "gke-node-pool": true,
    "gke-generation": true,
    "gce-disk-unattached": true,
    "gcp-address-idle": true,
    "cloud-sql-idle": true,
    "cloud-sql-resize": true,
  },
  ignore: [{ tag: { key: IGNORE_TAG }, reason: `tagged ${IGNORE_TAG}` }],
};

/** The policy of an empty `apex.yaml`: P99.5 of the samples with 20 % headroom over 14 days. */
export function defaultPolicy(): Policy {
  return presetPolicy("default");
}

/** The policy of a preset with nothing else set. */
export function presetPolicy(preset: PresetName): Policy {
  return { preset, sizing: PRESETS[preset], ...BASE_POLICY };
}
