/** A statistic of CloudWatch's that Apex asks for. */
export type CloudWatchStatistic = "Average" | "Maximum" | "Minimum" | "Sum";

/** Metrics of one namespace that are asked for the resources that one dimension names. */
export interface MetricChoice {
  /** Absent for the agents' metrics: they publish in whatever namespace they are told to. */
  readonly namespace?: string;
  readonly dimension: string;
  /** Whether further dimensions may stand beside it; otherwise they would narrow the metric to a slice of the resource. */
  readonly hasOtherDimensions?: boolean;
  readonly metrics: Readonly<Record<string, readonly CloudWatchStatistic[]>>;
}

/** Peaks and what is usual: an average over five minutes hides the busiest of them. */
const PEAK_AND_MEAN = ["Maximum", "Average"] as const;
const SUM = ["Sum"] as const;
const MEAN = ["Average"] as const;
const PEAK = ["Maximum"] as const;
const LEAST = ["Minimum"] as const;

function each(statistics: readonly CloudWatchStatistic[], names: readonly string[]): MetricChoice["metrics"] {
  return Object.fromEntries(names.map((name) => [name, statistics]));
}

const MACHINE_AMOUNTS = [
  "NetworkIn",
  "NetworkOut",
  "EBSReadBytes",
  "EBSWriteBytes",
  "EBSReadOps",
  "EBSWriteOps",
];
const INSTANCE_STORE_AMOUNTS = ["DiskReadBytes", "DiskWriteBytes", "DiskReadOps", "DiskWriteOps"];

const BALANCER_FLOWS = { ActiveFlowCount: PEAK_AND_MEAN, ProcessedBytes: SUM };

const GPU_LEVELS = [
  "nvidia_smi_utilization_gpu",
  "nvidia_smi_utilization_memory",
  "nvidia_smi_memory_used",
  "nvidia_smi_memory_free",
];

/**
 * What is asked of CloudWatch, each metric in the statistics that say something: levels as peak and mean, what runs short as its
 * least, amounts as their sum. Names and units: the "CloudWatch metrics" page of each service's guide.
 */
export const METRIC_CHOICES: readonly MetricChoice[] = [
  {
    namespace: "AWS/EC2",
    dimension: "InstanceId",
    metrics: {
      CPUUtilization: PEAK_AND_MEAN,
      CPUCreditBalance: MEAN,
      ...each(SUM, [...MACHINE_AMOUNTS, ...INSTANCE_STORE_AMOUNTS]),
    },
  },
  {
    namespace: "AWS/EC2",
    dimension: "AutoScalingGroupName",
    // The sum is over all members and the average over samples: only the latter is of a member, as its machine is.
    metrics: { CPUUtilization: PEAK_AND_MEAN, ...each(MEAN, MACHINE_AMOUNTS) },
  },
  {
    namespace: "AWS/EBS",
    dimension: "VolumeId",
    metrics: each(SUM, ["VolumeReadBytes", "VolumeWriteBytes", "VolumeReadOps", "VolumeWriteOps"]),
  },
  {
    namespace: "AWS/RDS",
    dimension: "DBInstanceIdentifier",
    metrics: {
      CPUUtilization: PEAK_AND_MEAN,
      CPUCreditBalance: MEAN,
      DatabaseConnections: PEAK,
      ...each(LEAST, ["FreeableMemory", "FreeStorageSpace"]),
      ...each(PEAK_AND_MEAN, ["ReadIOPS", "WriteIOPS", "ReadThroughput", "WriteThroughput"]),
      ...each(PEAK_AND_MEAN, ["NetworkReceiveThroughput", "NetworkTransmitThroughput"]),
    },
  },
  {
    namespace: "AWS/RDS",
    dimension: "DBClusterIdentifier",
    metrics: { CPUUtilization: PEAK_AND_MEAN, DatabaseConnections: PEAK },
  },
  {
    namespace: "AWS/AutoScaling",
    dimension: "AutoScalingGroupName",
    // A group publishes them only where its metrics collection is on; scaling policies read them then too.
    metrics: each(["Maximum", "Minimum", "Average"], ["GroupInServiceInstances", "GroupDesiredCapacity"]),
  },
  {
    namespace: "AWS/ApplicationELB",
    dimension: "LoadBalancer",
    metrics: each(SUM, ["RequestCount", "ActiveConnectionCount", "ProcessedBytes"]),
  },
  { namespace: "AWS/NetworkELB", dimension: "LoadBalancer", metrics: BALANCER_FLOWS },
  { namespace: "AWS/GatewayELB", dimension: "LoadBalancer", metrics: BALANCER_FLOWS },
  {
    namespace: "AWS/ELB",
    dimension: "LoadBalancerName",
    metrics: each(SUM, ["RequestCount", "EstimatedALBActiveConnectionCount", "EstimatedProcessedBytes"]),
  },
  {
    namespace: "AWS/NATGateway",
    dimension: "NatGatewayId",
    metrics: {
      ...each(SUM, ["BytesOutToDestination", "BytesInFromDestination"]),
      ActiveConnectionCount: PEAK,
    },
  },
  {
    namespace: "AWS/ElastiCache",
    dimension: "CacheClusterId",
    metrics: {
      ...each(PEAK_AND_MEAN, ["CPUUtilization", "EngineCPUUtilization", "DatabaseMemoryUsagePercentage"]),
      ...each(MEAN, ["CPUCreditBalance", "CacheHitRate"]),
      FreeableMemory: LEAST,
      CurrConnections: PEAK,
      ...each(SUM, ["Evictions", "NetworkBytesIn", "NetworkBytesOut"]),
    },
  },
  {
    namespace: "AWS/Lambda",
    dimension: "FunctionName",
    metrics: {
      ...each(SUM, ["Invocations", "Errors"]),
      Duration: PEAK_AND_MEAN,
      ConcurrentExecutions: PEAK,
    },
  },
  {
    namespace: "LambdaInsights",
    dimension: "function_name",
    metrics: { memory_utilization: PEAK_AND_MEAN },
  },
  ...["InstanceId", "AutoScalingGroupName"].map((dimension) => ({
    dimension,
    hasOtherDimensions: dimension === "InstanceId",
    metrics: each(PEAK_AND_MEAN, ["mem_used_percent", "Memory % Committed Bytes In Use"]),
  })),
  {
    dimension: "InstanceId",
    hasOtherDimensions: true,
    metrics: { ...each(PEAK_AND_MEAN, GPU_LEVELS), nvidia_smi_memory_total: PEAK },
  },
];
