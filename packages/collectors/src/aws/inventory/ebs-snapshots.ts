import {
  EC2Client,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, instantOf, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { ec2Call } from "./ec2-call.ts";

/** The most that DescribeSnapshots and DescribeImages give in a page. */
const ITEMS_A_PAGE = 1_000;

const IMAGES = ec2Call("DescribeImages");

/** The account's own EBS snapshots, with the images that are made of them. */
export const ebsSnapshots: AwsService = {
  name: "ebs-snapshots",
  title: "EBS snapshots",
  calls: [ec2Call("DescribeSnapshots"), IMAGES],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const images = await session.optional(
    IMAGES,
    "without it it is not known which snapshots images are made of",
    () => imagesBySnapshot(client),
  );
  if (images.kind === "failed") yield { kind: "diagnostic", diagnostic: images.diagnostic };
  const pages = paginateDescribeSnapshots(
    { client, pageSize: ITEMS_A_PAGE, stopOnSameToken: true },
    { OwnerIds: ["self"] },
  );
  for await (const { Snapshots = [] } of pages) {
    for (const snapshot of Snapshots) {
      // Others' that are shared with the account cost it nothing.
      if (snapshot.OwnerId !== undefined && snapshot.OwnerId !== session.accountId) continue;
      const created = instantOf(snapshot.StartTime);
      const bytes = snapshot.FullSnapshotSizeInBytes;
      const resource = awsResource(session, {
        type: "aws_ebs_snapshot",
        attributes: snapshotAttributes(session, snapshot, created),
        observed: {
          ...(created === undefined ? {} : { createdAt: created }),
          ...(snapshot.State === undefined ? {} : { state: snapshot.State }),
          ...(images.kind === "done" ? { usedBy: images.value.get(snapshot.SnapshotId ?? "") ?? [] } : {}),
          ...(bytes === undefined ? {} : { details: { full_snapshot_size_in_bytes: bytes } }),
        },
      });
      if (resource !== undefined) yield { kind: "resource", resource };
    }
  }
}

/** The account's images by the snapshots that they are made of. */
async function imagesBySnapshot(client: EC2Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, string[]>();
  const pages = paginateDescribeImages(
    { client, pageSize: ITEMS_A_PAGE, stopOnSameToken: true },
    { Owners: ["self"], IncludeDeprecated: true, IncludeDisabled: true },
  );
  for await (const { Images = [] } of pages) {
    for (const { ImageId, BlockDeviceMappings = [] } of Images) {
      for (const { Ebs } of BlockDeviceMappings) {
        if (ImageId === undefined || Ebs?.SnapshotId === undefined) continue;
        users.set(Ebs.SnapshotId, [...(users.get(Ebs.SnapshotId) ?? []), ImageId]);
      }
    }
  }
  return users;
}

function snapshotAttributes(
  session: AwsSession,
  snapshot: Snapshot,
  created: string | undefined,
): JsonObject {
  const { partition, region } = session;
  return awsAttributes({
    id: snapshot.SnapshotId,
    // An ARN of a snapshot names no account. Source: service authorization reference, "Resource types defined by Amazon EC2".
    arn: `arn:${partition}:ec2:${region}::snapshot/${snapshot.SnapshotId}`,
    volume_id: snapshot.VolumeId,
    volume_size: snapshot.VolumeSize,
    storage_tier: snapshot.StorageTier,
    description: snapshot.Description,
    encrypted: snapshot.Encrypted,
    owner_id: snapshot.OwnerId,
    start_time: created,
    tags: tagMap(snapshot.Tags),
  });
}
