import { formatInstant, type JsonObject, type ObservedFacts, parseInstant } from "@apex/core";
import type { Image, Instance, InstanceBlockDeviceMapping, Volume } from "@aws-sdk/client-ec2";
import { awsAttributes, instantOf, tagMap } from "../aws-resource.ts";
import type { AwsSession } from "../aws-service.ts";

/** What the EC2 API tells of one instance, from several of its operations. */
export interface InstanceFacts {
  readonly instance: Instance;
  readonly image: Image | undefined;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly cpuCredits: string | undefined;
}

/** The attributes of an `aws_instance` as the AWS provider writes them into a state. */
export function instanceAttributes(
  session: Pick<AwsSession, "accountId" | "region" | "partition">,
  facts: InstanceFacts,
): JsonObject {
  const { instance, volumes, cpuCredits } = facts;
  const { accountId, region, partition } = session;
  const reservation = instance.CapacityReservationId;
  return awsAttributes({
    id: instance.InstanceId,
    arn: `arn:${partition}:ec2:${region}:${accountId}:instance/${instance.InstanceId}`,
    ami: instance.ImageId,
    instance_type: instance.InstanceType,
    instance_state: instance.State?.Name,
    instance_lifecycle: instance.InstanceLifecycle,
    spot_instance_request_id: instance.SpotInstanceRequestId,
    availability_zone: instance.Placement?.AvailabilityZone,
    tenancy: instance.Placement?.Tenancy,
    platform_details: platformOf(facts),
    ebs_optimized: instance.EbsOptimized,
    monitoring: instance.Monitoring === undefined ? undefined : instance.Monitoring.State === "enabled",
    key_name: instance.KeyName,
    private_dns: instance.PrivateDnsName || undefined,
    private_ip: instance.PrivateIpAddress,
    public_ip: instance.PublicIpAddress,
    subnet_id: instance.SubnetId,
    vpc_security_group_ids: (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    cpu_core_count: instance.CpuOptions?.CoreCount,
    cpu_threads_per_core: instance.CpuOptions?.ThreadsPerCore,
    credit_specification: cpuCredits === undefined ? undefined : [{ cpu_credits: cpuCredits }],
    capacity_reservation_specification:
      reservation === undefined
        ? undefined
        : [{ capacity_reservation_target: [{ capacity_reservation_id: reservation }] }],
    root_block_device: disks(instance, volumes, true),
    ebs_block_device: disks(instance, volumes, false),
    tags: tagMap(instance.Tags),
  });
}

function disks(
  instance: Instance,
  volumes: InstanceFacts["volumes"],
  isRoot: boolean,
): readonly JsonObject[] {
  return (instance.BlockDeviceMappings ?? [])
    .filter(({ DeviceName }) => (DeviceName === instance.RootDeviceName) === isRoot)
    .map((mapping) => disk(mapping, volumes.get(mapping.Ebs?.VolumeId ?? "")));
}

function disk({ DeviceName, Ebs }: InstanceBlockDeviceMapping, volume: Volume | undefined): JsonObject {
  return awsAttributes({
    device_name: DeviceName,
    volume_id: Ebs?.VolumeId,
    delete_on_termination: Ebs?.DeleteOnTermination,
    volume_type: volume?.VolumeType,
    volume_size: volume?.Size,
    iops: volume?.Iops,
    throughput: volume?.Throughput,
    encrypted: volume?.Encrypted,
    snapshot_id: volume?.SnapshotId,
    tags: volume === undefined ? undefined : tagMap(volume.Tags),
  });
}

/** What the API tells beyond Terraform's attributes. */
export function observedInstance(facts: InstanceFacts): Omit<ObservedFacts, "at"> {
  const { instance, image } = facts;
  const platform = platformOf(facts);
  const state = instance.State?.Name;
  const launched = instantOf(instance.LaunchTime);
  const since = state === "running" ? launched : transitionTime(instance.StateTransitionReason);
  const created = createdAt(instance) ?? launched;
  const architecture = image?.Architecture ?? instance.Architecture;
  return {
    ...(created === undefined ? {} : { createdAt: created }),
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { stateSince: since }),
    ...(architecture === undefined ? {} : { imageArchitectures: [architecture] }),
    ...(platform === undefined ? {} : { platform }),
    purchaseOption: purchaseOption(instance),
    details: awsAttributes({
      launch_time: launched,
      usage_operation: instance.UsageOperation,
      image_name: image?.Name,
      image_owner: image?.ImageOwnerAlias ?? image?.OwnerId,
    }),
  };
}

/** The licence that is billed; older instances do not tell, but their image does. */
function platformOf({ instance, image }: InstanceFacts): string | undefined {
  return instance.PlatformDetails ?? image?.PlatformDetails;
}

/** The root disk was attached when the instance was made; its launch time moves with every start. */
function createdAt(instance: Instance): string | undefined {
  const root = instance.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === instance.RootDeviceName);
  return instantOf(root?.Ebs?.AttachTime);
}

/** "User initiated (2026-10-01 12:00:00 GMT)": the only place where EC2 tells since when an instance is stopped. */
function transitionTime(reason: string | undefined): string | undefined {
  const [, day, time] = /\((\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)/.exec(reason ?? "") ?? [];
  const epochMs = day === undefined ? undefined : parseInstant(`${day}T${time}Z`);
  return epochMs === undefined ? undefined : formatInstant(epochMs);
}

function purchaseOption(instance: Instance): NonNullable<ObservedFacts["purchaseOption"]> {
  if (instance.InstanceLifecycle === "spot") return "spot";
  const tenancy = instance.Placement?.Tenancy;
  return tenancy === "dedicated" || tenancy === "host" ? "dedicated" : "on-demand";
}
