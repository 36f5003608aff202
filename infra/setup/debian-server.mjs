// A server that only tests start: its program is found, or on Debian and Ubuntu as root installed, or its absence is said. Debian's
// service of it is neither started now (but where this machine has a policy of its own for that) nor at boot.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isSwitchedOff } from "../../packages/core/src/docker-off.mjs";
import { installPackage } from "./apt.mjs";
import { forgetFailure, recallFailure, rememberFailure } from "./setup-failure.mjs";
import { isDebianAsRoot, THIS_HOST } from "./this-host.mjs";

/** While this file says so, Debian's packages start no service (invoke-rc.d(8)). */
const START_NOTHING =
  "#!/bin/sh\n# Of the setup of Apex, while it installs a server; may be removed.\nexit 101\n";
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
export function hasServer({ program }, env = process.env) {
  return spawnSync(program, ["--version"], { env, stdio: "ignore" }).status === 0;
}

/** Whether one is there, or could be put there without asking anybody. */
export function canHaveServer(server, env = process.env, host = THIS_HOST) {
  return !isSwitchedOff(env[server.switch]) && (hasServer(server, env) || isDebianAsRoot(host));
}

function install(server, { env, host, say }) {
  say(
    `no ${server.program}: installing Debian's, whose service is neither started nor started at boot (once; ${server.switch}=off does without)`,
  );
  const isOurs = isFree(host.servicePolicy);
  return untilUndone(
    () => {
      if (isOurs) writeFileSync(host.servicePolicy, START_NOTHING, { mode: 0o755 });
      const why = installPackage(server.package, { env });
      if (why === undefined) spawnSync("update-rc.d", [server.package, "disable"], { env, stdio: "ignore" });
      return why;
    },
    () => {
      if (isOurs) rmSync(host.servicePolicy, { force: true });
    },
  );
}

/**
 * Sees to it that there is a server `{ what, program, package, switch, orElse, without }`, where that can be done without asking. Never
 * fails: what needs one says itself that there is none. A failure is remembered for a day, which `isRetry` does not mind.
 */
export function ensureServer(server, { root, say, env = process.env, host = THIS_HOST, isRetry = false }) {
  const { program, without } = server;
  if (isSwitchedOff(env[server.switch]) || hasServer(server, env)) return;
  if (!isDebianAsRoot(host))
    return say(`no ${program}: install the package ${server.package} (or ${server.orElse}); ${without}`);
  const failure = isRetry ? undefined : recallFailure(root, server.what);
  if (failure !== undefined)
    return say(`no ${program}, and installing it failed at ${failure.time}: ${failure.reason}; ${without}`);
  const why = install(server, { env, host, say });
  if (why === undefined) return forgetFailure(root, server.what);
  rememberFailure(root, server.what, why);
  say(`${why}; ${without}`);
}
