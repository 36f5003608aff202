import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { testFile, testFolder } from "../testing/collect-all.ts";
import { readTraces } from "./index.ts";

const QUIET = { aborted: false };

function read(...files: readonly string[]) {
  return readTraces(files, QUIET);
}

test("OpenDC: ends become starts, folded rows are unfolded, MHz become percent of the machine's capacity", async () => {
  const trace = testFile(
    "trace.csv.gz",
    gzipSync(
      [
        "vm_id,timestamp_utc,duration_ms,cpu_count,cpu_usage_mhz",
        "7,2013-08-12T13:50:46.000Z,900000,4,1000",
        "7,2013-08-12T13:55:46.000Z,300000,4,4000",
        "8,2013-08-12T13:55:46.000Z,300000,0,0",
        "9,2013-08-12T13:50:00.000Z,300000,2,10",
        "9,2013-08-12T13:55:00.000Z,300000,4,10",
      ].join("\n"),
    ),
  );
  const machines = testFile(
    "meta.csv",
    "vm_id,start_utc,cpu_count,cpu_capacity_mhz\n7,x,4,4000\n9,x,4,4000\n",
  );
  const found = await read(trace, machines);
  expect(found.machines.map(({ id, vcpu }) => [id, vcpu])).toEqual([["7", 4]]);
  const [series] = found.machines.map((machine) => machine.series);
  expect([...(series?.values ?? [])]).toEqual([25, 25, 25, 100]);
  expect(new Date(series?.timestampsMs[0] ?? 0).toISOString()).toBe("2013-08-12T13:35:00.000Z");
  expect(found.unused).toEqual([
    { machine: "8", reason: "has no sample that could be read as percent of the machine" },
    { machine: "9", reason: "had 2 and 4 vCPU in turn, so its percent are of neither" },
  ]);
});

test("OpenDC without its machines says what is missing", async () => {
  const trace = testFile(
    "trace.csv",
    "vm_id,timestamp_utc,duration_ms,cpu_count,cpu_usage_mhz\n7,2013-08-12T13:50:46.000Z,300000,4,1000\n",
  );
  const { machines, unused } = await read(trace);
  expect(machines).toEqual([]);
  expect(unused[0]?.reason).toContain("file of its machines");
});

test("GWA-T-12: one machine a file, seconds as its stamps are", async () => {
  const file = testFile(
    "331.csv",
    [
      "Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%]",
      "1376314846;\t2;\t5852.0;\t585.2;\t10.0",
      "1376315146;\t2;\t5852.0;\t2926.0;\t50.0",
    ].join("\n"),
  );
  const { machines } = await read(file);
  expect(machines).toMatchObject([{ id: "331.csv", vcpu: 2 }]);
  expect([...(machines[0]?.series.values ?? [])]).toEqual([10, 50]);
});

test("PlanetLab: a machine of another day is another machine", async () => {
  const file = testFile(
    "cpu.csv",
    "day,vm,sample_index_5min,cpu_percent\n20110303,a,0,24\n20110303,a,1,34\n20110304,a,0,50\n",
  );
  const { machines } = await read(file);
  expect(machines.map(({ id, vcpu, series }) => [id, vcpu, ...series.values])).toEqual([
    ["a 20110303", undefined, 24, 34],
    ["a 20110304", undefined, 50],
  ]);
  expect(machines[0]?.series.timestampsMs[1]).toBe(Date.UTC(2011, 2, 3, 0, 5));
});

test("timestamp and value: one machine a file, UTC", async () => {
  const file = testFile(
    "ec2_cpu.csv",
    "timestamp,value\n2014-02-14 14:30:00,0.132\n2014-02-14 14:35:00,0.134\n",
  );
  const { machines } = await read(file);
  expect(machines.map(({ id, series }) => [id, ...series.values])).toEqual([["ec2_cpu.csv", 0.132, 0.134]]);
  expect(machines[0]?.series.timestampsMs[0]).toBe(Date.UTC(2014, 1, 14, 14, 30));
});

test("samples of every minute become averages of five, whichever of them is the last", async () => {
  const minutes = Array.from(
    { length: 10 },
    (_, at) => `2014-02-14 14:${28 + at}:00,${at % 5 === 0 ? 90 : 5}`,
  );
  const { machines } = await read(testFile("minutes.csv", ["timestamp,value", ...minutes].join("\n")));
  expect([...(machines[0]?.series.values ?? [])]).toEqual([22, 22]);
});

test("metric exports serve as traces; only CPU is taken, averages first", async () => {
  const file = testFile(
    "samples.csv",
    [
      "resource_id,metric,timestamp,value,statistic",
      "i-1,CPUUtilization,2026-06-01T00:00:00Z,10,Average",
      "i-1,CPUUtilization,2026-06-01T00:00:00Z,90,Maximum",
      "i-1,NetworkIn,2026-06-01T00:00:00Z,10,Average",
    ].join("\n"),
  );
  const { machines } = await read(file);
  expect(machines.map(({ id, series }) => [id, series.metric, ...series.values])).toEqual([
    ["i-1", "cpu_percent", 10],
  ]);
});

test("a file that is nothing costs itself alone, and says so", async () => {
  const good = testFile("a.csv", "timestamp,value\n2014-02-14 14:30:00,1\n");
  const bad = testFile("b.csv", "colour,taste\nred,sweet\n");
  const { machines, diagnostics } = await read(bad, good, `${testFolder()}/missing.csv`);
  expect(machines).toHaveLength(1);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(2);
});

