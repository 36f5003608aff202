/** Continuous integration's own programs: the counts are true, and the machine is left as it was found. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const CI = path.resolve(import.meta.dirname, "../.ci");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apex-ci-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as unknown;

describe("the tally", () => {
  const passed = { status: "passed", assertionResults: [{ status: "passed" }] };
  const report = (changes: object) => ({
    numPassedTests: 10,
    numFailedTests: 0,
    numPendingTests: 0,
    success: true,
    testResults: [passed],
    ...changes,
  });

  function tally(
    tests: unknown,
    checks: unknown,
    leftBehind?: unknown,
    chaos: unknown = { passed: 0, failed: 0 },
  ): { status: number | null; lines: string[] } {
    const files = [write("tests.json", tests), write("checks.json", checks), write("chaos.json", chaos)];
    if (leftBehind !== undefined) files.push(write("left.json", leftBehind));
    const run = spawnSync(process.execPath, [path.join(CI, "tally.ts"), ...files], { encoding: "utf8" });
    return { status: run.status, lines: run.stdout.trim().split("\n") };
  }

  test("adds tests and checks", () => {
    expect(tally(report({}), { passed: 7, failed: 0 })).toEqual({
      status: 0,
      lines: ["17 passed, 0 failed"],
    });
  });

  test("a failed test, a failed check and something left behind each count", () => {
    const failed = { status: "failed", assertionResults: [{ status: "failed" }] };
    const tests = report({ numFailedTests: 1, success: false, testResults: [passed, failed] });
    expect(tally(tests, { passed: 6, failed: 1 }, { passed: 0, failed: 1 })).toEqual({
      status: 1,
      lines: ["16 passed, 3 failed"],
    });
  });

  test("a file that does not load or whose hook fails counts, beside other failures too", () => {
    const broken = { status: "failed", assertionResults: [{ status: "skipped" }] };
    const failed = { status: "failed", assertionResults: [{ status: "failed" }] };
    const tests = report({
      numFailedTests: 1,
      numPendingTests: 1,
      success: false,
      testResults: [passed, broken, failed],
    });
    expect(tally(tests, { passed: 0, failed: 0 })).toEqual({
      status: 1,
      lines: ["1 skipped", "10 passed, 2 failed"],
    });
  });

  test("chaos counts, also where it had no engine to go through", () => {
    expect(tally(report({}), { passed: 7, failed: 0 }, undefined, { passed: 30, failed: 2 })).toEqual({
      status: 1,
      lines: ["47 passed, 2 failed"],
    });
    expect(
      tally(report({}), { passed: 7, failed: 0 }, undefined, { passed: 0, failed: 0, skipped: 1 }),
    ).toEqual({
      status: 0,
      lines: ["1 skipped", "17 passed, 0 failed"],
    });
  });

  test("no report is a failure", () => {
    const run = spawnSync(
      process.execPath,
      [path.join(CI, "tally.ts"), "/nowhere/a", "/nowhere/b", "/nowhere/c"],
      {
        encoding: "utf8",
      },
    );
    expect([run.status, run.stdout]).toEqual([1, "0 passed, 3 failed\n"]);
  });
});

describe("the engine", () => {
  let engine: ChildProcess | undefined;

  afterEach(() => engine?.kill("SIGKILL"));

  const socket = () => path.join(folder, "docker.sock");

  /** An engine with what is in `contents`, that writes down what is deleted and ends when it is told to. */
  async function startEngine(contents: Readonly<Record<string, unknown>>): Promise<number> {
    const file = path.join(folder, "engine.cjs");
    writeFileSync(
      file,
      `const { appendFileSync } = require("node:fs");
const contents = ${JSON.stringify(contents)};
require("node:http").createServer((request, response) => {
  const what = new URL(request.url, "http://engine").pathname;
  if (request.method === "DELETE") appendFileSync(${JSON.stringify(path.join(folder, "deleted"))}, what + "\\n");
  response.end(request.method === "DELETE" ? "" : JSON.stringify(contents[what] ?? []));
}).listen(${JSON.stringify(socket())}, () => process.send("ready"));
process.on("SIGTERM", () => process.exit(0));`,
    );
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    engine = child;
    await new Promise((resolve) => child.once("message", resolve));
    return child.pid ?? 0;
  }

  function runWith(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
    return spawnSync(process.execPath, [path.join(CI, "docker.mjs"), ...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], DOCKER_HOST: `unix://${socket()}`, ...env },
    });
  }

  const run = (...args: readonly string[]) => runWith({}, ...args);

  /** Field 22 of proc_pid_stat(5); the name before it holds no space here. */
  const startTicks = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[21];

  const deleted = () =>
    existsSync(path.join(folder, "deleted"))
      ? readFileSync(path.join(folder, "deleted"), "utf8").trim().split("\n")
      : [];
  const state = () => path.join(folder, "state.json");
  const summary = () => path.join(folder, "summary.json");
  const inventory = {
    "/containers/json": [{ Id: "c1", Names: ["/apex-val-1-web"] }],
    "/networks": [{ Id: "n1", Name: "apex-val-1" }],
    "/volumes": { Volumes: null },
    "/images/json": [
      { Id: "sha256:i1", Created: 1, RepoTags: ["apex/base:1"] },
      { Id: "sha256:i2", Created: 2, RepoTags: [] },
    ],
  };

  test("that ran already goes on, keeps what it had, and the tests must have it", async () => {
    await startEngine(inventory);
    const prepared = run("prepare", state());
    expect([prepared.stdout, prepared.stderr]).toEqual(["1", ""]);
    run("leave", state(), summary());
    expect([deleted(), read("summary.json")]).toEqual([[], { passed: 1, failed: 0 }]);
    expect(engine?.exitCode).toBeNull();
  });

  test("that the user does without is not asked, and nothing in it is touched", async () => {
    await startEngine(inventory);
    expect(runWith({ APEX_DOCKER: "No" }, "prepare", state()).stdout).toBe("0");
    expect(read("state.json")).toEqual({});
    run("leave", state(), summary());
    expect([deleted(), existsSync(summary())]).toEqual([[], false]);
  });

  test("that ran already loses nothing: what is new there may be of others", async () => {
    await startEngine(inventory);
    write("state.json", { before: { remains: [], images: [{ target: "/images/apex/base:1" }] } });
    const left = run("leave", state(), summary());
    for (const what of ["container /apex-val-1-web", "image sha256:i2"])
      expect(left.stderr).toContain(`new, of the tests or of others, and stays: ${what}`);
    expect([deleted(), read("summary.json")]).toEqual([[], { passed: 1, failed: 0 }]);
  });

  test("that was started for the tests is stopped, and what they left in it is a failure", async () => {
    const pid = await startEngine(inventory);
    const started = { by: "daemon", pid, startTicks: startTicks(pid) };
    write("state.json", { started, hasInstalled: true, before: { remains: [], images: [] } });
    const left = run("leave", state(), summary());
    for (const said of ["LEFT BEHIND by the tests: network apex-val-1", "docker0", "docker.io was installed"])
      expect(left.stderr).toContain(said);
    expect(deleted()).toEqual(["/containers/c1", "/networks/n1", "/images/sha256:i2", "/images/apex/base:1"]);
    expect(read("summary.json")).toEqual({ passed: 0, failed: 1 });
    await expect.poll(() => engine?.exitCode).toBe(0);
  });

  test("is left once: the second time, on the way out, does nothing", async () => {
    await startEngine(inventory);
    write("state.json", { before: { remains: [], images: [] } });
    expect(run("leave", state(), summary()).stderr).toContain("stays: network apex-val-1");
    const again = run("leave", state());
    expect([again.status, again.stderr]).toEqual([0, ""]);
  });
});
