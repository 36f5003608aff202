/** What one process has left of the sandbox on this host, whatever else runs there at the same time. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ownerOfName } from "@apex/core";

/** Names of what is there. */
export interface LeftByProcess {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** The runs' control groups. */
  readonly cgroups: readonly string[];
  /** Working directories, and the records of runs. */
  readonly files: readonly string[];
}

export const NOTHING: LeftByProcess = { containers: [], networks: [], volumes: [], cgroups: [], files: [] };

const TOLD = '{{.Label "apex.owner"}}\t{{.Label "apex.run"}}\t';

function lines(command: string, ...args: readonly string[]): readonly string[] {
  return execFileSync(command, args, { encoding: "utf8" }).split("\n").filter(Boolean);
}

/** Where the records of runs lie. */
export function recordsFolder(): string {
  return path.join(tmpdir(), `apex-sandbox-${process.getuid?.() ?? 0}`);
}

/** The control groups of runs. Those of others come and go while it looks. */
export function groupsOf(runIds: ReadonlySet<string>): readonly string[] {
  const groups = lines("find", "/sys/fs/cgroup", "-ignore_readdir_race", "-type", "d", "-path", "*apex/*");
  return groups.filter((group) => [...runIds].some((runId) => group.includes(runId)));
}

interface Labelled {
  readonly runId: string;
  readonly name: string;
}

/** What the engine has of a process: labels tell the owner as "PID:…". */
function labelled(pid: number, name: string, ...list: readonly string[]): readonly Labelled[] {
  return lines("docker", ...list, "--filter", "label=apex.run", "--format", `${TOLD}${name}`).flatMap(
    (line) => {
      const [owner = "", runId = "", found = ""] = line.split("\t");
      return owner.startsWith(`${pid}:`) ? [{ runId, name: found }] : [];
    },
  );
}

/** A record, or `undefined` when another run has just taken its own away. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Names of the records of a process's runs; an unfinished one has the process in its name. */
function recordsOf(pid: number): readonly string[] {
  const folder = recordsFolder();
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(
    (name) =>
      name.includes(`.${pid}-`) || textOf(path.join(folder, name))?.includes(`"owner":"${pid}:`) === true,
  );
}

/** What a process has left, and the ids of its runs: control groups have no other mark, so hand on those that were seen. */
export function leftBy(
  pid: number,
  seen: ReadonlySet<string> = new Set(),
): { readonly left: LeftByProcess; readonly runIds: ReadonlySet<string> } {
  const containers = labelled(pid, "{{.Names}}", "ps", "-a");
  const networks = labelled(pid, "{{.Name}}", "network", "ls");
  const volumes = labelled(pid, "{{.Name}}", "volume", "ls");
  const records = recordsOf(pid);
  const runIds = new Set([
    ...seen,
    ...[...containers, ...networks, ...volumes].map(({ runId }) => runId),
    ...records.map((name) => name.split(".")[0] ?? name),
  ]);
  const names = (found: readonly Labelled[]) => found.map(({ name }) => name).toSorted();
  const folders = readdirSync(tmpdir()).filter((name) => ownerOfName(name)?.pid === pid);
  const left = {
    containers: names(containers),
    networks: names(networks),
    volumes: names(volumes),
    cgroups: groupsOf(runIds).toSorted(),
    files: [...folders, ...records].toSorted(),
  };
  return { left, runIds };
}

/** Firewall rules of bridges that are not there (any more): nobody's, so whoever was killed has left them. */
export function rulesOfNobody(): readonly string[] {
  return lines("iptables", "-w", "5", "-S").filter((rule) => {
    const bridge = / -i (apex[0-9a-f]{11}) /.exec(rule)?.[1];
    return bridge !== undefined && !existsSync(`/sys/class/net/${bridge}`);
  });
}
