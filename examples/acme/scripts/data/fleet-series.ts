import type { Database } from "../fleet/database.ts";
import type { Group } from "../fleet/group.ts";
import type { Volume } from "../fleet/volume.ts";
import { cloudId } from "../ids.ts";
import { samplesOf } from "../signal.ts";
import { type CloudWatchSeries, sumsOf } from "./series.ts";

const always = () => true;
const GIB = 1024 ** 3;

/** The series of an Auto Scaling group: the mean over its members, and its size. */
export function groupSeries(group: Group): CloudWatchSeries[] {
  const base = { dimensions: { AutoScalingGroupName: group.name }, isPresent: always } as const;
  const size = samplesOf(group.size, `${group.name} size`);
  const capped = size.map((value) => Math.min(group.maximum, Math.max(group.minimum, value)));
  const series: CloudWatchSeries[] = [
    {
      ...base,
      namespace: "AWS/EC2",
      metric: "CPUUtilization",
      statistic: "Average",
      values: samplesOf({ ceiling: 100, ...group.cpu }, `${group.name} cpu`),
    },
    {
      ...base,
      namespace: "AWS/EC2",
      metric: "NetworkIn",
      statistic: "Sum",
      values: sumsOf(group.network, `${group.name} in`),
    },
    {
      ...base,
      namespace: "AWS/AutoScaling",
      metric: "GroupInServiceInstances",
      statistic: "Average",
      values: capped,
    },
    {
      ...base,
      namespace: "AWS/AutoScaling",
      metric: "GroupDesiredCapacity",
      statistic: "Average",
      values: capped,
    },
  ];
  if (group.memory !== undefined) {
    series.push({
      ...base,
      namespace: "CWAgent",
      metric: "mem_used_percent",
      statistic: "Average",
      values: samplesOf(group.memory, `${group.name} memory`),
    });
  }
  return series;
}

/** The series of a database: CPU, connections, free memory, reads and writes. */
export function databaseSeries(database: Database): CloudWatchSeries[] {
  const name = database.identifier;
  const base = {
    dimensions: { DBInstanceIdentifier: name },
    isPresent: always,
    namespace: "AWS/RDS",
    statistic: "Average",
  } as const;
  const mebibyte = 1024 ** 2;
  const free = samplesOf(database.freeMemory, `${name} memory`).map(
    (percent) => Math.round(((percent / 100) * database.memoryGib * GIB) / mebibyte) * mebibyte,
  );
  return [
    {
      ...base,
      metric: "CPUUtilization",
      values: samplesOf({ ceiling: 100, ...database.cpu }, `${name} cpu`),
    },
    {
      ...base,
      metric: "DatabaseConnections",
      statistic: "Maximum",
      values: samplesOf(database.connections, `${name} connections`),
    },
    { ...base, metric: "FreeableMemory", values: free },
    { ...base, metric: "ReadIOPS", values: samplesOf(database.iops, `${name} reads`) },
  ];
}

/** The series of an attached volume; nothing for one that is not. */
export function volumeSeries(volume: Volume): CloudWatchSeries[] {
  if (volume.reads === undefined || volume.writes === undefined) return [];
  const id = cloudId("vol", volume.address);
  const base = {
    dimensions: { VolumeId: id },
    isPresent: always,
    namespace: "AWS/EBS",
    statistic: "Sum",
  } as const;
  const reads = sumsOf(volume.reads, `${id} reads`);
  const writes = sumsOf(volume.writes, `${id} writes`);
  // Databases and file systems read pages; a throughput volume is read from end to end.
  const blockBytes = volume.type === "st1" ? 512 * 1024 : 16 * 1024;
  return [
    { ...base, metric: "VolumeReadOps", values: reads },
    { ...base, metric: "VolumeWriteOps", values: writes },
    { ...base, metric: "VolumeReadBytes", values: reads.map((operations) => operations * blockBytes) },
    { ...base, metric: "VolumeWriteBytes", values: writes.map((operations) => operations * blockBytes) },
  ];
}
