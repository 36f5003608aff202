/** What runs have left on this host, by looking at the host itself. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DockerEngine } from "@apex/sandbox-docker";
import { groupsOf, recordsFolder, rulesOfNobody } from "../e2e/left-by-process.ts";

const RUN = "apex.run";

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
  const records = recordsFolder();
  return [
    ...containers
      .filter(({ Labels }) => isOurs(Labels))
      .map(({ Names }) => `The container ${Names[0]} is left.`),
    ...networks.filter(({ Labels }) => isOurs(Labels)).map(({ Name }) => `The network ${Name} is left.`),
    ...volumes.Volumes.filter(({ Labels }) => isOurs(Labels)).map(
      ({ Name }) => `The volume ${Name} is left.`,
    ),
    ...groupsOf(sandboxRunIds).map((group) => `The control group ${group} is left.`),
    ...[tmpdir(), ...(existsSync(records) ? [records] : [])].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => isOfRun(name) || folder === records)
        .map((name) => `The file ${path.join(folder, name)} is left.`),
    ),
  ];
}

/** A sandbox that others use beside us takes its bridge and then its rules away: not longer than this. */
const TEARDOWN_MAX_MS = 3000;

/** Firewall rules of the sandbox's bridges that are not there any more, and stay so. */
export async function rulesWithoutBridge(): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return [];
  const seen = rulesOfNobody();
  if (seen.length === 0) return [];
  await sleep(TEARDOWN_MAX_MS);
  const stay = new Set(rulesOfNobody());
  return seen.filter((rule) => stay.has(rule));
}
