import type { JsonObject, Resource, ResourceCost } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";
import { withAttribute } from "./by-attribute.ts";
import { awsRegionOf } from "./instance.ts";
import { resourceNames, type ResourceNames } from "./names.ts";

/** All resources of a run with the look-ups that rules need across them. Built once by {@link fleetOf}. */
export interface Fleet extends ResourceNames {
  readonly resources: readonly Resource[];
  readonly ofType: (type: string) => readonly Resource[];
  readonly costOf: (resource: Resource) => ResourceCost | undefined;
}

/**
 * Indexes resources and their cost by {@link resourceNames}: metrics and bills under a name that could mean several of `sizedTypes`
 * are nobody's.
 */
export function fleetOf(
  resources: readonly Resource[],
  costs: readonly ResourceCost[],
  sizedTypes: ReadonlySet<string>,
): Fleet {
  const byType = Map.groupBy(resources, ({ type }) => type);
  const names = resourceNames(resources, sizedTypes);
  const costById = new Map(costs.map((cost) => [cost.resourceId, cost]));
  return {
    resources,
    ...names,
    ofType: (type) => byType.get(type) ?? [],
    costOf: (resource) => {
      for (const name of [resource.id, ...resource.aliases]) {
        // Another region or account may have the name: who knows the place of what is billed under it files that under an id.
        if (name === resource.name) continue;
        const cost = costById.get(name);
        if (cost !== undefined && names.find(name) === resource) return cost;
      }
      return undefined;
    },
  };
}

/** What names the launch template of a group: its own block, or that of its mixed instances policy. */
export function launchTemplateReference(group: Resource): JsonObject | undefined {
  const [reference] = blocksAt(group.attributes, "launch_template");
  const [mixed] = blocksAt(
    group.attributes,
    "mixed_instances_policy",
    0,
    "launch_template",
    0,
    "launch_template_specification",
  );
  return reference?.block ?? mixed?.block;
}

/** The launch template that a group starts its instances from, when Terraform manages both. */
export function launchTemplateOf(fleet: Fleet, group: Resource): Resource | undefined {
  const block = launchTemplateReference(group);
  if (block === undefined) return undefined;
  const id = textAt(block, "id") ?? textAt(block, "launch_template_id");
  const name = textAt(block, "name") ?? textAt(block, "launch_template_name");
  const found = id === undefined ? undefined : fleet.find(id);
  if (found?.type === "aws_launch_template") return found;
  // A name is one template's in its account and region alone.
  return name === undefined
    ? undefined
    : withAttribute(fleet, "aws_launch_template", "name", name).find((template) => isBeside(template, group));
}

/** Whether two resources may be of one account and region, where names are unique: nothing says otherwise. */
export function isBeside(one: Resource, other: Resource): boolean {
  const isSame = (a: string | undefined, b: string | undefined): boolean =>
    a === undefined || b === undefined || a === b;
  return isSame(one.account, other.account) && isSame(awsRegionOf(one), awsRegionOf(other));
}

const usersByTemplate = new WeakMap<Fleet, ReadonlyMap<Resource | undefined, readonly Resource[]>>();

/** What starts machines from a launch template, Auto Scaling groups first, then node groups of EKS: looked up for each group, so gathered once. */
export function templateUsers(fleet: Fleet, template: Resource): readonly Resource[] {
  let users = usersByTemplate.get(fleet);
  if (users === undefined) {
    const groups = ["aws_autoscaling_group", "aws_eks_node_group"].flatMap((type) => fleet.ofType(type));
    users = Map.groupBy(groups, (group) => launchTemplateOf(fleet, group));
    usersByTemplate.set(fleet, users);
  }
  return users.get(template) ?? [];
}

/** The Auto Scaling groups of the fleet that a launch template feeds. */
export function groupsOf(fleet: Fleet, template: Resource): readonly Resource[] {
  return templateUsers(fleet, template).filter(({ type }) => type === "aws_autoscaling_group");
}
