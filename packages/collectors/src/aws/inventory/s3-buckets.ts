import {
  type Bucket,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  paginateListBuckets,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, type FoundResource, tagMap } from "../aws-resource.ts";
import type { AwsCall, AwsService, AwsSession } from "../aws-service.ts";
import { optionalEach } from "../optional-each.ts";
import { lifeCycle } from "./life-cycle.ts";
import { type BucketSize, bucketSizes, SIZE_CALLS } from "./s3-bucket-sizes.ts";
import { lifecycleRules } from "./s3-lifecycle.ts";
import { PARTS, type UnfinishedUploads, unfinishedUploads, UPLOADS } from "./s3-unfinished-uploads.ts";

const LIST: AwsCall = { service: "s3", operation: "ListBuckets", permissions: ["s3:ListAllMyBuckets"] };
const LOCATION: AwsCall = {
  service: "s3",
  operation: "GetBucketLocation",
  permissions: ["s3:GetBucketLocation"],
};
const LIFECYCLE: AwsCall = {
  service: "s3",
  operation: "GetBucketLifecycleConfiguration",
  permissions: ["s3:GetLifecycleConfiguration"],
};
const VERSIONING: AwsCall = {
  service: "s3",
  operation: "GetBucketVersioning",
  permissions: ["s3:GetBucketVersioning"],
};
const TAGGING: AwsCall = {
  service: "s3",
  operation: "GetBucketTagging",
  permissions: ["s3:GetBucketTagging"],
};

/** Source: S3 API reference, ListBuckets, MaxBuckets. The region of a bucket is told only in answers that have pages. */
const BUCKETS_A_PAGE = 1_000;

/** Buckets of all regions with their lifecycle, versioning and size. */
export const s3Buckets: AwsService = {
  name: "s3-buckets",
  title: "S3 buckets",
  isGlobal: true,
  calls: [LIST, LOCATION, LIFECYCLE, VERSIONING, TAGGING, UPLOADS, PARTS, ...SIZE_CALLS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(S3Client, { forcePathStyle: true });
  const pages = paginateListBuckets({ client, pageSize: BUCKETS_A_PAGE, stopOnSameToken: true }, {});
  const all: Bucket[] = [];
  for await (const { Buckets = [] } of pages) all.push(...Buckets);
  // Servers that speak S3's protocol may leave the region out where AWS tells it.
  const located = await optionalEach(
    session,
    { call: LOCATION, cost: "without it the region of buckets is not known" },
    all.filter(({ BucketRegion }) => BucketRegion === undefined),
    ({ Name }) => locationOf(client, Name ?? ""),
  );
  for (const diagnostic of located.diagnostics) yield { kind: "diagnostic", diagnostic };
  const byRegion = Map.groupBy(all, (bucket) => bucket.BucketRegion ?? located.answers.get(bucket));
  for (const [region, buckets] of byRegion) yield* collectRegion(session, region ?? session.region, buckets);
}

/** No constraint is the oldest region, and "EU" is how Ireland was called first. Source: S3 API reference, GetBucketLocation. */
async function locationOf(client: S3Client, name: string): Promise<string> {
  const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket: name }));
  return LocationConstraint === "EU" ? "eu-west-1" : (LocationConstraint ?? "us-east-1");
}

async function* collectRegion(
  session: AwsSession,
  region: string,
  buckets: readonly Bucket[],
): AsyncGenerator<Collected> {
  const client = session.client(S3Client, { region, forcePathStyle: true });
  const names = buckets.flatMap(({ Name }) => Name ?? []);
  const lifecycles = await optionalEach(
    session,
    { call: LIFECYCLE, cost: "without it the lifecycle of buckets is not known" },
    names,
    (name) =>
      noneIf("NoSuchLifecycleConfiguration", async () => {
        const answer = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }));
        return answer.Rules ?? [];
      }),
  );
  const versioning = await optionalEach(
    session,
    { call: VERSIONING, cost: "without it it is not known which buckets keep old versions" },
    names,
    async (name) =>
      (await client.send(new GetBucketVersioningCommand({ Bucket: name }))).Status ?? "Disabled",
  );
  const tags = await optionalEach(
    session,
    { call: TAGGING, cost: "without it the tags of buckets are not known" },
    names,
    (name) =>
      noneIf("NoSuchTagSet", async () => {
        const answer = await client.send(new GetBucketTaggingCommand({ Bucket: name }));
        return answer.TagSet ?? [];
      }),
  );
  const uploads = await optionalEach(
    session,
    { call: UPLOADS, cost: "without it it is not known what uploads that were given up fill" },
    names,
    (name) => unfinishedUploads(client, name, session.nowMs),
  );
  const sizes = await bucketSizes(session, region);
  const outcomes = [lifecycles, versioning, tags, uploads, sizes];
  for (const diagnostic of outcomes.flatMap((outcome) => outcome.diagnostics))
    yield { kind: "diagnostic", diagnostic };
  for (const bucket of buckets) {
    const name = bucket.Name ?? "";
    const rules = lifecycles.answers.get(name);
    const facts: BucketFacts = {
      bucket,
      region,
      arn: `arn:${session.partition}:s3:::${name}`,
      rules,
      versioning: versioning.answers.get(name),
      tags: tags.answers.get(name),
      size: sizes.answers.get(name),
      uploads: uploads.answers.get(name),
    };
    for (const found of [foundBucket(facts), ...foundLifecycle(name, rules)]) {
      const resource = awsResource(session, found);
      if (resource !== undefined) yield { kind: "resource", resource: { ...resource, region } };
    }
  }
}

/** An empty list where S3 says with an error that there is nothing. */
async function noneIf<T>(code: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && error.name === code) return [];
    throw error;
  }
}

interface BucketFacts {
  readonly bucket: Bucket;
  readonly region: string;
  readonly arn: string;
  readonly rules: readonly LifecycleRule[] | undefined;
  readonly versioning: string | undefined;
  readonly tags: Parameters<typeof tagMap>[0];
  readonly size: BucketSize | undefined;
  readonly uploads: UnfinishedUploads | undefined;
}

function foundBucket({
  bucket,
  region,
  arn,
  rules,
  versioning,
  tags,
  size,
  uploads,
}: BucketFacts): FoundResource {
  return {
    type: "aws_s3_bucket",
    attributes: awsAttributes({
      id: bucket.Name,
      bucket: bucket.Name,
      arn,
      region,
      versioning: versioning === undefined ? undefined : [{ enabled: versioning === "Enabled" }],
      tags: tags === undefined ? undefined : tagMap(tags),
    }),
    observed: {
      ...lifeCycle(bucket.CreationDate, undefined),
      details: awsAttributes({
        versioning_status: versioning,
        lifecycle_rules: rules === undefined ? undefined : lifecycleRules(rules),
        ...(size === undefined ? {} : sizeDetails(size)),
        incomplete_multipart_upload_bytes: uploads?.bytes,
        incomplete_multipart_uploads: uploads?.uploads,
      }),
    },
  };
}

function sizeDetails({ bytes, objects, day }: BucketSize): JsonObject {
  return awsAttributes({
    bytes_by_storage_class: Object.fromEntries(bytes),
    number_of_objects: objects,
    size_day: day,
  });
}

/** The lifecycle is a resource of its own in Terraform; a bucket without one has none. */
function foundLifecycle(name: string, rules: readonly LifecycleRule[] | undefined): readonly FoundResource[] {
  if (rules === undefined || rules.length === 0) return [];
  const attributes = { id: name, bucket: name, rule: lifecycleRules(rules) };
  return [{ type: "aws_s3_bucket_lifecycle_configuration", attributes }];
}
