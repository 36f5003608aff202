import { nodePoolZones } from "@apex/catalog";
import type { IntendedChange, Resource } from "@apex/core";
import { blocksAt, numberAt, textAt } from "../fleet/attributes.ts";
import type { PoolOwner } from "./gpu-pool.ts";

/** How many machines a group is to have, and what makes that fewer. */
export interface PoolSizes {
  /** `undefined` where it is not written. */
  readonly desired: number | undefined;
  readonly changes: (after: number) => readonly IntendedChange[];
  /** Why nothing can be written, as a clause; absent where something can. */
  readonly whyNoEdit?: string;
}

/** The sizes of an EKS node group, an Auto Scaling group or a node pool of GKE. */
export function sizesOf(group: Resource): PoolSizes {
  return group.type === "google_container_node_pool" ? gkeSizes(group) : awsSizes(group);
}

/** Whether a node pool is the one that its nodes name. */
export function isGkePool(
  { attributes }: Resource,
  owner: PoolOwner & { readonly kind: "gke-node-pool" },
): boolean {
  // The cluster is written by name or by its whole path.
  const cluster = textAt(attributes, "cluster")?.split("/").at(-1);
  return textAt(attributes, "name") === owner.name && cluster === owner.cluster;
}

/** Source: hashicorp/google, google_container_node_pool: another gpu_sharing_config or gpu_partition_size makes the pool anew. */
function gkeSizes({ attributes }: Resource): PoolSizes {
  const each = numberAt(attributes, "node_count");
  const zones = nodePoolZones(attributes);
  return {
    desired: each === undefined || zones === undefined ? undefined : each * zones,
    changes: () => [],
    whyNoEdit:
      "how GPUs are shared (gpu_sharing_config, gpu_partition_size) is set when a pool is made: it takes a second pool, to which the work is moved",
  };
}

function awsSizes({ type, address, attributes }: Resource): PoolSizes {
  const isEks = type === "aws_eks_node_group";
  const block = isEks ? blocksAt(attributes, "scaling_config")[0] : { index: 0, block: attributes };
  const size = (name: string) => (block === undefined ? undefined : numberAt(block.block, name));
  const desiredName = isEks ? "desired_size" : "desired_capacity";
  const desired = size(desiredName);
  const minimum = size("min_size");
  return {
    desired,
    changes: (after) => {
      if (address === undefined) return [];
      const set = (name: string, from: number) =>
        ({
          kind: "set-attribute",
          address,
          path: isEks ? ["scaling_config", block?.index ?? 0, name] : [name],
          from,
          to: after,
        }) as const;
      return [
        ...(minimum !== undefined && minimum > after ? [set("min_size", minimum)] : []),
        ...(desired !== undefined && desired > after
          ? [{ ...set(desiredName, desired), whenUnmanaged: "saves-as-it-scales" } as const]
          : []),
      ];
    },
  };
}
