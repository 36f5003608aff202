import type { Resource } from "@apex/core";

/** Which resource a name of a metric, a bill or another resource means. */
export interface ResourceNames {
  /** By id, name or any alias; `undefined` for what is nobody's, or could be of several. */
  readonly find: (name: string) => Resource | undefined;
  /** Whether several could be meant, so that it means none. */
  readonly isShared: (name: string) => boolean;
  /** All that could be meant: who knows the region or account of what came under the name can tell them apart. */
  readonly candidates: (name: string) => readonly Resource[];
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

/** Who has a name; the lower the rank, the surer it is that metrics under it are of that one. */
interface Holders {
  readonly rank: number;
  readonly resources: Resource[];
}

/** From here on names are aliases: a private address, the name of a balancer. */
const ALIAS_RANK = 3;
const UNMEASURED_RANK = 2;

/**
 * Indexes the names of resources. Where several have one, the likeliest keeps it: a machine before what else `sizedTypes` holds,
 * that before all other types, and own ids and names before aliases, for an alias must never hide what another one is called.
 * Of equals in different places or of different types none does, for what comes under the name may be of any of them.
 */
export function resourceNames(
  resources: readonly Resource[],
  sizedTypes: ReadonlySet<string>,
): ResourceNames {
  const holders = new Map<string, Holders>();
  const add = (called: string, resource: Resource, rank: number): void => {
    const held = holders.get(called);
    if (held === undefined || rank < held.rank) holders.set(called, { rank, resources: [resource] });
    else if (rank === held.rank && !isHeld(held, resource)) held.resources.push(resource);
  };
  for (const resource of resources) {
    const { id, name, type, aliases } = resource;
    const isSized = sizedTypes.has(type);
    const own = !isSized ? UNMEASURED_RANK : NAMED_MACHINES.has(type) ? 0 : 1;
    add(id, resource, own);
    if (name !== undefined) add(name, resource, own);
    for (const alias of aliases)
      if (alias !== "" && alias !== name) add(alias, resource, isSized ? ALIAS_RANK : ALIAS_RANK + 1);
  }
  const candidates = (name: string): readonly Resource[] => holders.get(name)?.resources ?? [];
  return {
    find: (name) => {
      const [one, ...others] = candidates(name);
      return others.length === 0 ? one : undefined;
    },
    isShared: (name) => candidates(name).length > 1,
    candidates,
  };
}

/** Whether one that has the name already may keep it: the same thing listed twice, or what nobody measures. */
function isHeld({ rank, resources }: Holders, resource: Resource): boolean {
  // An alias may be that of thousands: one gives its own one after the other.
  if (rank >= ALIAS_RANK) return resources.at(-1) === resource;
  return resources.some(
    (one) =>
      one === resource ||
      (one.type === resource.type
        ? one.id === resource.id && one.region === resource.region && one.account === resource.account
        : rank === UNMEASURED_RANK),
  );
}
