import type { Resource } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";

/** The names of the Auto Scaling groups that a managed node group keeps its nodes in: what its metrics are known by. */
export function scalingGroupNames({ attributes }: Resource): readonly string[] {
  return blocksAt(attributes, "resources").flatMap(({ block }) =>
    blocksAt(block, "autoscaling_groups").flatMap(({ block: group }) => textAt(group, "name") ?? []),
  );
}
