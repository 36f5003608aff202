import { isMetricName } from "./cloudwatch-rules.ts";
import { level, MEBIBYTE, type MetricRule } from "./metric-rule.ts";

/** Prometheus gives these as a ratio from 0 to 1. */
const RATIO = 100;

/** DCGM's fields and the recording rules of the node_exporter mixin; NVIDIA's documentation of DCGM field ids gives the units. */
const RULES: Readonly<Record<string, MetricRule>> = {
  DCGM_FI_PROF_SM_ACTIVE: level("gpu_sm_active_percent", RATIO),
  DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: level("gpu_tensor_active_percent", RATIO),
  DCGM_FI_PROF_DRAM_ACTIVE: level("gpu_dram_active_percent", RATIO),
  DCGM_FI_DEV_GPU_UTIL: level("gpu_busy_percent"),
  DCGM_FI_DEV_FB_USED: level("gpu_memory_used_bytes", MEBIBYTE),
  DCGM_FI_DEV_FB_FREE: level("gpu_memory_free_bytes", MEBIBYTE),
  DCGM_FI_DEV_FB_TOTAL: level("gpu_memory_total_bytes", MEBIBYTE),
  DCGM_FI_DEV_FB_USED_PERCENT: level("gpu_memory_used_percent", RATIO),
  "instance:node_cpu_utilisation:rate1m": level("cpu_percent", RATIO),
  "instance:node_cpu_utilisation:rate5m": level("cpu_percent", RATIO),
  "instance:node_cpu:ratio": level("cpu_percent", RATIO),
  "instance:node_memory_utilisation:ratio": level("memory_used_percent", RATIO),
  "instance:node_network_receive_bytes_excluding_lo:rate1m": level("network_in_bytes_per_second"),
  "instance:node_network_receive_bytes_excluding_lo:rate5m": level("network_in_bytes_per_second"),
  "instance:node_network_transmit_bytes_excluding_lo:rate1m": level("network_out_bytes_per_second"),
  "instance:node_network_transmit_bytes_excluding_lo:rate5m": level("network_out_bytes_per_second"),
};

/** The rule for a Prometheus metric; one of our own names needs no conversion. */
export function prometheusRule(name: string): MetricRule | undefined {
  if (isMetricName(name)) return level(name);
  return Object.hasOwn(RULES, name) ? RULES[name] : undefined;
}
