import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { JsonObject } from "@apex/core";
import { awsAttributes, instantOf } from "../aws-resource.ts";

/** Lifecycle rules as the `rule` blocks of `aws_s3_bucket_lifecycle_configuration`. */
export function lifecycleRules(rules: readonly LifecycleRule[]): readonly JsonObject[] {
  return rules.map((rule) =>
    awsAttributes({
      id: rule.ID,
      status: rule.Status,
      filter: filterOf(rule),
      expiration: block(rule.Expiration, ({ Days, Date: date, ExpiredObjectDeleteMarker }) => ({
        days: Days,
        date: instantOf(date),
        expired_object_delete_marker: ExpiredObjectDeleteMarker,
      })),
      transition: rule.Transitions?.map(({ Days, Date: date, StorageClass }) =>
        awsAttributes({ days: Days, date: instantOf(date), storage_class: StorageClass }),
      ),
      noncurrent_version_expiration: block(
        rule.NoncurrentVersionExpiration,
        ({ NoncurrentDays, NewerNoncurrentVersions }) => ({
          noncurrent_days: NoncurrentDays,
          newer_noncurrent_versions: NewerNoncurrentVersions,
        }),
      ),
      noncurrent_version_transition: rule.NoncurrentVersionTransitions?.map(
        ({ NoncurrentDays, StorageClass }) =>
          awsAttributes({ noncurrent_days: NoncurrentDays, storage_class: StorageClass }),
      ),
      abort_incomplete_multipart_upload: block(
        rule.AbortIncompleteMultipartUpload,
        ({ DaysAfterInitiation }) => ({ days_after_initiation: DaysAfterInitiation }),
      ),
    }),
  );
}

/** What a rule is for; nothing of it is everything in the bucket. */
function filterOf({ Filter, Prefix }: LifecycleRule): readonly JsonObject[] {
  const both = Filter?.And;
  const prefix = Filter?.Prefix ?? both?.Prefix ?? Prefix;
  const tags = Filter?.Tag === undefined ? both?.Tags : [Filter.Tag];
  const filter = awsAttributes({
    prefix: prefix === "" ? undefined : prefix,
    tags:
      tags === undefined
        ? undefined
        : Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    object_size_greater_than: Filter?.ObjectSizeGreaterThan ?? both?.ObjectSizeGreaterThan,
    object_size_less_than: Filter?.ObjectSizeLessThan ?? both?.ObjectSizeLessThan,
  });
  return Object.keys(filter).length === 0 ? [] : [filter];
}

function block<T>(
  value: T | undefined,
  fields: (value: T) => Parameters<typeof awsAttributes>[0],
): readonly JsonObject[] | undefined {
  return value === undefined ? undefined : [awsAttributes(fields(value))];
}
