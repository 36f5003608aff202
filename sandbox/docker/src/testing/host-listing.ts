import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerEngine } from "../connect.ts";
import { bridgeName } from "../environment/network.ts";
import { labelledContainers, labelledNetworks, labelledVolumes } from "../run/find-resources.ts";
import { LABELS } from "../run/labels.ts";
import { recordFolder } from "../run/record-folder.ts";

/** Everything on this host that belongs to one run, by looking at the host itself where that is possible. */
export interface HostListing {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly interfaces: readonly string[];
  readonly firewallRules: readonly string[];
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
}

/** What a host looks like without the run. */
export const NOTHING: HostListing = {
  containers: [],
  networks: [],
  volumes: [],
  interfaces: [],
  firewallRules: [],
  cgroups: [],
  files: [],
};

const isRoot = process.getuid?.() === 0;

function firewallRules(): readonly string[] {
  if (!isRoot) return [];
  return ["filter", "nat"].flatMap((table) =>
    execFileSync("iptables", ["-w", "5", "-t", table, "-S"]).toString().split("\n"),
  );
}

function cgroupsOf(runId: string): readonly string[] {
  if (!isRoot) return [];
  const found = execFileSync("find", ["/sys/fs/cgroup", "-type", "d", "-name", `*${runId}*`]);
  return found
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

function filesOf(marks: readonly string[]): readonly string[] {
  const directories = [tmpdir(), recordFolder()];
  return directories.flatMap((directory) => {
    try {
      return readdirSync(directory)
        .filter((name) => marks.some((mark) => name.includes(mark)))
        .map((name) => join(directory, name));
    } catch {
      return [];
    }
  });
}

/**
 * `marks` are further parts of names of files in the temporary directory. Without root nobody can make or remove firewall rules
 * and control groups: they are not looked for then.
 */
export async function hostListing(
  engine: DockerEngine,
  run: {
    readonly runId: string;
    readonly environments: readonly string[];
    readonly marks?: readonly string[];
  },
): Promise<HostListing> {
  const { runId, environments, marks = [] } = run;
  const bridges = environments.map((environment) => bridgeName(`apex-${runId}-${environment}`));
  const ours = (item: { readonly labels: Readonly<Record<string, string>> }) =>
    item.labels[LABELS.run] === runId;
  const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);
  return {
    containers: names((await labelledContainers(engine.docker)).filter(ours)),
    networks: names((await labelledNetworks(engine.docker)).filter(ours)),
    volumes: names((await labelledVolumes(engine.docker)).filter(ours)),
    interfaces: readdirSync("/sys/class/net").filter((name) => bridges.includes(name)),
    firewallRules: firewallRules().filter((line) => bridges.some((bridge) => line.includes(bridge))),
    cgroups: cgroupsOf(runId),
    files: filesOf([runId, ...marks]),
  };
}
