import type { Group } from "../fleet/group.ts";
import { arn, cloudId, REGION } from "../ids.ts";
import { hexFor } from "../random.ts";
import { type StateResource, tagged } from "./state-resource.ts";

function launchTemplate(group: Group): StateResource {
  const id = cloudId("lt", group.templateAddress);
  return {
    address: group.templateAddress,
    attributes: {
      id,
      arn: arn("ec2", `launch-template/${id}`),
      block_device_mappings: [
        {
          device_name: "/dev/xvda",
          ebs: [
            {
              delete_on_termination: "",
              encrypted: "",
              iops: 0,
              kms_key_id: "",
              snapshot_id: "",
              throughput: 0,
              volume_size: group.rootGb,
              volume_type: "gp3",
            },
          ],
          no_device: "",
          virtual_name: "",
        },
      ],
      default_version: 7,
      description: "",
      ebs_optimized: "",
      image_id: group.ami,
      instance_type: group.instanceType,
      key_name: "",
      latest_version: 7,
      name: group.name,
      name_prefix: "",
      region: REGION,
      update_default_version: true,
      user_data: "",
      vpc_security_group_ids: [cloudId("sg", "aws_security_group.internal")],
      ...tagged({ Name: group.name }),
    },
    dependencies: ["aws_security_group.internal", "aws_vpc.main"],
  };
}

function autoscalingGroup(group: Group): StateResource {
  return {
    address: group.address,
    schemaVersion: 1,
    attributes: {
      id: group.name,
      arn: arn(
        "autoscaling",
        `autoScalingGroup:${hexFor(group.address, 8)}-91f2-4c5e-8d55-${hexFor(`${group.address} tail`, 12)}:autoScalingGroupName/${group.name}`,
      ),
      availability_zones: [`${REGION}a`, `${REGION}b`],
      capacity_rebalance: false,
      default_cooldown: 300,
      desired_capacity: group.desired,
      enabled_metrics: ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupMinSize"],
      context: "",
      default_instance_warmup: 0,
      force_delete: false,
      force_delete_warm_pool: false,
      health_check_grace_period: 300,
      health_check_type: "EC2",
      ignore_failed_scaling_activities: false,
      launch_configuration: "",
      launch_template: [{ id: cloudId("lt", group.templateAddress), name: group.name, version: "$Latest" }],
      max_instance_lifetime: 0,
      max_size: group.maximum,
      metrics_granularity: "1Minute",
      min_size: group.minimum,
      mixed_instances_policy: [],
      name: group.name,
      placement_group: "",
      protect_from_scale_in: false,
      region: REGION,
      service_linked_role_arn:
        "arn:aws:iam::210987654321:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
      tag: [{ key: "Name", propagate_at_launch: true, value: group.memberName }],
      vpc_zone_identifier: ["a", "b"]
        .map((zone) => cloudId("subnet", `aws_subnet.private["${zone}"]`))
        .toSorted(),
      wait_for_capacity_timeout: "10m",
    },
    dependencies: [group.templateAddress.replace(/\[[^\]]*\]/g, ""), "aws_subnet.private", "aws_vpc.main"],
  };
}

/** The launch template and the group. */
export function groupResources(group: Group): StateResource[] {
  return [launchTemplate(group), autoscalingGroup(group)];
}
