import {
  type CloudProvider,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  memberNames,
  type Resource,
} from "@apex/core";

/** The names one resource goes by. */
export interface Identity {
  readonly id: string;
  /** As `Resource.name`. */
  readonly name?: string;
  readonly aliases: readonly string[];
}

/**
 * Types that their owner names, with the attribute that metrics call them by. Another region or account may have the same name, so
 * that the ARN is the id: it is in a state as well as in an inventory, and it is what bills of AWS have.
 */
const NAME_ATTRIBUTES: Readonly<Record<string, string>> = {
  aws_autoscaling_group: "name",
  aws_db_instance: "identifier",
  aws_eks_cluster: "name",
  aws_eks_node_group: "id",
  aws_elasticache_cluster: "cluster_id",
  aws_elasticache_replication_group: "replication_group_id",
  aws_elb: "name",
  aws_lambda_function: "function_name",
  aws_rds_cluster: "cluster_identifier",
  aws_rds_cluster_instance: "identifier",
};

/** Which attribute bills and metrics call a resource by, where it is not `id`. The first that is there counts. */
const ID_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  // CloudWatch's LoadBalancer dimension is the tail of the ARN: app/web/50dc6c495c0c9188.
  aws_lb: ["arn_suffix"],
  aws_alb: ["arn_suffix"],
  aws_eip: ["allocation_id"],
  // The project is part of it: an instance's `id` is its name alone, which another project may have too.
  google_sql_database_instance: ["connection_name", "name"],
};

/** Attributes that name the same thing for every type of a cloud. */
const ALIAS_ATTRIBUTES: Readonly<Record<CloudProvider, readonly string[]>> = {
  aws: ["id", "arn"],
  gcp: ["id", "self_link"],
};

/**
 * Further names, type by type: the same attribute elsewhere may name another resource (a NAT gateway's `allocation_id`
 * is an address's, a launch template's `name` may be a group's).
 */
const TYPE_ALIAS_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  // Prometheus and Kubernetes call a machine by its private name or address.
  aws_instance: ["private_dns", "private_ip"],
  aws_db_instance: ["resource_id", "address"],
  aws_rds_cluster: ["cluster_resource_id", "endpoint"],
  aws_rds_cluster_instance: ["dbi_resource_id", "endpoint"],
  aws_lb: ["name", "dns_name"],
  aws_alb: ["name", "dns_name"],
  aws_elb: ["dns_name"],
  aws_eip: ["public_ip"],
  // A name is unique in its project and place alone, so it is no id; and a boot disk's is its machine's, so only what is
  // measured is found by it.
  google_compute_instance: ["instance_id", "name"],
  google_compute_instance_group_manager: ["name"],
  google_compute_region_instance_group_manager: ["name"],
  google_sql_database_instance: ["name"],
  google_container_cluster: ["name"],
  google_compute_disk: ["disk_id"],
  google_compute_address: ["address"],
};

/** The provider of a Terraform type that Apex sizes; `undefined` for all others. */
export function providerOf(type: string): CloudProvider | undefined {
  if (type.startsWith("aws_")) return "aws";
  if (type.startsWith("google_")) return "gcp";
  return undefined;
}

/** The names of a resource from its attributes; `undefined` when it has none, as before its creation. */
export function identityOf(
  provider: CloudProvider,
  type: string,
  attributes: JsonObject,
): Identity | undefined {
  const naming = Object.hasOwn(NAME_ATTRIBUTES, type) ? NAME_ATTRIBUTES[type] : undefined;
  const name = naming === undefined ? undefined : textAt(attributes, naming);
  const ids = Object.hasOwn(ID_ATTRIBUTES, type) ? (ID_ATTRIBUTES[type] ?? []) : [];
  const preferred = naming === undefined ? ids : ["arn", naming];
  const id = [...preferred, "id", "name"]
    .map((name) => textAt(attributes, name))
    .find((text) => text !== undefined);
  if (id === undefined) return undefined;
  const further = Object.hasOwn(TYPE_ALIAS_ATTRIBUTES, type) ? (TYPE_ALIAS_ATTRIBUTES[type] ?? []) : [];
  const names = [
    name,
    ...[...ALIAS_ATTRIBUTES[provider], ...further].map((attribute) => textAt(attributes, attribute)),
    ...(type === "aws_eks_node_group" ? scalingGroupsOf(attributes) : []),
    ...memberNames({ type, attributes }),
  ].filter((text) => text !== undefined && text !== id);
  const aliases = [...new Set(names)].filter((alias) => alias !== undefined);
  return { id, ...(name === undefined || name === id ? {} : { name }), aliases };
}

