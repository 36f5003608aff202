import { formatPath, type JsonValue } from "@apex/core";
import { booleanOf, isSlip } from "../similar.ts";
import { type Leaf, writtenValue } from "./leaves.ts";

/** How a protection gets weaker. `fixed`: any change of it does. `later`: it is a day of deletion, and none is best. */
export type Protection =
  | { readonly kind: "true" | "false" | "fixed" | "more" | "later" }
  /** Values from weak to strong. */
  | { readonly kind: "order"; readonly values: readonly string[] };

const KEEPS: Protection = { kind: "true" };
const AVOIDS: Protection = { kind: "false" };
const FIXED: Protection = { kind: "fixed" };
const MORE: Protection = { kind: "more" };
const STATUS: Protection = {
  kind: "order",
  values: ["Disabled", "DISABLED", "Suspended", "Enabled", "ENABLED"],
};

/**
 * Attributes that protect data or close something, with the side that is safe. Sources: the documentation of the providers aws, google
 * and azurerm, and what CIS benchmarks ask for.
 */
export const PROTECTIONS: Readonly<Record<string, Protection>> = {
  // Against destruction.
  deletion_protection: KEEPS,
  deletion_protection_enabled: KEEPS,
  enable_deletion_protection: KEEPS,
  deletion_protection_policy: FIXED,
  disable_api_termination: KEEPS,
  disable_api_stop: KEEPS,
  termination_protection: KEEPS,
  enable_termination_protection: KEEPS,
  purge_protection_enabled: KEEPS,
  prevent_deletion_if_contains_resources: KEEPS,
  is_enabled: KEEPS,
  skip_final_snapshot: AVOIDS,
  skip_final_backup: AVOIDS,
  final_snapshot_identifier: FIXED,
  force_destroy: AVOIDS,
  force_delete: AVOIDS,
  force_delete_without_recovery: AVOIDS,
  force_detach: AVOIDS,
  delete_on_termination: AVOIDS,
  delete_automated_backups: AVOIDS,
  deletion_policy: FIXED,
  deletion_window_in_days: MORE,
  recovery_window_in_days: MORE,
  soft_delete_retention_days: MORE,
  abandon_on_delete: FIXED,
  delete_after: MORE,
  expiration_days: MORE,
  message_retention_seconds: MORE,
  message_retention_duration: FIXED,
  // Backups and versions.
  backup_retention_period: MORE,
  backup_retention_days: MORE,
  automatic_backup_retention_days: MORE,
  automated_snapshot_retention_period: MORE,
  snapshot_retention_limit: MORE,
  snapshot_retention_period: MORE,
  retained_backups: MORE,
  transaction_log_retention_days: MORE,
  log_retention_period: MORE,
  retention_in_days: MORE,
  retention_period: MORE,
  point_in_time_recovery_enabled: KEEPS,
  binary_log_enabled: KEEPS,
  geo_redundant_backup_enabled: KEEPS,
  object_lock_enabled: KEEPS,
  multi_az: KEEPS,
  // Encryption and keys.
  encrypted: KEEPS,
  encrypt_at_rest: KEEPS,
  storage_encrypted: KEEPS,
  at_rest_encryption_enabled: KEEPS,
  transit_encryption_enabled: KEEPS,
  encryption_enabled: KEEPS,
  enable_encryption: KEEPS,
  encrypt_in_transit: KEEPS,
  enable_key_rotation: KEEPS,
  bucket_key_enabled: KEEPS,
  sqs_managed_sse_enabled: KEEPS,
  user_volume_encryption_enabled: KEEPS,
  root_volume_encryption_enabled: KEEPS,
  infrastructure_encryption_enabled: KEEPS,
  client_broker: { kind: "order", values: ["PLAINTEXT", "TLS_PLAINTEXT", "TLS"] },
  in_cluster: KEEPS,
  // A parameter of SSM; types of other things are none of these.
  type: { kind: "order", values: ["String", "SecureString"] },
  sse_algorithm: FIXED,
  server_side_encryption: FIXED,
  encryption_type: FIXED,
  kms_key_id: FIXED,
  kms_key_arn: FIXED,
  kms_key_name: FIXED,
  kms_master_key_id: FIXED,
  kms_key_self_link: FIXED,
  rotation_period: FIXED,
  // Transport and identity.
  require_ssl: KEEPS,
  ssl_mode: FIXED,
  ssl_enforcement_enabled: KEEPS,
  enforce_https: KEEPS,
  protocol: { kind: "order", values: ["HTTP", "HTTPS"] },
  enable_https_traffic_only: KEEPS,
  https_traffic_only_enabled: KEEPS,
  viewer_protocol_policy: FIXED,
  ssl_policy: FIXED,
  minimum_protocol_version: FIXED,
  min_tls_version: FIXED,
  tls_security_policy: FIXED,
  minimum_tls_version: FIXED,
  http_tokens: { kind: "order", values: ["optional", "required"] },
  iam_database_authentication_enabled: KEEPS,
  mfa_delete: { kind: "order", values: ["Disabled", "Enabled"] },
  enable_secure_boot: KEEPS,
  enable_vtpm: KEEPS,
  enable_integrity_monitoring: KEEPS,
  permissions_boundary: FIXED,
  // Being closed.
  block_public_acls: KEEPS,
  block_public_policy: KEEPS,
  ignore_public_acls: KEEPS,
  restrict_public_buckets: KEEPS,
  internal: KEEPS,
  publicly_accessible: AVOIDS,
  associate_public_ip_address: AVOIDS,
  map_public_ip_on_launch: AVOIDS,
  endpoint_public_access: AVOIDS,
  public_network_access_enabled: AVOIDS,
  enable_private_nodes: KEEPS,
  enable_private_endpoint: KEEPS,
  uniform_bucket_level_access: KEEPS,
  public_access_prevention: FIXED,
  privileged: AVOIDS,
  "aws-load-balancer-internal": KEEPS,
  "azure-load-balancer-internal": KEEPS,
  "load-balancer-type": FIXED,
  object_ownership: {
    kind: "order",
    values: ["ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"],
  },
  state: { kind: "order", values: ["unblocked", "block-new-sharing", "block-all-sharing"] },
  // Being seen.
  enable_log_file_validation: KEEPS,
  enable_logging: KEEPS,
  is_multi_region_trail: KEEPS,
  enabled_cloudwatch_logs_exports: FIXED,
  enabled_cluster_log_types: FIXED,
  scan_on_push: KEEPS,
  image_tag_mutability: { kind: "order", values: ["MUTABLE", "IMMUTABLE"] },
};

