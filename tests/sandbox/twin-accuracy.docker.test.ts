import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ContainerSpec, type Environment, TWIN_PROTOCOL } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { ensureImages, openDocker, sandboxHost } from "@apex/sandbox-docker";
import { type Laboratory, RECORDED_SHAPES, reproduceShape } from "@apex/sandbox-twin/testing";
import { type OpenReplayer, openReplayer } from "@apex/workloads-replay";
import { afterAll, beforeAll, expect, test } from "vitest";

const MIB = 2 ** 20;
const TIMEOUT_MS = 180_000;
/** For each of the 24 points of a shape. */
const STEP_MS = 200;
const never = new AbortController().signal;

dockerDescribe("the twin in the sandbox", () => {
  let laboratory: Laboratory;
  let replayer: OpenReplayer;
  let cacheDirectory: string;

  beforeAll(async () => {
    cacheDirectory = await mkdtemp(path.join(tmpdir(), "apex-twin-test-"));
    const engine = await openDocker();
    const { twin } = await ensureImages(engine, {
      twinDirectory: path.resolve(import.meta.dirname, "../../sandbox/twin/src"),
      terraform: "terraform",
      cacheDirectory,
    });
    replayer = openReplayer();
    laboratory = { host: await sandboxHost(engine), replayer, image: twin };
  }, TIMEOUT_MS);

  afterAll(async () => {
    await replayer?.close();
    await rm(cacheDirectory, { recursive: true, force: true });
  });

  async function withTwin(
    container: Partial<ContainerSpec>,
    action: (environment: Environment, url: string) => Promise<void>,
  ): Promise<void> {
    const runId = `twin-${randomBytes(6).toString("hex")}`;
    const spec: ContainerSpec = {
      name: "service-0",
      image: laboratory.image,
      env: {},
      port: TWIN_PROTOCOL.port,
      cpus: 1,
      memoryBytes: 256 * MIB,
      gpus: 0,
      ...container,
    };
    try {
      const environment = await laboratory.host.provision(
        {
          runId,
          name: "twin",
          containers: [spec],
          leaseMs: TIMEOUT_MS,
          readyTimeoutMs: 60_000,
          readyPath: TWIN_PROTOCOL.readyPath,
        },
        never,
      );
      const [endpoint] = environment.endpoints;
      await action(environment, `http://${endpoint?.host}:${endpoint?.port}`);
    } finally {
      await laboratory.host.closeRun(runId);
    }
  }

  // All that is compared is CPU time, so that a busy machine makes requests late but does not move the figures.
  test.each(RECORDED_SHAPES.filter(({ name }) => !["bursts", "nearly full"].includes(name)))(
    "reproduces the recorded CPU of $name within 10 %",
    async (shape) => {
      const { errorShare, points, result } = await reproduceShape(laboratory, shape, STEP_MS);
      expect(result).toMatchObject({ completed: result.scheduled, dropped: 0 });
      expect(errorShare).toBeLessThan(0.1);
      expect(points).toHaveLength(shape.cpuPercent.length);
    },
    TIMEOUT_MS,
  );

  test(
    "less CPU than the work needs makes it late; it burns all the same",
    async () => {
      const environment = { TWIN_SLOTS: "4", TWIN_SLOT_CORES: "0.25" };
      await withTwin({ cpus: 0.5, env: environment }, async (twin, url) => {
        const before = await twin.usage();
        const headers = { [TWIN_PROTOCOL.workHeader]: "5000" };
        const answers = await Promise.all(Array.from({ length: 200 }, () => fetch(url, { headers })));
        expect(answers.every((answer) => answer.status === 200)).toBe(true);
        const after = await twin.usage();
        const usedNs = (after.containers[0]?.cpuNs ?? 0) - (before.containers[0]?.cpuNs ?? 0);
        expect(Math.abs(usedNs / 1e9 - 1)).toBeLessThan(0.1);
        // One second of CPU at half a core, but for one period of quota in hand.
        expect(after.atMs - before.atMs).toBeGreaterThan(1900);
      });
    },
    TIMEOUT_MS,
  );

  test(
    "holds its memory in the container, and nothing else of its size",
    async () => {
      await withTwin({ env: { TWIN_RESIDENT_BYTES: String(128 * MIB) } }, async (twin) => {
        const memoryBytes = (await twin.usage()).containers[0]?.memoryBytes ?? 0;
        expect(memoryBytes).toBeGreaterThan(128 * MIB);
        expect(memoryBytes).toBeLessThan((128 + 100) * MIB);
      });
    },
    TIMEOUT_MS,
  );

  test(
    "memory that does not fit ends it by the kernel's hand, and that is said",
    async () => {
      const started = withTwin(
        { memoryBytes: 96 * MIB, env: { TWIN_RESIDENT_BYTES: String(256 * MIB) } },
        async () => {},
      );
      await expect(started).rejects.toThrow("memory ran out");
    },
    TIMEOUT_MS,
  );
});
