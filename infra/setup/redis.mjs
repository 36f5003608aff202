// The queue also runs on Redis, and is tested there: its server is found, or on Debian and Ubuntu as root installed, or its absence is
// said. Its service is neither started now (but where this machine has a policy of its own for that) nor at boot: tests start their own.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isSwitchedOff } from "../../packages/core/src/docker-off.mjs";
import { installPackage } from "./apt.mjs";
import { forgetFailure, recallFailure, rememberFailure } from "./setup-failure.mjs";
import { isDebianAsRoot, THIS_HOST } from "./this-host.mjs";

const WITHOUT = "without one, the tests of the queue on Redis are skipped";
/** While this file says so, Debian's packages start no service (invoke-rc.d(8)). */
const START_NOTHING =
  "#!/bin/sh\n# Of the setup of Apex, while it installs redis-server; may be removed.\nexit 101\n";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Ours too: what a setup that was killed has left, which would keep every package from starting its service for good. */
function isFree(file) {
  return !existsSync(file) || readFileSync(file, "utf8") === START_NOTHING;
}

/** Does what must be undone: a signal waits until it is, and then ends this process as it would have. */
function untilUndone(work, undo) {
  let received;
  const remember = (signal) => {
    received ??= signal;
  };
  for (const signal of SIGNALS) process.on(signal, remember);
  try {
    return work();
  } finally {
    undo();
    // Signals that came while another program was waited for are heard in the next turn.
    setImmediate(() => {
      for (const signal of SIGNALS) process.off(signal, remember);
      if (received !== undefined) process.kill(process.pid, received);
    });
  }
}

/** Whether the server's program is on the PATH. */
export function hasRedis(env = process.env) {
  return spawnSync("redis-server", ["--version"], { env, stdio: "ignore" }).status === 0;
}

/** Whether one is there, or could be put there without asking anybody. */
export function canHaveRedis(env = process.env, host = THIS_HOST) {
  return !isSwitchedOff(env.APEX_REDIS) && (hasRedis(env) || isDebianAsRoot(host));
}

function installRedis({ env, host, say }) {
  say(
    "no redis-server: installing Debian's, whose service is neither started nor started at boot (once; APEX_REDIS=off does without)",
  );
  const isOurs = isFree(host.servicePolicy);
  return untilUndone(
    () => {
      if (isOurs) writeFileSync(host.servicePolicy, START_NOTHING, { mode: 0o755 });
      const why = installPackage("redis-server", { env });
      if (why === undefined) spawnSync("update-rc.d", ["redis-server", "disable"], { env, stdio: "ignore" });
      return why;
    },
    () => {
      if (isOurs) rmSync(host.servicePolicy, { force: true });
    },
  );
}

/**
 * Sees to it that there is a redis-server, where that can be done without asking. Never fails: what needs one says itself that there is
 * none. A failure is remembered for a day, which `isRetry` does not mind.
 */
export function ensureRedis({ root, say, env = process.env, host = THIS_HOST, isRetry = false }) {
  if (isSwitchedOff(env.APEX_REDIS) || hasRedis(env)) return;
  if (!isDebianAsRoot(host))
    return say(`no redis-server: install the package redis-server (or Redis); ${WITHOUT}`);
  const failure = isRetry ? undefined : recallFailure(root, "redis");
  if (failure !== undefined)
    return say(`no redis-server, and installing it failed at ${failure.time}: ${failure.reason}; ${WITHOUT}`);
  const why = installRedis({ env, host, say });
  if (why === undefined) return forgetFailure(root, "redis");
  rememberFailure(root, "redis", why);
  say(`${why}; ${WITHOUT}`);
}
