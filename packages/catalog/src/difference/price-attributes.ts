import {
  type AttributeDifference,
  canonicalJson,
  formatPath,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  KNOWN_AFTER_APPLY,
} from "@apex/core";

/** The values of a resource on one side, with `true` at the paths that its plan does not know. */
export interface SideValues {
  readonly values: JsonObject;
  readonly unknowns: JsonValue;
}

/** As many as a table can show. */
const SHOWN_MAX = 10;

/** Blocks of providers' schemas are nested less deep. */
const DEPTH_MAX = 12;

/** Names of attributes that decide prices, by what they name; earlier kinds are shown first. */
const KINDS: readonly RegExp[] = [
  // Machines.
  /(^|_)(instance|machine|node|master|warm)_(types?|class)$|^(tier|edition|accelerator_type)$/,
  // Sizes.
  /(^|_)(size|storage|capacity|cpu|memory|throughput_capacity|units|acus?)(_(size|gb|gib|mb|mib))*$/,
  // How many.
  /(^|_)(count|replicas|weight)$|^num(ber_of)?_|_per_node_group$/,
  // How it is stored, bought and placed.
  /^((volume|storage|disk|deployment|load_balancer|launch|capacity|market|availability|snapshot)_)?type$|(^|_)(iops|throughput|multi_az|engine|license_model|tenancy|billing_mode|storage_class|table_class|purchase_option|provisioning_model|preemptible|cpu_credits|ebs_optimized|monitoring|network_tier|region|zone|location|availability_zone|zones|availability_zones|node_locations)$/,
  // What is switched on, kept, supported, or reached from outside.
  /^(internal|publicly_accessible|(associate|assign)_public_ip(_address)?|ip_address_type|engine_version|(engine_lifecycle_)?support(_type)?|(throughput|deployment|stream|availability)_mode|execution_class|desired_capacity_type|architectures|cpu_architecture|operating_system_family|fifo_(queue|topic)|backup_retention_period|(performance_insights|dedicated_master|warm|stream|ebs|cache_cluster)_enabled|provisioned_concurrent_executions)$/,
];

/** Names of attributes that no price looks at, whatever the resource is. */
const WITHOUT_PRICE =
  /^(id|arn|name|name_prefix|description|comment|etag|fingerprint|self_link|create_time|creation_timestamp|timeouts|tags|tags_all|labels|effective_labels|terraform_labels|annotations|metadata|policy|deletion_protection)$/;

/** The attributes of a side but for names, tags and the like, as text that is equal for equal ones. */
export function attributesText({ values, unknowns }: SideValues): string {
  const kept = (value: JsonValue): JsonValue =>
    isJsonObject(value)
      ? Object.fromEntries(Object.entries(value).filter(([name]) => !WITHOUT_PRICE.test(name)))
      : value;
  return canonicalJson([kept(values), kept(unknowns)]);
}

/** Which kind of {@link KINDS} an attribute is; `undefined` for one that decides no price as far as its name tells. */
function kindOf(path: JsonPath): number | undefined {
  const name = path.findLast((step) => typeof step === "string");
  if (typeof name !== "string") return undefined;
  const kind = KINDS.findIndex((pattern) => pattern.test(name));
  return kind < 0 ? undefined : kind;
}

/** An attribute of either side that differs. */
interface Leaf {
  readonly path: JsonPath;
  readonly from: JsonValue;
  readonly to: JsonValue;
  readonly isKnown: { readonly from: boolean; readonly to: boolean };
}

interface Node {
  readonly value: JsonValue;
  readonly unknown: JsonValue;
}

function childOf(node: Node, step: string | number): Node {
  const at = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return typeof step === "number" ? ((value as JsonValue[])[step] ?? null) : null;
    return isJsonObject(value) && Object.hasOwn(value, step) ? (value[step] ?? null) : null;
  };
  return { value: at(node.value), unknown: node.unknown === true ? true : at(node.unknown) };
}

