import type { Reservation } from "@apex/core";
import { describe, expect, test } from "vitest";
import {
  parseConfiguration,
  parseJob,
  renderConfiguration,
  renderJob,
  runIdOf,
  type ValidationJob,
} from "./validation-job.ts";

const sha = (digit: string) => digit.repeat(64);

const RESERVATION: Reservation = {
  cores: 2,
  memoryBytes: 4e9,
  gpus: 0,
  gpuModel: null,
  maxSeconds: 600,
};

function aJob(changes: Partial<ValidationJob> = {}): Omit<ValidationJob, "schema"> {
  return {
    apexVersion: "0.1.0",
    target: "aws_instance.web",
    configuration: { files: sha("1"), directory: "infra", varFiles: ["infra/prod.tfvars"] },
    change: [{ path: "infra/main.tf", sha256: sha("2") }],
    state: sha("3"),
    metrics: [
      { path: "a.json", sha256: sha("4") },
      { path: "b.json", sha256: sha("5") },
    ],
    workload: { files: [{ path: "web.log", sha256: sha("6") }], busiest: 60 },
    minutes: 5,
    ...changes,
  };
}

describe("a job", () => {
  test("is read as it was written", () => {
    const job = aJob({
      objectives: { latencyMs: { p99: 250 }, errorShare: 0.001 },
      own: { image: "web:1", imageId: null, port: 80, env: { A: "b" } },
      scale: 0.5,
      fixtures: sha("7"),
      nonce: "again",
    });
    expect(parseJob(renderJob(job))).toEqual({ schema: "apex.validation-job/v1", ...job });
  });

  test.each([
    ["{", "is not JSON"],
    ["{}", "does not understand"],
    [renderJob(aJob()).replace("/v1", "/v9"), "does not understand"],
    [renderJob(aJob({ change: [{ path: "../main.tf", sha256: sha("2") }] })), "change.0.path"],
    [renderJob(aJob({ metrics: [{ path: "/etc/passwd", sha256: sha("2") }] })), "metrics.0.path"],
    [renderJob(aJob({ state: "1234" })), "state"],
  ])("that is none, or leads out of its run's directory, is refused: %#", (text, message) => {
    expect(() => parseJob(text)).toThrow(message);
  });

  test("has its configuration as one text, which the same files always make", () => {
    const files = [
      { path: "infra/main.tf", content: Buffer.from("a = 1") },
      { path: "infra/a.zip", content: Buffer.from([0, 255, 10]) },
    ];
    const text = renderConfiguration(files);
    expect(renderConfiguration(files.toReversed())).toBe(text);
    expect(parseConfiguration(text)).toEqual(files.toReversed());
    expect(() => parseConfiguration(text.replace("infra/main.tf", "infra/../../main.tf"))).toThrow(
      "leads out",
    );
  });
});

describe("the id of a run", () => {
  const id = runIdOf(aJob(), RESERVATION);

  test("is the same for the same inputs, whatever they are called and in whatever order they came", () => {
    expect(id).toMatch(/^val-[0-9a-f]{16}$/);
    expect(runIdOf(aJob(), { ...RESERVATION })).toBe(id);
    const { metrics } = aJob();
    expect(runIdOf(aJob({ metrics: metrics.toReversed() }), RESERVATION)).toBe(id);
    const renamed = { files: [{ path: "other/name.log", sha256: sha("6") }], busiest: 60 };
    expect(runIdOf(aJob({ workload: renamed }), RESERVATION)).toBe(id);
  });

  const decisive: Readonly<Record<string, Partial<ValidationJob>>> = {
    version: { apexVersion: "0.2.0" },
    target: { target: "aws_instance.other" },
    configuration: { configuration: { ...aJob().configuration, files: sha("f") } },
    "root module": { configuration: { ...aJob().configuration, directory: "other" } },
    "variable files": { configuration: { ...aJob().configuration, varFiles: [] } },
    change: { change: [{ path: "infra/main.tf", sha256: sha("f") }] },
    "changed file": { change: [{ path: "infra/other.tf", sha256: sha("2") }] },
    state: { state: sha("f") },
    fixtures: { fixtures: sha("f") },
    metrics: { metrics: aJob().metrics.slice(1) },
    log: { workload: { ...aJob().workload, files: [{ path: "web.log", sha256: sha("f") }] } },
    busiest: { workload: { ...aJob().workload, busiest: 30 } },
    window: { workload: { ...aJob().workload, window: "2026-10-14T17:15:00Z/2026-10-14T17:25:00Z" } },
    "arrival factor": { workload: { ...aJob().workload, arrivalFactor: 2 } },
    objectives: { objectives: { cpuShare: 0.5 } },
    image: { own: { image: "web:1", imageId: null, port: 80, env: {} } },
    minutes: { minutes: 6 },
    scale: { scale: 0.5 },
    again: { nonce: "1" },
  };

  test.each(Object.entries(decisive))("is another with another %s", (_name, changes) => {
    expect(runIdOf(aJob(changes), RESERVATION)).not.toBe(id);
  });

  test("is another with another image behind the same name, or another reservation", () => {
    const own = { image: "web:1", imageId: "sha256:1", port: 80, env: {} };
    const moved = { ...own, imageId: "sha256:2" };
    expect(runIdOf(aJob({ own }), RESERVATION)).not.toBe(runIdOf(aJob({ own: moved }), RESERVATION));
    expect(runIdOf(aJob(), { ...RESERVATION, cores: 4 })).not.toBe(id);
  });
});
