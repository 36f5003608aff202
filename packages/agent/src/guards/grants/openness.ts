import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import { booleanOf } from "../similar.ts";
import type { Grant } from "./grant.ts";
import { blocksOf } from "./written.ts";

/** Attributes that open something to everyone when they are true, wherever they are nested. */
const OPEN_WHEN_TRUE = new Set([
  "publicly_accessible",
  "public",
  "associate_public_ip_address",
  "associate_public_ip",
  "map_public_ip_on_launch",
  "assign_public_ip",
  "assign_ipv6_address_on_creation",
  "endpoint_public_access",
  "public_network_access_enabled",
  "public_network_access",
  "allow_nested_items_to_be_public",
  "allow_blob_public_access",
  "public_access_enabled",
  "ipv4_enabled",
  "enable_public_ip",
  "allow_unauthenticated",
  "allow_unauthenticated_identities",
  "enable_legacy_abac",
  "serial_port_enable",
  "privileged",
  "host_network",
]);

/** Attributes that keep something closed while they are true: false opens it. */
const OPEN_WHEN_FALSE = new Set([
  "block_public_acls",
  "block_public_policy",
  "ignore_public_acls",
  "restrict_public_buckets",
  "enable_private_nodes",
  "enable_private_endpoint",
  "uniform_bucket_level_access",
  "internal",
]);

/** Values of attributes that open what the resource holds. */
const OPEN_VALUES = new Map(
  Object.entries({
    acl: /^(?:public-read|public-read-write|authenticated-read)$/,
    predefined_acl: /^(?:publicRead|publicReadWrite|authenticatedRead)$/i,
    default_acl: /^(?:publicRead|publicReadWrite|authenticatedRead)$/i,
    container_access_type: /^(?:blob|container)$/,
    public_access_prevention: /^inherited$/,
    load_balancing_scheme: /^EXTERNAL/,
    scheme: /^internet-facing$/,
    "aws-load-balancer-scheme": /^internet-facing$/,
    authorization: /^NONE$/,
    authorization_type: /^NONE$/,
    ingress: /^INGRESS_TRAFFIC_ALL$/,
    group: /^all$/,
    uri: /\/(?:AllUsers|AuthenticatedUsers)$/,
    entity: /^(?:allUsers|allAuthenticatedUsers)$/,
    connectivity_type: /^PUBLIC$/,
    visibility: /^public$/,
  }),
);

/** Lists of accounts and principals that something is given to. */
const GIVEN_TO = new Set(["allowed_principals", "shared_accounts", "account_ids", "principal_arns"]);

/** A block that gives a machine an address on the internet. */
const OPEN_BLOCKS = new Set(["access_config", "ipv6_access_config"]);

/** Load balancers face the internet unless `internal` is true. Source: the documentation of aws_lb and aws_elb. */
const BALANCERS = new Set(["aws_lb", "aws_alb", "aws_elb"]);

const DEPTH_MAX = 16;

/** Whether a switch stands on `side`, also where it is written as a text. */
function isOn(side: boolean, value: JsonValue | undefined): boolean {
  if (typeof value !== "string") return value === side;
  return booleanOf(value.replace(/^\$\{|\}$/g, "")) === String(side);
}

function factsOf(written: string, value: JsonValue): readonly string[] {
  // Annotations of Kubernetes have the name of who reads them in front.
  const name = written.slice(written.lastIndexOf("/") + 1);
  if (OPEN_WHEN_TRUE.has(name) && (isOn(true, value) || value === "Enabled")) return [name];
  if (OPEN_WHEN_FALSE.has(name) && isOn(false, value)) return [`${name}=false`];
  const pattern = OPEN_VALUES.get(name);
  if (pattern !== undefined && typeof value === "string" && pattern.test(value)) return [`${name} ${value}`];
  if (GIVEN_TO.has(name) && Array.isArray(value))
    return (value as JsonValue[]).flatMap((item) => (typeof item === "string" ? [`${name} ${item}`] : []));
  if (OPEN_BLOCKS.has(name) && Array.isArray(value) && value.length > 0) return [name];
  return [];
}

function visit(value: JsonValue, depth = 0): readonly string[] {
  if (depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return (value as JsonValue[]).flatMap((item) => visit(item, depth + 1));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => [...factsOf(name, item), ...visit(item, depth + 1)]);
}

/** All switches of a resource that stand on open. */
export function openings(type: string, values: JsonObject): readonly Grant[] {
  const found = visit(values);
  const internal = values["internal"];
  const isFacing =
    BALANCERS.has(type) && (internal === undefined || internal === null || isOn(false, internal));
  const isService = /^kubernetes_service(?:_v1)?$/.test(type);
  const [action] = blocksOf(values["default_action"]);
  const isLettingIn = type === "aws_wafv2_web_acl" && blocksOf(action?.["allow"]).length > 0;
  const all = [
    ...found,
    ...(isFacing ? ["internet-facing"] : []),
    ...(isService ? serviceTypes(values) : []),
    ...(isLettingIn ? ["default_action allow"] : []),
  ];
  return [...new Set(all)].map((what): Grant => ({ kind: "open", what }));
}

/** The types of services that are reached from outside of their cluster. */
function serviceTypes({ spec }: JsonObject): readonly string[] {
  return blocksOf(spec).flatMap(({ type }) =>
    type === "LoadBalancer" || type === "NodePort" ? [`type ${type}`] : [],
  );
}
