import type { Resource, ResourceCost } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";
import { withAttribute } from "./by-attribute.ts";
import { awsRegionOf } from "./instance.ts";

/** All resources of a run with the look-ups that rules need across them. Built once by {@link fleetOf}. */
export interface Fleet {
  readonly resources: readonly Resource[];
  /** By id or any alias. */
  readonly find: (id: string) => Resource | undefined;
  readonly ofType: (type: string) => readonly Resource[];
  readonly costOf: (resource: Resource) => ResourceCost | undefined;
  /** Ids that mean none of the resources that have them: {@link sharedIds} of those that are measured. */
  readonly sharedIds: ReadonlySet<string>;
}

/**
 * Types that the user names as they like, and that are measured by the same metrics: samples under a name that two of them have
 * could be of either.
 */
const NAMED_MACHINES: ReadonlySet<string> = new Set([
  "aws_autoscaling_group",
  "aws_db_instance",
  "aws_elasticache_cluster",
  "aws_elasticache_replication_group",
  "aws_rds_cluster_instance",
]);

/**
 * Ids that several of the resources have, in another region or account or as another kind of machine. What was measured or billed
 * under such an id may be of any of them.
 */
export function sharedIds(resources: readonly Resource[]): ReadonlySet<string> {
  const holders = new Map<string, string>();
  const shared = new Set<string>();
  for (const { id, type, region, account } of resources) {
    const kind = JSON.stringify([id, NAMED_MACHINES.has(type) ? "machine" : type]);
    const holder = JSON.stringify([type, account, region]);
    if (holders.has(kind) && holders.get(kind) !== holder) shared.add(id);
    holders.set(kind, holder);
  }
  return shared;
}

/**
 * Indexes resources and their cost. Where two resources share a name (an instance and the resource that stops it, a
 * machine and a disk called alike), one of `sizedTypes` keeps it, for it is what is measured; else the first one. An alias that two share is
 * nobody's, and so is an id that two of `sizedTypes` have in other places.
 */
export function fleetOf(
  resources: readonly Resource[],
  costs: readonly ResourceCost[],
  sizedTypes: ReadonlySet<string>,
): Fleet {
  const byName = new Map<string, Resource>();
  const byType = new Map<string, Resource[]>();
  for (const resource of resources) {
    const holder = byName.get(resource.id);
    const isBetter = holder !== undefined && sizedTypes.has(resource.type) && !sizedTypes.has(holder.type);
    if (holder === undefined || isBetter) byName.set(resource.id, resource);
    const sameType = byType.get(resource.type);
    if (sameType === undefined) byType.set(resource.type, [resource]);
    else sameType.push(resource);
  }
  const byAlias = aliasesOf(resources, sizedTypes);
  const shared = sharedIds(resources.filter(({ type }) => sizedTypes.has(type)));
  const costById = new Map(costs.map((cost) => [cost.resourceId, cost]));
  return {
    resources,
    // Ids first: an alias must never hide another resource's own id.
    find: (id) => (shared.has(id) ? undefined : (byName.get(id) ?? byAlias.get(id) ?? undefined)),
    ofType: (type) => byType.get(type) ?? [],
    costOf: (resource) => {
      for (const name of [resource.id, ...resource.aliases]) {
        if (shared.has(name)) continue;
        const cost = costById.get(name);
        if (cost !== undefined) return cost;
      }
      return undefined;
    },
    sharedIds: shared,
  };
}

/** Private addresses and names come back in other networks and accounts: what could mean two of those that are measured means none. */
function aliasesOf(
  resources: readonly Resource[],
  sizedTypes: ReadonlySet<string>,
): ReadonlyMap<string, Resource | null> {
  const byAlias = new Map<string, Resource | null>();
  const isSized = new Map<string, boolean>();
  for (const resource of resources) {
    const sized = sizedTypes.has(resource.type);
    for (const alias of resource.aliases) {
      const holder = byAlias.get(alias);
      if (holder === resource || (isSized.get(alias) === true && !sized)) continue;
      const isFirst = holder === undefined || (sized && isSized.get(alias) === false);
      byAlias.set(alias, isFirst ? resource : null);
      isSized.set(alias, sized);
    }
  }
  return byAlias;
}

/** The launch template that a group starts its instances from, when Terraform manages both. */
export function launchTemplateOf(fleet: Fleet, group: Resource): Resource | undefined {
  const [reference] = blocksAt(group.attributes, "launch_template");
  const [mixed] = blocksAt(
    group.attributes,
    "mixed_instances_policy",
    0,
    "launch_template",
    0,
    "launch_template_specification",
  );
  const block = reference?.block ?? mixed?.block;
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

/** Whether two resources may be of one account and region: nothing says otherwise. */
function isBeside(one: Resource, other: Resource): boolean {
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
