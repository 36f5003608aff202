// The sandbox needs a Docker engine: it is found, or on Debian and Ubuntu as root installed and started, or its absence is said.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const PING_TIMEOUT_MS = 2_000;
const START_TIMEOUT_MS = 30_000;
const START_POLL_MS = 100;
const INSTALL_TIMEOUT_MS = 10 * 60_000;
/** Another apt that runs holds the lock for about as long as it installs. */
const APT_LOCK_SECONDS = 120;
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;
const DEFAULT_TCP_PORT = 2375;
/** Where Debian puts daemons, which an unprivileged PATH leaves out. */
const DAEMON_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];
const WITHOUT = "without one, validation ends with the plan and the tests that need one are skipped";

/** What is asked about this machine; tests have another. */
export const THIS_HOST = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  processStatus: "/proc/self/status",
  osRelease: "/etc/os-release",
  socket: "/var/run/docker.sock",
  systemd: "/run/systemd/system",
  initScript: "/etc/init.d/docker",
  daemonFolders: DAEMON_FOLDERS,
  startTimeoutMs: START_TIMEOUT_MS,
};

/** Where an engine may be, in the order in which Apex looks: only DOCKER_HOST where it is set. */
export function enginePlaces({ env = process.env, host = THIS_HOST } = {}) {
  const given = env.DOCKER_HOST;
  if (given?.startsWith("unix://")) return [{ socketPath: given.slice("unix://".length) }];
  if (given && URL.canParse(given)) {
    const { hostname, port } = new URL(given);
    return [{ host: hostname, port: Number(port || DEFAULT_TCP_PORT) }];
  }
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  const home = env.HOME ?? homedir();
  return [host.socket, path.join(runtime, "docker.sock"), path.join(home, ".docker/run/docker.sock")].map(
    (socketPath) => ({ socketPath }),
  );
}

function ping(place) {
  return new Promise((resolve) => {
    const asked = request({ ...place, path: "/_ping", timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? "answers" : "absent");
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", (error) => resolve(error.code === "EACCES" ? "denied" : "absent"));
    asked.end();
  });
}

/** Whether an engine answers, may not be asked by this user ("denied"), or is not there ("absent"). */
export async function askEngine({ env = process.env, host = THIS_HOST } = {}) {
  const answers = [];
  for (const place of enginePlaces({ env, host })) {
    const answer = await ping(place);
    if (answer === "answers") return answer;
    answers.push(answer);
  }
  return answers.includes("denied") ? "denied" : "absent";
}

/** Root inside of a container may not mount and not configure networks, as the engine has to (capabilities(7)). */
function isPrivileged(host) {
  if (!host.isRoot || !existsSync(host.processStatus)) return false;
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(host.processStatus, "utf8"))?.[1] ?? "0";
  const capabilities = BigInt(`0x${effective}`);
  return [CAP_NET_ADMIN, CAP_SYS_ADMIN].every((capability) => (capabilities >> capability) % 2n === 1n);
}

/** Whether the engine can be installed and started here without asking anybody: Debian or one of its kind, as root. */
export function canInstallEngine(host = THIS_HOST) {
  if (host.platform !== "linux" || !isPrivileged(host) || !existsSync(host.osRelease)) return false;
  const lines = readFileSync(host.osRelease, "utf8").split("\n");
  const kinds = lines.flatMap((line) => /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line)?.[1]?.split(" ") ?? []);
  return kinds.includes("debian");
}

function findDaemon(env, host) {
  const folders = [...(env.PATH ?? "").split(path.delimiter), ...host.daemonFolders];
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, "dockerd"))
    .find((file) => existsSync(file));
}

function lastLine(text) {
  return (text ?? "").trim().split("\n").at(-1) ?? "";
}