function stepsOf(value: JsonValue): readonly (string | number)[] {
  if (Array.isArray(value)) return value.map((_item, index) => index);
  return isJsonObject(value) ? Object.keys(value) : [];
}

/** A list whose elements are those of another in another order is a set that was printed twice. */
function isSameSet(from: Node, to: Node): boolean {
  const [a, b] = [from.value, to.value];
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  const texts = (list: readonly JsonValue[]): string => canonicalJson(list.map(canonicalJson).sort());
  return texts(a) === texts(b) && canonicalJson(from.unknown) === canonicalJson(to.unknown);
}

function leaves(from: Node, to: Node, path: JsonPath): readonly Leaf[] {
  if (from.value === to.value && from.unknown === to.unknown) return [];
  const steps = new Set([from.value, to.value, from.unknown, to.unknown].flatMap(stepsOf));
  if (steps.size > 0 && path.length < DEPTH_MAX) {
    const found = [...steps].flatMap((step) => {
      if (path.length === 0 && typeof step === "string" && WITHOUT_PRICE.test(step)) return [];
      return leaves(childOf(from, step), childOf(to, step), [...path, step]);
    });
    return found.length > 0 && isSameSet(from, to) ? [] : found;
  }
  const isKnown = { from: from.unknown !== true, to: to.unknown !== true };
  const hasSameValue = canonicalJson(from.value) === canonicalJson(to.value);
  const isSame = isKnown.from === isKnown.to && (!isKnown.from || hasSameValue);
  return isSame ? [] : [{ path, from: from.value, to: to.value, isKnown }];
}

function textOf(value: JsonValue, isKnown: boolean): string | null {
  if (!isKnown) return KNOWN_AFTER_APPLY;
  if (value === null) return null;
  return typeof value === "object" ? canonicalJson(value) : String(value);
}

/** How an attribute moves what it counts. */
function directionOf({ from, to, isKnown }: Leaf): Direction {
  const [a, b] = [from, to].map((value) => (value === null || value === "" ? Number.NaN : Number(value)));
  if (!isKnown.from || !isKnown.to || a === undefined || b === undefined) return "either";
  if (Number.isNaN(a) || Number.isNaN(b) || typeof from === "boolean" || typeof to === "boolean") {
    return "either";
  }
  return b > a ? "more" : "less";
}

/** Which way something may go: "either" where that cannot be told. */
export type Direction = "more" | "less" | "either";

/** The attributes of a resource that differ and may decide what it costs. */
export interface AttributesThatDiffer {
  /** Those to be shown, the telling ones first. */
  readonly shown: readonly AttributeDifference[];
  /** Where those that name no machine lead: numbers up or down, anything else either way. */
  readonly directions: readonly Direction[];
  readonly hasOtherMachine: boolean;
}

/**
 * The attributes in which two sides of a resource differ, told by their names. Of a type that has no price nobody knows what
 * would decide it: with `isUnpriced` all count but names, tags and the like, and those that only become unknown.
 */
export function attributesThatDiffer(
  before: SideValues,
  after: SideValues,
  isUnpriced: boolean,
): AttributesThatDiffer {
  const found = leaves(
    { value: before.values, unknown: before.unknowns },
    { value: after.values, unknown: after.unknowns },
    [],
  )
    .map((leaf) => ({ leaf, kind: kindOf(leaf.path) }))
    .filter(({ leaf, kind }) => kind !== undefined || (isUnpriced && leaf.isKnown.from && leaf.isKnown.to))
    .map(({ leaf, kind = KINDS.length }) => ({ leaf, kind }))
    .toSorted((a, b) => a.kind - b.kind);
  return {
    shown: found.slice(0, SHOWN_MAX).map(({ leaf }) => ({
      path: formatPath(leaf.path),
      from: textOf(leaf.from, leaf.isKnown.from),
      to: textOf(leaf.to, leaf.isKnown.to),
    })),
    directions: found.filter(({ kind }) => kind > 0).map(({ leaf }) => directionOf(leaf)),
    hasOtherMachine: found.some(({ kind }) => kind === 0),
  };
}
