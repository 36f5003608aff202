import type Docker from "dockerode";
import { removeContainer } from "../environment/container.ts";
import { forgetBridge, guardedBridges } from "../environment/firewall.ts";
import { removeNetwork } from "../environment/network.ts";
import { isGone } from "../errors.ts";
import {
  labelledContainers,
  labelledNetworks,
  labelledVolumes,
  type Labelled,
} from "../run/find-resources.ts";
import { isAbandoned } from "../run/labels.ts";
import type { ReapFailures, ReapOptions } from "./reap.ts";

/** How many removals the engine is given at once. */
const AT_ONCE = 8;

/** Names of what the engine had of the abandoned. */
export interface EngineFinds {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

async function removeAll<Item extends Labelled>(
  items: readonly Item[],
  remove: (item: Item) => Promise<unknown>,
  failures: ReapFailures,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) {
    const batch = items.slice(first, first + AT_ONCE);
    const results = await Promise.allSettled(batch.map(remove));
    for (const [index, result] of results.entries()) {
      const name = batch[index]?.name ?? "";
      if (result.status === "fulfilled") removed.push(name);
      else
        failures.push(
          `${name} (${result.reason instanceof Error ? result.reason.message : String(result.reason)})`,
        );
    }
  }
  return removed;
}

/** Rules for bridges of networks that are gone: their remover died in between. */
async function orphanedRules(docker: Docker): Promise<readonly string[]> {
  // The rules first: one that a living process adds now has its network already.
  const guarded = await guardedBridges();
  const networks = await labelledNetworks(docker);
  const bridges = new Set(networks.map(({ bridge }) => bridge));
  return guarded.filter((bridge) => !bridges.has(bridge));
}

/** One pass over what carries our label, and over our firewall rules. */
export async function reapEngine(
  docker: Docker,
  options: ReapOptions,
  failures: ReapFailures,
): Promise<EngineFinds> {
  const { dryRun, now } = options;
  const abandoned = <Item extends Labelled>(items: readonly Item[]) =>
    items.filter(({ labels }) => isAbandoned(labels, now));
  const remove = async <Item extends Labelled>(
    items: readonly Item[],
    one: (item: Item) => Promise<unknown>,
  ) => (dryRun ? items.map(({ name }) => name) : removeAll(items, one, failures));
  const containers = await remove(abandoned(await labelledContainers(docker)), ({ id }) =>
    removeContainer(docker, id),
  );
  const networks = await remove(abandoned(await labelledNetworks(docker)), (network) =>
    removeNetwork(docker, network),
  );
  const volumes = await remove(abandoned(await labelledVolumes(docker)), async ({ id }) => {
    await docker
      .getVolume(id)
      .remove()
      .catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
  });
  const rules = await orphanedRules(docker);
  if (!dryRun) for (const bridge of rules) await forgetBridge(bridge);
  return {
    containers,
    networks: [...networks, ...rules.map((bridge) => `firewall rule of ${bridge}`)],
    volumes,
  };
}
