import { InvariantError, type Validation } from "@apex/core";
import { z } from "zod";
import { readingAmounts } from "./reading-amounts.ts";
import { sideFigures } from "./side-figures.ts";
import { VALIDATION_SCHEMA, validationSchema } from "./validation-schema.ts";

/**
 * `apex.validation/v1` as JSON text with a final newline. The order of keys is the schema's, so equal validations are
 * equal bytes. Throws an InvariantError for a validation that breaks the schema (a NaN among the figures).
 */
export function renderValidationJson(
  validation: Validation,
  options: { readonly apexVersion: string },
): string {
  const { verdict, reading, fit, ...rest } = validation;
  const encoded = z.safeEncode(validationSchema, {
    ...rest,
    schema: VALIDATION_SCHEMA,
    apexVersion: options.apexVersion,
    verdict: verdict.kind,
    reasons: [...verdict.reasons],
    scale: fit.scale,
    baseline: sideFigures(validation, "baseline"),
    candidate: sideFigures(validation, "candidate"),
    readings: reading === null ? null : { ...reading, ...readingAmounts(reading) },
    comparisons: [...verdict.comparisons],
    objectives: verdict.objectives,
    runCounts: verdict.runs,
    headroomFactor: verdict.headroomFactor,
    headroom: [...verdict.headroom],
    ...(verdict.peak === undefined ? {} : { peak: verdict.peak }),
    fit,
  } as z.output<typeof validationSchema>);
  if (!encoded.success) {
    const issue = encoded.error.issues[0];
    throw new InvariantError(
      `the validation breaks its schema at ${issue?.path.join(".")}: ${issue?.message}`,
    );
  }
  return `${JSON.stringify(encoded.data, null, 2)}\n`;
}
