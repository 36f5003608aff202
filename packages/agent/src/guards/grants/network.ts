import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import type { Grant, NetworkGrant } from "./grant.ts";
import { blocksOf, textsOf } from "./written.ts";

const PORT_MAX = 65_535;

/** IANA's numbers that rules may use in place of names. Source: https://www.iana.org/assignments/protocol-numbers */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "-1": "all",
  "*": "all",
  all: "all",
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
};

/** The name of a protocol, `all` where none is told. */
export function protocolOf(value: JsonValue | undefined): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "all";
  return Object.hasOwn(PROTOCOLS, text) ? (PROTOCOLS[text] ?? text) : text;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** The ports of a rule; all of them where one end is not told or the protocol has none. */
function ports(
  protocol: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): readonly [number, number] {
  const [first, last] = [numberOf(from), numberOf(to)];
  if (protocol === "all" || first === undefined || last === undefined || first < 0 || last < 0)
    return [0, PORT_MAX];
  return [first, last];
}

interface Rule {
  readonly direction: "ingress" | "egress";
  readonly protocol: string;
  readonly ports: readonly (readonly [number, number])[];
  readonly peers: readonly string[];
}

function facts({ direction, protocol, ports: ranges, peers }: Rule): readonly NetworkGrant[] {
  return ranges.flatMap(([from, to]) =>
    peers.map((peer): NetworkGrant => ({ kind: "network", direction, protocol, from, to, peer })),
  );
}

/** The peers of an AWS rule, inline or a resource of its own. */
const AWS_PEERS = [
  "cidr_blocks",
  "ipv6_cidr_blocks",
  "prefix_list_ids",
  "security_groups",
  "source_security_group_id",
  "cidr_block",
  "ipv6_cidr_block",
  "cidr_ipv4",
  "cidr_ipv6",
  "prefix_list_id",
  "referenced_security_group_id",
];

function awsRule(direction: "ingress" | "egress", rule: JsonObject): readonly NetworkGrant[] {
  const protocol = protocolOf(rule["protocol"] ?? rule["ip_protocol"]);
  const peers = AWS_PEERS.flatMap((name) => textsOf(rule[name]));
  const itself = rule["self"] === true ? ["self"] : [];
  return facts({
    direction,
    protocol,
    ports: [ports(protocol, rule["from_port"], rule["to_port"])],
    peers: [...peers, ...itself],
  });
}

function awsGroup(values: JsonObject): readonly NetworkGrant[] {
  return (["ingress", "egress"] as const).flatMap((direction) =>
    blocksOf(values[direction]).flatMap((rule) => (isDenial(rule) ? [] : awsRule(direction, rule))),
  );
}

/** Network ACLs have rules that deny; taking one of those away is not seen as widening, which needs the order of all. */
function isDenial(rule: JsonObject): boolean {
  return rule["action"] === "deny" || rule["rule_action"] === "deny";
}

function awsNetwork(type: string, values: JsonObject): readonly NetworkGrant[] {
  switch (type) {
    case "aws_security_group":
    case "aws_default_security_group":
    case "aws_network_acl":
    case "aws_default_network_acl":
      return awsGroup(values);
    case "aws_security_group_rule":
      return awsRule(values["type"] === "egress" ? "egress" : "ingress", values);
    case "aws_vpc_security_group_ingress_rule":
      return awsRule("ingress", values);
    case "aws_vpc_security_group_egress_rule":
      return awsRule("egress", values);
    case "aws_network_acl_rule":
      return isDenial(values) ? [] : awsRule(values["egress"] === true ? "egress" : "ingress", values);
    default:
      return [];
  }
}

/** `22`, `8000-9000`, `*`; anything else is all ports. */
function portRange(text: string): readonly [number, number] {
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  return from === undefined ? [0, PORT_MAX] : [Number(from), Number(to ?? from)];
}

function googleFirewall(values: JsonObject): readonly NetworkGrant[] {
  if (values["disabled"] === true) return [];
  const direction = values["direction"] === "EGRESS" ? "egress" : "ingress";
  const ranges = textsOf(values[direction === "egress" ? "destination_ranges" : "source_ranges"]);
  const named = [...textsOf(values["source_tags"]), ...textsOf(values["source_service_accounts"])];
  const peers = [...ranges, ...named];
  // Without any source a rule is for everyone. Source: https://cloud.google.com/firewall/docs/firewalls#sources
  const everyone = peers.length === 0 ? ["0.0.0.0/0"] : peers;
  return blocksOf(values["allow"]).flatMap((rule) => {
    const protocol = protocolOf(rule["protocol"]);
    const written = textsOf(rule["ports"]);
    const all: readonly (readonly [number, number])[] = [[0, PORT_MAX]];
    return facts({
      direction,
      protocol,
      ports: written.length === 0 ? all : written.map(portRange),
      peers: everyone,
    });
  });
}

function azureRule(rule: JsonObject): readonly NetworkGrant[] {
  if (rule["access"] === "Deny") return [];
  const written = [...textsOf(rule["destination_port_range"]), ...textsOf(rule["destination_port_ranges"])];
  return facts({
    direction: rule["direction"] === "Outbound" ? "egress" : "ingress",
    protocol: protocolOf(rule["protocol"]),
    ports: written.map(portRange),
    peers: [...textsOf(rule["source_address_prefix"]), ...textsOf(rule["source_address_prefixes"])],
  });
}

/** Lists of networks that may connect to a service, wherever they are nested. */
const ALLOWED_NETWORKS = new Set([
  "public_access_cidrs",
  "allowed_cidr_blocks",
  "allowed_ip_ranges",
  "authorized_ip_ranges",
  "ip_rules",
  "source_ranges",
  "load_balancer_source_ranges",
]);
/** Blocks of one network each, and the attribute that holds it. */
const NETWORK_BLOCKS: Readonly<Record<string, string>> = {
  authorized_networks: "value",
  cidr_blocks: "cidr_block",
};
const DEPTH_MAX = 16;

/** Networks that may connect, of services that have lists of them in place of rules. */
function allowedNetworks(value: JsonValue, depth = 0): readonly string[] {
  if (depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return (value as JsonValue[]).flatMap((item) => allowedNetworks(item, depth + 1));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const attribute = Object.hasOwn(NETWORK_BLOCKS, name) ? NETWORK_BLOCKS[name] : undefined;
    const ofBlocks =
      attribute === undefined ? [] : blocksOf(item).flatMap((block) => textsOf(block[attribute]));
    if (ofBlocks.length > 0) return ofBlocks;
    return ALLOWED_NETWORKS.has(name) ? textsOf(item) : allowedNetworks(item, depth + 1);
  });
}

/** All that a resource's rules let through a network. */
export function networkGrants(type: string, values: JsonObject): readonly Grant[] {
  if (type === "google_compute_firewall") return googleFirewall(values);
  if (type === "azurerm_network_security_rule") return azureRule(values);
  if (type === "azurerm_network_security_group") return blocksOf(values["security_rule"]).flatMap(azureRule);
  const rules = awsNetwork(type, values);
  if (rules.length > 0) return rules;
  return facts({
    direction: "ingress",
    protocol: "all",
    ports: [[0, PORT_MAX]],
    peers: allowedNetworks(values),
  });
}
