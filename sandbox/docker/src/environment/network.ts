import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { engineError, isGone, statusOf } from "../errors.ts";
import { LABELS, ownLabels } from "../run/labels.ts";
import { closeHostTo, forgetBridge } from "./firewall.ts";
import { requireInterface } from "./host-ground.ts";

/** Containers that have just been killed hold their network for a moment. */
const REMOVAL_TRIES = 40;
const REMOVAL_PAUSE_MS = 50;
/** What the engine says when it has no addresses left: it has about thirty networks of its own. */
const NO_ADDRESSES = /non-overlapping|predefined address pools/;

/** A network of one environment. */
export interface RunNetwork {
  readonly id: string;
  readonly name: string;
  /** The interface on the host: it counts what the environment sends and receives, and outlives the containers. */
  readonly bridge: string;
}

/** The interface's name: "apex" and eleven digits, the longest that the kernel takes. */
export function bridgeName(networkName: string): string {
  return `apex${createHash("sha256").update(networkName).digest("hex").slice(0, 11)}`;
}

/** What a network is made for. */
export interface NetworkRequest {
  readonly runId: string;
  readonly environment: string;
  readonly leaseMs: number;
  /** Whether this process may close the host to it. */
  readonly isHostClosed: boolean;
}

/**
 * Makes a network on which containers reach neither the internet nor other networks nor each other; the host reaches them, and,
 * where `isHostClosed`, they cannot reach the host on their own account. Throws an AdapterError, and leaves no network then; it is
 * `unavailable` also when the engine makes its networks on another machine than this.
 */
export async function createNetwork(docker: Docker, request: NetworkRequest): Promise<RunNetwork> {
  const name = `apex-${request.runId}-${request.environment}`;
  const bridge = bridgeName(name);
  const doing = `making the network of ${request.environment}`;
  try {
    const { id } = await docker.createNetwork({
      Name: name,
      Driver: "bridge",
      CheckDuplicate: true,
      Internal: true,
      Attachable: false,
      EnableIPv6: false,
      Options: {
        "com.docker.network.bridge.name": bridge,
        "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.bridge.enable_ip_masquerade": "false",
      },
      Labels: { ...ownLabels(request.runId, request.leaseMs), [LABELS.environment]: request.environment },
    });
    const network = { id, name, bridge };
    await usableOrRemove(docker, network, request);
    return network;
  } catch (error) {
    const failure = engineError(doing, error);
    if (NO_ADDRESSES.test(failure.message)) {
      failure.message +=
        ' Remove networks that are not used: "apex sandbox reap", then "docker network prune".';
    }
    throw failure;
  }
}

/** A network that cannot be reached from here, or whose way to the host stays open against our will, is of no use. */
async function usableOrRemove(
  docker: Docker,
  network: RunNetwork,
  { isHostClosed }: NetworkRequest,
): Promise<void> {
  try {
    await requireInterface(network.bridge);
    if (isHostClosed) await closeHostTo(network.bridge);
  } catch (error) {
    await removeNetwork(docker, network);
    throw error;
  }
}

/** Removes a network and its firewall rule. Does not throw for what is gone already. */
export async function removeNetwork(
  docker: Docker,
  network: Pick<RunNetwork, "id" | "bridge">,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await docker.getNetwork(network.id).remove();
      break;
    } catch (error) {
      if (isGone(error)) break;
      // 403: it still has an endpoint.
      if (statusOf(error) !== 403 || tries >= REMOVAL_TRIES) throw engineError("removing a network", error);
    }
    await pause(REMOVAL_PAUSE_MS);
  }
  await forgetBridge(network.bridge);
}
