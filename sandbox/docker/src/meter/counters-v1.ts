import { type CgroupCounters, type CgroupFiles, keyedNumbers, singleNumber } from "./counters.ts";

/** The files that version 1 spreads over its controllers. */
export const V1_FILES = {
  "cpuacct.usage": "cpuacct",
  "cpu.stat": "cpu",
  "memory.usage_in_bytes": "memory",
  "memory.max_usage_in_bytes": "memory",
  "memory.limit_in_bytes": "memory",
  "memory.stat": "memory",
  "memory.oom_control": "memory",
  "blkio.throttle.io_service_bytes_recursive": "blkio",
} as const;

/** Bytes read and written, over all devices: lines "8:0 Read 4096" and one total at the end. */
export function blockBytesV1(text: string | undefined): { readonly read: number; readonly written: number } {
  let read = 0;
  let written = 0;
  for (const line of (text ?? "").split("\n")) {
    const [, kind, value] = line.split(" ");
    if (kind === "Read") read += Number(value);
    if (kind === "Write") written += Number(value);
  }
  return { read, written };
}

/**
 * Counters of a container by control groups version 1. Memory in use is without the pages of files that the kernel can drop
 * at once (as `docker stats` has it); the peak is with them.
 */
export function countersV1(files: CgroupFiles): CgroupCounters {
  const cpu = keyedNumbers(files["cpu.stat"]);
  const memory = keyedNumbers(files["memory.stat"]);
  const block = blockBytesV1(files["blkio.throttle.io_service_bytes_recursive"]);
  const used = singleNumber(files["memory.usage_in_bytes"]) ?? 0;
  return {
    cpuNs: singleNumber(files["cpuacct.usage"]) ?? 0,
    periods: cpu.get("nr_periods") ?? 0,
    throttledPeriods: cpu.get("nr_throttled") ?? 0,
    throttledNs: cpu.get("throttled_time") ?? 0,
    memoryBytes: Math.max(0, used - (memory.get("total_inactive_file") ?? 0)),
    memoryPeakBytes: singleNumber(files["memory.max_usage_in_bytes"]),
    memoryLimitBytes: singleNumber(files["memory.limit_in_bytes"]) ?? 0,
    majorFaults: memory.get("total_pgmajfault") ?? null,
    oomKills: keyedNumbers(files["memory.oom_control"]).get("oom_kill") ?? null,
    blockReadBytes: block.read,
    blockWrittenBytes: block.written,
  };
}
