import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { keepToCpus } from "./cpu-affinity.ts";

/** Of every thread of this process. */
async function affinities(): Promise<ReadonlySet<string>> {
  const threads = await readdir("/proc/self/task");
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/self/task/${thread}/status`, "utf8").catch(() => "")),
  );
  return new Set(texts.flatMap((text) => /^Cpus_allowed_list:\s*(.+)$/m.exec(text)?.[1] ?? []));
}

test.skipIf(process.platform !== "linux" || availableParallelism() < 2)(
  "all threads keep to the CPUs until that is undone",
  async () => {
    const before = await affinities();
    const undo = await keepToCpus([0]);
    expect([...(await affinities())]).toEqual(["0"]);
    await undo();
    expect(await affinities()).toEqual(before);
  },
);

test("CPUs that are not there change nothing", async () => {
  const undo = await keepToCpus([4095]);
  await undo();
  expect(availableParallelism()).toBeGreaterThan(0);
});
