import { parseJson, type Validation } from "@apex/core";
import { z } from "zod";
import { validationSchema } from "./validation-schema.ts";

/**
 * A validation from its `apex.validation/v1`, as {@link renderValidationJson} wrote it: what was kept can be rendered again. `undefined`
 * for text that is none.
 */
export function parseValidation(text: string): Validation | undefined {
  // What is decoded is checked against the schema first, whatever it is.
  const decoded = z.safeDecode(validationSchema, parseJson(text) as z.input<typeof validationSchema>);
  if (!decoded.success) return undefined;
  const { verdict, reasons, comparisons, objectives, runCounts, headroom, headroomFactor, peak, ...rest } =
    decoded.data;
  const { schema: _schema, apexVersion: _version, scale: _scale, readings, ...facts } = rest;
  const { baseline: _baseline, candidate: _candidate, ...parts } = facts;
  return {
    ...parts,
    verdict: {
      kind: verdict,
      reasons,
      comparisons,
      objectives,
      runs: runCounts,
      headroom,
      headroomFactor,
      ...(peak === undefined ? {} : { peak }),
    },
    reading: readingOf(readings),
  };
}

function readingOf(readings: z.output<typeof validationSchema>["readings"]): Validation["reading"] {
  if (readings === null) return null;
  const { cpuHours: _cpu, memoryGibHours: _memory, gpuHours: _gpu, ...reading } = readings;
  return reading;
}
