import { type CgroupCounters, type CgroupFiles, keyedNumbers, singleNumber } from "./counters.ts";

/** The files of version 2; `memory.peak` is there since Linux 5.19. */
export const V2_FILES = [
  "cpu.stat",
  "memory.current",
  "memory.peak",
  "memory.max",
  "memory.stat",
  "memory.events",
  "io.stat",
] as const;

const NS_PER_US = 1_000;

/** Bytes read and written, over all devices: lines "8:0 rbytes=4096 wbytes=0 rios=1 …". */
export function blockBytesV2(text: string | undefined): { readonly read: number; readonly written: number } {
  let read = 0;
  let written = 0;
  for (const [, kind, value] of (text ?? "").matchAll(/\b(rbytes|wbytes)=(\d+)/g)) {
    if (kind === "rbytes") read += Number(value);
    else written += Number(value);
  }
  return { read, written };
}

/** Counters of a container by control groups version 2. Memory in use is without the pages of files that can be dropped at once. */
export function countersV2(files: CgroupFiles): CgroupCounters {
  const cpu = keyedNumbers(files["cpu.stat"]);
  const memory = keyedNumbers(files["memory.stat"]);
  const block = blockBytesV2(files["io.stat"]);
  const used = singleNumber(files["memory.current"]) ?? 0;
  return {
    cpuNs: (cpu.get("usage_usec") ?? 0) * NS_PER_US,
    periods: cpu.get("nr_periods") ?? 0,
    throttledPeriods: cpu.get("nr_throttled") ?? 0,
    throttledNs: (cpu.get("throttled_usec") ?? 0) * NS_PER_US,
    memoryBytes: Math.max(0, used - (memory.get("inactive_file") ?? 0)),
    memoryPeakBytes: singleNumber(files["memory.peak"]),
    memoryLimitBytes: singleNumber(files["memory.max"]) ?? 0,
    majorFaults: memory.get("pgmajfault") ?? null,
    oomKills: keyedNumbers(files["memory.events"]).get("oom_kill") ?? null,
    blockReadBytes: block.read,
    blockWrittenBytes: block.written,
  };
}
