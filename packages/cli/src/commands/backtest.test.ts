import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Resource } from "@apex/core";
import { openStore, withRound } from "@apex/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

const PERIODS_A_DAY = 288;
const DAYS = 21;

let cwd: string;

/** Three weeks of five minutes: what a machine uses, in percent, by the day. */
function trace(percent: (day: number) => number): string {
  const lines = Array.from({ length: DAYS * PERIODS_A_DAY }, (_, index) => {
    const at = new Date(Date.UTC(2026, 5, 1) + index * 300_000).toISOString();
    return `${at},${percent(index / PERIODS_A_DAY)}`;
  });
  return `timestamp,value\n${lines.join("\n")}\n`;
}

beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), "apex-backtest-"));
  await writeFile(
    path.join(cwd, "steady.csv"),
    trace(() => 20),
  );
  await writeFile(
    path.join(cwd, "wakes.csv"),
    trace((day) => (day < 15 ? 3 : 60)),
  );
  await writeFile(path.join(cwd, "colours.csv"), "colour\nred\n");
  await writeFile(path.join(cwd, "apex.yaml"), "preset: safe\nsizing:\n  cpuHeadroom: 0.6\n");
});

afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function backtest(...args: readonly string[]) {
  const io = recordedIo({ cwd });
  const exitCode = await runCli(["backtest", ...args], io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

test("every rule decides on the same machines, and what came later judges", async () => {
  const line = "--trace steady.csv --trace wakes.csv --policy apex.yaml --format json --out out";
  const { exitCode, out } = await backtest(...line.split(" "));
  expect(exitCode).toBe(EXIT_CODES.done);
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    schema: "apex.backtest/v1",
    trace: { files: ["steady.csv", "wakes.csv"], machines: 2, incomplete: 0, unused: [], asVcpu: 64 },
    plan: { seenDays: 14, laterDays: 7, everyDays: 1 },
  });
  const found = new Map<string, Record<string, number>>(
    report.rules.map((rule: { name: string }) => [rule.name, rule]),
  );
  expect(found.size).toBe(17);
  // 20 % of 64 with a fifth of headroom is 16; 3 % is 2.4, so 4: 108 of 128 go. Awake from the second day on it is short.
  expect(found.get("apex-default")).toMatchObject({ removedShare: 108 / 128, changed: 2, tooSmall: 1 });
  expect(found.get("apex-default")?.["shortShare"]).toBeCloseTo(6 / 7 / 2, 2);
  // 12.8 over 0.4 is 32; 1.92 over 0.4 is 4.8, so 8.
  expect(found.get("apex-policy")).toMatchObject({ removedShare: 88 / 128 });
  expect(report.calibrations).not.toEqual([]);
  expect(await readFile(path.join(cwd, "out/backtest.html"), "utf8")).toContain("<svg");
  expect(await readFile(path.join(cwd, "out/backtest.json"), "utf8")).toBe(out);
});

test("a table and Markdown for people, the same figures", async () => {
  const table = await backtest("--trace", "steady.csv");
  expect(table.out).toContain("1 machine replayed by 16 rules");
  const markdown = await backtest("--trace", "steady.csv", "--format", "markdown");
  expect(markdown.out).toContain("| Apex, default | 75.0 % | 0 % |");
});

test("every trace that is not replayed is listed with why; traces of one name are told apart by their folders", async () => {
  const hourly = Array.from({ length: DAYS * 24 }, (_, hour) => {
    return `${new Date(Date.UTC(2026, 5, 1) + hour * 3_600_000).toISOString()},20`;
  });
  for (const folder of ["a", "b"]) {
    await mkdir(path.join(cwd, "named", folder), { recursive: true });
    await writeFile(
      path.join(cwd, "named", folder, "cpu.csv"),
      trace(() => 20),
    );
  }
  await writeFile(path.join(cwd, "named/hourly.csv"), `timestamp,value\n${hourly.join("\n")}\n`);
  await writeFile(path.join(cwd, "named/short.csv"), "timestamp,value\n2026-06-01T00:00:00Z,20\n");
  const { out } = await backtest("--trace", "named/**/*.csv", "--format", "json");
  const { trace: told } = JSON.parse(out);
  expect(told).toMatchObject({
    files: ["a/cpu.csv", "b/cpu.csv", "hourly.csv", "short.csv"],
    machines: 2,
    incomplete: 2,
  });
  expect(told.unused).toEqual([
    { machine: "hourly.csv", reason: expect.stringContaining("averages over 60 minutes, which hide peaks") },
    {
      machine: "short.csv",
      reason: expect.stringContaining("14 days before a decision and 7 days after it are needed"),
    },
  ]);
});

