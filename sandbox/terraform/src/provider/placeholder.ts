import { createHash } from "node:crypto";
import { type BlockSchema, type BlockTypeSchema, STAND_IN_PREFIX, type TypeConstraint } from "@apex/core";
import { isListValue, isObjectValue, type ObjectValue, UnknownValue, type Value } from "./dynamic-value.ts";
import { attributeType } from "./value-type.ts";

/** How AWS's ids of a type begin. */
const ID_PREFIXES: Readonly<Record<string, string>> = {
  aws_ami: "ami",
  aws_ebs_snapshot: "snap",
  aws_ebs_volume: "vol",
  aws_eip: "eipalloc",
  aws_instance: "i",
  aws_internet_gateway: "igw",
  aws_launch_template: "lt",
  aws_nat_gateway: "nat",
  aws_network_acl: "acl",
  aws_network_interface: "eni",
  aws_route_table: "rtb",
  aws_security_group: "sg",
  aws_subnet: "subnet",
  aws_vpc: "vpc",
  aws_vpc_endpoint: "vpce",
};

/** The account that stands for the user's: no real account has this number. */
export const PLACEHOLDER_ACCOUNT = "000000000000";
const ID_HEX_DIGITS = 17;

/** Where placeholders come from: the same source gives the same values. */
export interface PlaceholderSource {
  readonly type: string;
  readonly region: string;
  /** Distinguishes two resources of one type. */
  readonly seed: string;
}

/** Values that configurations decode: certificates of clusters, user data as cloudinit renders it by default. */
const BASE64 =
  /base64|cluster\.data$|cluster_ca_certificate$|client_(?:certificate|key)$|^cloudinit_config\.rendered$/;

function hex(source: PlaceholderSource, salt: string): string {
  return createHash("sha256").update(`${source.type}\n${salt}\n${source.seed}`).digest("hex");
}

/** The id of a resource in the form of its type: `i-0f…` for an instance. */
function placeholderId(source: PlaceholderSource): string {
  const prefix = ID_PREFIXES[source.type] ?? source.type.replaceAll("_", "-");
  return `${prefix}-${hex(source, "id").slice(0, ID_HEX_DIGITS)}`;
}

function placeholderText(source: PlaceholderSource, name: string): string {
  const id = placeholderId(source);
  if (name === "id") return id;
  if (name === "region") return source.region;
  if (name === "account_id" || name === "owner_id") return PLACEHOLDER_ACCOUNT;
  if (name === "availability_zone") return `${source.region}a`;
  if (name === "arn" || name.endsWith("_arn")) {
    const service = source.type.split("_")[1] ?? "stand-in";
    return `arn:aws:${service}:${source.region}:${PLACEHOLDER_ACCOUNT}:${name === "arn" ? id : `${name}/${id}`}`;
  }
  if (name === "cidr_block") return "10.0.0.0/16";
  if (name === "self_link") return `https://www.googleapis.com/compute/v1/${id}`;
  // 198.18.0.0/15 is set aside for tests (RFC 2544).
  if (name.endsWith("_ip") || name === "ip_address")
    return `198.18.${parseInt(hex(source, name).slice(0, 2), 16)}.4`;
  const text = `${STAND_IN_PREFIX}${name.replaceAll("_", "-")}-${hex(source, name).slice(0, 8)}`;
  return BASE64.test(`${source.type}.${name}`) ? Buffer.from(text).toString("base64") : text;
}

/** A known value of a type for an attribute that only a cloud could tell. Collections are empty. */
function placeholderValue(type: TypeConstraint, name: string, source: PlaceholderSource): Value {
  if (type === "string") return placeholderText(source, name);
  if (type === "number") return 0;
  if (type === "bool") return false;
  if (type === "dynamic") return null;
  switch (type[0]) {
    case "list":
    case "set":
      return [];
    case "map":
      return {};
    case "tuple":
      return type[1].map((element) => placeholderValue(element, name, source));
    case "object":
      return Object.fromEntries(
        Object.entries(type[1]).map(([key, element]) => [key, placeholderValue(element, key, source)]),
      );
  }
}

function fillNested(nested: BlockTypeSchema, value: Value, source: PlaceholderSource): Value {
  const isSingle = nested.nesting_mode === "single" || nested.nesting_mode === "group";
  if (value instanceof UnknownValue) {
    // One element where there is at most one, so that `x[0]` holds; none where the number is open.
    const isOne = nested.max_items === 1;
    const empty = () => fillPlaceholders(nested.block, unknownBlock(nested.block), source);
    if (isSingle) return empty();
    return nested.nesting_mode === "map" ? {} : isOne ? [empty()] : [];
  }
  if (isListValue(value)) {
    return value.map((item, index) =>
      isObjectValue(item)
        ? fillPlaceholders(nested.block, item, { ...source, seed: `${source.seed}#${index}` })
        : item,
    );
  }
  if (!isObjectValue(value)) return value;
  if (isSingle) return fillPlaceholders(nested.block, value, source);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isObjectValue(item) ? fillPlaceholders(nested.block, item, source) : item,
    ]),
  );
}

function unknownBlock(block: BlockSchema): ObjectValue {
  const value: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    value[name] = attribute.computed === true ? new UnknownValue() : null;
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    value[name] = nested.nesting_mode === "single" || nested.nesting_mode === "group" ? null : [];
    if (nested.nesting_mode === "map") value[name] = {};
  }
  return value;
}

function fillInside(value: Value, type: TypeConstraint, name: string, source: PlaceholderSource): Value {
  if (value instanceof UnknownValue) return placeholderValue(type, name, source);
  if (typeof type === "string") return value;
  if (type[0] === "object" && isObjectValue(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        fillInside(item, type[1][key] ?? "string", key, source),
      ]),
    );
  }
  if (type[0] === "map" && isObjectValue(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fillInside(item, type[1], key, source)]),
    );
  }
  if ((type[0] === "list" || type[0] === "set") && isListValue(value)) {
    return value.map((item) => fillInside(item, type[1], name, source));
  }
  return value;
}

/** The block with a placeholder for everything unknown in it: what "applying" it gives. */
export function fillPlaceholders(
  block: BlockSchema,
  value: ObjectValue,
  source: PlaceholderSource,
): ObjectValue {
  const filled: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
    filled[name] = fillInside(value[name] ?? null, attributeType(attribute), name, source);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    filled[name] = fillNested(nested, value[name] ?? null, source);
  }
  return filled;
}
