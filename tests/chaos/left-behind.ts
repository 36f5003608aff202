/** What runs have left on this host, by looking at the host itself. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DockerEngine } from "@apex/sandbox-docker";

const RUN = "apex.run";

function lines(command: string, ...args: readonly string[]): readonly string[] {
  return execFileSync(command, args, { encoding: "utf8" }).split("\n").filter(Boolean);
}

/** Whole sentences about everything of these sandbox runs that is still there. `tmpdir()` has to be the workers' own. */
export async function leftBehind(
  { docker }: DockerEngine,
  sandboxRunIds: ReadonlySet<string>,
): Promise<readonly string[]> {
  const filters = { label: [RUN] };
  const isOurs = (labels: Readonly<Record<string, string>> | undefined) =>
    sandboxRunIds.has(labels?.[RUN] ?? "");
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const isOfRun = (name: string) => [...sandboxRunIds].some((id) => name.includes(id));
  const records = path.join(tmpdir(), `apex-sandbox-${process.getuid?.() ?? 0}`);
  const groups = lines("find", "/sys/fs/cgroup", "-ignore_readdir_race", "-type", "d", "-path", "*apex/*");
  return [
    ...containers
      .filter(({ Labels }) => isOurs(Labels))
      .map(({ Names }) => `The container ${Names[0]} is left.`),
    ...networks.filter(({ Labels }) => isOurs(Labels)).map(({ Name }) => `The network ${Name} is left.`),
    ...volumes.Volumes.filter(({ Labels }) => isOurs(Labels)).map(
      ({ Name }) => `The volume ${Name} is left.`,
    ),
    ...groups.filter(isOfRun).map((group) => `The control group ${group} is left.`),
    ...[tmpdir(), ...(existsSync(records) ? [records] : [])].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => isOfRun(name) || folder === records)
        .map((name) => `The file ${path.join(folder, name)} is left.`),
    ),
  ];
}

/** Firewall rules of the sandbox's bridges that are not there any more. */
export function rulesWithoutBridge(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return lines("iptables", "-w", "5", "-S").filter((rule) => {
    const bridge = / -i (apex[0-9a-f]{11}) /.exec(rule)?.[1];
    return bridge !== undefined && !existsSync(`/sys/class/net/${bridge}`);
  });
}
