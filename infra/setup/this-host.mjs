// The machine that the setup is asked to prepare, and what may be done on it without asking.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const START_TIMEOUT_MS = 30_000;
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;
/** Where Debian puts daemons, which an unprivileged PATH leaves out. */
const DAEMON_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

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
  servicePolicy: "/usr/sbin/policy-rc.d",
  startTimeoutMs: START_TIMEOUT_MS,
};

/** Root inside of a container may not mount and not configure networks, as the engine has to (capabilities(7)). */
function isPrivileged(host) {
  if (!host.isRoot || !existsSync(host.processStatus)) return false;
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(host.processStatus, "utf8"))?.[1] ?? "0";
  const capabilities = BigInt(`0x${effective}`);
  return [CAP_NET_ADMIN, CAP_SYS_ADMIN].every((capability) => (capabilities >> capability) % 2n === 1n);
}

/** Whether the engine can be installed and started here without asking anybody: Debian or one of its kind, as root. */
export function canInstallEngine(host = THIS_HOST) {
  return isPrivileged(host) && isDebianAsRoot(host);
}

/** Whether packages can be installed here without asking anybody. */
export function isDebianAsRoot(host = THIS_HOST) {
  if (host.platform !== "linux" || !host.isRoot || !existsSync(host.osRelease)) return false;
  const lines = readFileSync(host.osRelease, "utf8").split("\n");
  const kinds = lines.flatMap((line) => /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line)?.[1]?.split(" ") ?? []);
  return kinds.includes("debian");
}

/** The engine's program, where it is installed. */
export function findDaemon(env, host) {
  const folders = [...(env.PATH ?? "").split(path.delimiter), ...host.daemonFolders];
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, "dockerd"))
    .find((file) => existsSync(file));
}
