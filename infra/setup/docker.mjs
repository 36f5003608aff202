// The sandbox needs a Docker engine: it is found, or on Debian and Ubuntu as root installed and started, or its absence is said.
import { existsSync } from "node:fs";
import { findEngine } from "../../packages/core/src/testing/find-engine.mjs";
import { installPackage } from "./apt.mjs";
import { answers, startEngine } from "./run-engine.mjs";
import { failureFile, forgetFailure, recallFailure, rememberFailure } from "./setup-failure.mjs";
import { canInstallEngine, findDaemon, THIS_HOST } from "./this-host.mjs";

const WITHOUT = "without one, validation ends with the plan and the tests that need one are skipped";

function installEngine({ env, say }) {
  say(
    "no Docker engine: installing Debian's docker.io, which adds a package, a service that starts at boot and firewall rules " +
      "(once, it may take minutes; APEX_DOCKER=off does without)",
  );
  return installPackage("docker.io", { env });
}

/** Installs what is missing and starts the engine: `{ started }`, or `{ why }` there is none. */
async function setUpEngine({ root, say, env, host, note }) {
  if (findDaemon(env, host) === undefined) {
    // The package starts its service itself.
    const started = { by: existsSync(host.systemd) ? "systemd" : "service" };
    note({ started });
    const why = installEngine({ env, say });
    note(why === undefined ? { hasInstalled: true } : { started: undefined });
    if (why !== undefined) return { why };
    if (await answers({ env, host })) return { started };
  }
  const { why, started } = await startEngine({ root, env, host, note });
  return why === undefined ? { started } : { why: `the Docker engine could not be started (${why})` };
}

/** Why nothing may be set up here, or is not tried again yet; `undefined` where it may. */
function reasonAgainst({ root, env, host, search, isRetry }) {
  if (search.kind === "denied") return `${search.reason}: join the group "docker" and log in again`;
  if (env.DOCKER_HOST) return `${search.reason} (DOCKER_HOST says to look nowhere else)`;
  if (!canInstallEngine(host)) {
    const how =
      host.platform === "linux" ? "as root, install docker.io (or Docker) and start it" : "install Docker";
    return `no Docker engine answers: ${how}, see https://docs.docker.com/engine/install`;
  }
  const failure = isRetry ? undefined : recallFailure(root, "docker");
  return (
    failure &&
    `no Docker engine answers, and setting one up failed at ${failure.time}: ${failure.reason}; ` +
      `it is tried again a day later, or at once when ${failureFile(root, "docker")} is removed`
  );
}

/**
 * Sees to it that a Docker engine answers, where that can be done without asking. Never fails: what needs an engine says
 * itself that there is none. A failure is remembered for a day, which `isRetry` does not mind. Returns how one was started
 * (by "systemd", "service" or "daemon"), so that whoever wants to can stop it again; `undefined` when one was there, or there
 * is none. `note` is told what is about to be changed, or just was, so that whoever is itself stopped meanwhile can undo it:
 * `{ started }` or `{ hasInstalled }`, each in place of what it said before.
 */
export async function ensureDocker(options) {
  const { root, say, env = process.env, host = THIS_HOST, note = () => {}, isRetry = false } = options;
  const search = await findEngine(env, host.socket);
  if (search.kind === "off") return undefined;
  if (search.kind === "found") {
    if (!env.DOCKER_HOST) forgetFailure(root, "docker");
    return undefined;
  }
  const against = reasonAgainst({ root, env, host, search, isRetry });
  if (against !== undefined) {
    say(`${against}; ${WITHOUT}`);
    return undefined;
  }
  const { why, started } = await setUpEngine({ root, say, env, host, note });
  if (why !== undefined) {
    rememberFailure(root, "docker", why);
    say(`${why}; ${WITHOUT}`);
    return undefined;
  }
  forgetFailure(root, "docker");
  say("started the Docker engine; it stays running (APEX_DOCKER=off does without)");
  return started;
}
