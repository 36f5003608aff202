import type {
  AutoScalingGroup,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
  ScalingPolicy,
  ScheduledUpdateGroupAction,
} from "@aws-sdk/client-auto-scaling";
import type { JsonObject, ObservedFacts } from "@apex/core";
import { awsAttributes, instantOf } from "../aws-resource.ts";

/** The attributes of an `aws_autoscaling_group` as the AWS provider writes them into a state. */
export function groupAttributes(group: AutoScalingGroup): JsonObject {
  const launched = group.LaunchTemplate;
  const mixed = group.MixedInstancesPolicy;
  return awsAttributes({
    id: group.AutoScalingGroupName,
    name: group.AutoScalingGroupName,
    arn: group.AutoScalingGroupARN,
    min_size: group.MinSize,
    max_size: group.MaxSize,
    desired_capacity: group.DesiredCapacity,
    desired_capacity_type: group.DesiredCapacityType,
    availability_zones: group.AvailabilityZones,
    vpc_zone_identifier: group.VPCZoneIdentifier?.split(",").filter((subnet) => subnet !== ""),
    launch_configuration: group.LaunchConfigurationName,
    launch_template: launched === undefined ? undefined : [templateReference(launched)],
    mixed_instances_policy: mixed === undefined ? undefined : [mixedPolicy(mixed)],
    load_balancers: group.LoadBalancerNames,
    target_group_arns: group.TargetGroupARNs,
    health_check_type: group.HealthCheckType,
    default_cooldown: group.DefaultCooldown,
    protect_from_scale_in: group.NewInstancesProtectedFromScaleIn,
    capacity_rebalance: group.CapacityRebalance,
    max_instance_lifetime: group.MaxInstanceLifetime,
    suspended_processes: group.SuspendedProcesses?.flatMap(({ ProcessName }) => ProcessName ?? []),
    tag: (group.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) =>
      awsAttributes({ key: Key, value: Value ?? "", propagate_at_launch: PropagateAtLaunch }),
    ),
  });
}

function templateReference(template: LaunchTemplateSpecification): JsonObject {
  return awsAttributes({
    id: template.LaunchTemplateId,
    name: template.LaunchTemplateName,
    version: template.Version,
  });
}

function mixedPolicy({
  LaunchTemplate,
  InstancesDistribution: distribution,
}: MixedInstancesPolicy): JsonObject {
  const specification = LaunchTemplate?.LaunchTemplateSpecification;
  return awsAttributes({
    launch_template: [
      awsAttributes({
        launch_template_specification:
          specification === undefined
            ? undefined
            : [
                awsAttributes({
                  launch_template_id: specification.LaunchTemplateId,
                  launch_template_name: specification.LaunchTemplateName,
                  version: specification.Version,
                }),
              ],
        override: (LaunchTemplate?.Overrides ?? []).map(({ InstanceType, WeightedCapacity }) =>
          awsAttributes({ instance_type: InstanceType, weighted_capacity: WeightedCapacity }),
        ),
      }),
    ],
    instances_distribution:
      distribution === undefined
        ? undefined
        : [
            awsAttributes({
              on_demand_base_capacity: distribution.OnDemandBaseCapacity,
              on_demand_percentage_above_base_capacity: distribution.OnDemandPercentageAboveBaseCapacity,
              spot_allocation_strategy: distribution.SpotAllocationStrategy,
            }),
          ],
  });
}

/** What the API tells of a group beyond Terraform's attributes: its members. */
export function observedGroup(group: AutoScalingGroup): Omit<ObservedFacts, "at"> {
  const created = instantOf(group.CreatedTime);
  return {
    ...(created === undefined ? {} : { createdAt: created }),
    ...(group.Status === undefined ? {} : { state: group.Status.toLowerCase() }),
    details: {
      instances: (group.Instances ?? []).map(({ InstanceId, InstanceType, LifecycleState }) =>
        awsAttributes({ id: InstanceId, instance_type: InstanceType, lifecycle_state: LifecycleState }),
      ),
    },
  };
}

/** The attributes of an `aws_autoscaling_policy`. */
export function policyAttributes(policy: ScalingPolicy): JsonObject {
  const tracking = policy.TargetTrackingConfiguration;
  const predefined = tracking?.PredefinedMetricSpecification;
  return awsAttributes({
    id: policy.PolicyName,
    name: policy.PolicyName,
    arn: policy.PolicyARN,
    autoscaling_group_name: policy.AutoScalingGroupName,
    policy_type: policy.PolicyType,
    adjustment_type: policy.AdjustmentType,
    scaling_adjustment: policy.ScalingAdjustment,
    enabled: policy.Enabled,
    target_tracking_configuration:
      tracking === undefined
        ? undefined
        : [
            awsAttributes({
              target_value: tracking.TargetValue,
              disable_scale_in: tracking.DisableScaleIn,
              predefined_metric_specification:
                predefined === undefined
                  ? undefined
                  : [
                      awsAttributes({
                        predefined_metric_type: predefined.PredefinedMetricType,
                        resource_label: predefined.ResourceLabel,
                      }),
                    ],
            }),
          ],
  });
}

/** The attributes of an `aws_autoscaling_schedule`. */
export function scheduleAttributes(action: ScheduledUpdateGroupAction): JsonObject {
  return awsAttributes({
    id: action.ScheduledActionName,
    scheduled_action_name: action.ScheduledActionName,
    arn: action.ScheduledActionARN,
    autoscaling_group_name: action.AutoScalingGroupName,
    recurrence: action.Recurrence,
    time_zone: action.TimeZone,
    start_time: instantOf(action.StartTime),
    end_time: instantOf(action.EndTime),
    // -1 leaves a size as it is, as the provider writes it.
    min_size: action.MinSize ?? -1,
    max_size: action.MaxSize ?? -1,
    desired_capacity: action.DesiredCapacity ?? -1,
  });
}
