import { isJsonObject, type JsonValue, type Resource } from "@apex/core";
import { type Labels, machineName, MACHINE_LABELS } from "../exports/metrics/prometheus-labels.ts";

/** Attributes by which a machine may be called in a label, beside its id and aliases. */
const NAME_ATTRIBUTES = ["private_dns", "private_ip", "public_dns", "public_ip", "hostname", "name"];
const MACHINE_TYPES: ReadonlySet<string> = new Set(["aws_instance", "google_compute_instance"]);

/** Names that may mean several machines mean none. */
type Owners = Map<string, string | null>;

/** Finds the id of the machine that a name or address means. */
export interface MachineNames {
  /** Whether there is no inventory, so that any machine may be asked for. */
  readonly isEmpty: boolean;
  has(id: string | undefined): boolean;
  find(name: string): string | undefined;
}

/** Source: Compute Engine documentation, "Internal DNS names": VM.ZONE.c.PROJECT.internal, or without the zone. */
const GOOGLE_HOST = /\.c\.[^/]+\.internal$/;

/** Indexes machines of an inventory by id, aliases, addresses, host names with and without domain, and the tag Name. */
export function machineNames(resources: readonly Resource[]): MachineNames {
  const owners: Owners = new Map();
  const ids = new Set<string>();
  for (const resource of resources) {
    if (!MACHINE_TYPES.has(resource.type)) continue;
    ids.add(resource.id);
    for (const name of namesOf(resource)) own(owners, name, resource.id);
  }
  const lookUp = (name: string): string | undefined => owners.get(name.toLowerCase()) ?? undefined;
  return {
    isEmpty: ids.size === 0,
    has: (id) => id !== undefined && ids.has(id),
    find: (name) => {
      if (ids.has(name)) return name;
      // A name that says its project is of no other.
      return lookUp(name) ?? (GOOGLE_HOST.test(name) ? undefined : lookUp(withoutDomain(name)));
    },
  };
}

/** The facts of one day by which a name leads to another: a Kubernetes node to its provider's id, an address to a node. */
export interface NameLinks {
  readonly targets: ReadonlyMap<string, string | null>;
}

/** Reads `kube_node_info` (kube-state-metrics) and `node_uname_info` (node_exporter). */
export function nameLinks(nodes: readonly Labels[], hosts: readonly Labels[]): NameLinks {
  const targets: Owners = new Map();
  for (const labels of nodes) {
    const node = labels["node"];
    const target = machineName(labels["provider_id"]) ?? node;
    if (target === undefined) continue;
    for (const name of [node, labels["internal_ip"]])
      if (name !== undefined && name !== target) own(targets, name, target);
  }
  for (const labels of hosts) {
    const host = labels["nodename"];
    const address = machineName(labels["instance"]);
    if (
      host !== undefined &&
      host !== "" &&
      address !== undefined &&
      address !== host &&
      !targets.has(address.toLowerCase())
    )
      own(targets, address, host);
  }
  return { targets };
}

/** Names lead to names at most so often: an address to a host's name, that to a node, that to an instance. */
const LINKS_MAX = 3;

/**
 * The id of the machine that a series is of: the first label that names a machine of the inventory, if need be by way of links; else
 * what the first label says or leads to. `undefined` when no label names any.
 */
export function machineIdOf(
  labels: Labels,
  machineLabels: readonly string[],
  names: MachineNames,
  links: NameLinks,
): string | undefined {
  let fallback: string | undefined;
  for (const label of machineLabels) {
    const name = machineName(labels[label]);
    if (name === undefined) continue;
    const chain = chainOf(name, links);
    for (const one of chain) {
      const found = names.find(one);
      if (found !== undefined) return found;
    }
    fallback ??= chain.at(-1);
  }
  return fallback;
}

function chainOf(name: string, { targets }: NameLinks): readonly string[] {
  const chain = [name];
  for (let next = targets.get(name.toLowerCase()); typeof next === "string" && chain.length <= LINKS_MAX; ) {
    chain.push(next);
    next = targets.get(next.toLowerCase());
  }
  return chain;
}

/** The labels to look at: the user's own first. */
export function machineLabelsOf(own: readonly string[]): readonly string[] {
  return [...new Set([...own, ...MACHINE_LABELS])];
}

function* namesOf({ id, aliases, attributes, tags }: Resource): Generator<string> {
  yield id;
  yield* aliases;
  yield* googleHosts(id);
  const written = [
    ...NAME_ATTRIBUTES.map((name) => attributes[name]),
    ...nested(attributes["network_interface"], "network_ip"),
    tags["Name"],
  ];
  for (const name of written) {
    if (typeof name !== "string" || name === "") continue;
    yield name;
    if (name !== withoutDomain(name)) yield withoutDomain(name);
  }
}

/** The internal DNS names of a Compute Engine instance. */
function googleHosts(id: string): readonly string[] {
  const [, project, zone, name] = /^projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/.exec(id) ?? [];
  if (project === undefined || name === undefined) return [];
  // "example.com:shop" is c.shop.example.com.
  const domain = project.includes(":") ? project.split(":").toReversed().join(".") : project;
  return [`${name}.${zone}.c.${domain}.internal`, `${name}.c.${domain}.internal`];
}

function nested(blocks: JsonValue | undefined, name: string): readonly JsonValue[] {
  return Array.isArray(blocks)
    ? blocks.flatMap((block: JsonValue) => (isJsonObject(block) ? [block[name] ?? null] : []))
    : [];
}

function withoutDomain(name: string): string {
  return /^[\d.]+$/.test(name) ? name : (name.split(".", 1)[0] ?? name);
}

function own(owners: Owners, name: string, id: string): void {
  const key = name.toLowerCase();
  const owner = owners.get(key);
  owners.set(key, owner === undefined || owner === id ? id : null);
}
