import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
// @ts-expect-error plain JavaScript for the shell's Node, without types
import { askEngine, canInstallEngine, ensureDocker, stopDocker, THIS_HOST } from "./docker.mjs";

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

const calls = () =>
  existsSync(path.join(root, "calls"))
    ? readFileSync(path.join(root, "calls"), "utf8").trim().split("\n")
    : [];

function program(name: string, body: string): string {
  const file = path.join(root, "bin", name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${root}/calls\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A daemon that answers pings at the machine's socket until it is told to end; returns how to run it. */
function daemonThatAnswers(): string {
  const script = path.join(root, "daemon.cjs");
  writeFileSync(
    script,
    `const server = require("node:http").createServer((_, response) => response.end("OK"));
     server.listen(${JSON.stringify(path.join(root, "docker.sock"))});
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
  expect(said).toEqual([expect.stringContaining("no Docker engine answers at DOCKER_HOST=unix://")]);
});

test("APEX_DOCKER=off leaves everything as it is", async () => {
  daemonThatAnswers();
  const { env, ...here } = machine();
  expect(await ensureDocker({ ...here, env: { ...env, APEX_DOCKER: "off" } })).toBeUndefined();
  expect([said, calls()]).toEqual([[], []]);
});

test("without systemd and init script the daemon is started by itself, and can be stopped", async () => {
  daemonThatAnswers();
  const here = machine();
  const started = await ensureDocker(here);
  expect(started).toEqual({ by: "daemon", pid: expect.any(Number) });
  expect(said).toEqual([expect.stringContaining("it stays running")]);
  expect(await askEngine(here)).toBe("answers");
  await stopDocker(started, here);
  expect(await askEngine(here)).toBe("absent");
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
  expect(await askEngine(here)).toBe("absent");
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
  expect(said[0]).toContain("installing Debian's docker.io");
});

test("an installation that fails is told, and the command goes on", async () => {
  program("apt-get", 'echo "E: Unable to locate package docker.io" >&2; exit 100');
  expect(await ensureDocker(machine())).toBeUndefined();
  expect(said.at(-1)).toContain("could not be installed (E: Unable to locate package docker.io)");
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