/**
 * A resource of a collection under the id that it has today: an earlier Apex called what its owner names by the name alone, which is
 * then one of its aliases.
 */
export function underPresentId(resource: Resource): Resource {
  const { provider, type, id, name, aliases, attributes } = resource;
  if (name !== undefined || !Object.hasOwn(NAME_ATTRIBUTES, type)) return resource;
  const identity = identityOf(provider, type, attributes);
  if (identity === undefined || identity.id === id) return resource;
  const names = [...identity.aliases, ...aliases, id].filter((alias) => alias !== identity.id);
  return { ...resource, ...identity, aliases: [...new Set(names)] };
}

/** The Auto Scaling groups of an EKS node group, whose names its metrics come under. */
function scalingGroupsOf(attributes: JsonObject): readonly (string | undefined)[] {
  const blocks = (value: JsonValue | undefined): readonly JsonObject[] =>
    Array.isArray(value) ? value.filter(isJsonObject) : [];
  return blocks(attributes["resources"])
    .flatMap((block) => blocks(block["autoscaling_groups"]))
    .map((group) => textAt(group, "name"));
}

/** A non-empty text, or a number as text (numeric ids); `undefined` for anything else. */
function textAt(attributes: JsonObject, name: string): string | undefined {
  if (!Object.hasOwn(attributes, name)) return undefined;
  const value = attributes[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The region of a resource, from where its attributes tell it; `undefined` for what has none (global resources). */
export function regionOf(provider: CloudProvider, attributes: JsonObject): string | undefined {
  return provider === "aws" ? awsRegion(attributes) : gcpRegion(attributes);
}

function awsRegion(attributes: JsonObject): string | undefined {
  const zones = attributes["availability_zones"];
  const zone =
    textAt(attributes, "availability_zone") ?? (Array.isArray(zones) ? firstText(zones) : undefined);
  return (
    textAt(attributes, "region") ??
    arnRegion(textAt(attributes, "arn")) ??
    // eu-central-1a, and the local zone us-west-2-lax-1a, lie in the region that their name starts with.
    (zone === undefined ? undefined : /^[a-z]{2}(?:-[a-z]+)+-\d+/.exec(zone)?.[0])
  );
}

function arnRegion(arn: string | undefined): string | undefined {
  const region = arn?.split(":")[3];
  return region === "" ? undefined : region;
}

function gcpRegion(attributes: JsonObject): string | undefined {
  // Regions and zones may be written as self links.
  const region = lastSegment(textAt(attributes, "region"));
  const place = lastSegment(textAt(attributes, "zone")) ?? textAt(attributes, "location");
  const linked = /\/(?:zones|regions)\/([^/]+)/.exec(textAt(attributes, "self_link") ?? "")?.[1];
  return region ?? (place ?? linked)?.replace(/-[a-z]$/, "");
}

function lastSegment(text: string | undefined): string | undefined {
  return text?.split("/").at(-1);
}

function firstText(values: readonly JsonValue[]): string | undefined {
  return values.find((value) => typeof value === "string");
}

/** The AWS account or Google Cloud project of a resource, from where its attributes tell it. */
export function accountOf(provider: CloudProvider, attributes: JsonObject): string | undefined {
  if (provider === "gcp") return textAt(attributes, "project");
  // Source: IAM user guide, "Amazon Resource Names": buckets' have none.
  const account = textAt(attributes, "arn")?.split(":")[4];
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** Tags or labels, the provider's defaults among them; an Auto Scaling group's `tag` blocks and Cloud SQL's settings too. */
export function tagsOf(provider: CloudProvider, attributes: JsonObject): Readonly<Record<string, string>> {
  const sources =
    provider === "aws"
      ? ["tags", "tags_all"]
      : ["resource_labels", "labels", "user_labels", "terraform_labels", "effective_labels"];
  const pairs = sources.flatMap((name) => {
    const value = attributes[name];
    return isJsonObject(value) ? Object.entries(value) : [];
  });
  const settings = attributes["settings"];
  const settingLabels = Array.isArray(settings)
    ? settings.flatMap((setting: JsonValue) =>
        isJsonObject(setting) && isJsonObject(setting["user_labels"])
          ? Object.entries(setting["user_labels"])
          : [],
      )
    : [];
  const blocks = attributes["tag"];
  const blockPairs = Array.isArray(blocks)
    ? blocks.flatMap((block: JsonValue): [string, JsonValue][] =>
        isJsonObject(block) && typeof block["key"] === "string"
          ? [[block["key"], block["value"] ?? null]]
          : [],
      )
    : [];
  return Object.fromEntries(
    [...settingLabels, ...pairs, ...blockPairs].filter(
      (pair): pair is [string, string] => typeof pair[1] === "string",
    ),
  );
}
