import { EC2Client, paginateDescribeVolumes, type Volume } from "@aws-sdk/client-ec2";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, instantOf, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { ec2Call } from "./ec2-call.ts";

/** The most that DescribeVolumes gives in a page. */
const VOLUMES_A_PAGE = 1_000;

/** EBS volumes, with the instances that they are attached to. */
export const ebsVolumes: AwsService = {
  name: "ebs-volumes",
  title: "EBS volumes",
  calls: [ec2Call("DescribeVolumes")],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const pages = paginateDescribeVolumes({ client, pageSize: VOLUMES_A_PAGE, stopOnSameToken: true }, {});
  for await (const { Volumes = [] } of pages) {
    for (const volume of Volumes) {
      if (volume.State === "deleting" || volume.State === "deleted") continue;
      const created = instantOf(volume.CreateTime);
      const resource = awsResource(session, {
        type: "aws_ebs_volume",
        attributes: volumeAttributes(session, volume, created),
        observed: {
          ...(created === undefined ? {} : { createdAt: created }),
          ...(volume.State === undefined ? {} : { state: volume.State }),
          usedBy: (volume.Attachments ?? []).flatMap(({ InstanceId, AssociatedResource }) => {
            const user = InstanceId ?? AssociatedResource;
            return user === undefined ? [] : [user];
          }),
        },
      });
      if (resource !== undefined) yield { kind: "resource", resource };
    }
  }
}

function volumeAttributes(session: AwsSession, volume: Volume, created: string | undefined): JsonObject {
  const { partition, region, accountId } = session;
  return awsAttributes({
    id: volume.VolumeId,
    arn: `arn:${partition}:ec2:${region}:${accountId}:volume/${volume.VolumeId}`,
    availability_zone: volume.AvailabilityZone,
    type: volume.VolumeType,
    size: volume.Size,
    iops: volume.Iops,
    throughput: volume.Throughput,
    encrypted: volume.Encrypted,
    multi_attach_enabled: volume.MultiAttachEnabled,
    snapshot_id: volume.SnapshotId,
    create_time: created,
    tags: tagMap(volume.Tags),
  });
}
