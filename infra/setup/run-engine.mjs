// Starts the Docker engine as a service or by itself, and stops again exactly what was started.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findEngine } from "../../packages/core/src/testing/find-engine.mjs";
import { findDaemon, THIS_HOST } from "./this-host.mjs";

const START_POLL_MS = 100;

/** Where a program says why it failed. */
export function lastLine(text) {
  return (text ?? "").trim().split("\n").at(-1) ?? "";
}

/** Whether an engine answers that the user does not do without. */
export async function answers({ env, host }) {
  return (await findEngine(env, host.socket)).kind === "found";
}

async function answersInTime({ env, host, hasEnded = () => false }) {
  const deadline = performance.now() + host.startTimeoutMs;
  while (performance.now() < deadline) {
    if (await answers({ env, host })) return true;
    if (hasEnded()) return false;
    await sleep(START_POLL_MS);
  }
  return false;
}

/** When a process was started, in the kernel's ticks since boot (proc_pid_stat(5)); `undefined` once it has ended. */
function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it, in brackets, may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

/** Starts the daemon by itself, in a session of its own, so that it outlives this command. */
async function startDaemon(daemon, { root, env, host, note }) {
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
  const started = { by: "daemon", pid: child.pid, startTicks: startTicks(child.pid) };
  // Before anything is waited for: it outlives whoever is stopped meanwhile.
  if (child.pid !== undefined) note({ started });
  closeSync(output);
  for (const event of ["exit", "error"]) child.once(event, () => (hasEnded = true));
  child.unref();
  if (await answersInTime({ env, host, hasEnded: () => hasEnded })) return { started };
  if (hasEnded) note({ started: undefined });
  else child.kill("SIGTERM");
  return { why: `${lastLine(readFileSync(log, "utf8"))} (all of it: ${log})` };
}

/**
 * Starts the engine the way this machine starts services, and by itself where it has none: `{ started }`, or `{ why }` it does
 * not answer. `note` is told `{ started }` as soon as there is something to stop.
 */
export async function startEngine({ root, env, host, note }) {
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
    const { by, command, ask } = service;
    note({ started: { by } });
    const start = spawnSync(command, ask("start"), options);
    const hasEnded = () => spawnSync(command, ask("status"), options).status !== 0;
    if (start.status === 0 && (await answersInTime({ env, host, hasEnded }))) return { started: { by } };
    if (by === "systemd")
      return { why: lastLine(start.stderr) || "systemd started it, and it does not answer" };
  }
  const daemon = findDaemon(env, host);
  return daemon === undefined
    ? { why: "dockerd is not there" }
    : startDaemon(daemon, { root, env, host, note });
}

/** Sends a signal to the very process that was started, never to a later one with its number. */
function endDaemon({ pid, startTicks: ticks }) {
  const lives = () => ticks !== undefined && startTicks(pid) === ticks;
  try {
    if (lives()) process.kill(pid, "SIGTERM");
  } catch (error) {
    // It ended between the look and the signal.
    if (error.code !== "ESRCH") throw error;
  }
  return lives;
}

/** Stops what {@link startEngine} started; whether it has stopped. Another engine that answers is left alone. */
export async function stopDocker(started, { env = process.env, host = THIS_HOST } = {}) {
  // The socket's unit would start the service again at the next question.
  if (started.by === "systemd") spawnSync("systemctl", ["stop", "docker.socket", "docker"], { env });
  if (started.by === "service") spawnSync("service", ["docker", "stop"], { env });
  const runs = started.by === "daemon" ? endDaemon(started) : () => answers({ env, host });
  const deadline = performance.now() + host.startTimeoutMs;
  while (await runs()) {
    if (performance.now() > deadline) return false;
    await sleep(START_POLL_MS);
  }
  return true;
}
