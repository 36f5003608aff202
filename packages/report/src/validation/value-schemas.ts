import { COMPUTE_TYPES } from "@apex/core";
import { z } from "zod";

const text = z.string();
const count = z.int().min(0);
const known = z.number().nullable();

/** Answers by class. */
export const answerCountsSchema = z
  .record(text, count)
  .describe(
    'By class: "2xx", "not-modified" (304), "3xx" without it, "4xx", "5xx"; empty where they are not known',
  );

/** A counter too large for JSON's numbers: decimal text there, a bigint here. */
const counter = z
  .codec(z.string().regex(/^\d{1,40}$/), z.bigint(), {
    decode: (digits) => BigInt(digits),
    encode: (value) => value.toString(),
  })
  .describe("A whole number as decimal text");

const service = z.object({
  address: text,
  type: z.enum(COMPUTE_TYPES),
  machineType: text,
  vcpus: z.number(),
  memoryGib: z.number(),
  gpus: count,
  count: z.int().min(1),
  vcpuSpeed: known,
  sustainedVcpus: z
    .number()
    .exactOptional()
    .describe("vCPUs that one machine may use without end, where that is less than it has"),
});

/** A side's service as containers. */
export const fittedServiceSchema = z.object({
  service,
  replicas: count,
  cpusPerReplica: z.number(),
  memoryBytesPerReplica: z.number(),
  loadShare: z.number(),
});

/** How containers stand for machines. */
export const fitSchema = z.object({
  scale: z
    .number()
    .describe("Container cores per vCPU, and container bytes per byte of the machine's memory"),
  cpuset: z.array(count),
  baseline: fittedServiceSchema,
  candidate: fittedServiceSchema,
  notes: z.array(text),
});

/** What the twin was told and how well it reproduced the record. */
export const calibrationSchema = z.object({
  recordedCpuShare: z.number(),
  measuredCpuShare: z.number(),
  errorShare: z.number(),
  demandSecondsPerRequest: z.number(),
  demandBias: z
    .enum(["low", "exact", "high"])
    .exactOptional()
    .describe("Which way the demand can only be wrong; exact when absent"),
  workUsPerRequest: z.number(),
  overheadUsPerRequest: z.number(),
  recordedMemoryShare: known,
  notes: z.array(text),
});

const distribution = z.object({
  count,
  meanMs: known,
  p50Ms: known,
  p90Ms: known,
  p95Ms: known,
  p99Ms: known,
  p999Ms: known,
  maxMs: known,
  buckets: z
    .array(z.tuple([z.number(), count]))
    .describe(
      "Ascending upper bounds in milliseconds, and how many fell at or below each and above the one before",
    ),
});

const interval = z.object({
  startMs: z.number(),
  sent: count,
  completed: count,
  failed: count,
  inFlight: count,
  p50Ms: known,
  p99Ms: known,
});

/** One replay on fresh containers. */
export const runMeasurementSchema = z.object({
  side: z.enum(["baseline", "candidate"]),
  ordinal: count,
  pair: count
    .exactOptional()
    .describe(
      "Both sides of a pair were sent the same stretch of the record; absent: all were sent the same",
    ),
  loadFactor: z.number(),
  latency: distribution,
  lateness: distribution.describe("Sent after the intended time, whatever made it late"),
  senderLateness: distribution
    .exactOptional()
    .describe(
      "The sender's own part of it, by which a run is found faithful; the rest are waits for a connection",
    ),
  scheduled: count,
  sent: count,
  dropped: count,
  errorShare: z.number(),
  errors: count,
  statuses: z.record(text, count).exactOptional().describe("Completed answers by status code"),
  waitedForConnection: count.exactOptional().describe("Requests that had to wait for a free connection"),
  durationMs: z.number(),
  achievedShare: z.number(),
  cpuShare: z.number(),
  cpuSecondsPerRequest: z.number(),
  throttledPeriodShare: known,
  memoryPeakShare: known,
  majorFaults: known,
  oomKills: count,
  exitedContainers: count,
  intervals: z.array(interval),
  intervalMs: z.number(),
  senderCpuShare: z.number(),
  foreignCpuShare: z.number(),
  stealShare: z.number(),
  unfit: z.array(
    z.enum(["rate-not-reached", "sender-late", "requests-dropped", "sender-busy", "foreign-load", "steal"]),
  ),
});

