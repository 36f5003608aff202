import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunClaim, StopSignal } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { openDocker } from "@apex/sandbox-docker";
import { afterEach, beforeEach, expect, test } from "vitest";
import { renderConfiguration, renderJob, type ValidationJob } from "../campaign/validation-job.ts";
import { recordedIo } from "../testing.ts";
import { APEX_VERSION } from "../version.ts";
import { cpuAllotment } from "./host-part.ts";
import { inputCache } from "./input-cache.ts";
import { memoryInputFiles } from "./testing/memory-input-files.ts";
import { validationExecutor } from "./validation-executor.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-executor-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

const LOG = Array.from(
  { length: 600 },
  (_, index) =>
    `10.0.0.1 - - [10/Nov/2026:06:00:${String(Math.floor(index / 10)).padStart(2, "0")} +0000] "GET /${index} HTTP/1.1" 200 1 "-" "-"`,
).join("\n");

interface Case {
  readonly main?: string;
  readonly log?: string;
  readonly job?: Partial<ValidationJob>;
  readonly text?: string;
  readonly signal?: StopSignal;
  readonly maxSeconds?: number;
}

/** What becomes of a job on this host, and what was told on the way. */
async function executed({ main = "", log = LOG, job = {}, text, signal, maxSeconds = 60 }: Case) {
  const store = memoryInputFiles();
  const put = async (content: string) => {
    const file = path.join(home, "content");
    await writeFile(file, content);
    return store.put("acme", file);
  };
  const whole: Omit<ValidationJob, "schema"> = {
    apexVersion: APEX_VERSION,
    target: "aws_instance.web",
    configuration: {
      files: await put(renderConfiguration([{ path: "infra/main.tf", content: Buffer.from(main) }])),
      directory: "infra",
      varFiles: [],
    },
    change: [{ path: "infra/main.tf", sha256: await put(`${main}\n# smaller`) }],
    state: await put('{"version":4,"serial":1,"lineage":"a","outputs":{},"resources":[]}'),
    metrics: [{ path: "m.json", sha256: await put("{}") }],
    workload: { files: [{ path: "web.log", sha256: await put(log) }], busiest: 60 },
    minutes: 5,
    ...job,
  };
  const claim: RunClaim = {
    tenant: "acme",
    runId: "val-1",
    campaignId: "cmp-1",
    attempt: 1,
    sandboxRunId: `val-test-${process.pid}`,
    kind: "validation",
    job: text ?? renderJob(whole),
    reservation: { cores: 1, memoryBytes: 1e9, gpus: 0, gpuModel: null, maxSeconds },
    cap: { amount: "1" as RunClaim["cap"]["amount"], currency: "USD" },
    leaseMs: 30_000,
    orphans: ["val-old-1"],
  };
  const lines: string[] = [];
  const orphans: string[] = [];
  const allotment = cpuAllotment([0]);
  const executor = validationExecutor({
    io: recordedIo({ cwd: home, env: process.env }),
    engine: await openDocker(),
    cache: inputCache(store, path.join(home, "inputs")),
    allotment,
    storeDirectory: home,
    removeOrphans: async (runIds) => void orphans.push(...runIds),
  });
  const { ending, reading } = await executor.execute(claim, {
    signal: signal ?? new AbortController().signal,
    meterWith: () => undefined,
    progress: (line) => void lines.push(line),
  });
  // Whatever happened, the CPU is free again and no input is left lying about.
  expect(allotment.take(1).cpus).toEqual([0]);
  const left = await readdir(path.join(home, "runs")).catch(() => []);
  expect(left.filter((name) => !name.endsWith(".jsonl"))).toEqual([]);
  return { ending, reading, lines, orphans };
}

dockerDescribe("an attempt that comes to no verdict", () => {
  test.each([
    ["a job that is none", { text: "{}" }, "does not understand"],
    ["an input that is not kept", { job: { state: "f".repeat(64) } }, "no file ffff"],
    ["a log without requests", { log: "\n" }, "--workload"],
    ["a configuration that does not plan", { main: "resource {" }, "Terraform cannot apply"],
    ["a change that leaves the service as it is", { main: "locals {}" }, "the change touches no service"],
  ] as const)("says why: %s", async (_name, given, message) => {
    const { ending, orphans } = await executed(given);
    expect(ending).toMatchObject({
      kind: "failed",
      message: expect.stringContaining(message) as string,
      mayConverge: false,
    });
    expect(orphans).toEqual(["val-old-1"]);
  });

  test.each([
    ["a job of another Apex", { job: { apexVersion: "99.0.0" } }, "made by Apex 99.0.0"],
    [
      "a job that only another Apex can read",
      { text: '{"schema":"apex.validation-job/v99","apexVersion":"99.0.0"}' },
      "made by Apex 99.0.0",
    ],
    [
      "an image that is not here",
      { job: { own: { image: "apex/none:1", imageId: "sha256:1", port: 80, env: {} } } },
      "apex/none:1 is not on this worker",
    ],
    [
      "an image that no engine knew when the campaign was made, and that is not here",
      { job: { own: { image: "apex/none:1", imageId: null, port: 80, env: {} } } },
      "apex/none:1 is not on this worker",
    ],
  ] as const)("is left to other workers: %s", async (_name, given, refusal) => {
    const { ending } = await executed(given);
    expect(ending).toEqual({ kind: "released", refusal: expect.stringContaining(refusal) as string });
  });

  test("gives the run back when it is told to stop", async () => {
    const { ending, reading } = await executed({ signal: AbortSignal.abort("release") });
    expect(ending).toEqual({ kind: "released" });
    expect(reading).toBeUndefined();
  });

  test("ends when the time that it reserved is over", async () => {
    const { ending } = await executed({ maxSeconds: 0.001 });
    expect(ending).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("that it reserved") as string,
      mayConverge: true,
    });
  });

  test("tells what Terraform said", async () => {
    const { ending, lines } = await executed({
      main: 'resource "aws_instance" "web" {\n  colour = "red"\n}\n',
    });
    expect(ending).toMatchObject({ message: expect.stringContaining("colour") as string });
    expect(lines).toEqual(expect.arrayContaining(["Reading the recorded workload"]));
  });
});
