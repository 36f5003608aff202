import { METRIC_NAMES, type MetricName } from "@apex/core";
import { count, countedEveryMinute, level, MEBIBYTE, type MetricRule } from "./metric-rule.ts";

type Rules = Readonly<Record<string, MetricRule>>;

/** Volumes attached to an instance count as its disk; what the instance's own store does is another part. */
const INSTANCE_STORE = "instance-store";

const EC2: Rules = {
  CPUUtilization: level("cpu_percent"),
  CPUCreditBalance: level("cpu_credit_balance"),
  NetworkIn: count("network_in_bytes_per_second", "samples"),
  NetworkOut: count("network_out_bytes_per_second", "samples"),
  EBSReadBytes: count("disk_read_bytes_per_second", "samples"),
  EBSWriteBytes: count("disk_write_bytes_per_second", "samples"),
  EBSReadOps: count("disk_read_ops_per_second", "samples"),
  EBSWriteOps: count("disk_write_ops_per_second", "samples"),
  DiskReadBytes: count("disk_read_bytes_per_second", "samples", INSTANCE_STORE),
  DiskWriteBytes: count("disk_write_bytes_per_second", "samples", INSTANCE_STORE),
  DiskReadOps: count("disk_read_ops_per_second", "samples", INSTANCE_STORE),
  DiskWriteOps: count("disk_write_ops_per_second", "samples", INSTANCE_STORE),
};

const EBS: Rules = {
  VolumeReadBytes: count("disk_read_bytes_per_second", "events"),
  VolumeWriteBytes: count("disk_write_bytes_per_second", "events"),
  VolumeReadOps: count("disk_read_ops_per_second", "events"),
  VolumeWriteOps: count("disk_write_ops_per_second", "events"),
};

const RDS: Rules = {
  CPUUtilization: level("cpu_percent"),
  CPUCreditBalance: level("cpu_credit_balance"),
  DatabaseConnections: level("database_connections"),
  FreeableMemory: level("freeable_memory_bytes"),
  FreeStorageSpace: level("free_storage_bytes"),
  ReadIOPS: level("disk_read_ops_per_second"),
  WriteIOPS: level("disk_write_ops_per_second"),
  ReadThroughput: level("disk_read_bytes_per_second"),
  WriteThroughput: level("disk_write_bytes_per_second"),
  NetworkReceiveThroughput: level("network_in_bytes_per_second"),
  NetworkTransmitThroughput: level("network_out_bytes_per_second"),
};

const AUTO_SCALING: Rules = {
  GroupInServiceInstances: level("asg_in_service_instances"),
  GroupDesiredCapacity: level("asg_desired_capacity"),
};

const REQUESTS: Rules = {
  RequestCount: count("lb_request_count_per_second", "events"),
};

const APPLICATION_BALANCER: Rules = {
  ...REQUESTS,
  ActiveConnectionCount: countedEveryMinute("lb_active_connections"),
  ProcessedBytes: count("lb_processed_bytes_per_second", "events"),
};

/** Network and Gateway Load Balancers. */
const FLOW_BALANCER: Rules = {
  ActiveFlowCount: level("lb_active_connections"),
  ProcessedBytes: count("lb_processed_bytes_per_second", "events"),
};

const CLASSIC_BALANCER: Rules = {
  ...REQUESTS,
  EstimatedALBActiveConnectionCount: countedEveryMinute("lb_active_connections"),
  EstimatedProcessedBytes: count("lb_processed_bytes_per_second", "events"),
};

const NAT_GATEWAY: Rules = {
  BytesOutToDestination: count("nat_bytes_out_per_second", "events"),
  BytesInFromDestination: count("nat_bytes_in_per_second", "events"),
  ActiveConnectionCount: level("nat_active_connections"),
};

const CACHE: Rules = {
  CPUUtilization: level("cpu_percent"),
  CPUCreditBalance: level("cpu_credit_balance"),
  EngineCPUUtilization: level("cache_engine_cpu_percent"),
  // Redis and Valkey tell it themselves; Memcached does not.
  DatabaseMemoryUsagePercentage: level("memory_used_percent"),
  FreeableMemory: level("freeable_memory_bytes"),
  CurrConnections: level("cache_connections"),
  CacheHitRate: level("cache_hit_rate_percent"),
  Evictions: count("cache_evictions_per_second", "events"),
  NetworkBytesIn: count("network_in_bytes_per_second", "events"),
  NetworkBytesOut: count("network_out_bytes_per_second", "events"),
};

const LAMBDA: Rules = {
  Invocations: count("lambda_invocations_per_second", "events"),
  Errors: count("lambda_errors_per_second", "events"),
  Duration: level("lambda_duration_milliseconds"),
  ConcurrentExecutions: level("lambda_concurrent_executions"),
};

/** Published by the extension of Lambda Insights, where a function has it. */
const LAMBDA_INSIGHTS: Rules = {
  memory_utilization: level("lambda_memory_used_percent"),
};

/**
 * The CloudWatch agent's names. They are its own whatever namespace it is told to publish in. `utilization_memory` is
 * the share of time in which GPU memory was read or written, not how full it is: an upper bound of DRAM activity.
 */
const AGENT: Rules = {
  mem_used_percent: level("memory_used_percent"),
  "Memory % Committed Bytes In Use": level("memory_used_percent"),
  nvidia_smi_utilization_gpu: level("gpu_busy_percent"),
  nvidia_smi_utilization_memory: level("gpu_dram_active_percent"),
  nvidia_smi_memory_used: level("gpu_memory_used_bytes", MEBIBYTE),
  nvidia_smi_memory_free: level("gpu_memory_free_bytes", MEBIBYTE),
  nvidia_smi_memory_total: level("gpu_memory_total_bytes", MEBIBYTE),
};

const NAMESPACES: Readonly<Record<string, Rules>> = {
  "AWS/EC2": EC2,
  "AWS/EBS": EBS,
  "AWS/RDS": RDS,
  "AWS/AutoScaling": AUTO_SCALING,
  "AWS/ApplicationELB": APPLICATION_BALANCER,
  "AWS/NetworkELB": FLOW_BALANCER,
  "AWS/GatewayELB": FLOW_BALANCER,
  "AWS/ELB": CLASSIC_BALANCER,
  "AWS/NATGateway": NAT_GATEWAY,
  "AWS/ElastiCache": CACHE,
  "AWS/Lambda": LAMBDA,
  LambdaInsights: LAMBDA_INSIGHTS,
};

/** Names that mean the same in every namespace that is read, and are not so plain that they may mean anything. */
const BY_NAME: Rules = { ...EC2, ...EBS, ...RDS, ...AUTO_SCALING, ...REQUESTS, ...AGENT };

/** The rule for a CloudWatch metric; `undefined` for one that Apex does not use. */
export function cloudWatchRule(namespace: string, name: string): MetricRule | undefined {
  const rules = Object.hasOwn(NAMESPACES, namespace) ? NAMESPACES[namespace] : undefined;
  if (rules !== undefined) return lookUp(rules, name);
  return namespace.startsWith("AWS/") ? undefined : lookUp(AGENT, name);
}

/** The rule for a CloudWatch metric's name alone, or for one of our own names, which need no conversion. */
export function ruleByName(name: string): MetricRule | undefined {
  return isMetricName(name) ? level(name) : lookUp(BY_NAME, name);
}

/** Whether a name is one of ours. */
export function isMetricName(name: string): name is MetricName {
  return (METRIC_NAMES as readonly string[]).includes(name);
}

function lookUp(rules: Rules, name: string): MetricRule | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}