/** Installs Debian's package; the lists of packages are only brought up to date when it is not found without. */
function installEngine({ env, say }) {
  const options = { encoding: "utf8", timeout: INSTALL_TIMEOUT_MS };
  options.env = { ...env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const lock = `DPkg::Lock::Timeout=${APT_LOCK_SECONDS}`;
  const install = () =>
    spawnSync("apt-get", ["-o", lock, "install", "-y", "--no-install-recommends", "docker.io"], options);
  say("no Docker engine: installing Debian's docker.io (once; APEX_DOCKER=off does without)");
  let result = install();
  if (result.status !== 0) {
    spawnSync("apt-get", ["-o", lock, "update"], options);
    result = install();
  }
  if (result.status === 0) return true;
  say(`docker.io could not be installed (${lastLine(result.stderr) || result.error?.message}); ${WITHOUT}`);
  return false;
}

async function answersInTime({ env, host, hasEnded = () => false }) {
  const deadline = performance.now() + host.startTimeoutMs;
  while (performance.now() < deadline) {
    if ((await askEngine({ env, host })) === "answers") return true;
    if (hasEnded()) return false;
    await sleep(START_POLL_MS);
  }
  return false;
}

/** Starts the daemon by itself, in a session of its own, so that it outlives this command. */
async function startDaemon(daemon, { root, env, host }) {
  const log = path.join(root, ".apex", "dockerd.log");
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, "w");
  let hasEnded = false;
  const child = spawn(daemon, [], {
    detached: true,
    stdio: ["ignore", output, output],
    // It starts iptables and modprobe, which are where daemons are.
    env: { ...env, PATH: [env.PATH, ...host.daemonFolders].filter(Boolean).join(path.delimiter) },
  });
  closeSync(output);
  for (const event of ["exit", "error"]) child.once(event, () => (hasEnded = true));
  child.unref();
  if (await answersInTime({ env, host, hasEnded: () => hasEnded })) return { by: "daemon", pid: child.pid };
  if (!hasEnded) child.kill("SIGTERM");
  return { why: `${lastLine(readFileSync(log, "utf8"))} (all of it: ${log})` };
}

/** Starts the engine the way this machine starts services, and by itself where it has none. */
async function startEngine({ root, env, host }) {
  const options = { encoding: "utf8", env, timeout: host.startTimeoutMs };
  const services = [
    {
      by: "systemd",
      exists: existsSync(host.systemd),
      command: "systemctl",
      ask: (verb) => [verb, "docker"],
    },
    {
      by: "service",
      exists: existsSync(host.initScript),
      command: "service",
      ask: (verb) => ["docker", verb],
    },
  ];
  const service = services.find(({ exists }) => exists);
  if (service !== undefined) {
    const { command, ask } = service;
    const started = spawnSync(command, ask("start"), options);
    const hasEnded = () => spawnSync(command, ask("status"), options).status !== 0;
    if (started.status === 0 && (await answersInTime({ env, host, hasEnded }))) return { by: service.by };
    if (service.by === "systemd")
      return { why: lastLine(started.stderr) || "systemd started it, and it does not answer" };
  }
  const daemon = findDaemon(env, host);
  return daemon === undefined ? { why: "dockerd is not there" } : startDaemon(daemon, { root, env, host });
}

/**
 * Sees to it that a Docker engine answers, where that can be done without asking. Never fails: what needs an engine says
 * itself that there is none. Returns how one was started ("systemd", "service" or "daemon"), so that whoever wants to can
 * stop it again; `undefined` when one was there, or there is none.
 */
export async function ensureDocker({ root, say, env = process.env, host = THIS_HOST }) {
  if (env.APEX_DOCKER === "off") return undefined;
  const answer = await askEngine({ env, host });
  if (answer === "answers") return undefined;
  if (answer === "denied") {
    say(`Docker may not be used by this user: join the group "docker" and log in again; ${WITHOUT}`);
    return undefined;
  }
  if (env.DOCKER_HOST) {
    say(`no Docker engine answers at DOCKER_HOST=${env.DOCKER_HOST}; ${WITHOUT}`);
    return undefined;
  }
  if (!canInstallEngine(host)) {
    const how =
      host.platform === "linux" ? "as root, install docker.io (or Docker) and start it" : "install Docker";
    say(`no Docker engine answers: ${how}, see https://docs.docker.com/engine/install; ${WITHOUT}`);
    return undefined;
  }
  if (findDaemon(env, host) === undefined && !installEngine({ env, say })) return undefined;
  // A package that is just installed has often started its service already.
  if ((await askEngine({ env, host })) === "answers")
    return { by: existsSync(host.systemd) ? "systemd" : "service" };
  const started = await startEngine({ root, env, host });
  if (started.why !== undefined) {
    say(`the Docker engine could not be started (${started.why}); ${WITHOUT}`);
    return undefined;
  }
  say("started the Docker engine; it stays running (APEX_DOCKER=off does without)");
  return started;
}

/** Stops what {@link ensureDocker} started. */
export async function stopDocker(started, { env = process.env, host = THIS_HOST } = {}) {
  // The socket's unit would start the service again at the next question.
  if (started.by === "systemd") spawnSync("systemctl", ["stop", "docker.socket", "docker"], { env });
  if (started.by === "service") spawnSync("service", ["docker", "stop"], { env });
  if (started.by === "daemon") process.kill(started.pid, "SIGTERM");
  const deadline = performance.now() + host.startTimeoutMs;
  while ((await askEngine({ env, host })) === "answers" && performance.now() < deadline)
    await sleep(START_POLL_MS);
}
