import { z } from "zod";
import { isTimezone } from "../statistics/local-time.ts";
import { BASE_POLICY, PRESET_NAMES } from "./policy.ts";
import { RULE_NAMES } from "./rule-names.ts";

const percentile = z.number().min(50).max(100);
/** Above 0.9 every need is ten times the demand: a typing error, not a wish. */
const headroom = z.number().min(0).max(0.9);
const days = z.number().min(1).max(400);
const percent = z.number().min(0).max(100);
const pattern = z.string().min(1).max(500);
const rule = z.enum(RULE_NAMES);
const effort = z.enum(["very-low", "low", "medium", "high"]);

const lookBack = z.strictObject({
  days: days.optional().describe(`Days looked back at most; ${BASE_POLICY.lookBack.days} by default.`),
  minimumDays: days.optional().describe("Days of history below which nothing is sized."),
  minimumDaysWithDailyRhythm: days
    .optional()
    .describe("The same for load that follows the hours of the day."),
  minimumCoverage: z.number().min(0.1).max(1).optional().describe("Share of the expected samples, 0–1."),
  longestAverageMinutes: z.number().min(1).max(1440).optional().describe("Longer averages are not used."),
  dailyRhythmCorrelation: z.number().min(0).max(1).optional(),
  materialRise: z.number().min(0).max(1).optional().describe("Rise of the median that is a new level, 0–1."),
});

const sizing = z.strictObject({
  cpuPercentile: percentile.optional().describe("Percentile of CPU samples that counts as demand."),
  cpuHeadroom: headroom.optional().describe("Share of the new capacity that stays free."),
  memoryHeadroom: headroom.optional().describe("The same for memory, above the maximum."),
  ioPercentile: percentile.optional().describe("Percentile for network and disk."),
  ioHeadroom: headroom.optional(),
  gpuPercentile: percentile.optional(),
  gpuHeadroom: headroom.optional(),
  gpuMemoryHeadroom: headroom.optional(),
  respectRecurringPeaks: z
    .boolean()
    .optional()
    .describe("Whether a peak that returns in the same hour of every week is demand, however short."),
  maximumRisk: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
    .optional()
    .describe(
      "Highest risk accepted: 0 never short, 1 ≤ 0.05 %, 2 ≤ 0.5 %, 3 ≤ 5 % of the samples, 4 above.",
    ),
  maximumEffort: effort.optional(),
});

const candidates = z.strictObject({
  allowedFamilies: z
    .array(pattern)
    .min(1)
    .nullable()
    .optional()
    .describe('Patterns: "m7i", "c*"; null for all.'),
  deniedFamilies: z.array(pattern).optional(),
  architectures: z
    .array(z.enum(["amd64", "arm64"]))
    .optional()
    .describe("Architectures that may be proposed besides the present one."),
  burstable: z.boolean().optional().describe("Whether burstable types may be proposed."),
  crossFamily: z.boolean().optional().describe("Whether another family than today's may be proposed."),
});

const idle = z.strictObject({
  minimumDays: days.optional(),
  cpuMaximumPercent: percent.optional().describe("Highest CPU sample of an idle machine."),
  networkMaximumBytesPerDay: z.number().min(0).optional().describe("In and out on the busiest day."),
  diskMaximumOpsPerSecond: z.number().min(0).optional().describe("Highest sample of reads and writes."),
  gpuMaximumPercent: percent.optional(),
  gpuUnusedMemoryShare: z.number().min(0).max(1).optional(),
  databaseMinimumDays: days.optional().describe("Days without any connection."),
  cacheMaximumConnections: z.number().min(0).optional(),
  cacheMaximumHitRatePercent: percent.optional(),
});

