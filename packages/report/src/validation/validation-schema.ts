import { z } from "zod";
import {
  answerCountsSchema,
  calibrationSchema,
  fitSchema,
  fittedServiceSchema,
  headroomProbeSchema,
  hostFactsSchema,
  metricComparisonSchema,
  objectivesSchema,
  peakProbeSchema,
  readingSchema,
  replayedWorkloadSchema,
  runCountsSchema,
  runMeasurementSchema,
  verdictKindSchema,
  verdictReasonSchema,
} from "./value-schemas.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const VALIDATION_SCHEMA = "apex.validation/v1";

const text = z.string();
const count = z.int().min(0);
const known = z.number().nullable();

const sideFigures = fittedServiceSchema
  .extend({
    runs: count,
    requests: count,
    p50Ms: known,
    p90Ms: known,
    p95Ms: known,
    p99Ms: known,
    errorShare: known,
    answers: answerCountsSchema.exactOptional(),
    cpuShare: known,
    cpuSecondsPerRequest: known,
    throttledPeriodShare: known,
    memoryPeakShare: known,
    majorFaults: known,
    oomKills: count,
    exitedContainers: count,
  })
  .describe(
    "Medians over the faithful runs at the recorded load; errorShare is failed over all requests of these runs, answers are all of theirs; oomKills and exitedContainers are sums over all runs at the recorded load, those left out included",
  );

/** `apex.validation/v1`, in which counters are decimal text. */
export const validationSchema = z
  .object({
    schema: z.literal(VALIDATION_SCHEMA),
    apexVersion: text,
    runId: text,
    startedAt: text,
    endedAt: text,
    target: text,
    verdict: verdictKindSchema,
    reasons: z.array(verdictReasonSchema).min(1).describe("The deciding ones first"),
    scale: z.number().describe("Container cores per vCPU, the same for both sides"),
    baseline: sideFigures,
    candidate: sideFigures,
    readings: readingSchema
      .extend({ cpuHours: z.number(), memoryGibHours: z.number(), gpuHours: z.number() })
      .nullable()
      .describe("What the whole run used, by its own counters; null when they could not be read"),
    comparisons: z.array(metricComparisonSchema),
    objectives: objectivesSchema,
    runCounts: runCountsSchema,
    headroomFactor: known.describe(
      "The largest load factor that held; null when none was probed or none held",
    ),
    headroom: z.array(headroomProbeSchema),
    peak: peakProbeSchema.exactOptional(),
    calibration: calibrationSchema.nullable(),
    fit: fitSchema,
    image: text,
    workload: replayedWorkloadSchema,
    runs: z.array(runMeasurementSchema),
    host: hostFactsSchema,
    limits: z.array(text),
  })
  .meta({
    title: "Apex validation",
    description: "Whether a candidate configuration carries a recorded workload, and what was measured",
  });

/** The published JSON Schema (draft 2020-12) of `apex.validation/v1`, as text that ends with a newline. */
export function validationJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(validationSchema, { io: "input" }), null, 2)}\n`;
}
