import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { AdapterError, type Reaped, type ReapedReading, seededRng } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { type DockerSandboxHost, sandboxHost } from "../environment/sandbox-host.ts";
import { hostListing, NOTHING } from "../testing/host-listing.ts";
import { containerSpec, environmentSpec, never, testRunId } from "../testing/specs.ts";
import { testImage } from "../testing/test-image.ts";
import { reap } from "./reap.ts";

const KILLS = Number(process.env["APEX_TEST_KILLS"] ?? 12);
const SEED = Number(process.env["APEX_TEST_SEED"] ?? 20_260_521);
/** Two rounds of provisioning and destroying two environments on a busy machine. */
const KILL_WITHIN_MS = 2_500;
const CHILD = fileURLToPath(new URL("../testing/provision-until-killed.ts", import.meta.url));

dockerDescribe("reaping", () => {
  let engine: DockerEngine;
  let image: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    engine = await openDocker();
    image = await testImage(engine);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await reap(engine, { dryRun: false, now: Date.now() });
  });

  async function beginChild(runId: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [CHILD, runId, image], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout!, "data");
    return child;
  }

  /** Until there is something of everything to be lost: containers are there before they have used anything. */
  async function untilCounted(host: DockerSandboxHost, runId: string): Promise<void> {
    const counts = async () => {
      const reading = await host.reading(runId).catch(() => undefined);
      return [reading?.cpuNs, reading?.memoryReservedByteMs, reading?.networkBytes];
    };
    await expect
      .poll(async () => (await counts()).every((count) => (count ?? 0n) > 0n), { timeout: 30_000 })
      .toBe(true);
  }

  test(`a process that is killed at any of ${KILLS} moments leaves nothing that the reaper does not remove (seed ${SEED})`, {
    timeout: KILLS * 20_000,
  }, async () => {
    const random = seededRng(SEED);
    let leftBehind = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const runId = testRunId();
      const child = await beginChild(runId);
      const afterMs = random() * KILL_WITHIN_MS;
      await pause(afterMs);
      const killed = once(child, "exit");
      child.kill("SIGKILL");
      await killed;
      const run = { runId, environments: ["env-a", "env-b"], marks: [`apex-plan-${child.pid}-`] };
      const left = await hostListing(engine, run);
      leftBehind += left.containers.length + left.networks.length;
      // The record is there in any case but the first moments: the kill was in the midst of something.
      expect(left.files.length).toBeGreaterThan(0);
      await reap(engine, { dryRun: false, now: Date.now() });
      expect({ afterMs, ...(await hostListing(engine, run)) }).toEqual({ afterMs, ...NOTHING });
    }
    expect(leftBehind).toBeGreaterThan(KILLS);
  });

  test("what lives is not touched, and what is said to be removed without removing is what is then removed", async () => {
    const living = testRunId();
    const host = await sandboxHost(engine);
    const environment = await host.provision(environmentSpec(living, [containerSpec({ image })]), never);
    try {
      const dead = testRunId();
      const child = await beginChild(dead);
      await untilCounted(host, dead);
      await expect
        .poll(async () => (await hostListing(engine, { runId: dead, environments: [] })).containers.length, {
          timeout: 30_000,
        })
        .toBe(4);
      const killed = once(child, "exit");
      child.kill("SIGKILL");
      await killed;
      await pause(500);
      const told = await reap(engine, { dryRun: true, now: Date.now() });
      const reaped = await reap(engine, { dryRun: false, now: Date.now() });
      const [before, last] = [told, reaped].map((of) => of.readings.find((each) => each.runId === dead));
      for (const counter of ["cpuNs", "memoryReservedByteMs", "networkBytes"] as const) {
        expect(before?.[counter]).toBeGreaterThan(0n);
        expect(last?.[counter]).toBeGreaterThanOrEqual(before?.[counter] ?? 0n);
      }
      expect(reaped.readings.filter((each) => each.runId === living)).toEqual([]);
      const ofDead = (names: readonly string[]) => names.filter((name) => name.includes(dead)).toSorted();
      // It may have died just when it had removed its last containers; its record is there in any case.
      expect(ofDead(told.directories).length).toBeGreaterThan(0);
      expect(ofDead(reaped.containers)).toEqual(ofDead(told.containers));
      expect(ofDead(reaped.networks)).toEqual(ofDead(told.networks));
      expect(ofDead(reaped.cgroups)).toEqual(ofDead(told.cgroups));
      expect(ofDead(reaped.directories)).toEqual(ofDead(told.directories));
      const [endpoint] = environment.endpoints;
      expect(await (await fetch(`http://${endpoint?.host}:${endpoint?.port}`)).text()).toBe("here");
      expect((await host.reading(living)).cpuNs).toBeGreaterThan(0n);
    } finally {
      await host.closeRun(living);
    }
    expect(await hostListing(engine, { runId: living, environments: ["env-1"] })).toEqual(NOTHING);
  });

  test("what a run has used is handed over before it is gone, and stays while nobody takes it", async () => {
    const runId = testRunId();
    const host = await sandboxHost(engine);
    const child = await beginChild(runId);
    await untilCounted(host, runId);
    const killed = once(child, "exit");
    child.kill("SIGKILL");
    await killed;
    const handed: ReapedReading[] = [];
    const reapWith = (keep: (reading: ReapedReading) => Promise<void>) =>
      reap(engine, { dryRun: false, now: Date.now(), keep });
    const refused = await reapWith((reading) => {
      if (reading.runId === runId) throw new AdapterError("unavailable", "the database is away");
      return Promise.resolve();
    });
    const ours = ({ readings }: Reaped) => readings.filter((reading) => reading.runId === runId);
    expect([ours(refused), refused.notes.join()]).toEqual([
      [],
      expect.stringContaining("the database is away"),
    ]);
    const taken = await reapWith((reading) => {
      handed.push(reading);
      return Promise.resolve();
    });
    expect(ours(taken)).toHaveLength(1);
    expect(handed.filter((reading) => reading.runId === runId)).toEqual(ours(taken));
    expect(ours(taken)[0]?.cpuNs).toBeGreaterThan(0n);
    expect(await hostListing(engine, { runId, environments: ["env-a", "env-b"] })).toEqual(NOTHING);
  });

  test("what has outlived its lease goes, though its owner lives", async () => {
    const runId = testRunId();
    const host = await sandboxHost(engine);
    const spec = { ...environmentSpec(runId, [containerSpec({ image })]), leaseMs: 3_600_000 };
    const environment = await host.provision(spec, never);
    try {
      const ours = (names: readonly string[]) => names.filter((name) => name.includes(runId));
      const early = await reap(engine, { dryRun: true, now: Date.now() + 3_500_000 });
      expect(ours(early.containers)).toEqual([]);
      // Only told: with a later `now` the leases of others would be over, too.
      const late = await reap(engine, { dryRun: true, now: Date.now() + 3_700_000 });
      expect(ours(late.containers)).toEqual([`apex-${runId}-env-1-web-0`]);
      expect(ours(late.networks)).toEqual([`apex-${runId}-env-1`]);
      expect(ours(late.directories)).toHaveLength(1);
      await environment.destroy();
    } finally {
      await host.closeRun(runId);
    }
  });

  test("a run that is taken over from a dead process goes on counting where it was", async () => {
    const runId = testRunId();
    const child = await beginChild(runId);
    await untilCounted(await sandboxHost(engine), runId);
    await expect
      .poll(async () => (await hostListing(engine, { runId, environments: [] })).containers.length, {
        timeout: 30_000,
      })
      .toBe(4);
    const killed = once(child, "exit");
    child.kill("SIGKILL");
    await killed;
    const host = await sandboxHost(engine);
    const before = await host.reading(runId);
    const environment = await host.provision(
      environmentSpec(runId, [containerSpec({ image })], "env-a"),
      never,
    );
    const after = await host.reading(runId);
    for (const counter of ["cpuNs", "memoryReservedByteMs", "networkBytes"] as const) {
      expect(before[counter]).toBeGreaterThan(0n);
      expect(after[counter]).toBeGreaterThan(before[counter]);
    }
    await environment.destroy();
    await host.closeRun(runId);
    await expect(host.reading(runId)).rejects.toMatchObject({ kind: "not-found" });
    expect(await hostListing(engine, { runId, environments: ["env-a", "env-b"] })).toEqual(NOTHING);
  });
});
