import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { enginePlaces, findEngine } from "../../packages/core/src/testing/find-engine.mjs";
import { engineAddresses } from "../../sandbox/docker/src/engine-address.ts";
import { callsIn, putProgram } from "./testing/programs.ts";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { ensureDocker } from "./docker.mjs";
// @ts-expect-error the same
import { stopDocker } from "./run-engine.mjs";
// @ts-expect-error the same
import { canInstallEngine, THIS_HOST } from "./this-host.mjs";

/** A machine of its own: where it keeps what the setup looks at, and programs that write down how they were called. */
let root: string;
let said: string[];
let server: Server | undefined;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "apex-setup-"));
  mkdirSync(path.join(root, "bin"));
  writeFileSync(path.join(root, "os-release"), 'NAME="Debian GNU/Linux"\nID=debian\n');
  writeFileSync(path.join(root, "status"), "Name:\tnode\nCapEff:\t000001ffffffffff\n");
  said = [];
});

afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(root, { recursive: true, force: true });
});

const calls = () => callsIn(root);
const program = (name: string, body: string) => putProgram(root, name, body);

/** A daemon that answers pings at the machine's socket until it is told to end; returns how to run it. */
function daemonThatAnswers(): string {
  const script = path.join(root, "daemon.cjs");
  writeFileSync(
    script,
    `const server = require("node:http").createServer((_, response) => response.end("OK"));
     const socket = ${JSON.stringify(path.join(root, "docker.sock"))};
     server.listen(socket, () => {
       // Also where its test failed before it stopped it.
       setInterval(() => require("node:fs").existsSync(socket) || process.exit(1), 500);
     });
     process.on("SIGTERM", () => process.exit(0));`,
  );
  const command = `${process.execPath} ${script}`;
  program("dockerd", `exec ${command}`);
  return command;
}

async function engineAnswers(): Promise<void> {
  server = createServer((_request, response) => response.end("OK"));
  await new Promise<void>((resolve) => server?.listen(path.join(root, "docker.sock"), resolve));
}

function machine(changes: Readonly<Record<string, unknown>> = {}) {
  const host = {
    ...THIS_HOST,
    platform: "linux",
    isRoot: true,
    processStatus: path.join(root, "status"),
    osRelease: path.join(root, "os-release"),
    socket: path.join(root, "docker.sock"),
    systemd: path.join(root, "no-systemd"),
    initScript: path.join(root, "no-script"),
    daemonFolders: [],
    startTimeoutMs: 20_000,
    ...changes,
  };
  const env = { PATH: `${root}/bin:/usr/bin:/bin`, HOME: root, XDG_RUNTIME_DIR: root };
  return { root, say: (text: string) => said.push(text), env, host };
}

async function ask({ env, host }: ReturnType<typeof machine>): Promise<string> {
  return (await findEngine(env, host.socket)).kind;
}

test("an engine that answers is left alone, and nothing is said", async () => {
  await engineAnswers();
  expect(await ensureDocker(machine())).toBeUndefined();
  expect(said).toEqual([]);
});

