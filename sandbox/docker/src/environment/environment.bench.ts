import { dockerDescribe } from "@apex/core/testing";
import type Docker from "dockerode";
import { afterAll, assert, beforeAll, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { containerSpec, environmentSpec, never, testRunId } from "../testing/specs.ts";
import { testImage } from "../testing/test-image.ts";
import { type DockerSandboxHost, sandboxHost } from "./sandbox-host.ts";

/** Small by default so that it serves as a smoke test: APEX_BENCH_ROUNDS=10 for figures. */
const ROUNDS = Number(process.env["APEX_BENCH_ROUNDS"] ?? 1);
const CONTAINERS = 10;

/** The least that anybody would do by hand: a network, ten containers with limits, side by side, and all of it away again. */
async function plainRound(docker: Docker, image: string, name: string): Promise<void> {
  const network = await docker.createNetwork({ Name: name, Internal: true });
  const containers = await Promise.all(
    Array.from({ length: CONTAINERS }, (_value, index) => {
      const { command = [], memoryBytes } = containerSpec({ image });
      return docker.createContainer({
        name: `${name}-${index}`,
        Image: image,
        Entrypoint: [...command],
        Cmd: [],
        HostConfig: { NetworkMode: name, Memory: memoryBytes, NanoCpus: 1e9 },
      });
    }),
  );
  await Promise.all(containers.map((container) => container.start()));
  await Promise.all(containers.map((container) => container.remove({ force: true })));
  await network.remove();
}

dockerDescribe("ten containers, from nothing to nothing", () => {
  let engine: DockerEngine;
  let host: DockerSandboxHost;
  let image: string;
  const runId = testRunId();

  beforeAll(async () => {
    engine = await openDocker();
    host = await sandboxHost(engine);
    image = await testImage(engine);
  });

  afterAll(() => host?.closeRun(runId));

  async function environmentRound(name: string): Promise<void> {
    const containers = Array.from({ length: CONTAINERS }, (_value, index) =>
      containerSpec({ image, name: `web-${index}` }),
    );
    const environment = await host.provision(environmentSpec(runId, containers, name), never);
    await environment.destroy();
  }

  test("beside the plain Docker API, alternating in one run", { timeout: ROUNDS * 120_000 }, async () => {
    const plainMs: number[] = [];
    const environmentMs: number[] = [];
    const timed = async (into: number[], round: () => Promise<void>) => {
      const startMs = performance.now();
      await round();
      into.push(performance.now() - startMs);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const plain = () =>
        timed(plainMs, () => plainRound(engine.docker, image, `apex-bench-${runId}-${round}`));
      const ours = () => timed(environmentMs, () => environmentRound(`round-${round}`));
      // ABBA: whatever drifts, drifts for both.
      const order = round % 2 === 0 ? [plain, ours] : [ours, plain];
      for (const next of order) await next();
    }
    const median = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
    const [plain, ours] = [median(plainMs), median(environmentMs)];
    console.log(
      `${CONTAINERS} containers, median of ${ROUNDS}: plain Docker API ${plain.toFixed(0)} ms; environment, services ready and usage ` +
        `settled, ${ours.toFixed(0)} ms; ratio ${(ours / plain).toFixed(2)}`,
    );
    assert(plain > 0 && ours > 0);
  });

  test("one container", { timeout: ROUNDS * 60_000 }, async () => {
    const timesMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now();
      const environment = await host.provision(
        environmentSpec(runId, [containerSpec({ image })], `one-${round}`),
        never,
      );
      await environment.destroy();
      timesMs.push(performance.now() - startMs);
    }
    console.log(
      `1 container, ready and destroyed again: ${timesMs.map((ms) => ms.toFixed(0)).join(", ")} ms`,
    );
    assert(timesMs.length === ROUNDS);
  });
});
