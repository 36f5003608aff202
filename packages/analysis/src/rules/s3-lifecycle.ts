import { unitPrice } from "@apex/catalog";
import { decimal, type IntendedChange, multiply } from "@apex/core";
import { numberAt } from "../fleet/attributes.ts";
import { type BucketLifecycle, bucketLifecycle, isVersioned } from "../fleet/bucket.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { savingsOf, STORAGE_COVERAGE } from "./draft.ts";
import { factEvidence } from "./fact-evidence.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { blockNameFor } from "./stop-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Buckets that keep parts of uploads that were never completed: a rule ends them. No object is lost by that, so it is proposed
 * where what they hold is known. Old versions and colder classes are told, never proposed: which data may go, and how often it is
 * read, is the owner's to say.
 */
export const s3Lifecycle: Rule = { name: "s3-lifecycle", resourceTypes: ["aws_s3_bucket"], judge };

const BYTES_PER_GB = 1024 ** 3;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy, prices } = context;
  const lifecycle = bucketLifecycle(fleet, resource);
  if (lifecycle === undefined)
    return abstain("its lifecycle rules are neither in the state nor in the inventory");
  const keepsVersions = isVersioned(fleet, resource) === true && !lifecycle.expiresOldVersions;
  const versions = "it keeps every old version of its objects, and no rule ends or moves them";
  const days = policy.storage.abortUploadsAfterDays;
  if (lifecycle.abortsUploads) {
    return keepsVersions
      ? abstain(`${versions}; which of them may go, and what that saves, its owner has to say`)
      : [];
  }
  const bytes = numberAt(resource.observed?.details ?? {}, "incomplete_multipart_upload_bytes");
  if (bytes === undefined) {
    return abstain(
      `no rule ends uploads that were never completed after ${days} days${keepsVersions ? `, and ${versions}` : ""}; add it, though what it saves is not known${standardSize(context)}: S3 Storage Lens shows it`,
    );
  }
  if (bytes === 0) {
    return abstain(
      `no rule ends uploads that were never completed after ${days} days; none lies in it today${keepsVersions ? `, but ${versions}` : ""}`,
    );
  }
  const region = awsRegionOf(resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const price = unitPrice("s3-standard-gb-month", region, prices);
  if (price.kind === "unknown") return abstain(`its price is not known: ${price.reason}`);
  const list = multiply(price.value.price, decimal(bytes / BYTES_PER_GB));
  const factors = { use: NO_UPLOAD_SO_LONG, cap: CONFIDENCE_CAP };
  return proposeIfWorthwhile(context, {
    part: "uploads",
    action: "set-lifecycle",
    from: "uploads kept for good",
    to: `ended after ${days} days`,
    summary: `Uploads that were never completed fill ${Math.round(bytes / BYTES_PER_GB)} GB of this bucket; end them after ${days} days`,
    changes: changesFor(context, lifecycle, days),
    monthlySavings: savingsOf(list, STORAGE_COVERAGE),
    risk: 1,
    effort: "very-low",
    restartRequired: false,
    rollback: "remove the rule; uploads that it ended have to be started again",
    ...factEvidence(context, {
      days: 0,
      factors,
      notes: [
        "Completed objects are not touched",
        "Priced as the Standard class, which parts of uploads are stored in unless they name another",
        ...(lifecycle.hasRules ? [`Add the rule beside those that it has${holderName(lifecycle)}`] : []),
        ...(keepsVersions ? [`Besides, ${versions}`] : []),
      ],
    }),
    unknowns: [
      `uploads that take longer than ${days} days, which the rule would end`,
      "growth: the saving is of what lies there today, once; what would come is ended as well",
      "storage classes and expiry: how old objects are and how often they are read is not known, so none is proposed",
    ],
  });
}

/** The sizes that CloudWatch tells count objects, old versions and parts of uploads together. */
function standardSize({ resource }: RuleContext): string {
  const bytes = numberAt(resource.observed?.details ?? {}, "bytes_by_storage_class", "StandardStorage");
  return bytes === undefined ? "" : ` (of ${Math.ceil(bytes / BYTES_PER_GB)} GB in the Standard class)`;
}

/** Hardly any upload takes a week; those of devices that are offline may. */
const NO_UPLOAD_SO_LONG = 0.9;

function holderName({ holder }: BucketLifecycle): string {
  return holder === undefined ? "" : ` in ${holder.address ?? holder.id}`;
}

/** A bucket has one lifecycle: a second one would take the place of the rules that it has. */
function changesFor(
  { resource }: RuleContext,
  { holder, hasRules }: BucketLifecycle,
  days: number,
): readonly IntendedChange[] {
  if (resource.address === undefined || holder !== undefined || hasRules) return [];
  return [
    {
      kind: "add-resource",
      besideAddress: resource.address,
      type: "aws_s3_bucket_lifecycle_configuration",
      name: blockNameFor(resource.address, "lifecycle"),
      attributes: { bucket: { ref: "id" } },
      blocks: [
        {
          type: "rule",
          attributes: { id: "end-incomplete-uploads", status: "Enabled" },
          blocks: [
            { type: "filter", attributes: {} },
            { type: "abort_incomplete_multipart_upload", attributes: { days_after_initiation: days } },
          ],
        },
      ],
    },
  ];
}
