import type Docker from "dockerode";
import { removeContainer } from "../remove-container.ts";
import { forgetBridge, guardedBridges } from "../environment/firewall.ts";
import { hasInterface } from "../environment/host-ground.ts";
import { removeNetwork } from "../environment/network.ts";
import { isGone } from "../errors.ts";
import { type Meter, settle } from "../meter/run-reading.ts";
import {
  labelledContainers,
  labelledNetworks,
  labelledVolumes,
  type Labelled,
} from "../run/find-resources.ts";
import { isAbandoned, LABELS } from "../run/labels.ts";
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

/** Rules for bridges that are gone: their remover died in between. Those of another engine's networks are still there. */
async function orphanedRules(docker: Docker): Promise<readonly string[]> {
  // The rules first: one that a living process adds now has its network already.
  const guarded = await guardedBridges();
  const networks = await labelledNetworks(docker);
  const bridges = new Set(networks.map(({ bridge }) => bridge));
  const orphaned: string[] = [];
  for (const bridge of guarded) {
    if (!bridges.has(bridge) && !(await hasInterface(bridge))) orphaned.push(bridge);
  }
  return orphaned;
}

type LabelledNetwork = Labelled & { readonly bridge: string };

/**
 * Notes what the abandoned have used in the records of their runs, before it goes with them. Of what cannot be read nothing is
 * noted: that keeps nobody from removing it.
 */
async function settleAbandoned(
  meter: Meter,
  containers: readonly Labelled[],
  networks: readonly LabelledNetwork[],
): Promise<void> {
  const runIds = new Set([...containers, ...networks].map(({ labels }) => labels[LABELS.run] ?? ""));
  for (const runId of runIds) {
    const ofRun = <Item extends Labelled>(items: readonly Item[]) =>
      items.filter(({ labels }) => labels[LABELS.run] === runId);
    const containerIds = ofRun(containers).map(({ id }) => id);
    await settle(meter, runId, { containerIds, networks: ofRun(networks) }).catch(() => {});
  }
}

async function forgetAll(bridges: readonly string[], failures: ReapFailures): Promise<void> {
  for (const bridge of bridges) {
    try {
      await forgetBridge(bridge);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
}

/** What a pass works with. */
export interface ReapContext {
  /** Absent where this machine's control groups are none of the engine's. */
  readonly meter: Meter | undefined;
  /** Filled with what could not be removed. */
  readonly failures: ReapFailures;
}

/** One pass over what carries our label, and over our firewall rules. */
export async function reapEngine(
  docker: Docker,
  options: ReapOptions,
  { meter, failures }: ReapContext,
): Promise<EngineFinds> {
  const { dryRun, now } = options;
  const abandoned = <Item extends Labelled>(items: readonly Item[]) =>
    items.filter(({ labels }) => isAbandoned(labels, now));
  const remove = async <Item extends Labelled>(
    items: readonly Item[],
    one: (item: Item) => Promise<unknown>,
  ) => (dryRun ? items.map(({ name }) => name) : removeAll(items, one, failures));
  const deadContainers = abandoned(await labelledContainers(docker));
  const deadNetworks = abandoned(await labelledNetworks(docker));
  if (!dryRun && meter !== undefined) await settleAbandoned(meter, deadContainers, deadNetworks);
  const containers = await remove(deadContainers, ({ id }) => removeContainer(docker, id));
  const networks = await remove(deadNetworks, (network) => removeNetwork(docker, network));
  const volumes = await remove(abandoned(await labelledVolumes(docker)), async ({ id }) => {
    await docker
      .getVolume(id)
      .remove()
      .catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
  });
  const rules = await orphanedRules(docker);
  if (!dryRun) await forgetAll(rules, failures);
  return {
    containers,
    networks: [...networks, ...rules.map((bridge) => `firewall rule of ${bridge}`)],
    volumes,
  };
}