/** Settings that took the place of a protection, with the value that asks for the same. */
const SUCCESSORS: Readonly<
  Record<string, { readonly value: string; readonly by: string; readonly as: string }>
> = {
  // Source: the upgrade guide of the Google provider, version 6: require_ssl = true is this mode, both at once were an error else.
  require_ssl: { value: "true", by: "ssl_mode", as: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" },
};

/** Whether a protection that is gone is asked for, just as much, by the setting beside it that took its place. */
export function isSucceeded({ path, value }: Leaf, now: ReadonlyMap<string, Leaf>): boolean {
  const name = String(path.at(-1));
  const successor = Object.hasOwn(SUCCESSORS, name) ? SUCCESSORS[name] : undefined;
  if (successor === undefined || plainValue(value) !== successor.value) return false;
  const meant = formatPath([...path.slice(0, -1), successor.by]);
  return now.get(meant)?.value === successor.as;
}

/** Blocks whose `status` or `enabled` is a protection. */
export const PROTECTING_BLOCKS = new Set([
  "versioning",
  "versioning_configuration",
  "point_in_time_recovery",
  "server_side_encryption",
  "soft_delete_policy",
  "backup_configuration",
  "server_side_encryption_configuration",
  "encryption_configuration",
  "object_lock_configuration",
  "logging",
  "backup_policy",
  "encrypt_at_rest",
  "node_to_node_encryption",
]);

/** Lists of who may come in, without which everyone may. */
export const CLOSING_LISTS = new Set([
  "public_access_cidrs",
  "master_authorized_networks_config",
  "load_balancer_source_ranges",
  "authorized_ip_ranges",
  "ip_restriction",
  "network_rules",
  "network_acls",
  "vpc_options",
]);

/** Rules that delete what they hold when its time has come: of these more days protect more. */
const EXPIRING_BLOCKS = new Set(["expiration", "noncurrent_version_expiration", "lifecycle_rule"]);

/** Shorter names are too near to others to be slips. */
const SLIP_LENGTH_MIN = 8;

const meanings = new Map<string, string | undefined>();

/** Distinct names that are remembered: every attribute of a large configuration is asked for, most of them often. */
const MEANINGS_MAX = 10_000;

function meantBy(name: string): string | undefined {
  if (meanings.has(name)) return meanings.get(name);
  if (meanings.size > MEANINGS_MAX) meanings.clear();
  const meant = Object.keys(PROTECTIONS).find((one) => one.length >= SLIP_LENGTH_MIN && isSlip(one, name));
  meanings.set(name, meant);
  return meant;
}

/** The protection that a name is, or is a slip of. */
export function protectionOf(
  path: readonly (string | number)[],
): { readonly name: string; readonly protection: Protection } | undefined {
  const step = String(path.findLast((one) => typeof one === "string") ?? "");
  // Annotations of Kubernetes have the name of who reads them in front.
  const name = step.slice(step.lastIndexOf("/") + 1);
  if (Object.hasOwn(PROTECTIONS, name)) return { name, protection: PROTECTIONS[name] ?? FIXED };
  const isWithin = (blocks: ReadonlySet<string>): boolean =>
    path.some((step) => typeof step === "string" && blocks.has(step));
  if (isWithin(EXPIRING_BLOCKS) && /^(?:days|age|noncurrent_days)$/.test(name))
    return { name, protection: { kind: "later" } };
  if (isWithin(PROTECTING_BLOCKS)) return { name, protection: name === "status" ? STATUS : KEEPS };
  if (name.length < SLIP_LENGTH_MIN) return undefined;
  const meant = meantBy(name);
  return meant === undefined ? undefined : { name: meant, protection: PROTECTIONS[meant] ?? FIXED };
}

/** `yes`, `True` and the like as Terraform would write them. */
export function plainValue(value: JsonValue | undefined): string {
  const text = writtenValue(value ?? "");
  return booleanOf(text.replace(/^\$\{|\}$/g, "")) ?? text;
}

/** `"30 days"` of what its own name counts in days is 30; any other value is as it is. */
export function withoutUnit(name: string, value: string): string {
  const [, count] = /^(\d+) ?days?$/i.exec(value) ?? [];
  return count !== undefined && /(?:^|_)days(?:_|$)/.test(name) ? count : value;
}

/** Whether a value is no protection at all. */
export function isWeakest(protection: Protection, value: JsonValue): boolean {
  const plain = plainValue(value);
  switch (protection.kind) {
    case "true":
      return plain === "false";
    case "false":
      return plain === "true";
    case "more":
    case "later":
      return Number(plain) === 0;
    case "order":
      return plain === protection.values[0];
    case "fixed":
      return false;
  }
}

/** Whether a value is a weaker protection than another; `undefined` is an attribute that is not set. */
export function isWeaker(
  protection: Protection,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): boolean {
  const [old, now] = [plainValue(before), plainValue(after)];
  if (old === now) return false;
  switch (protection.kind) {
    case "true":
      return old === "true" ? now !== "true" : now === "false";
    case "false":
      return old === "false" ? now !== "false" : now === "true";
    case "fixed":
      return old !== "" && old !== "[]";
    case "more":
      return old !== "" && !(Number(now) >= Number(old) && now !== "");
    case "later":
      return now !== "" && !(old !== "" && Number(now) >= Number(old));
    case "order":
      return protection.values.indexOf(now) < protection.values.indexOf(old);
  }
}