test("a collection without samples or without machines says so, and what to do", async () => {
  const base = { provider: "aws", type: "aws_instance", aliases: [], tags: {}, attributes: {} } as const;
  const collected = async (name: string, resources: readonly Resource[]) => {
    await withRound(path.join(cwd, name), "aws", { nowMs: 0 }, async (round) => {
      await round.begin();
      const part = round.part("aws/ec2", "EC2");
      for (const resource of resources) await part.add({ kind: "resource", resource });
      await part.commit();
    });
    return backtest("--from", name);
  };
  const unmeasured = await collected("unmeasured", [{ id: "i-1", ...base }]);
  expect(unmeasured.exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(unmeasured.out).toContain("i-1 has no CPU metric");
  expect(unmeasured.out.replaceAll(/\s+/g, " ")).toContain("has not ended. Run `apex collect aws` again");
  const empty = await collected("empty", []);
  expect(empty.out.replaceAll(/\s+/g, " ")).toContain(
    "There is no EC2 or Compute Engine instance in empty. Run `apex collect aws` or `apex collect gcp`",
  );
});

test("the machines of a collection are replayed with the vCPU of their types; those without CPU are listed", async () => {
  const directory = path.join(cwd, "collection");
  const machine = (id: string, type: string): Resource => {
    const base = { provider: "aws", type: "aws_instance", aliases: [], tags: {} } as const;
    return { id, ...base, attributes: { instance_type: type } };
  };
  const machines = [machine("i-1", "m5.2xlarge"), machine("i-2", "m5.2xlarge"), machine("i-3", "x99.huge")];
  const startMs = Date.UTC(2026, 5, 1);
  await withRound(directory, "aws", { nowMs: startMs }, async (round) => {
    await round.begin();
    const part = round.part("aws/ec2", "EC2");
    for (const resource of machines) await part.add({ kind: "resource", resource });
    await part.commit();
    await round.markDone(["aws/ec2"]);
    await round.end(startMs);
  });
  const store = await openStore({ directory });
  const timestampsMs = Float64Array.from({ length: DAYS * PERIODS_A_DAY }, (_, at) => startMs + at * 300_000);
  for (const resourceId of ["i-1", "i-3"]) {
    const values = timestampsMs.map(() => 20);
    const series = {
      resourceId,
      metric: "cpu_percent",
      statistic: "average",
      periodMs: 300_000,
      timestampsMs,
      values,
    } as const;
    await store.samples.write([series]);
  }
  await store.close();
  const { exitCode, out } = await backtest("--from", "collection", "--format", "json");
  expect(exitCode).toBe(EXIT_CODES.done);
  const report = JSON.parse(out);
  expect(report.trace).toEqual({
    files: ["collection"],
    machines: 1,
    incomplete: 2,
    asVcpu: null,
    unused: [
      { machine: "i-3", reason: "is of a type whose vCPU are not known: x99.huge" },
      { machine: "i-2", reason: "has no CPU metric" },
    ],
  });
  // 20 % of 8 vCPU with a fifth of headroom is 2.
  const ours = report.rules.find(({ name }: { name: string }) => name === "apex-default");
  expect(ours).toMatchObject({ removedShare: 0.75, changed: 1 });
});

test("machines that are recorded as maxima are replayed as they are, and that is said", async () => {
  const rows = Array.from({ length: DAYS * PERIODS_A_DAY }, (_, at) => {
    return `i-7,CPUUtilization,${new Date(Date.UTC(2026, 5, 1) + at * 300_000).toISOString()},20,Maximum`;
  });
  await writeFile(
    path.join(cwd, "maxima.csv"),
    ["resource_id,metric,timestamp,value,statistic", ...rows].join("\n"),
  );
  const { out } = await backtest("--trace", "maxima.csv", "--trace", "steady.csv", "--format", "json");
  const { trace: told, diagnostics } = JSON.parse(out);
  expect(told.machines).toBe(2);
  expect(diagnostics).toEqual([
    {
      severity: "info",
      code: "trace-not-averages",
      summary:
        "1 of 2 machines is recorded as maxima of its periods: they decide and judge, though most rules are published for averages",
    },
  ]);
});

test("either files or a collection is replayed, not both and not neither", async () => {
  for (const args of [[], ["--trace", "steady.csv", "--from", "collection"]]) {
    const { exitCode, err } = await backtest(...args);
    expect(exitCode).toBe(EXIT_CODES.wrongUse);
    expect(err).toContain("either files with --trace, or with --from");
  }
});

test("of traces of nearly one length none is lost for ending some minutes before the longest", async () => {
  const lines = trace(() => 20).split("\n");
  await mkdir(path.join(cwd, "lengths"), { recursive: true });
  await writeFile(path.join(cwd, "lengths/long.csv"), lines.slice(0, 4_000).join("\n"));
  await writeFile(path.join(cwd, "lengths/less.csv"), lines.slice(0, 3_980).join("\n"));
  const { out } = await backtest("--trace", "lengths/*.csv", "--format", "json");
  expect(JSON.parse(out)).toMatchObject({ trace: { machines: 2, unused: [] } });
});

test("Ctrl-C in the middle of a replay ends it: exit code 130", async () => {
  const controller = new AbortController();
  const io = recordedIo({
    cwd,
    isTerminal: true,
    signal: controller.signal,
    err: (text) => {
      if (text.startsWith("… Replaying")) setTimeout(() => controller.abort(), 0);
    },
  });
  // Every quarter of an hour: more than can be replayed before the signal has its turn.
  const args = [
    "backtest",
    "--trace",
    "steady.csv",
    "--trace",
    "wakes.csv",
    "--days",
    "7",
    "--every",
    "0.01",
  ];
  expect(await runCli(args, io)).toBe(EXIT_CODES.interrupted);
  expect(io.stdout()).toBe("");
});

test("what is no trace is said, with what would be one; nothing long enough is exit code 1", async () => {
  const none = await backtest("--trace", "colours.csv");
  expect(none.exitCode).toBe(EXIT_CODES.badInput);
  expect(none.err).toContain("--trace gave no machine");
  const short = await backtest("--trace", "steady.csv", "--days", "20", "--later", "20");
  expect(short.exitCode).toBe(EXIT_CODES.nothingToDo);
  expect((await backtest("--trace", "steady.csv", "--sizes", "1,zwei")).exitCode).toBe(EXIT_CODES.wrongUse);
  // A decision for every few milliseconds of three weeks would never end.
  expect((await backtest("--trace", "steady.csv", "--every", "1e-6")).exitCode).toBe(EXIT_CODES.wrongUse);
});
