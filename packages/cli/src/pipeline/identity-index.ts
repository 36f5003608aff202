import { namesToJudge } from "@apex/analysis";
import { type CostRow, memberNames, type Resource } from "@apex/core";

/** Where something is, as far as it is known. */
interface Place {
  readonly region?: string | null | undefined;
  readonly account?: string | null | undefined;
}

/** Finds the id under which the state knows a resource, whatever a bill or a metric calls it. */
export interface IdentityIndex {
  /**
   * The id for a name; the name itself when nothing is known of it, or when it could mean several: a name is unique in its region and
   * account alone.
   */
  resourceId(name: string): string;
  /**
   * As {@link resourceId}, for metrics: under a bare name they are a machine's rather than a bucket's, and those of a member of a
   * cache or a database cluster are of a part of it, by the member's name.
   */
  measured(name: string): { readonly resourceId: string; readonly part?: string };
  /**
   * The id for a line of a bill, which tells region and account too. Members of an Auto Scaling group are in no state: they are billed
   * to the group that their tag names.
   */
  billedResourceId(
    line: Pick<CostRow, "Tags" | "RegionId" | "SubAccountId"> & { readonly ResourceId: string },
  ): string;
  /** The id of the Auto Scaling group of a name that is beside a resource. */
  groupId(name: string, beside: Resource): string | undefined;
}

/** "aws:autoscaling:groupName", which exports spell with other separators: CUR 2.0 has no colons in keys. */
const GROUP_TAG = "awsautoscalinggroupname";

function groupNameOf(tags: Readonly<Record<string, string>>): string | undefined {
  const key = Object.keys(tags).find((tag) => tag.replace(/[^a-z]/gi, "").toLowerCase() === GROUP_TAG);
  return key === undefined ? undefined : tags[key];
}

/** The last part of an ARN or self link: "arn:aws:ec2:…:instance/i-0abc" → "i-0abc". */
function lastSegment(name: string): string {
  return name.slice(
    Math.max(name.lastIndexOf("/"), name.startsWith("arn:") ? name.lastIndexOf(":") : -1) + 1,
  );
}

/** The place that is written in an ARN or a self link; none for other names. */
function placeOf(name: string): Place {
  const [arn, , , region, account] = name.split(":", 5);
  if (arn === "arn") return { region: region || null, account: account || null };
  return {
    account: /(?:^|\/)projects\/([^/]+)\//.exec(name)?.[1],
    region: /\/(?:zones|regions)\/([^/]+)\//.exec(name)?.[1]?.replace(/-[a-z]$/, ""),
  };
}

/** Whether nothing says that a resource is elsewhere. */
function mayBeAt({ region, account }: Resource, place: Place): boolean {
  const isSame = (own: string | undefined, other: string | null | undefined): boolean =>
    own === undefined || other === undefined || other === null || own === other;
  return isSame(region, place.region) && isSame(account, place.account);
}

function serviceOf(arn: string): string | undefined {
  return arn.split(":", 3)[2];
}

/**
 * Whether the last part of a name may mean a resource whose own ARN it is not: never by what its owner called it, and by a member
 * in the ARN of its own service alone, for tables, log groups and clusters are called as the database that they belong to.
 */
function mayBeMeant(one: Resource, name: string): boolean {
  if (!name.startsWith("arn:")) return true;
  const last = lastSegment(name);
  if (!memberNames(one).includes(last)) return one.name !== last;
  return !one.id.startsWith("arn:") || serviceOf(one.id) === serviceOf(name);
}

/** What keeps machines under a group's name. */
const GROUP_TYPES: ReadonlySet<string> = new Set(["aws_autoscaling_group", "aws_eks_node_group"]);

/** Resources by the names of their members. */
function ownersOf(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const owners = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const member of memberNames(resource)) {
      const same = owners.get(member);
      if (same === undefined) owners.set(member, [resource]);
      else same.push(resource);
    }
  }
  return owners;
}

/** Indexes resources by {@link namesToJudge}; of several with one name, the only one that may be at the place that is told. */
export function indexIdentities(resources: readonly Resource[]): IdentityIndex {
  const names = namesToJudge(resources);
  // An id that is a name may be another one's too: then whatever is this one's alone.
  const idOf = (one: Resource): string | undefined =>
    [one.id, ...one.aliases].find((own) => names.find(own) === one);
  // Bills have millions of lines of the same thousands of resources.
  const ids = new Map<Resource, string | undefined>();
  const filedUnder = (one: Resource): string | undefined => {
    if (!ids.has(one)) ids.set(one, idOf(one));
    return ids.get(one);
  };
  const only = (found: readonly Resource[]): string | undefined => {
    const [one] = found;
    return one === undefined || found.length > 1 ? undefined : filedUnder(one);
  };
  const found = (name: string, place: Place): string | undefined => {
    const exact = names.candidates(name);
    if (exact.length > 1) return only(exact.filter((one) => mayBeAt(one, place)));
    // What its owner named is called so in its region and account alone; ids and ARNs are nobody else's anywhere.
    if (exact.length === 1) return only(exact.filter((one) => one.name !== name || mayBeAt(one, place)));
    const called = names.candidates(lastSegment(name));
    if (called.length === 0) return undefined;
    const own = placeOf(name);
    return only(called.filter((one) => mayBeMeant(one, name) && mayBeAt(one, own) && mayBeAt(one, place)));
  };
  const byId = Map.groupBy(resources, ({ id }) => id);
  // AWS bills what its owner named by the ARN: a bare name is that of a bucket, where one is called so.
  const withId = (name: string, place: Place): string | undefined => {
    const isCalledSo = names.candidates(name).every((one) => one.name === name);
    const whose = (isCalledSo ? byId.get(name) : undefined)?.filter((one) => mayBeAt(one, place));
    return whose?.map(filedUnder).find((id) => id !== undefined);
  };
  const groupAt = (name: string, place: Place): string | undefined =>
    only(names.candidates(name).filter((one) => GROUP_TYPES.has(one.type) && mayBeAt(one, place)));
  const owners = ownersOf(resources);
  const measured = (name: string): { readonly resourceId: string; readonly part?: string } => {
    const id = found(name, {});
    const member = lastSegment(name);
    const [owner, ...others] = (owners.get(member) ?? []).filter(
      (one) => mayBeMeant(one, name) && mayBeAt(one, placeOf(name)),
    );
    const group = owner === undefined || others.length > 0 ? undefined : filedUnder(owner);
    // A database of a cluster is judged by itself, a node of a cache with the others.
    const isOwn = id !== undefined && id !== group && names.find(id)?.type !== "aws_elasticache_cluster";
    return group === undefined || isOwn ? { resourceId: id ?? name } : { resourceId: group, part: member };
  };
  return {
    resourceId: (name) => withId(name, {}) ?? measured(name).resourceId,
    measured,
    billedResourceId({ ResourceId, Tags, RegionId, SubAccountId }) {
      const place = { region: RegionId, account: SubAccountId };
      const group = groupNameOf(Tags);
      return (
        withId(ResourceId, place) ??
        found(ResourceId, place) ??
        (group === undefined ? undefined : groupAt(group, place)) ??
        ResourceId
      );
    },
    groupId: (name, { region, account }) => groupAt(name, { region, account }),
  };
}
