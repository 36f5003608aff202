import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { expect, it } from "vitest";
import { collectLive, TEST_ACCOUNT, testClient } from "../../testing/aws.ts";
import { describeWithMoto } from "../../testing/moto.ts";
import type { AwsService } from "../aws-service.ts";
import { autoScalingGroups } from "./autoscaling-groups.ts";
import { ebsSnapshots } from "./ebs-snapshots.ts";
import { ebsVolumes } from "./ebs-volumes.ts";
import { ec2Addresses } from "./ec2-addresses.ts";
import { ec2Instances } from "./ec2-instances.ts";
import { ec2LaunchTemplates } from "./ec2-launch-templates.ts";

const IMAGE = "ami-12c6146b";

/** What a service declares, as what is sent is noted. */
const declared = ({ calls }: AwsService): readonly string[] =>
  calls.map(({ service, operation }) => `${service} ${operation}`).toSorted();

describeWithMoto("the machines and disks of an account", (moto) => {
  const clientOf = (region: string) => new EC2Client(testClient(moto.url, region));

  /** Each test has a region of its own. */
  const collected = async (service: AwsService, region: string) => {
    const found = await collectLive(service, moto.url, { region });
    expect(found.sent).toEqual(declared(service));
    expect(found.diagnostics).toEqual([]);
    return found.resources;
  };

  it("has instances with their disks, credits, image, state and tags", async () => {
    const region = "eu-west-1";
    const ec2 = clientOf(region);
    const { Instances: [burstable, stopped, gone] = [] } = await ec2.send(
      new RunInstancesCommand({
        ImageId: IMAGE,
        InstanceType: "t3.large",
        MinCount: 3,
        MaxCount: 3,
        CreditSpecification: { CpuCredits: "unlimited" },
        BlockDeviceMappings: [
          { DeviceName: "/dev/sda1", Ebs: { VolumeSize: 30, VolumeType: "gp3" } },
          { DeviceName: "/dev/sdb", Ebs: { VolumeSize: 50, VolumeType: "gp2" } },
        ],
      }),
    );
    const id = burstable?.InstanceId ?? "";
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "Name", Value: "web" }] }));
    await ec2.send(new StopInstancesCommand({ InstanceIds: [stopped?.InstanceId ?? ""] }));
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone?.InstanceId ?? ""] }));
    const resources = await collected(ec2Instances, region);
    expect(resources.map((one) => one.id)).toEqual([id, stopped?.InstanceId]);
    expect(resources[0]).toMatchObject({
      type: "aws_instance",
      region,
      account: TEST_ACCOUNT,
      aliases: expect.arrayContaining([`arn:aws:ec2:${region}:${TEST_ACCOUNT}:instance/${id}`]),
      tags: { Name: "web" },
      attributes: {
        instance_type: "t3.large",
        instance_state: "running",
        ami: IMAGE,
        root_block_device: [{ device_name: "/dev/sda1", volume_size: 30, volume_type: "gp3" }],
        ebs_block_device: [{ device_name: "/dev/sdb", volume_size: 50, volume_type: "gp2" }],
        tags: { Name: "web" },
      },
      observed: { state: "running", imageArchitectures: ["x86_64"], purchaseOption: "on-demand" },
    });
    expect(resources[0]?.attributes["credit_specification"]).toHaveLength(1);
    const since = resources[1]?.observed?.stateSince ?? "";
    expect(resources[1]?.observed?.state).toBe("stopped");
    expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(600_000);
  });

  it("has volumes with who uses them, and snapshots with the images that are made of them", async () => {
    const region = "eu-central-1";
    const ec2 = clientOf(region);
    const volume = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 100, VolumeType: "gp3", Iops: 4000 }),
    );
    const { Instances: [instance] = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: IMAGE, InstanceType: "m5.large", MinCount: 1, MaxCount: 1 }),
    );
    const free = await ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId }));
    const { ImageId = "" } = await ec2.send(
      new CreateImageCommand({ InstanceId: instance?.InstanceId, Name: "golden" }),
    );
    const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    const used = image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;

    const volumes = new Map((await collected(ebsVolumes, region)).map((one) => [one.id, one]));
    expect(volumes.get(volume.VolumeId ?? "")).toMatchObject({
      type: "aws_ebs_volume",
      attributes: { type: "gp3", size: 100, iops: 4000 },
      observed: { state: "available", usedBy: [] },
    });
    const root = [...volumes.values()].find(({ id }) => id !== volume.VolumeId);
    expect(root?.observed).toMatchObject({ state: "in-use", usedBy: [instance?.InstanceId] });

    const snapshots = new Map((await collected(ebsSnapshots, region)).map((one) => [one.id, one]));
    // Amazon's own, which moto has thousands of, are none of the account's.
    expect(new Set(snapshots.keys())).toEqual(new Set([free.SnapshotId, used]));
    expect(snapshots.get(free.SnapshotId ?? "")).toMatchObject({
      attributes: { volume_id: volume.VolumeId, volume_size: 100 },
      observed: { usedBy: [] },
    });
    expect(snapshots.get(used ?? "")?.observed?.usedBy).toEqual([ImageId]);
  });

  it("has addresses with what they are associated with", async () => {
    const region = "us-east-1";
    const ec2 = clientOf(region);
    const free = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const taken = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const { Instances: [instance] = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: IMAGE, InstanceType: "m5.large", MinCount: 1, MaxCount: 1 }),
    );
    await ec2.send(
      new AssociateAddressCommand({ AllocationId: taken.AllocationId, InstanceId: instance?.InstanceId }),
    );
    const addresses = new Map((await collected(ec2Addresses, region)).map((one) => [one.id, one]));
    expect(addresses.get(free.AllocationId ?? "")).toMatchObject({
      type: "aws_eip",
      attributes: { public_ip: free.PublicIp, association_id: "", ptr_record: "" },
      observed: { state: "available", usedBy: [] },
    });
    expect(addresses.get(taken.AllocationId ?? "")?.observed).toMatchObject({
      state: "in-use",
      usedBy: [instance?.InstanceId],
    });
  });

  it("has groups, what scales them, and the latest version of their templates", async () => {
    const region = "us-west-2";
    const ec2 = clientOf(region);
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "web",
        LaunchTemplateData: { InstanceType: "m5.large", ImageId: IMAGE, UserData: "c2VjcmV0" },
      }),
    );
    const id = LaunchTemplate?.LaunchTemplateId;
    await ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: id,
        LaunchTemplateData: { InstanceType: "m6i.large", ImageId: IMAGE, Monitoring: { Enabled: true } },
      }),
    );
    const scaling = new AutoScalingClient(testClient(moto.url, region));
    const AutoScalingGroupName = "web";
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        MinSize: 1,
        MaxSize: 4,
        DesiredCapacity: 1,
        AvailabilityZones: [`${region}a`],
        LaunchTemplate: { LaunchTemplateId: id, Version: "$Default" },
        Tags: [{ Key: "team", Value: "shop", PropagateAtLaunch: true }],
      }),
    );
    await scaling.send(
      new PutScalingPolicyCommand({
        AutoScalingGroupName,
        PolicyName: "cpu",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
        },
      }),
    );
    await scaling.send(
      new PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName,
        ScheduledActionName: "night",
        Recurrence: "0 20 * * *",
        MinSize: 0,
      }),
    );

    const [template, ...others] = await collected(ec2LaunchTemplates, region);
    expect(others).toEqual([]);
    expect(template).toMatchObject({
      id,
      attributes: {
        latest_version: 2,
        default_version: 1,
        instance_type: "m6i.large",
        monitoring: [{ enabled: true }],
      },
      observed: { details: { default_version: { instance_type: "m5.large" } } },
    });
    expect(JSON.stringify(template)).not.toContain("c2VjcmV0");

    const [group, policy, schedule] = await collected(autoScalingGroups, region);
    expect(group).toMatchObject({
      id: expect.stringMatching(/^arn:aws:autoscaling:.*:autoScalingGroupName\/web$/),
      name: "web",
      type: "aws_autoscaling_group",
      tags: { team: "shop" },
      attributes: { min_size: 1, max_size: 4, launch_template: [{ id, version: "$Default" }] },
    });
    expect(group?.observed?.details?.["instances"]).toHaveLength(1);
    expect(policy).toMatchObject({
      type: "aws_autoscaling_policy",
      attributes: {
        autoscaling_group_name: "web",
        target_tracking_configuration: [
          {
            target_value: 60,
            predefined_metric_specification: [{ predefined_metric_type: "ASGAverageCPUUtilization" }],
          },
        ],
      },
    });
    expect(policy?.id).toMatch(/^arn:aws:autoscaling:.*policyName\/cpu$/);
    expect(schedule?.attributes).toMatchObject({ recurrence: "0 20 * * *", min_size: 0, max_size: -1 });
  });
});
