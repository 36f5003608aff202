import { isJsonObject, type JsonObject, type Resource } from "@apex/core";
import { blocksAt, isTrueAt, numberAt, textAt } from "./attributes.ts";
import { dependents } from "./by-attribute.ts";
import type { Fleet } from "./fleet.ts";

/** What is known of the rules of a bucket's lifecycle. */
export interface BucketLifecycle {
  /** The resource that holds the rules, where Terraform manages them apart from the bucket. */
  readonly holder: Resource | undefined;
  readonly hasRules: boolean;
  /** Whether an enabled rule for all objects ends uploads that were never completed. */
  readonly abortsUploads: boolean;
  /** Whether an enabled rule for all objects ends versions that are no longer current. */
  readonly expiresOldVersions: boolean;
}

/**
 * The lifecycle of a bucket, from the resource of its own, from what the provider writes into the bucket's, or from the inventory;
 * `undefined` where none of them tells.
 */
export function bucketLifecycle(fleet: Fleet, bucket: Resource): BucketLifecycle | undefined {
  const [holder] = dependents(fleet, ["aws_s3_bucket_lifecycle_configuration"], "bucket", [bucket]);
  const written =
    holder?.attributes["rule"] ??
    bucket.attributes["lifecycle_rule"] ??
    bucket.observed?.details?.["lifecycle_rules"];
  if (holder === undefined && !Array.isArray(written)) return undefined;
  const rules = (Array.isArray(written) ? written : []).filter(isJsonObject);
  const whole = rules.filter((rule) => isEnabled(rule) && isForAll(rule));
  return {
    holder,
    hasRules: rules.length > 0,
    abortsUploads: whole.some(
      (rule) =>
        (numberAt(rule, "abort_incomplete_multipart_upload_days") ?? 0) > 0 ||
        blocksAt(rule, "abort_incomplete_multipart_upload").length > 0,
    ),
    expiresOldVersions: whole.some(
      (rule) =>
        blocksAt(rule, "noncurrent_version_expiration").length > 0 ||
        blocksAt(rule, "noncurrent_version_transition").length > 0,
    ),
  };
}

function isEnabled(rule: JsonObject): boolean {
  return isTrueAt(rule, "enabled") || textAt(rule, "status") === "Enabled";
}

function hasTags(block: JsonObject): boolean {
  const { tags } = block;
  return isJsonObject(tags) && Object.keys(tags).length > 0;
}

/** A rule with a prefix, a tag or a size leaves other objects alone. */
function isForAll(rule: JsonObject): boolean {
  if (textAt(rule, "prefix") !== undefined || hasTags(rule)) return false;
  return blocksAt(rule, "filter").every(
    ({ block }) =>
      textAt(block, "prefix") === undefined &&
      !hasTags(block) &&
      blocksAt(block, "and").length === 0 &&
      blocksAt(block, "tag").length === 0 &&
      numberAt(block, "object_size_greater_than") === undefined &&
      numberAt(block, "object_size_less_than") === undefined,
  );
}

/** Whether a bucket keeps old versions; `undefined` where nothing tells. */
export function isVersioned(fleet: Fleet, bucket: Resource): boolean | undefined {
  const [own] = dependents(fleet, ["aws_s3_bucket_versioning"], "bucket", [bucket]);
  if (own !== undefined)
    return blocksAt(own.attributes, "versioning_configuration").some(
      ({ block }) => textAt(block, "status") === "Enabled",
    );
  const written = blocksAt(bucket.attributes, "versioning");
  return written.length === 0 ? undefined : written.some(({ block }) => isTrueAt(block, "enabled"));
}
