import {
  DescribeInstanceCreditSpecificationsCommand,
  EC2Client,
  type Image,
  type Instance,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeVolumes,
  type Volume,
} from "@aws-sdk/client-ec2";
import type { Collected } from "@apex/core";
import { awsResource } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { inGroups } from "../in-groups.ts";
import { ec2Call } from "./ec2-call.ts";
import { type InstanceFacts, instanceAttributes, observedInstance } from "./ec2-instance-attributes.ts";

/** The most that DescribeInstances gives in a page. */
const INSTANCES_A_PAGE = 1_000;
/** A filter takes 200 values. Source: EC2 API reference, DescribeImages and DescribeVolumes. */
const FILTER_VALUES_MAX = 200;
/** Source: EC2 API reference, DescribeInstanceCreditSpecifications, InstanceIds. */
const CREDIT_IDS_MAX = 1_000;

const INSTANCES = ec2Call("DescribeInstances");
const VOLUMES = ec2Call("DescribeVolumes");
const IMAGES = ec2Call("DescribeImages");
const CREDITS = ec2Call("DescribeInstanceCreditSpecifications");

/** Instances with their disks, image and CPU credits. Those that are terminated are no more. */
export const ec2Instances: AwsService = {
  name: "ec2-instances",
  title: "EC2 instances",
  calls: [INSTANCES, VOLUMES, IMAGES, CREDITS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EC2Client);
  const found = paginateDescribeInstances({ client, pageSize: INSTANCES_A_PAGE, stopOnSameToken: true }, {});
  const images = new Map<string, Image>();
  const asked = new Set<string>();
  for await (const { Reservations = [] } of found) {
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name !== "terminated" && State?.Name !== "shutting-down",
    );
    const volumes = await session.optional(
      VOLUMES,
      "without it the size and type of the disks of instances are not known",
      () => volumesOf(client, instances),
    );
    const credits = await session.optional(
      CREDITS,
      "without it it is not known which burstable instances pay for unlimited credits",
      () => creditsOf(client, instances),
    );
    const pictures = await session.optional(
      IMAGES,
      "without it the names and owners of images are not known",
      () => addImages(client, instances, images, asked),
    );
    for (const outcome of [volumes, credits, pictures]) {
      if (outcome.kind === "failed") yield { kind: "diagnostic", diagnostic: outcome.diagnostic };
    }
    for (const instance of instances) {
      const facts: InstanceFacts = {
        instance,
        image: images.get(instance.ImageId ?? ""),
        volumes: volumes.kind === "done" ? volumes.value : new Map(),
        cpuCredits: credits.kind === "done" ? credits.value.get(instance.InstanceId ?? "") : undefined,
      };
      const resource = awsResource(session, {
        type: "aws_instance",
        attributes: instanceAttributes(session, facts),
        observed: observedInstance(facts),
      });
      if (resource !== undefined) yield { kind: "resource", resource };
    }
  }
}

/** Attached disks by volume id. */
async function volumesOf(
  client: EC2Client,
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, Volume>> {
  const ids = instances.flatMap(({ BlockDeviceMappings = [] }) =>
    BlockDeviceMappings.flatMap(({ Ebs }) => (Ebs?.VolumeId === undefined ? [] : [Ebs.VolumeId])),
  );
  const volumes = new Map<string, Volume>();
  for (const group of inGroups(ids, FILTER_VALUES_MAX)) {
    // A filter, not a list of ids: a volume that was deleted meanwhile would fail the whole request.
    const pages = paginateDescribeVolumes(
      { client, stopOnSameToken: true },
      { Filters: [{ Name: "volume-id", Values: [...group] }] },
    );
    for await (const { Volumes = [] } of pages)
      for (const volume of Volumes) volumes.set(volume.VolumeId ?? "", volume);
  }
  return volumes;
}

/** "standard" or "unlimited" by instance id; only burstable instances have it, and asking for another fails the request. */
async function creditsOf(
  client: EC2Client,
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, string>> {
  const burstable = instances.flatMap(({ InstanceId, InstanceType }) =>
    InstanceId !== undefined && /^t\d/.test(InstanceType ?? "") ? [InstanceId] : [],
  );
  const credits = new Map<string, string>();
  for (const group of inGroups(burstable, CREDIT_IDS_MAX)) {
    const answer = await client.send(
      new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [...group] }),
    );
    for (const { InstanceId, CpuCredits } of answer.InstanceCreditSpecifications ?? []) {
      if (InstanceId !== undefined && CpuCredits !== undefined) credits.set(InstanceId, CpuCredits);
    }
  }
  return credits;
}

/** Adds the images of instances that were not asked for before; one that was deregistered is not found. */
async function addImages(
  client: EC2Client,
  instances: readonly Instance[],
  images: Map<string, Image>,
  asked: Set<string>,
): Promise<void> {
  const ids = new Set(instances.flatMap(({ ImageId }) => (ImageId === undefined ? [] : [ImageId])));
  const missing = [...ids].filter((id) => !asked.has(id));
  for (const group of inGroups(missing, FILTER_VALUES_MAX)) {
    const pages = paginateDescribeImages(
      { client, stopOnSameToken: true },
      { Filters: [{ Name: "image-id", Values: [...group] }], IncludeDeprecated: true },
    );
    for await (const { Images = [] } of pages)
      for (const image of Images) images.set(image.ImageId ?? "", image);
    for (const id of group) asked.add(id);
  }
}
