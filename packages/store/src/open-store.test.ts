import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AdapterError } from "@apex/core";
import { describe, expect, test } from "vitest";
import { openStore } from "./open-store.ts";
import { aCostRow, aSeries, batches, collect, temporaryDirectory } from "./testing.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };
const MODULES = ["open-store.ts", "testing.ts"].map((name) =>
  fileURLToPath(new URL(`./${name}`, import.meta.url)),
);

/** Runs code in another process that has `openStore`, the builders and `directory`; its exit code or signal. */
function inOtherProcess(directory: string, code: string): Promise<number | string | null> {
  const source = `
    import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    const directory = ${JSON.stringify(directory)};
    const dieAt = (name) => {
      fs[name] = () => process.kill(process.pid, "SIGKILL");
      syncBuiltinESMExports();
    };
    const { openStore } = await import(${JSON.stringify(MODULES[0])});
    const { aSeries, aCostRow, batches } = await import(${JSON.stringify(MODULES[1])});
    ${code}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "inherit" });
  return new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve(signal ?? exitCode)));
}

describe("a process that is killed between writing a file and naming it", () => {
  test("leaves the old samples, and the next writer clears up", async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ directory: directory.path });
    await store.samples.write([aSeries([1, 2])]);
    const ended = await inOtherProcess(
      directory.path,
      `const store = await openStore({ directory });
       dieAt("rename");
       await store.samples.write([aSeries([8, 8])]);`,
    );
    expect(ended).toBe("SIGKILL");
    const left = await readdir(join(directory.path, "samples"));
    expect(left.filter((name) => name.endsWith(".segment"))).toHaveLength(2);
    const [profile] = await collect(store.samples.profiles(ALWAYS));
    expect([...profile!.series[0]!.values]).toEqual([1, 2]);
    await store.samples.write([aSeries([9], { resourceId: "i-z" })]);
    expect(await collect(store.samples.profiles(ALWAYS))).toHaveLength(2);
    expect(await readdir(join(directory.path, "samples"))).toHaveLength(3);
    await store.close();
  });

  test("leaves all old months of a delivery, not some of them", async () => {
    await using directory = await temporaryDirectory();
    const october = { BillingPeriodStart: "2026-10-01T00:00:00Z" };
    const store = await openStore({ directory: directory.path });
    await store.costs.replacePeriods(batches([aCostRow(), aCostRow(october)]));
    const ended = await inOtherProcess(
      directory.path,
      `const store = await openStore({ directory });
       dieAt("rename");
       const row = aCostRow({ BilledCost: "100" });
       await store.costs.replacePeriods(batches([row, { ...row, BillingPeriodStart: "2026-10-01T00:00:00Z" }]));`,
    );
    expect(ended).toBe("SIGKILL");
    expect((await store.costs.costByResource())[0]?.billed).toBe("3");
    await store.close();
  });
});

test("two processes that write at once both keep what they wrote", async () => {
  await using directory = await temporaryDirectory();
  const write = (name: string): Promise<number | string | null> =>
    inOtherProcess(
      directory.path,
      `const store = await openStore({ directory });
       for (let index = 0; index < 5; index++) {
         await store.samples.write([aSeries([index], { resourceId: ${JSON.stringify(name)} + index })]);
       }
       await store.close();`,
    );
  expect(await Promise.all([write("a"), write("b")])).toEqual([0, 0]);
  const store = await openStore({ directory: directory.path });
  const ids = (await collect(store.samples.profiles(ALWAYS))).map(({ resourceId }) => resourceId);
  expect(ids).toEqual(["a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "b3", "b4"]);
  await store.close();
});

test("a reader that has begun is not disturbed by a writer of another process", async () => {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  const ids = Array.from({ length: 300 }, (_, index) => `i-${String(index).padStart(3, "0")}`);
  const values = Array.from({ length: 50 }, (_, index) => index);
  await store.samples.write(ids.map((resourceId) => aSeries(values, { resourceId })));
  const seen: string[] = [];
  const exits: unknown[] = [];
  for await (const profile of store.samples.profiles(ALWAYS)) {
    if (seen.length === 0) {
      const code = `const store = await openStore({ directory });
        await store.samples.write([aSeries([1], { resourceId: "new" })]);
        await store.close();`;
      exits.push(await inOtherProcess(directory.path, code));
    }
    seen.push(profile.resourceId);
  }
  expect(seen).toEqual(ids);
  expect(exits).toEqual([0]);
  await store.close();
});

test("what killed processes spilled is removed, what living ones spill is not", async () => {
  await using directory = await temporaryDirectory();
  const dead = join(directory.path, "spill-999999999");
  const alive = join(directory.path, `spill-${process.ppid}`);
  await mkdir(dead);
  await mkdir(alive);
  await writeFile(join(dead, "x"), "");
  const store = await openStore({ directory: directory.path });
  await store.close();
  const names = await readdir(directory.path);
  expect(names).not.toContain("spill-999999999");
  expect(names).toContain(`spill-${process.ppid}`);
});

test("bills and samples are for their owner only", async () => {
  await using directory = await temporaryDirectory();
  await chmod(directory.path, 0o755);
  const store = await openStore({ directory: directory.path });
  await store.close();
  const { mode } = await stat(join(directory.path, "costs"));
  expect(mode & 0o077).toBe(0);
});

test("a directory that cannot be made is refused with its path", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "file");
  await writeFile(path, "");
  const failure = await openStore({ directory: path }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AdapterError);
  expect(String(failure)).toContain(path);
});

test("an aborted signal opens nothing", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "store");
  await expect(
    openStore({ directory: path, signal: AbortSignal.abort(new Error("Ctrl-C")) }),
  ).rejects.toThrow("Ctrl-C");
  expect(await readdir(directory.path)).toEqual([]);
});
