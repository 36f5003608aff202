import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callsIn, putProgram } from "./testing/programs.ts";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { canHaveRedis, ensureRedis, hasRedis } from "./redis.mjs";
// @ts-expect-error the same
import { THIS_HOST } from "./this-host.mjs";

/** A machine of its own, whose programs write down how they were called. */
let root: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "apex-setup-"));
  mkdirSync(path.join(root, "bin"));
  writeFileSync(path.join(root, "os-release"), "ID=debian\n");
  said = [];
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const calls = () => callsIn(root);
const program = (name: string, body: string) => putProgram(root, name, body);

function machine(changes: Readonly<Record<string, unknown>> = {}) {
  const host = {
    ...THIS_HOST,
    platform: "linux",
    isRoot: true,
    osRelease: path.join(root, "os-release"),
    servicePolicy: path.join(root, "policy"),
    ...changes,
  };
  return { root, say: (text: string) => said.push(text), env: { PATH: path.join(root, "bin") }, host };
}

/** An apt that brings a server, and notes whether its service might have started. */
function aptWithRedis(): void {
  program(
    "apt-get",
    `[ -x ${root}/policy ] && ${root}/policy; [ $? = 101 ] && echo "no service" >> ${root}/calls
printf '#!/bin/sh\\n' > ${root}/bin/redis-server; /bin/chmod +x ${root}/bin/redis-server`,
  );
  program("update-rc.d", "");
}

test("a server that is there is left alone, and nothing is said", () => {
  program("redis-server", "");
  program("apt-get", "exit 1");
  ensureRedis(machine());
  expect([said, calls()]).toEqual([[], ["redis-server --version"]]);
});

test("Debian's package is installed once, and its service neither starts now nor at boot", () => {
  aptWithRedis();
  const here = machine();
  expect(canHaveRedis(here.env, here.host)).toBe(true);
  ensureRedis(here);
  ensureRedis(here);
  expect(hasRedis(here.env)).toBe(true);
  expect(calls().map((call) => call.replace(/^apt-get -o \S+ /, "apt-get "))).toEqual([
    "apt-get install -y --no-install-recommends redis-server",
    "no service",
    "update-rc.d redis-server disable",
  ]);
  expect(existsSync(path.join(root, "policy"))).toBe(false);
  expect(said).toEqual([expect.stringContaining("APEX_REDIS=off does without")]);
});

test("what a setup that was killed has left keeps no service from starting any longer", () => {
  program("apt-get", `/bin/cp ${root}/policy ${root}/left; exit 100`);
  ensureRedis(machine());
  writeFileSync(path.join(root, "policy"), readFileSync(path.join(root, "left")));
  ensureRedis({ ...machine(), isRetry: true });
  expect(existsSync(path.join(root, "policy"))).toBe(false);
});

test("a signal that comes while it installs ends the process once the policy is gone", () => {
  program(
    "apt-get",
    `/bin/kill -TERM $PPID; /bin/sleep 0.2; echo "policy: $([ -f ${root}/policy ] && echo there)" >> ${root}/calls; exit 100`,
  );
  const script = `
    import { ensureRedis } from ${JSON.stringify(path.join(import.meta.dirname, "redis.mjs"))};
    ensureRedis({ ...${JSON.stringify(machine())}, say() {} });
    setTimeout(() => {}, 10_000);`;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  expect(signal).toBe("SIGTERM");
  expect(calls()).toContain("policy: there");
  expect(existsSync(path.join(root, "policy"))).toBe(false);
});

test("a policy for services that somebody else has made stays", () => {
  aptWithRedis();
  writeFileSync(path.join(root, "policy"), "#!/bin/sh\nexit 0\n");
  ensureRedis(machine());
  expect(readFileSync(path.join(root, "policy"), "utf8")).toBe("#!/bin/sh\nexit 0\n");
});

test("an installation that fails is told and remembered, and continuous integration tries again", () => {
  program("apt-get", 'echo "E: no network" >&2; exit 100');
  ensureRedis(machine());
  expect(said.at(-1)).toMatch(
    /could not be installed \(E: no network\); without one, the tests .* are skipped/,
  );
  expect(existsSync(path.join(root, "policy"))).toBe(false);
  const tried = calls().length;
  ensureRedis(machine());
  expect(calls()).toHaveLength(tried);
  expect(said.at(-1)).toMatch(/installing it failed at 2\S+Z: .*E: no network/);
  ensureRedis({ ...machine(), isRetry: true });
  expect(calls()).toHaveLength(2 * tried);
});

test.each([
  ["not root", { isRoot: false }],
  ["another system", { platform: "darwin" }],
])("%s: one line says what to install", (_name, changes) => {
  program("apt-get", "exit 0");
  const here = machine(changes);
  expect(canHaveRedis(here.env, here.host)).toBe(false);
  ensureRedis(here);
  expect(calls()).toEqual([]);
  expect(said).toEqual([expect.stringContaining("install the package redis-server")]);
});

test("APEX_REDIS=off leaves everything as it is", () => {
  program("apt-get", "exit 0");
  const { env, ...here } = machine();
  ensureRedis({ ...here, env: { ...env, APEX_REDIS: "off" } });
  expect([said, calls()]).toEqual([[], []]);
  expect(canHaveRedis({ ...env, APEX_REDIS: "off" }, here.host)).toBe(false);
});
