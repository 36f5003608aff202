import { z } from "zod";
import { verdictKindSchema, verdictReasonSchema } from "./value-schemas.ts";

const validatedSide = z.object({
  machineType: z.string(),
  count: z.int().min(1),
  p50Ms: z.number().nullable().exactOptional(),
  p90Ms: z.number().nullable().exactOptional(),
  p95Ms: z.number().nullable().exactOptional(),
  p99Ms: z.number().nullable(),
  cpuShare: z.number().nullable(),
  errorShare: z.number().nullable(),
});

/** What a validation says of one change. */
export const reportedValidationSchema = z
  .object({
    target: z.string(),
    runId: z.string(),
    verdict: verdictKindSchema,
    reasons: z.array(verdictReasonSchema).min(1),
    scale: z.number(),
    baseline: validatedSide,
    candidate: validatedSide,
    judgedLatency: z
      .object({
        percentile: z.enum(["p99", "p95", "p90", "p50"]),
        isStandIn: z.boolean().describe("Judged in place of p99, for which there were too few requests"),
        baselineMs: z.number().nullable(),
        candidateMs: z.number().nullable(),
      })
      .exactOptional()
      .describe("The percentile that the verdict rests on; absent when none was judged"),
    headroomFactor: z.number().nullable(),
    calibrationErrorShare: z.number().nullable(),
  })
  .describe("What apex.validation/v1 says in full");
