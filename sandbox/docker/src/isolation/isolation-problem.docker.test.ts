import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { ensureBaseImage } from "../images/ensure-images.ts";
import { isolationProblem } from "./isolation-problem.ts";

const RUN_ID = `test-problem-${process.pid}`;
const CACHE = mkdtempSync(join(tmpdir(), "apex-test-cache-"));
const IMAGE_TIMEOUT_MS = 120_000;

/** The engine, but as if it saw other directories than we do: those of a machine that has none of ours. */
function blind(engine: DockerEngine): DockerEngine {
  const docker = new Proxy(engine.docker, {
    get(target, name, receiver) {
      if (name !== "createContainer") return Reflect.get(target, name, receiver) as unknown;
      return (options: Parameters<typeof target.createContainer>[0]) => {
        const Mounts = options.HostConfig?.Mounts?.map((mount) => ({ ...mount, Source: CACHE }));
        return target.createContainer({
          ...options,
          HostConfig: { ...options.HostConfig, ...(Mounts && { Mounts }) },
        });
      };
    },
  });
  return { ...engine, docker };
}

dockerDescribe("whether commands can be isolated here", () => {
  let engine: DockerEngine;
  let image: string;

  beforeAll(async () => {
    engine = await openDocker();
    image = await ensureBaseImage(engine, { cacheDirectory: CACHE });
  }, IMAGE_TIMEOUT_MS);

  afterAll(() => rmSync(CACHE, { recursive: true, force: true }));

  test("an engine of this machine can, and nothing is left of the trial", async () => {
    expect(await isolationProblem(engine, { image, runId: RUN_ID })).toBeUndefined();
    const filters = { label: [`apex.run=${RUN_ID}`] };
    expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`apex-plan-${process.pid}-`))).toEqual([]);
  });

  test("an engine that sees other directories cannot, and it is said why", async () => {
    expect(await isolationProblem(blind(engine), { image, runId: RUN_ID })).toMatch(
      /cannot connect to a socket in .*: (ENOENT|EACCES)/,
    );
  });

  test("nor can an engine that limits nothing, or one without the image", async () => {
    const unlimited = { ...engine, facts: { ...engine.facts, cgroupDriver: "none" as const } };
    expect(await isolationProblem(unlimited, { image, runId: RUN_ID })).toContain("no limit would hold");
    expect(await isolationProblem(engine, { image: "apex/no-such-image:0", runId: RUN_ID })).toContain(
      "is not there",
    );
  });

  test("a stopped trial ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(isolationProblem(engine, { image, runId: RUN_ID, signal })).rejects.toThrow("enough");
  });
});