test("an engine behind DOCKER_HOST is asked there, and none is started when it does not answer", async () => {
  daemonThatAnswers();
  const { env, ...here } = machine();
  const result = await ensureDocker({ ...here, env: { ...env, DOCKER_HOST: `unix://${root}/other.sock` } });
  expect([result, calls()]).toEqual([undefined, []]);
  expect(said).toEqual([
    expect.stringMatching(/no Docker engine answers at unix:.*other\.sock \(DOCKER_HOST says/),
  ]);
});

test.each(["off", "Off", "0", "false", "NO"])("APEX_DOCKER=%s leaves everything as it is", async (off) => {
  daemonThatAnswers();
  const { env, ...here } = machine();
  expect(await ensureDocker({ ...here, env: { ...env, APEX_DOCKER: off } })).toBeUndefined();
  expect([said, calls()]).toEqual([[], []]);
});

test("without systemd and init script the daemon is started by itself, and can be stopped", async () => {
  daemonThatAnswers();
  const here = machine();
  const started = await ensureDocker(here);
  expect(started).toEqual({
    by: "daemon",
    pid: expect.any(Number),
    startTicks: expect.stringMatching(/^\d+$/),
  });
  expect(said).toEqual([expect.stringContaining("it stays running")]);
  expect(await ask(here)).toBe("found");
  expect(await stopDocker(started, here)).toBe(true);
  expect(await ask(here)).toBe("absent");
});

test("a daemon is noted before it answers, so that whoever is stopped meanwhile can stop it", async () => {
  daemonThatAnswers();
  const here = machine();
  const noted: unknown[] = [];
  const note = (change: object) => noted.push([change, existsSync(path.join(root, "docker.sock"))]);
  const started = await ensureDocker({ ...here, note });
  expect(noted).toEqual([[{ started }, false]]);
  await stopDocker(started, here);
});

test("a process that only has the number of the daemon goes on, and one that is gone is no error", async () => {
  const here = machine();
  const bystander = spawn("sleep", ["60"]);
  const { pid } = bystander;
  expect(await stopDocker({ by: "daemon", pid, startTicks: "1" }, here)).toBe(true);
  expect(await stopDocker({ by: "daemon", pid }, here)).toBe(true);
  expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
  const ended = new Promise((resolve) => bystander.once("exit", resolve));
  bystander.kill("SIGKILL");
  // Had it been signalled before, SIGTERM had ended it.
  await ended;
  expect(bystander.signalCode).toBe("SIGKILL");
  expect(await stopDocker({ by: "daemon", pid, startTicks: "1" }, here)).toBe(true);
});

test("a daemon that ends says why, in one line with its log", async () => {
  program("dockerd", 'echo "starting" >&2; echo "failed to start daemon: no iptables" >&2; exit 1');
  expect(await ensureDocker(machine())).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(
      /could not be started \(failed to start daemon: no iptables \(all of it: .*dockerd\.log/,
    ),
  ]);
});

test("where there are services the engine is started and stopped as one", async () => {
  const daemon = daemonThatAnswers();
  program(
    "service",
    `case "$2" in
start) ${daemon} > /dev/null 2>&1 & echo $! > ${root}/pid;;
status) kill -0 $(cat ${root}/pid);;
stop) kill $(cat ${root}/pid);;
esac`,
  );
  writeFileSync(path.join(root, "script"), "");
  const here = machine({ initScript: path.join(root, "script") });
  const started = await ensureDocker(here);
  expect(started).toEqual({ by: "service" });
  await stopDocker(started, here);
  expect(await ask(here)).toBe("absent");
  expect(calls().filter((call) => !call.endsWith("status"))).toEqual([
    "service docker start",
    "service docker stop",
  ]);
});

test("a service that starts and ends gives way to the daemon itself", async () => {
  program("service", '[ "$2" = start ]');
  daemonThatAnswers();
  writeFileSync(path.join(root, "script"), "");
  const here = machine({ initScript: path.join(root, "script") });
  const started = await ensureDocker(here);
  expect(started).toMatchObject({ by: "daemon" });
  await stopDocker(started, here);
});

test("Debian's package is installed without a question, with fresh lists only when it is not found", async () => {
  program(
    "apt-get",
    `case "$*" in *install*) [ -e ${root}/fresh ] || { echo "E: no package" >&2; exit 100; };; esac
case "$*" in *update*) touch ${root}/fresh;; esac
case "$*" in *install*) ln -s /bin/false ${root}/bin/dockerd;; esac`,
  );
  expect(await ensureDocker(machine())).toBeUndefined();
  const apt = calls().map((call) => call.replace(/^apt-get -o \S+ /, ""));
  expect(apt).toEqual([
    "install -y --no-install-recommends docker.io",
    "update",
    "install -y --no-install-recommends docker.io",
  ]);
  expect(said[0]).toMatch(/docker\.io, which adds a package, a service that starts at boot.*APEX_DOCKER=off/);
});

test("an installation that fails is told, and the command goes on", async () => {
  program("apt-get", 'echo "E: Unable to locate package docker.io" >&2; exit 100');
  expect(await ensureDocker(machine())).toBeUndefined();
  expect(said.at(-1)).toContain("could not be installed (E: Unable to locate package docker.io)");
});

const failureFile = () => path.join(root, ".apex/docker-setup-failed");

test("a failure is remembered: the next command says so in one line and tries nothing", async () => {
  program("apt-get", 'echo "E: no network" >&2; exit 100');
  await ensureDocker(machine());
  const tried = calls().length;
  said = [];
  expect(await ensureDocker(machine())).toBeUndefined();
  expect(calls()).toHaveLength(tried);
  expect(said).toEqual([
    expect.stringMatching(/failed at 2\S+Z: .*E: no network.* when .*docker-setup-failed is removed/),
  ]);
  // Continuous integration asks anew, and so does whoever removes the file.
  await ensureDocker({ ...machine(), isRetry: true });
  expect(calls()).toHaveLength(2 * tried);
  rmSync(failureFile());
  await ensureDocker(machine());
  expect(calls()).toHaveLength(3 * tried);
});

test.each([
  [
    "is a day old",
    JSON.stringify({ time: new Date(Date.now() - 25 * 3_600_000).toISOString(), reason: "x" }),
  ],
  ["is of the future", JSON.stringify({ time: new Date(Date.now() + 3_600_000).toISOString(), reason: "x" })],
  ["cannot be read", "{"],
])("a failure that %s does not count, and a success forgets it", async (_name, text) => {
  mkdirSync(path.join(root, ".apex"));
  writeFileSync(failureFile(), text);
  daemonThatAnswers();
  const started = await ensureDocker(machine());
  expect(started).toMatchObject({ by: "daemon" });
  expect(existsSync(failureFile())).toBe(false);
  await stopDocker(started, machine());
});

test("an engine that somebody else started makes a failure of before forgotten", async () => {
  mkdirSync(path.join(root, ".apex"));
  writeFileSync(failureFile(), JSON.stringify({ time: new Date().toISOString(), reason: "x" }));
  await engineAnswers();
  await ensureDocker(machine());
  expect(existsSync(failureFile())).toBe(false);
});

test("a package that was installed is noted, and one that was not is not", async () => {
  const noted: object[] = [];
  const note = (change: object) => noted.push(change);
  program("apt-get", "exit 100");
  await ensureDocker({ ...machine(), note });
  expect(noted).toEqual([{ started: { by: "service" } }, { started: undefined }]);
  program("apt-get", `ln -s /bin/false ${root}/bin/dockerd`);
  await ensureDocker({ ...machine(), note, isRetry: true });
  expect(noted.slice(2, 4)).toEqual([{ started: { by: "service" } }, { hasInstalled: true }]);
});

test.each([
  ["not root", { isRoot: false }],
  ["another system", { platform: "darwin" }],
])("%s: one line says what to install", async (_name, changes) => {
  program("apt-get", "exit 0");
  expect(await ensureDocker(machine(changes))).toBeUndefined();
  expect(calls()).toEqual([]);
  expect(said).toEqual([expect.stringContaining("https://docs.docker.com/engine/install")]);
});

test("root of a container, which may not mount, installs nothing", async () => {
  writeFileSync(path.join(root, "status"), "CapEff:\t00000000a80425fb\n");
  expect(canInstallEngine(machine().host)).toBe(false);
});

test.each([
  ["Ubuntu", "ID=ubuntu\nID_LIKE=debian\n", true],
  ["Linux Mint", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
  ["Fedora", "ID=fedora\n", false],
  ["Alpine", "ID=alpine\n", false],
])("%s", (_name, text, isDebian) => {
  writeFileSync(path.join(root, "os-release"), text);
  expect(canInstallEngine(machine().host)).toBe(isDebian);
});

test.each<Record<string, string>>([
  {},
  { DOCKER_HOST: "" },
  { DOCKER_HOST: "unix:///srv/docker.sock" },
  { DOCKER_HOST: "tcp://127.0.0.1:2376" },
  { DOCKER_HOST: "tcp://localhost" },
  { XDG_RUNTIME_DIR: "/run/user/1000" },
])("the sandbox looks for its engine where the setup and the tests do: %o", (given) => {
  const env: Record<string, string> = { HOME: homedir(), ...given };
  expect(engineAddresses(env["DOCKER_HOST"], env).map(({ url }) => url)).toEqual(
    enginePlaces(env).map(({ url }) => url),
  );
});

test.each(["ssh://me@other", "tcp://192.0.2.1:2375", "docker.sock", "unix://"])(
  "the sandbox takes no engine elsewhere, and neither do the setup and the tests: %s",
  (host) => {
    expect(() => engineAddresses(host, {})).toThrow("on this machine");
    expect(enginePlaces({ DOCKER_HOST: host })).toEqual([]);
  },
);
