// Debian's packages, installed without a question.
import { spawnSync } from "node:child_process";
import { lastLine } from "./run-engine.mjs";

const INSTALL_TIMEOUT_MS = 10 * 60_000;
/** Another apt that runs holds the lock for about as long as it installs. */
const APT_LOCK_SECONDS = 120;

/**
 * Installs a package; the lists of packages are only brought up to date when it is not found without. Returns why it could not, or
 * `undefined`.
 */
export function installPackage(name, { env }) {
  const deadline = performance.now() + INSTALL_TIMEOUT_MS;
  const apt = (...args) =>
    spawnSync("apt-get", ["-o", `DPkg::Lock::Timeout=${APT_LOCK_SECONDS}`, ...args], {
      encoding: "utf8",
      env: { ...env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      // Never 0, which means without a limit.
      timeout: Math.max(1, Math.floor(deadline - performance.now())),
    });
  const install = () => apt("install", "-y", "--no-install-recommends", name);
  let result = install();
  if (result.status !== 0) {
    apt("update");
    result = install();
  }
  return result.status === 0
    ? undefined
    : `${name} could not be installed (${lastLine(result.stderr) || result.error?.message})`;
}