const schedule = z.strictObject({
  timezone: z
    .string()
    .refine(isTimezone, "it must be a name of the IANA time zone database, like Europe/Berlin")
    .optional()
    .describe("By whose clocks hours of the week are told and switched: Europe/Berlin. Etc/UTC when absent."),
  minimumDays: days.optional(),
  minimumWeeks: z
    .int()
    .min(2)
    .max(52)
    .optional()
    .describe("Weeks in which an hour of the week must have been seen idle."),
  cpuMaximumPercent: percent.optional().describe("Highest CPU sample of an idle hour."),
  networkMaximumBytesPerSecond: z.number().min(0).optional().describe("In and out in an idle hour."),
  marginBeforeHours: z
    .int()
    .min(0)
    .max(24)
    .optional()
    .describe("Hours left on before the first busy one: to start up, and for the change of clocks."),
  marginAfterHours: z.int().min(0).max(24).optional().describe("Hours left on after the last busy one."),
  minimumBlockHours: z.int().min(1).max(168).optional().describe("Shortest stretch that is switched off."),
});

const ignore = z
  .strictObject({
    address: pattern.optional().describe('Pattern over Terraform addresses: "module.legacy.*".'),
    resourceId: z.string().min(1).optional(),
    tag: z.strictObject({ key: z.string().min(1), value: z.string().optional() }).optional(),
    rules: z.array(rule).min(1).optional().describe("Which rules leave it alone; absent for all."),
    reason: z.string().max(500).optional(),
  })
  .refine(
    (entry) => entry.address !== undefined || entry.resourceId !== undefined || entry.tag !== undefined,
    "an entry needs at least one of address, resourceId and tag",
  );

/** `apex.yaml` as people write it: all of it optional, nothing in it unknown. */
export const WrittenConfig = z.strictObject({
  preset: z
    .enum(PRESET_NAMES)
    .optional()
    .describe("aggressive: P98, no headroom; balanced: P99, 20 %; default: P99.5, 20 %; safe: P99.5, 30 %."),
  lookBack: lookBack.optional(),
  sizing: sizing.optional().describe("Overrides of the preset."),
  candidates: candidates.optional(),
  savings: z
    .strictObject({
      minimumMonthly: z
        .union([z.number().min(0), z.string().regex(/^\d{1,12}(\.\d{1,9})?$/)])
        .optional()
        .describe("List savings a month below which a change is not proposed."),
    })
    .optional(),
  idle: idle.optional(),
  schedule: schedule.optional().describe("Machines that are idle in the same hours of every week."),
  generation: z
    .strictObject({ maximumEffort: effort.optional() })
    .optional()
    .describe("Newer types of the same kind; other drivers or images are effort medium."),
  autoscaling: z
    .strictObject({
      minimumInstances: z.int().min(0).max(10_000).optional(),
      floorCpuMaximumPercent: percent.optional(),
    })
    .optional(),
  sharing: z
    .strictObject({ maximumPerGpu: z.int().min(1).max(48).optional() })
    .optional()
    .describe("Several programs on one GPU."),
  storage: z
    .strictObject({
      minimumAgeDays: days.optional(),
      gcpMinimumAgeDays: days.optional(),
      holdDays: z.int().min(0).max(400).optional(),
      stoppedMinimumDays: z.number().min(1).max(4000).optional(),
      snapshotMinimumAgeDays: z.number().min(1).max(4000).optional(),
      abortUploadsAfterDays: z.int().min(1).max(400).optional(),
      burstFactor: z.number().min(1).max(100).optional(),
      provisionedToGp3: z
        .boolean()
        .optional()
        .describe("Whether io1 and io2 may become gp3, with less durability."),
    })
    .optional(),
  network: z
    .strictObject({
      minimumDays: days.optional().describe("Days that balancers and NAT gateways must have been quiet."),
      addressMinimumDays: days.optional(),
      gcpAddressMinimumDays: days.optional(),
      loadBalancerMaximumRequestsPerDay: z
        .number()
        .min(0)
        .optional()
        .describe("Requests on the busiest day of an idle load balancer."),
      loadBalancerMaximumConnections: z.number().min(0).optional(),
      natMaximumBytesPerDay: z.number().min(0).optional(),
    })
    .optional(),
  rules: z.partialRecord(rule, z.boolean()).optional().describe("Rules switched on or off; all are on."),
  ignore: z.array(ignore).max(1000).optional(),
});

export type WrittenConfig = z.infer<typeof WrittenConfig>;
