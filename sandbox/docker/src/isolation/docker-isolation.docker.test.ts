import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IsolatedCommands } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { ensureBaseImage } from "../images/ensure-images.ts";
import { dockerIsolation, type IsolationLimits } from "./docker-isolation.ts";

const RUN_ID = `test-isolation-${process.pid}`;
const MIB = 1024 * 1024;
const CACHE = mkdtempSync(join(tmpdir(), "apex-test-cache-"));
const IMAGE_TIMEOUT_MS = 120_000;

/** A directory as planners make them: closed to others, what is in it can be read by everybody. */
function privateDirectory(): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "apex-test-")));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const directory = join(home, "inside");
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  return directory;
}

dockerDescribe("commands in a locked-down container", () => {
  let engine: DockerEngine;
  let image: string;
  const containers = () =>
    engine.docker.listContainers({ all: true, filters: { label: [`apex.run=${RUN_ID}`] } });

  beforeAll(async () => {
    engine = await openDocker();
    image = await ensureBaseImage(engine, { cacheDirectory: CACHE });
  }, IMAGE_TIMEOUT_MS);

  afterAll(async () => {
    for (const { Id } of await containers()) {
      await engine.docker
        .getContainer(Id)
        .remove({ force: true })
        .catch(() => {});
    }
    rmSync(CACHE, { recursive: true, force: true });
  });

  async function openPlace(
    directory: string,
    limits: Partial<IsolationLimits> = {},
  ): Promise<IsolatedCommands> {
    const place = await dockerIsolation(engine, { image, runId: RUN_ID, limits }).open({ directory });
    onTestFinished(() => place.close());
    return place;
  }

  function javascript(place: IsolatedCommands, code: string, options: { readonly timeoutMs?: number } = {}) {
    return place.run({
      args: ["node", "-e", code],
      cwd: "/",
      env: {},
      timeoutMs: options.timeoutMs ?? 60_000,
    });
  }

  test("output comes by stream, the exit code and the working directory are right, and the environment is the given one", async () => {
    const directory = privateDirectory();
    const place = await openPlace(directory);
    const result = await place.run({
      args: [
        "node",
        "-e",
        "console.log(process.cwd(), process.env.SAID); console.error('e'.repeat(100000)); process.exitCode = 7",
      ],
      cwd: directory,
      env: { SAID: "a=b c" },
      timeoutMs: 60_000,
    });
    expect(result).toEqual({
      exitCode: 7,
      stdout: `${directory} a=b c\n`,
      stderr: `${"e".repeat(100_000)}\n`,
    });
  });

  test("the directory can be read and not written to, not even by its parents' names; scratch can, and is limited", async () => {
    const directory = privateDirectory();
    const place = await openPlace(directory, { scratchBytes: 4 * MIB });
    // Written after the place was opened.
    writeFileSync(join(directory, "a.txt"), "inside");
    writeFileSync(join(directory, "..", "b.txt"), "outside");
    const code = `
      const fs = require("node:fs");
      const attempt = (f) => { try { return f() } catch (error) { return error.code } };
      console.log(JSON.stringify([
        process.getuid(), process.getgid(), process.getgroups(),
        fs.readFileSync("${directory}/a.txt", "utf8"),
        attempt(() => fs.readFileSync("${directory}/../b.txt")),
        attempt(() => fs.writeFileSync("${directory}/a.txt", "")),
        attempt(() => fs.chmodSync("${directory}/a.txt", 0o777)),
        attempt(() => fs.writeFileSync("/x", "")),
        attempt(() => fs.writeFileSync("/dev/shm/x", "")),
        attempt(() => fs.writeFileSync("${place.scratch}/x", Buffer.alloc(3 * ${MIB})) ?? "written"),
        attempt(() => fs.writeFileSync("${place.scratch}/y", Buffer.alloc(3 * ${MIB}))),
      ]))`;
    const { stdout } = await javascript(place, code);
    expect(JSON.parse(stdout)).toEqual([
      65532,
      65532,
      [65532],
      "inside",
      "ENOENT",
      "EROFS",
      "EROFS",
      "EROFS",
      "ENOENT",
      "written",
      "ENOSPC",
    ]);
  });

  test("sockets in the directory can be connected to", async () => {
    const directory = privateDirectory();
    const path = join(directory, "s.sock");
    const server = createServer((socket) => socket.end("hello"));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    chmodSync(path, 0o666);
    const place = await openPlace(directory);
    const { stdout } = await javascript(
      place,
      `require("node:net").connect(${JSON.stringify(path)}).pipe(process.stdout)`,
    );
    expect(stdout).toBe("hello");
  });

  test("a command that does not end is ended with everything that it started, and the place is closed", async () => {
    const place = await openPlace(privateDirectory());
    const code = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true })`;
    await expect(javascript(place, code, { timeoutMs: 1_000 })).rejects.toMatchObject({
      kind: "unavailable",
      message: "node -e did not end within 1 s.",
    });
    expect(await containers()).toEqual([]);
    await expect(javascript(place, "0")).rejects.toThrow("closed");
  });

  test("an abort ends it too, with the signal's reason", async () => {
    const place = await openPlace(privateDirectory());
    const controller = new AbortController();
    const running = place.run({
      args: ["node", "-e", "setInterval(() => {}, 1000)"],
      cwd: "/",
      env: {},
      timeoutMs: 60_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("enough")), 200);
    await expect(running).rejects.toThrow("enough");
    expect(await containers()).toEqual([]);
  });

  test("a flood of output ends it", async () => {
    const place = await openPlace(privateDirectory(), { outputBytesMax: MIB });
    const code = `const line = "x".repeat(65536); (function write() { while (process.stdout.write(line)); process.stdout.once("drain", write) })()`;
    await expect(javascript(place, code)).rejects.toMatchObject({
      kind: "invalid",
      message: "node -e printed too much.",
    });
    expect(await containers()).toEqual([]);
  });

  test("a command that the memory limit kills is told from one that fails", async () => {
    const place = await openPlace(privateDirectory(), { memoryBytes: 192 * MIB });
    const code = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1))";
    await expect(javascript(place, code)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("more than the sandbox's 192 MiB of memory"),
    });
  });

  test("a command that kills itself is a result", async () => {
    const place = await openPlace(privateDirectory());
    const { exitCode } = await javascript(place, 'process.kill(process.pid, "SIGKILL")');
    expect(exitCode).toBe(137);
  });

  test("a process that is killed takes its containers with it, and they say whose they were", async () => {
    const directory = privateDirectory();
    const script = `
      const { openDocker } = await import(${JSON.stringify(join(import.meta.dirname, "../connect.ts"))});
      const { dockerIsolation } = await import(${JSON.stringify(join(import.meta.dirname, "docker-isolation.ts"))});
      const isolation = dockerIsolation(await openDocker(), { image: "${image}", runId: "${RUN_ID}" });
      const place = await isolation.open({ directory: ${JSON.stringify(directory)} });
      console.log("open");
      await place.run({ args: ["node", "-e", "setInterval(() => {}, 1000)"], cwd: "/", env: {}, timeoutMs: 60000 });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    const [made] = await containers();
    expect(made?.Labels).toMatchObject({ "apex.run": RUN_ID });
    expect(made?.Labels["apex.owner"]).toMatch(new RegExp(`^${child.pid}:`));
    expect(Number(made?.Labels["apex.lease"])).toBeGreaterThan(Date.now());
    child.kill("SIGKILL");
    await expect.poll(async () => (await containers()).length, { timeout: 30_000 }).toBe(0);
  });

  test("a program that is not there is an error that names it, and a missing image says how to build it", async () => {
    const directory = privateDirectory();
    const place = await openPlace(directory);
    const missing = await place
      .run({ args: ["nothing-of-this-name"], cwd: "/", env: {}, timeoutMs: 60_000 })
      .catch((error: unknown) => error);
    expect(JSON.stringify(missing) + String(missing)).toContain("nothing-of-this-name");
    const isolation = dockerIsolation(engine, { image: "apex/no-such-image:0", runId: RUN_ID });
    await expect(isolation.open({ directory })).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringContaining("apex sandbox images"),
    });
  });
});
