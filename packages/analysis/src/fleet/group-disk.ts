import type { Resource } from "@apex/core";
import type { Fleet } from "./fleet.ts";
import { volumeIndex } from "./volume-index.ts";

/**
 * Why the disks of an instance, or a volume, are none to change by themselves: an Auto Scaling group made them from its launch
 * template, and makes the next ones from it again. `undefined` for all others; what Terraform manages is its owner's own.
 */
export function whyGroupDisk(fleet: Fleet, resource: Resource): string | undefined {
  if (resource.address !== undefined) return undefined;
  const group = [resource, ...usersOf(fleet, resource)]
    .map(({ tags }) => tags["aws:autoscaling:groupName"])
    .find((name) => name !== undefined);
  return group === undefined
    ? undefined
    : `it is a disk of a machine of the Auto Scaling group ${group}, which makes its disks from its launch template`;
}

function usersOf(fleet: Fleet, { id, type, observed }: Resource): readonly Resource[] {
  if (type !== "aws_ebs_volume") return [];
  const told = (observed?.usedBy ?? []).flatMap((user) => fleet.find(user) ?? []);
  const named = volumeIndex(fleet).users.get(id);
  return named === undefined ? told : [...told, named];
}
