import type { RunEvent } from "@apex/core";
import { z } from "zod";
import {
  calibrationSchema,
  fitSchema,
  headroomProbeSchema,
  peakProbeSchema,
  readingSchema,
  runMeasurementSchema,
  verdictSchema,
} from "./value-schemas.ts";

/**
 * A run's event and its JSON form, in which counters are decimal text: `z.encode` before writing, `z.decode` after
 * reading. Keys that it does not know are dropped: a later Apex may add some.
 */
export const runEventSchema: z.ZodType<RunEvent> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("started"),
    runId: z.string(),
    at: z.number(),
    inputs: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal("fitted"), fit: fitSchema }),
  z.object({ kind: z.literal("provisioning"), environment: z.string() }),
  z.object({ kind: z.literal("calibrated"), calibration: calibrationSchema }),
  z.object({ kind: z.literal("replayed"), measurement: runMeasurementSchema }),
  z.object({ kind: z.literal("peak-probed"), peak: peakProbeSchema }),
  z.object({ kind: z.literal("probed"), probe: headroomProbeSchema }),
  z.object({ kind: z.literal("reading"), reading: readingSchema }),
  z.object({ kind: z.literal("judged"), verdict: verdictSchema }),
  z.object({ kind: z.literal("failed"), message: z.string() }),
  z.object({ kind: z.literal("ended"), at: z.number() }),
]);
