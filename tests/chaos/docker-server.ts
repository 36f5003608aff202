/** A Docker engine of the test's own, beside the machine's, that can be killed: APEX_CHAOS_DOCKER=1, as root. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, openSync, readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atExit, endWithUs } from "./at-exit.ts";
import { hasEnded, killed } from "./child-end.ts";
import { type DockerEngine, findDocker, openDocker } from "@apex/sandbox-docker";

const READY_MAX_MS = 60_000;
/** One that ends by itself so often in a row does not do so for what it has found running. */
const DAMAGED_AFTER_STARTS = 3;
const BRIDGE = "apexchaos0";
/** Of RFC 1918, and none that engines choose by themselves. */
const BRIDGE_ADDRESS = "10.213.77.1/24";

/** An engine that the test may kill. */
export interface DockerServer {
  /** What workers get as DOCKER_HOST. */
  readonly host: string;
  /** The daemon is gone when it returns. */
  crash(): Promise<void>;
  /** Returns once it answers. */
  start(): Promise<DockerEngine>;
  stop(): Promise<void>;
}

/** Containers that were just being started when the daemon was killed live on with their shims, and no engine knows them. */
function killShims(folder: string): void {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/));
  const shims = new Set(
    processes.filter((words) => words.some((word) => word.startsWith(`${folder}/`))).map(([pid]) => pid),
  );
  for (const [pid, parent] of processes) {
    if (!shims.has(pid) && !shims.has(parent)) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** What a daemon leaves mounted below its folders, the deepest first. */
function unmountBelow(folder: string): void {
  const mounts = execFileSync("cat", ["/proc/self/mounts"], { encoding: "utf8" }).split("\n");
  const below = mounts
    .flatMap((line) => line.split(" ")[1] ?? [])
    .filter((mount) => mount.startsWith(`${folder}/`));
  for (const mount of below.toReversed()) execFileSync("umount", ["--lazy", mount], { stdio: "pipe" });
}

/**
 * Docker 20.10 that is killed while it notes a network panics at every start from then on ("index out of range" in `reservePools`).
 * What helps is to take its table of networks away, and then the bridges that it has forgotten with it.
 */
async function forgetNetworks(folder: string): Promise<void> {
  await rm(path.join(folder, "data", "network"), { recursive: true, force: true });
  const { docker } = await openDocker();
  const others = (await docker.listNetworks()).map(
    ({ Options }) => Options?.["com.docker.network.bridge.name"],
  );
  for (const name of readdirSync("/sys/class/net")) {
    if (!/^apex[0-9a-f]{11}$/.test(name) || others.includes(name)) continue;
    execFileSync("ip", ["link", "del", name], { stdio: "pipe" });
  }
}

/**
 * A bridge for the engine's own network. Without one (`--bridge=none`) a daemon removes docker0, which is that of the machine's engine, so
 * it has to have one of another name.
 */
function makeBridge(): void {
  removeBridge();
  execFileSync("ip", ["link", "add", BRIDGE, "type", "bridge"], { stdio: "pipe" });
  execFileSync("ip", ["addr", "add", BRIDGE_ADDRESS, "dev", BRIDGE], { stdio: "pipe" });
  execFileSync("ip", ["link", "set", BRIDGE, "up"], { stdio: "pipe" });
}

function removeBridge(): void {
  if (existsSync(`/sys/class/net/${BRIDGE}`)) execFileSync("ip", ["link", "del", BRIDGE], { stdio: "pipe" });
}

/** Starts an engine with its data in `folder`. It leaves the firewall alone: the sandbox makes its own rules. */
export async function startDocker(folder: string): Promise<DockerServer> {
  await mkdir(folder, { recursive: true });
  makeBridge();
  const forgetBridge = atExit(removeBridge);
  const host = `unix://${path.join(folder, "docker.sock")}`;
  const log = openSync(path.join(folder, "dockerd.log"), "a");
  let child: ChildProcess | undefined;
  const server: DockerServer = {
    host,
    async start() {
      const settings = {
        "data-root": path.join(folder, "data"),
        "exec-root": path.join(folder, "exec"),
        pidfile: path.join(folder, "docker.pid"),
        host,
        bridge: BRIDGE,
        iptables: "false",
        "ip-masq": "false",
        "ip-forward": "false",
      };
      const args = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
      let starts = 0;
      for (const untilMs = Date.now() + READY_MAX_MS; Date.now() < untilMs; await sleep(100)) {
        if (child === undefined || hasEnded(child)) {
          starts += 1;
          if (starts > DAMAGED_AFTER_STARTS) await forgetNetworks(folder);
          child = spawn("dockerd", args, { stdio: ["ignore", log, log] });
          endWithUs(child);
        }
        const search = await findDocker({ host });
        if (search.kind === "found") return search.engine;
      }
      throw new Error(`dockerd does not start; see ${path.join(folder, "dockerd.log")}`);
    },
    crash: () => killed(child),
    async stop() {
      await killed(child, "SIGTERM");
      killShims(folder);
      unmountBelow(folder);
      forgetBridge();
      removeBridge();
    },
  };
  await server.start();
  return server;
}
