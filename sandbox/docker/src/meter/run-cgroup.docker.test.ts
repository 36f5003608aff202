import { mkdir, readFile } from "node:fs/promises";
import { dockerDescribe } from "@apex/core/testing";
import { expect, test } from "vitest";
import { openDocker } from "../connect.ts";
import { testRunId } from "../testing/specs.ts";
import { cgroupLayout } from "./cgroup-layout.ts";
import { openRunCgroup, removeRunCgroup, runCgroupDirectories } from "./run-cgroup.ts";

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
});
