import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../open-store.ts";
import { aRunReport, temporaryDirectory } from "../../testing.ts";

const OPEN_STORE = fileURLToPath(new URL("../../open-store.ts", import.meta.url));
const TESTING = fileURLToPath(new URL("../../testing.ts", import.meta.url));
const GONE_MAX_MS = 20_000;

/** The processes of the server that the store last started: keeper and postgres both name its run directory. */
async function processesOf(directory: string): Promise<string[]> {
  const { runDirectory } = JSON.parse(await readFile(join(directory, "postgres", "server.json"), "utf8")) as {
    runDirectory: string;
  };
  const all = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(runDirectory));
}

async function untilGone(directory: string): Promise<void> {
  for (let waited = 0; waited < GONE_MAX_MS; waited += 50) {
    if ((await processesOf(directory)).length === 0) return;
    await sleep(50);
  }
  expect(await processesOf(directory)).toEqual([]);
}

/** Another process that opens the store, records a run, says so, and waits to be ended. */
async function otherProcess(directory: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { openStore } from ${JSON.stringify(OPEN_STORE)};
       import { aRunReport } from ${JSON.stringify(TESTING)};
       const store = await openStore({ directory: ${JSON.stringify(directory)} });
       await store.records.recordRun(aRunReport({ directory: "child" }));
       console.log("recorded");
       process.stdin.on("data", async () => { await store.close(); process.exit(0); });`,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

/** How many runs the store has, by opening it anew. */
async function recordedRuns(directory: string): Promise<number> {
  const store = await openStore({ directory });
  try {
    return (await store.records.runs(100)).length;
  } finally {
    await store.close();
  }
}

describe("the embedded PostgreSQL", () => {
  test("starts with the first use of the records, not before", async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ directory: directory.path });
    expect(await readdir(directory.path)).not.toContain("postgres");
    await store.close();
  });

  test.each([
    ["that its user can reach", 0o711],
    ["that its user cannot reach", 0o700],
  ])("runs in a directory %s, and is gone after close", async (_name, mode) => {
    await using directory = await temporaryDirectory();
    await chmod(directory.path, mode);
    const path = join(directory.path, 'it\'s a "store"');
    const store = await openStore({ directory: path });
    await store.records.recordRun(aRunReport());
    expect(await processesOf(path)).not.toEqual([]);
    await store.close();
    expect(await processesOf(path)).toEqual([]);
    expect(await recordedRuns(path)).toBe(1);
    expect(await processesOf(path)).toEqual([]);
  });

  test("keeps its password and data to its owner and opens no port", async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ directory: directory.path });
    await store.records.latestRun();
    const folder = join(directory.path, "postgres");
    expect((await stat(join(folder, "password"))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, "data"))).mode & 0o077).toBe(0);
    const password = (await readFile(join(folder, "password"), "utf8")).trim();
    expect(password.length).toBeGreaterThanOrEqual(32);
    expect((await processesOf(directory.path)).join()).not.toContain(password);
    expect((await readFile(join(folder, "server.log"), "utf8")).match(/listening on .*/g)).toEqual([
      expect.stringMatching(/^listening on Unix socket/),
    ]);
    await store.close();
  });

  test("serves two stores of one process, and both of two closes at once", async () => {
    await using directory = await temporaryDirectory();
    const stores = await Promise.all([1, 2].map(() => openStore({ directory: directory.path })));
    await Promise.all(stores.map((store) => store.records.recordRun(aRunReport())));
    await stores[0]!.close();
    expect(await stores[1]!.records.runs(10)).toHaveLength(2);
    await Promise.all(stores.map((store) => store.close()));
    expect(await processesOf(directory.path)).toEqual([]);
  });

  test("serves a second process that joins, and outlives the one that started it", async () => {
    await using directory = await temporaryDirectory();
    const starter = await otherProcess(directory.path);
    const store = await openStore({ directory: directory.path });
    expect((await store.records.latestRun())?.terraformDirectory).toBe("child");
    starter.stdin?.write("end\n");
    await ended(starter);
    expect(starter.exitCode).toBe(0);
    await store.records.recordRun(aRunReport());
    expect(await store.records.runs(10)).toHaveLength(2);
    await store.close();
    expect(await processesOf(directory.path)).toEqual([]);
  });

  test("stays for a second process when the first one closes", async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ directory: directory.path });
    await store.records.recordRun(aRunReport());
    const other = await otherProcess(directory.path);
    await store.close();
    expect(await processesOf(directory.path)).not.toEqual([]);
    other.stdin?.write("end\n");
    await ended(other);
    expect(await processesOf(directory.path)).toEqual([]);
  });

  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
    "ends when its only user gets %s, and the store opens again with what was recorded",
    async (signal) => {
      await using directory = await temporaryDirectory();
      const owner = await otherProcess(directory.path);
      expect(await processesOf(directory.path)).not.toEqual([]);
      owner.kill(signal);
      await ended(owner);
      await untilGone(directory.path);
      expect(await recordedRuns(directory.path)).toBe(1);
      await untilGone(directory.path);
    },
  );

  test("is joined or started anew by one that opens while it is going down", async () => {
    await using directory = await temporaryDirectory();
    for (let round = 1; round <= 3; round++) {
      const owner = await otherProcess(directory.path);
      owner.kill("SIGKILL");
      expect(await recordedRuns(directory.path)).toBe(round);
      await ended(owner);
    }
    await untilGone(directory.path);
  });

  test("whose keeper was killed is stopped by the next user, who starts its own", async () => {
    await using directory = await temporaryDirectory();
    const owner = await otherProcess(directory.path);
    const keeper = (await processesOf(directory.path)).filter((line) =>
      line.includes("apex-postgres-keeper"),
    );
    expect(keeper.length).toBeGreaterThan(0);
    for (const line of keeper) process.kill(Number.parseInt(line, 10), "SIGKILL");
    owner.kill("SIGKILL");
    await ended(owner);
    const orphans = await processesOf(directory.path);
    expect(orphans.length).toBeGreaterThan(0);
    expect(await recordedRuns(directory.path)).toBe(1);
    for (const line of orphans) expect(() => process.kill(Number.parseInt(line, 10), 0)).toThrow();
  });

  test("that was killed itself takes its keeper with it, and the next user recovers the data", async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ directory: directory.path });
    await store.records.recordRun(aRunReport());
    const pid = Number.parseInt(
      await readFile(join(directory.path, "postgres", "data", "postmaster.pid"), "utf8"),
      10,
    );
    process.kill(pid, "SIGKILL");
    await untilGone(directory.path);
    await expect(store.records.latestRun()).rejects.toMatchObject({ kind: "unavailable" });
    await store.close();
    expect(await recordedRuns(directory.path)).toBe(1);
  });
});

describe("what a crash may leave behind", () => {
  test("half a cluster is made anew, a damaged server file is no server", async () => {
    await using directory = await temporaryDirectory();
    const folder = join(directory.path, "postgres");
    await mkdir(join(folder, "data.new", "base"), { recursive: true });
    await writeFile(join(folder, "server.json"), "{");
    await writeFile(join(folder, "password"), "");
    expect(await recordedRuns(directory.path)).toBe(0);
    expect(await readdir(folder)).not.toContain("data.new");
  });

  test("a pid that now belongs to another program is left alone", async () => {
    await using directory = await temporaryDirectory();
    expect(await recordedRuns(directory.path)).toBe(0);
    const bystander = spawn("sleep", ["60"]);
    onTestFinished(() => {
      bystander.kill("SIGKILL");
    });
    await writeFile(
      join(directory.path, "postgres", "data", "postmaster.pid"),
      `${bystander.pid}\n/elsewhere\n`,
    );
    expect(await recordedRuns(directory.path)).toBe(0);
    expect(bystander.exitCode).toBeNull();
    expect(bystander.signalCode).toBeNull();
  });

  test("a store that was moved opens where it is", async () => {
    await using directory = await temporaryDirectory();
    const before = await openStore({ directory: join(directory.path, "a") });
    await before.records.recordRun(aRunReport());
    await before.close();
    await rename(join(directory.path, "a"), join(directory.path, "b"));
    expect(await recordedRuns(join(directory.path, "b"))).toBe(1);
  });

  test("a cluster of another PostgreSQL is refused with the next step", async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, "postgres", "data"), { recursive: true });
    await writeFile(join(directory.path, "postgres", "data", "PG_VERSION"), "17\n");
    await expect(recordedRuns(directory.path)).rejects.toThrow(/PostgreSQL 17, Apex brings 18; move .* away/);
  });

  test("a server that cannot start says why, and leaves no process", async () => {
    await using directory = await temporaryDirectory();
    expect(await recordedRuns(directory.path)).toBe(0);
    await writeFile(join(directory.path, "postgres", "data", "postgresql.conf"), "nonsense = yes\n");
    await expect(recordedRuns(directory.path)).rejects.toThrow(/did not start; .*nonsense/s);
    await untilGone(directory.path);
  });
});
