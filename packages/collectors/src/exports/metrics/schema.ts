import { z } from "zod";

/** A query of CloudWatch's `GetMetricData`: only what is read. Samples are checked one by one, not here. */
export const MetricDataQuery = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      }),
      Period: z.number().positive(),
      Stat: z.string(),
    })
    .optional(),
});

/** A query as read. */
export type MetricDataQuery = z.infer<typeof MetricDataQuery>;

/** A result of `GetMetricData`; it refers to its query by `Id` only. */
export const MetricDataResult = z.object({
  Id: z.string(),
  Timestamps: z.custom<readonly unknown[]>(Array.isArray, "expected a list"),
  Values: z.custom<readonly unknown[]>(Array.isArray, "expected a list"),
  StatusCode: z.string().optional(),
});

/** One series of a Prometheus range query. */
export const PrometheusSeries = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.custom<readonly unknown[]>(Array.isArray, "expected a list"),
});

/** The envelope of a Prometheus answer. */
export const PrometheusAnswer = z.object({
  status: z.string().optional(),
  error: z.string().optional(),
  data: z.object({ resultType: z.string().optional(), result: z.array(z.unknown()) }).optional(),
});