/** Whether a candidate carries the load. */
export const verdictKindSchema = z.enum(["pass", "fail", "inconclusive"]);

/** One reason for a verdict. */
export const verdictReasonSchema = z.object({ code: text, kind: verdictKindSchema, summary: text });

const range = z.object({ low: z.number(), high: z.number() });

/** A metric's comparison over runs. */
export const metricComparisonSchema = z.object({
  metric: z.enum([
    "p50",
    "p90",
    "p95",
    "p99",
    "error-share",
    "cpu-share",
    "throttled-share",
    "memory-peak-share",
  ]),
  unit: z.enum(["ms", "share"]),
  baseline: known,
  candidate: known,
  ratio: range.extend({ estimate: z.number() }).nullable(),
  candidateInterval: range.nullable(),
  confidence: z.number(),
  bound: z.object({ value: z.number(), origin: text }).nullable(),
  outcome: z.enum(["holds", "violated", "undecided", "not-judged"]),
  requests: count,
});

/** What had to hold. */
export const objectivesSchema = z.object({
  origin: z.enum(["user", "derived"]),
  p50Ms: z.number().exactOptional(),
  p90Ms: z.number().exactOptional(),
  p95Ms: z.number().exactOptional(),
  p99Ms: z.number().exactOptional(),
  errorShareMax: z.number(),
  cpuShareMax: z.number(),
  relativeToleranceShare: z.number(),
});

/** A replay at more than the recorded load. */
export const headroomProbeSchema = z.object({
  loadFactor: z.number(),
  holds: z.boolean().nullable(),
  p99Ms: known,
  cpuShare: z.number(),
  errorShare: z.number(),
});

/** The busiest stretch of the record, and what the candidate did with it. */
export const peakProbeSchema = z
  .object({
    startedAt: text,
    seconds: z.number(),
    rate: z.number().describe("Requests per second as recorded, of all machines"),
    factor: z.number().describe("Times the rate of the whole window"),
    outcome: z.enum(["covered", "held", "not-held", "not-measured"]),
    troubles: z.array(text),
    p99Ms: known,
    cpuShare: known,
    errorShare: known,
  })
  .describe(
    "The busiest stretch that is as long as a replay, sent once to a candidate that passed otherwise; covered where the replays send as much. No part of the comparisons",
  );

/** How many runs stood behind the verdict. */
export const runCountsSchema = z.object({ baseline: count, candidate: count, unfit: count });

/** The judge's whole opinion. */
export const verdictSchema = z.object({
  kind: verdictKindSchema,
  reasons: z.array(verdictReasonSchema).min(1),
  comparisons: z.array(metricComparisonSchema),
  objectives: objectivesSchema,
  runs: runCountsSchema,
  headroom: z.array(headroomProbeSchema),
  headroomFactor: known,
  peak: peakProbeSchema.exactOptional(),
});

/** Cumulative counters of a run at one moment. */
export const readingSchema = z.object({
  runId: text,
  seq: z.int().min(1),
  at: z.number().describe("Epoch milliseconds: a label only"),
  monotonicMs: z.number(),
  bootId: text,
  cpuNs: counter,
  memoryReservedByteMs: counter,
  gpuMs: counter,
  networkBytes: counter,
  blockBytes: counter,
});

/** What the sandbox's host had. */
export const hostFactsSchema = z.object({
  cpus: z.number(),
  memoryBytes: z.number(),
  gpus: count,
  cpuModel: text,
  kernel: text,
  engineVersion: text,
  cgroupVersion: z.union([z.literal(1), z.literal(2)]),
});

/** What was replayed. */
export const replayedWorkloadSchema = z.object({
  files: z.array(text),
  windowStart: text,
  windowEnd: text,
  requests: count,
  recordedRate: z.number(),
  replayedRequests: count,
  replaySeconds: z.number(),
  answers: answerCountsSchema.exactOptional(),
});
