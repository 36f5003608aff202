import type { Diagnostic, JsonObject, JsonValue, Resource } from "@apex/core";

/** Resources of a state and an inventory as one list. */
export interface JoinedResources {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What runs, and changes outside of Terraform: the inventory is newer than the last refresh. */
const LIVE_ATTRIBUTES: ReadonlySet<string> = new Set(["instance_state", "current_status"]);

/** What a resource is sized by: where the inventory says otherwise, the metrics are those of another size. */
const SIZE_ATTRIBUTES = ["instance_type", "instance_class", "machine_type", "node_type", "tier"] as const;

/**
 * Joins what Terraform manages with what an inventory found: by id or another name, of the same type. The state's address and
 * attributes count; the inventory adds what it observed, attributes that the state lacks, account and region. What is in the
 * inventory alone comes after them, without an address; but not disks that an instance of the state describes in its own blocks,
 * for that is where they are changed.
 */
export function joinInventory(managed: readonly Resource[], inventory: readonly Resource[]): JoinedResources {
  const byName = namesOf(inventory);
  const found = new Set<Resource>();
  const drifted: Diagnostic[] = [];
  const joined = managed.map((resource) => {
    const live = liveOf(resource, byName);
    if (live === undefined) return resource;
    found.add(live);
    const drift = driftOf(resource, live);
    if (drift !== undefined) drifted.push(drift);
    return join(resource, live);
  });
  const described = new Set(managed.flatMap(blockVolumeIds));
  const others = inventory.filter(
    (resource) => !found.has(resource) && !(resource.type === "aws_ebs_volume" && described.has(resource.id)),
  );
  return { resources: [...joined, ...others], diagnostics: drifted };
}

function nameKey(type: string, name: string): string {
  return `${type}\n${name}`;
}

function namesOf(inventory: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const byName = new Map<string, Resource[]>();
  for (const resource of inventory) {
    for (const name of new Set([resource.id, ...resource.aliases])) {
      const key = nameKey(resource.type, name);
      const same = byName.get(key);
      if (same === undefined) byName.set(key, [resource]);
      else same.push(resource);
    }
  }
  return byName;
}

/** The one resource of the inventory that a name of the state's means; a name that several regions or accounts share means none. */
function liveOf(resource: Resource, byName: ReadonlyMap<string, readonly Resource[]>): Resource | undefined {
  for (const name of [resource.id, ...resource.aliases]) {
    const candidates = (byName.get(nameKey(resource.type, name)) ?? []).filter(
      ({ provider, region, account }) =>
        provider === resource.provider &&
        mayBeSame(region, resource.region) &&
        mayBeSame(account, resource.account),
    );
    if (candidates.length === 1) return candidates[0];
  }
  return undefined;
}

function mayBeSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function join(managed: Resource, live: Resource): Resource {
  const attributes: Record<string, JsonValue> = { ...live.attributes, ...managed.attributes };
  for (const name of LIVE_ATTRIBUTES) {
    const value = live.attributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  const region = managed.region ?? live.region;
  const account = managed.account ?? live.account;
  return {
    ...managed,
    aliases: [
      ...new Set([...managed.aliases, ...live.aliases, live.id].filter((name) => name !== managed.id)),
    ],
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
    tags: { ...live.tags, ...managed.tags },
    attributes,
    ...(live.observed === undefined ? {} : { observed: live.observed }),
  };
}

function driftOf(managed: Resource, live: Resource): Diagnostic | undefined {
  for (const name of SIZE_ATTRIBUTES) {
    const before = lastSegment(managed.attributes[name]);
    const now = lastSegment(live.attributes[name]);
    if (before === undefined || now === undefined || before === now) continue;
    return {
      severity: "warning",
      code: "state-drift",
      summary: `The state says ${name} ${before}, and the cloud ${now}`,
      detail:
        "Run `terraform apply -refresh-only`: it is judged as the state says, by metrics of what really runs.",
      ...(managed.address === undefined ? {} : { address: managed.address }),
    };
  }
  return undefined;
}

/** A name, which may be written as a link. */
function lastSegment(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value.split("/").at(-1) : undefined;
}

/** Ids of the volumes that an instance describes in blocks of its own. */
function blockVolumeIds({ type, attributes }: Resource): readonly string[] {
  if (type !== "aws_instance") return [];
  return ["root_block_device", "ebs_block_device"].flatMap((name) => {
    const blocks = attributes[name];
    if (!Array.isArray(blocks)) return [];
    return (blocks as readonly JsonObject[]).flatMap((block) => {
      const id = block?.["volume_id"];
      return typeof id === "string" ? [id] : [];
    });
  });
}