test("stamps that are no times stretch no trace over ages: the replay would look at each of its days", async () => {
  const rows = "timestamp,value\n9e15,1\n-1e300,1\n1500000000,5\n1500000300,5\n";
  const { machines } = await read(testFile("a.csv", rows));
  expect([...(machines[0]?.series.timestampsMs ?? [])]).toEqual([1_500_000_000_000, 1_500_000_300_000]);
});

test("of two traces with broken rows each is told with its own alone, and those between and after them are read", async () => {
  const good = ["a.csv", "c.csv"].map((name) => testFile(name, "timestamp,value\n1500000000,5\n"));
  const bad = testFile("b.csv", "timestamp,value\n1500000000,5,7\n1500000300,5,7\n");
  const worse = testFile("d.csv", "timestamp,value\n1500000000,5,7\n");
  const { machines, diagnostics } = await read(good[0] ?? "", bad, good[1] ?? "", worse);
  expect(machines).toHaveLength(2);
  expect(diagnostics.map(({ summary }) => summary)).toEqual([
    expect.stringContaining("has 2 rows that are no rows of a timestamp and percent"),
    expect.stringContaining("has 1 rows that are no rows of a timestamp and percent"),
  ]);
});

test("rows that say they last for ages are not unfolded into memory: the file is refused, the others are read", async () => {
  const header = "vm_id,timestamp_utc,duration_ms,cpu_count,cpu_usage_mhz";
  const ages = testFile("ages.csv", `${header}\n7,2013-08-12T13:50:46.000Z,1e16,4,1000\n`);
  const capacity = testFile("meta.csv", "vm_id,cpu_capacity_mhz\n7,4000\n");
  const good = testFile("a.csv", "timestamp,value\n2014-02-14 14:30:00,1\n");
  const { machines, diagnostics } = await read(ages, capacity, good);
  expect(machines.map(({ id }) => basename(id))).toEqual(["a.csv"]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["trace-too-long"]);
});

/** So many rows of a constant load, `stepSeconds` apart. */
function steps(stepSeconds: number, count: number, value: number): string {
  const rows = Array.from({ length: count }, (_, at) => {
    return `${new Date(Date.UTC(2026, 5, 1) + at * stepSeconds * 1000).toISOString()},${value}`;
  });
  return ["timestamp,value", ...rows].join("\n");
}

test("an hour's average is one sample of an hour, not one of twelve", async () => {
  const { machines } = await read(testFile("hourly.csv", steps(3600, 5, 20)));
  expect(machines[0]?.series).toMatchObject({
    periodMs: 3_600_000,
    values: Float64Array.of(20, 20, 20, 20, 20),
  });
});

test("stamps that come a little late or early are still of five minutes", async () => {
  const rows = Array.from({ length: 20 }, (_, at) => `${1_400_000_000 + at * 300 + ((at * 7) % 5)},10`);
  const { machines } = await read(testFile("late.csv", ["timestamp,value", ...rows].join("\n")));
  expect(machines[0]?.series.periodMs).toBe(300_000);
});

test("files of one name in different folders are different machines, called by their paths", async () => {
  const folder = testFolder();
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
  const a = testFile("cpu.csv", steps(300, 3, 10), join(folder, "a"));
  const b = testFile("cpu.csv", steps(300, 3, 60), join(folder, "b"));
  const { machines, files } = await read(a, b);
  expect(machines.map(({ id, series }) => [id, series.values[0]])).toEqual([
    ["a/cpu.csv", 10],
    ["b/cpu.csv", 60],
  ]);
  expect(files).toEqual(["a/cpu.csv", "b/cpu.csv"]);
});

test("OpenDC: one id in two folders is two machines, each with the capacity that lies beside it", async () => {
  const folder = testFolder();
  const files = (["a", "b"] as const).flatMap((name, index) => {
    const own = join(folder, name);
    mkdirSync(own);
    const row = "7,2013-08-12T13:50:00.000Z,300000,4,1000";
    return [
      testFile("trace.csv", `vm_id,timestamp_utc,duration_ms,cpu_count,cpu_usage_mhz\n${row}\n`, own),
      testFile("meta.csv", `vm_id,cpu_capacity_mhz\n7,${4000 * (index + 1)}\n`, own),
    ];
  });
  const { machines } = await read(...files);
  expect(machines.map(({ id, series }) => [id, series.values[0]])).toEqual([
    ["a/7", 25],
    ["b/7", 12.5],
  ]);
});

test("a resource of several exports is one machine, in the order of time", async () => {
  const header = "resource_id,metric,timestamp,value,statistic";
  const may = `${header}\ni-1,CPUUtilization,2026-05-31T23:55:00Z,10,Average\n`;
  const june = `${header}\ni-1,CPUUtilization,2026-06-01T00:00:00Z,30,Average\n`;
  const { machines } = await read(testFile("june.csv", june), testFile("may.csv", may));
  expect(machines.map(({ id, series }) => [id, ...series.values])).toEqual([["i-1", 10, 30]]);
});

test("what is no percent, has no rows or no CPU says so", async () => {
  const bytes = testFile("network.csv", steps(300, 10, 1e6));
  const empty = testFile("empty.csv", "timestamp,value\n");
  const memory = testFile(
    "memory.csv",
    "resource_id,metric,timestamp,value,statistic\ni-1,mem_used_percent,2026-06-01T00:00:00Z,10,Average\n",
  );
  const { machines, unused, diagnostics } = await read(bytes, empty, memory);
  expect(machines).toEqual([]);
  expect(unused).toEqual([
    {
      machine: expect.stringMatching(/network\.csv$/),
      reason: "goes up to 1000000, so its values are no percent of a machine",
    },
  ]);
  expect(diagnostics.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["trace-empty", "trace-without-cpu"]),
  );
});
