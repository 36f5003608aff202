import { dockerDescribe } from "@apex/core/testing";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { type DockerSandboxHost, sandboxHost } from "../environment/sandbox-host.ts";
import { containerSpec, environmentSpec, never, testRunId } from "../testing/specs.ts";
import { testImage } from "../testing/test-image.ts";

const MIB = 1024 * 1024;
/** What the container's start and end cost outside of the program: not in its own account. */
const OWN_START_NS = 60_000_000n;

/** Burns `ms` of processor time by its own account, then prints the whole of it and goes on waiting, or does what `last` says. */
function burner(ms: number, last: string): string {
  return `
    const server = require("http").createServer((q, s) => s.end()).listen(8080, () => setTimeout(burn, 50));
    const used = () => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); return userCPUTime + systemCPUTime; };
    function burn() {
      const end = Math.min(used() + 20_000, ${ms} * 1000);
      while (used() < end);
      if (used() < ${ms} * 1000) return setImmediate(burn);
      require("fs").writeSync(1, "used " + used() + "\\n");
      ${last}
    }`;
}

dockerDescribe("readings of a run", () => {
  let engine: DockerEngine;
  let host: DockerSandboxHost;
  let image: string;
  const runId = testRunId();

  beforeAll(async () => {
    engine = await openDocker();
    host = await sandboxHost(engine);
    image = await testImage(engine);
  });

  afterEach(() => host.closeRun(runId));

  test("CPU is within 2 % of the processes' own account: of those that live, that ended, and that were killed", {
    timeout: 200_000,
  }, async () => {
    const ends = {
      living: "setInterval(() => {}, 1000);",
      ended: "process.exit(0);",
      killed: 'process.kill(process.pid, "SIGKILL");',
    };
    const containers = Object.entries(ends).map(([name, last]) =>
      containerSpec({ image, name, program: burner(2_000, last) }),
    );
    const environment = await host.provision(environmentSpec(runId, containers), never);
    const usedUs = async (name: string): Promise<number> =>
      Number(/used (\d+)/.exec(await environment.logs(name))?.[1] ?? 0);
    for (const name of Object.keys(ends))
      await expect.poll(() => usedUs(name), { timeout: 50_000 }).toBeGreaterThan(0);
    const states = async () =>
      Object.fromEntries(
        (await environment.usage()).containers.map(({ container, state }) => [container, state]),
      );
    await expect.poll(states, { timeout: 30_000 }).toMatchObject({
      living: { kind: "running" },
      ended: { kind: "exited", exitCode: 0 },
      // The first process of a container is not killed by a signal that it sends to itself.
      killed: { kind: "running" },
    });
    await engine.docker.getContainer(`apex-${runId}-env-1-killed`).kill({ signal: "SIGKILL" });
    const ownNs = (await Promise.all(Object.keys(ends).map(usedUs))).reduce((sum, us) => sum + us, 0) * 1000;
    await environment.destroy();
    const { cpuNs } = await host.reading(runId);
    const errorShare = (Number(cpuNs) - ownNs) / ownNs;
    expect(errorShare).toBeGreaterThan(-0.02);
    expect(errorShare).toBeLessThan(0.02);
  });

  test("the last moment before a SIGKILL is counted", async () => {
    // Burns for ever and says how much so far: whoever is killed has used at least what it said last.
    const program = `
      require("http").createServer((q, s) => s.end()).listen(8080);
      const used = () => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); return userCPUTime + systemCPUTime; };
      setInterval(() => { const end = used() + 95_000; while (used() < end); require("fs").writeSync(1, "used " + used() + "\\n"); }, 1);`;
    const environment = await host.provision(
      environmentSpec(runId, [containerSpec({ image, program })]),
      never,
    );
    const said = async () =>
      Number([...(await environment.logs("web-0")).matchAll(/used (\d+)/g)].at(-1)?.[1] ?? 0) * 1000;
    await expect.poll(said, { timeout: 30_000 }).toBeGreaterThan(1_000_000_000);
    const before = await host.reading(runId);
    await engine.docker.getContainer(`apex-${runId}-env-1-web-0`).kill({ signal: "SIGKILL" });
    await expect
      .poll(async () => (await environment.usage()).containers[0]?.state.kind, { timeout: 30_000 })
      .toBe("exited");
    const atDeath = await said();
    await environment.destroy();
    const after = await host.reading(runId);
    expect(after.cpuNs).toBeGreaterThanOrEqual(before.cpuNs);
    expect(Number(after.cpuNs)).toBeGreaterThanOrEqual(atDeath);
    // It said so every tenth of a second; the rest is the container's start.
    expect(after.cpuNs - BigInt(atDeath)).toBeLessThan(200_000_000n + OWN_START_NS);
  });

  test("memory is counted as the limit for as long as the container ran, dead or alive", async () => {
    const bytes = BigInt(192 * MIB);
    const containers = [
      containerSpec({ image, name: "a", memoryBytes: 64 * MIB }),
      containerSpec({ image, name: "b", memoryBytes: 128 * MIB }),
    ];
    const timesMs = [performance.now()];
    const environment = await host.provision(environmentSpec(runId, containers), never);
    timesMs.push(performance.now());
    const first = await host.reading(runId);
    timesMs.push(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 500));
    timesMs.push(performance.now());
    const second = await host.reading(runId);
    timesMs.push(performance.now());
    const [startMs = 0, beforeFirstMs = 0, afterFirstMs = 0, beforeSecondMs = 0, endMs = 0] = timesMs;
    const grownMs = Number((second.memoryReservedByteMs - first.memoryReservedByteMs) / bytes);
    // Stamps of the engine are whole milliseconds here.
    expect(grownMs).toBeGreaterThanOrEqual(beforeSecondMs - afterFirstMs - 2);
    expect(grownMs).toBeLessThanOrEqual(endMs - beforeFirstMs + 2);
    expect(Number(first.memoryReservedByteMs / bytes)).toBeLessThanOrEqual(afterFirstMs - startMs + 2);
    expect(first.memoryReservedByteMs).toBeGreaterThan(0n);
    await environment.destroy();
    const settled = await host.reading(runId);
    expect(settled.memoryReservedByteMs).toBeGreaterThanOrEqual(second.memoryReservedByteMs);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await host.reading(runId)).memoryReservedByteMs).toBe(settled.memoryReservedByteMs);
    expect(settled.gpuMs).toBe(0n);
  });

  test("readings never fall while environments come and go", async () => {
    let last = { cpuNs: 0n, memoryReservedByteMs: 0n, networkBytes: 0n };
    for (let round = 0; round < 3; round++) {
      const environment = await host.provision(
        environmentSpec(runId, [containerSpec({ image })], `env-${round}`),
        never,
      );
      const destroying = environment.destroy();
      for (let isDone = false; !isDone; ) {
        isDone = await Promise.race([
          destroying.then(() => true),
          new Promise<false>((resolve) => setTimeout(() => resolve(false), 5)),
        ]);
        const now = await host.reading(runId);
        expect(now.cpuNs).toBeGreaterThanOrEqual(last.cpuNs);
        expect(now.memoryReservedByteMs).toBeGreaterThanOrEqual(last.memoryReservedByteMs);
        expect(now.networkBytes).toBeGreaterThanOrEqual(last.networkBytes);
        last = now;
      }
    }
    expect(last.cpuNs).toBeGreaterThan(0n);
  });
});
