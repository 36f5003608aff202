import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dockerDescribe } from "@apex/core/testing";
import { expect, test } from "vitest";
import { openDocker } from "../connect.ts";
import { testRunId } from "../testing/specs.ts";
import { cgroupLayout } from "./cgroup-layout.ts";
import { killStrays, openRunCgroup, removeRunCgroup, runCgroupDirectories } from "./run-cgroup.ts";

/** What an engine was starting when it was killed: a process within the run's group that no engine knows. */
async function strayIn(directories: readonly string[]): Promise<ChildProcess> {
  const stray = spawn("sleep", ["600"], { stdio: "ignore" });
  await once(stray, "spawn");
  for (const directory of directories) {
    await mkdir(`${directory}/container`, { recursive: true });
    // A hierarchy whose sets are not given out yet takes nobody in.
    await writeFile(`${directory}/container/cgroup.procs`, String(stray.pid)).catch(() => {});
  }
  return stray;
}

dockerDescribe("the control group of a run", () => {
  test.runIf(process.getuid?.() === 0)(
    "goes with what an engine that was killed has left in it",
    async () => {
      const { facts } = await openDocker();
      const layout = cgroupLayout(facts, await readFile("/proc/self/mounts", "utf8"));
      const runId = testRunId();
      await openRunCgroup(layout, runId);
      const directories = await runCgroupDirectories(layout, runId);
      expect(directories.length).toBeGreaterThan(0);
      for (const directory of directories) await mkdir(`${directory}/container/nested`, { recursive: true });
      expect(await removeRunCgroup(layout, runId)).toEqual(directories);
      expect(await runCgroupDirectories(layout, runId)).toEqual([]);
    },
  );

  test.runIf(process.getuid?.() === 0).each([
    ["ends with the run", removeRunCgroup],
    ["does not outlive another beginning of it", killStrays],
  ])("what an engine was starting when it was killed %s", async (_what, end) => {
    const { facts } = await openDocker();
    const layout = cgroupLayout(facts, await readFile("/proc/self/mounts", "utf8"));
    const runId = testRunId();
    await openRunCgroup(layout, runId);
    const directories = await runCgroupDirectories(layout, runId);
    const stray = await strayIn(directories);
    const ended = once(stray, "exit");
    try {
      await end(layout, runId);
      expect(await ended).toEqual([null, "SIGKILL"]);
    } finally {
      stray.kill("SIGKILL");
      await removeRunCgroup(layout, runId);
    }
    expect(await runCgroupDirectories(layout, runId)).toEqual([]);
  });
});
