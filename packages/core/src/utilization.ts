/** A span of time, start included, end excluded, in epoch milliseconds UTC. */
export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What can be measured of a resource, whatever the source calls it; the unit is in the name.
 * Percent is 0–100 of the whole resource. Rates are averages over the sample's period.
 */
export const METRIC_NAMES = [
  "cpu_percent",
  "memory_used_percent",
  "network_in_bytes_per_second",
  "network_out_bytes_per_second",
  "disk_read_bytes_per_second",
  "disk_write_bytes_per_second",
  "disk_read_ops_per_second",
  "disk_write_ops_per_second",
  "cpu_credit_balance",
  /** Share of time in which at least one kernel ran: says busy, not how busy. Used only when the SM metrics are missing. */
  "gpu_busy_percent",
  "gpu_sm_active_percent",
  "gpu_tensor_active_percent",
  "gpu_dram_active_percent",
  "gpu_memory_used_percent",
  "gpu_memory_used_bytes",
  /** GPUs that Kubernetes has reserved for pods, used or not. */
  "gpu_requested",
  "database_connections",
  "freeable_memory_bytes",
  "free_storage_bytes",
  "asg_in_service_instances",
  "asg_desired_capacity",
  "lb_request_count_per_second",
  /** Open connections or flows, both of clients and to targets. */
  "lb_active_connections",
  "lb_processed_bytes_per_second",
  /** From the private side to the outside; in is what came back. A NAT gateway bills both. */
  "nat_bytes_out_per_second",
  "nat_bytes_in_per_second",
  "nat_active_connections",
  "cache_connections",
  "cache_hit_rate_percent",
  /** Of the one core that Redis and Valkey run commands on: full at a fraction of `cpu_percent`. */
  "cache_engine_cpu_percent",
  "cache_evictions_per_second",
  "lambda_invocations_per_second",
  "lambda_errors_per_second",
  "lambda_duration_milliseconds",
  "lambda_concurrent_executions",
  /** Of the memory size that the function is given; only where Lambda Insights is on. */
  "lambda_memory_used_percent",
] as const;

/** One of {@link METRIC_NAMES}. */
export type MetricName = (typeof METRIC_NAMES)[number];

/** How the source condensed each period into one value. A maximum shows peaks that an average hides. */
export type SampleStatistic = "average" | "maximum" | "minimum" | "sum" | "p99";

/**
 * One metric of one resource over time. `timestampsMs` ascends without duplicates and marks the start of each period;
 * both arrays have the same length. Gaps are simply absent: nothing is filled in.
 */
export interface MetricSeries {
  readonly resourceId: string;
  readonly metric: MetricName;
  readonly statistic: SampleStatistic;
  /** Length of a period in milliseconds, 300,000 for CloudWatch's five minutes. */
  readonly periodMs: number;
  /** Which part of the resource, where it has several: "gpu-0"; absent for the whole. */
  readonly part?: string;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** All that was measured of one resource in a window. A metric without a series is unknown, not zero. */
export interface UtilizationProfile {
  readonly resourceId: string;
  readonly window: TimeWindow;
  readonly series: readonly MetricSeries[];
}
