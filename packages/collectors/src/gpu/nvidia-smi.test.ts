import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { metricExportCollector } from "../exports/metrics/index.ts";
import { codes, collectAll, repairCounts, testFile } from "../testing/collect-all.ts";

const HEADER =
  "timestamp, name, index, utilization.gpu [%], utilization.memory [%], memory.used [MiB], memory.total [MiB]";
const row = (time: string, index: number, ...values: readonly string[]) =>
  `2026/06/01 ${time}, NVIDIA A10G, ${index}, ${values.join(", ")}`;

/** metric, part, statistic and values of a file. */
async function read(name: string, ...lines: readonly string[]) {
  const collected = await collectAll(metricExportCollector(), testFile(name, `${lines.join("\n")}\n`));
  const series = collected.series.map(({ resourceId, metric, part, statistic, values }) =>
    [resourceId, metric, part, statistic, ...values].join(" "),
  );
  return { ...collected, lines: series };
}

describe("a log of nvidia-smi", () => {
  it("becomes averages and maxima of five minutes, under the name of its file", async () => {
    const { lines, series, repairs, diagnostics } = await read(
      "nvidia-smi-i-0abc.csv",
      HEADER,
      row("00:00:00.123", 0, "10 %", "4 %", "1024 MiB", "4096 MiB"),
      row("00:00:00.123", 1, "0 %", "0 %", "0 MiB", "4096 MiB"),
      row("00:04:59.900", 0, "90 %", "8 %", "3072 MiB", "4096 MiB"),
      row("00:05:01.000", 0, "20 %", "6 %", "2048 MiB", "4096 MiB"),
    );
    const mib = 1024 ** 2;
    expect(lines.filter((line) => line.includes("gpu-0"))).toEqual([
      "i-0abc gpu_busy_percent gpu-0 average 50 20",
      "i-0abc gpu_busy_percent gpu-0 maximum 90 20",
      "i-0abc gpu_dram_active_percent gpu-0 average 6 6",
      "i-0abc gpu_dram_active_percent gpu-0 maximum 8 6",
      `i-0abc gpu_memory_used_bytes gpu-0 average ${2048 * mib} ${2048 * mib}`,
      `i-0abc gpu_memory_used_bytes gpu-0 maximum ${3072 * mib} ${2048 * mib}`,
      "i-0abc gpu_memory_used_percent gpu-0 average 50 50",
      "i-0abc gpu_memory_used_percent gpu-0 maximum 75 50",
    ]);
    expect(series[0]).toMatchObject({ periodMs: 300_000 });
    expect(series[0]!.timestampsMs[1]).toBe(Date.UTC(2026, 5, 1, 0, 5));
    // nvidia-smi writes local time and no zone.
    expect(repairCounts(repairs)).toEqual({ "timestamp-without-zone": 4 });
    expect(codes(diagnostics)).toEqual(["metrics-loaded"]);
  });

  it("may have no units, a header again in the middle, other columns after it, and be compressed", async () => {
    const text = [
      HEADER,
      row("00:00:00", 0, "10", "4", "1024", "4096"),
      HEADER,
      row("00:05:00", 0, "20", "4", "1024", "4096"),
      "index, timestamp, utilization.gpu [%]",
      "0, 2026/06/01 00:10:00, 30",
      "",
    ].join("\r\n");
    const collected = await collectAll(metricExportCollector(), testFile("i-1.csv.gz", gzipSync(text)));
    const busy = collected.series.find(
      ({ metric, statistic }) => metric === "gpu_busy_percent" && statistic === "average",
    );
    expect([busy!.resourceId, ...busy!.values]).toEqual(["i-1", 10, 20, 30]);
    expect(codes(collected.diagnostics)).toEqual(["metrics-loaded"]);
  });

  it("says what is missing: [N/A] is no sample, as the utilisation is under MIG", async () => {
    const { lines } = await read(
      "i-1.csv",
      HEADER,
      row("00:00:00", 0, "[N/A]", "[Not Supported]", "1024 MiB", "4096 MiB"),
      row("00:05:00", 0, "[Unknown Error]", "N/A", "1024 MiB", "4096 MiB"),
    );
    expect(lines.map((line) => line.split(" ")[1])).toEqual([
      "gpu_memory_used_bytes",
      "gpu_memory_used_bytes",
      "gpu_memory_used_percent",
      "gpu_memory_used_percent",
    ]);
  });

  it("may name its machines in a column; without any name it is refused with what to do", async () => {
    const columns = "instance_id, timestamp, index, utilization.gpu [%]";
    const named = await read(
      "all.csv",
      columns,
      "i-1, 2026-06-01T00:00:00Z, 0, 5 %",
      "i-2, 2026-06-01T00:00:00Z, 0, 6 %",
    );
    expect(new Set(named.series.map(({ resourceId }) => resourceId))).toEqual(new Set(["i-1", "i-2"]));
    expect(named.repairs).toEqual([]);
    const nameless = await read("nvidia-smi.csv", HEADER, row("00:00:00", 0, "1 %", "1 %", "1 MiB", "2 MiB"));
    expect(nameless.series).toEqual([]);
    expect(nameless.diagnostics[0]).toMatchObject({ severity: "error", code: "resource-unnamed" });
  });

  it("refuses broken lines one by one, with the first of them", async () => {
    const { lines, diagnostics } = await read(
      "i-1.csv",
      HEADER,
      row("00:00:00", 0, "10 %", "4 %", "1024 MiB", "4096 MiB"),
      "2026/06/01 00:00:05.000, NVIDIA A10G, 0, 9",
      "Unable to determine the device handle for GPU 0000:00:1E.0: Unknown Error",
    );
    expect(lines).toHaveLength(8);
    expect(diagnostics[0]!.summary).toBe(
      "2 lines are no rows of nvidia-smi and were not read, the first is line 3",
    );
  });
});
