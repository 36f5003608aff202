import { expect, test } from "vitest";
import { blockBytesV1, countersV1 } from "./counters-v1.ts";
import { blockBytesV2, countersV2 } from "./counters-v2.ts";

// Read from a container of 0.3 cores that was busy for 3 s (Linux 6.18, both versions mounted side by side).
const V1 = {
  "cpuacct.usage": "880820195\n",
  "cpu.stat": "nr_periods 31\nnr_throttled 25\nthrottled_time 1178286053\nnr_bursts 0\nburst_time 0\n",
  "memory.usage_in_bytes": "14376960\n",
  "memory.max_usage_in_bytes": "14376960\n",
  "memory.limit_in_bytes": "134217728\n",
  "memory.stat": `cache 1019904
rss 11988992
pgfault 4871
pgmajfault 14
inactive_file 0
active_file 1019904
hierarchical_memory_limit 134217728
total_cache 1019904
total_rss 11988992
total_pgfault 4871
total_pgmajfault 14
total_inactive_anon 11980800
total_inactive_file 20480
`,
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
  "blkio.throttle.io_service_bytes_recursive": "Total 0\n",
};
const V2_CPU = "usage_usec 881473\nuser_usec 861971\nsystem_usec 19501\nnice_usec 0\n";

test("version 1 spreads a container's counters over its controllers", () => {
  expect(countersV1(V1)).toEqual({
    cpuNs: 880820195,
    periods: 31,
    throttledPeriods: 25,
    throttledNs: 1178286053,
    memoryBytes: 14376960 - 20480,
    memoryPeakBytes: 14376960,
    memoryLimitBytes: 134217728,
    majorFaults: 14,
    oomKills: 0,
    blockReadBytes: 0,
    blockWrittenBytes: 0,
  });
});

test("both versions count the same processor time of the same container", () => {
  const v1 = countersV1(V1).cpuNs;
  const v2 = countersV2({ "cpu.stat": V2_CPU }).cpuNs;
  expect(Math.abs(v1 - v2) / v1).toBeLessThan(0.001);
});

// By the kernel's description of the format (Documentation/admin-guide/cgroup-v2.rst), cpu and memory controllers enabled.
const V2 = {
  "cpu.stat": `${V2_CPU}nr_periods 31\nnr_throttled 25\nthrottled_usec 1178286\nnr_bursts 0\nburst_usec 0\n`,
  "memory.current": "14376960\n",
  "memory.peak": "15728640\n",
  "memory.max": "134217728\n",
  "memory.stat":
    "anon 11988992\nfile 1019904\ninactive_file 20480\nactive_file 999424\npgfault 4871\npgmajfault 14\n",
  "memory.events": "low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n",
  "io.stat":
    "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:1 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n",
};

test("version 2 has microseconds, and its own names", () => {
  expect(countersV2(V2)).toEqual({
    cpuNs: 881473000,
    periods: 31,
    throttledPeriods: 25,
    throttledNs: 1178286000,
    memoryBytes: 14376960 - 20480,
    memoryPeakBytes: 15728640,
    memoryLimitBytes: 134217728,
    majorFaults: 14,
    oomKills: 1,
    blockReadBytes: 4097,
    blockWrittenBytes: 8194,
  });
});

test("what a kernel does not count is unknown, not zero", () => {
  const { "memory.peak": _peak, "memory.events": _events, ...older } = V2;
  expect(countersV2(older)).toMatchObject({ memoryPeakBytes: null, oomKills: null });
  expect(countersV1({ ...V1, "memory.stat": undefined, "memory.oom_control": undefined })).toMatchObject({
    majorFaults: null,
    oomKills: null,
  });
});

test("block I/O is summed over devices, its total not counted again", () => {
  const text = "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 4096\n8:0 Total 12288\n8:16 Read 1\nTotal 12289\n";
  expect(blockBytesV1(text)).toEqual({ read: 4097, written: 8192 });
  expect(blockBytesV1(undefined)).toEqual({ read: 0, written: 0 });
  expect(blockBytesV2("")).toEqual({ read: 0, written: 0 });
});
