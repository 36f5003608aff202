import { z } from "zod";

/** The envelope of every answer of Prometheus' HTTP API. */
export const ApiAnswer = z.object({
  status: z.enum(["success", "error"]),
  errorType: z.string().optional(),
  error: z.string().optional(),
  /** Thanos and federations say here that a store did not answer. */
  warnings: z.array(z.string()).optional(),
  data: z.unknown().optional(),
});

/** `data` of a range query. Series are checked one by one, not here. */
export const RangeData = z.object({
  resultType: z.literal("matrix"),
  result: z.custom<readonly unknown[]>(Array.isArray, "expected a list"),
});

/** `data` of label values. */
export const LabelValues = z.array(z.string());

/** `data` of the series that match a selector. */
export const SeriesLabels = z.array(z.record(z.string(), z.string()));
