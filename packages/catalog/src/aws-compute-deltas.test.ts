import { AWS_COMPUTE_PRICERS } from "./terraform/aws-compute-pricers.ts";
import { AWS_COMPUTE_DELTAS } from "./testing/deltas/aws-compute.ts";
import { testDeltas } from "./testing/test-deltas.ts";

/** Priced by what prices `aws_instance`, where they have their cases; its hours have no known price. */
const LIKE_AN_INSTANCE = [
  "ami",
  "associate_public_ip_address",
  "capacity_reservation_specification",
  "credit_specification",
  "ebs_block_device",
  "ebs_optimized",
  "ephemeral_block_device",
  "get_password_data",
  "instance_type",
  "launch_template",
  "monitoring",
  "root_block_device.volume_type",
  "subnet_id",
  "tenancy",
  "usage.monthly_cpu_credit_hrs",
  "usage.monthly_hrs",
  "usage.operating_system",
  "usage.vcpu_count",
];

const BY_TEMPLATE = "as in a group, whose cases show it";

testDeltas({
  tables: AWS_COMPUTE_DELTAS,
  types: Object.keys(AWS_COMPUTE_PRICERS),
  neutral: {
    ...Object.fromEntries(
      LIKE_AN_INSTANCE.map((path) => [`aws_spot_instance_request: ${path}`, "priced as aws_instance"]),
    ),
    "aws_ec2_capacity_reservation: instance_match_criteria":
      "machines that may use an open reservation are said to be counted twice",
    "aws_ec2_fleet: usage.monthly_cpu_credit_hrs": BY_TEMPLATE,
    "aws_ec2_fleet: usage.vcpu_count": BY_TEMPLATE,
    "aws_ecs_task_definition: arn_without_revision": "what a service points at",
    "aws_ecs_task_definition: family": "what a service points at",
    "aws_eks_cluster: compute_config": "what auto mode launches is left out, and said to be",
    "aws_instance: ami": "an unchanged image keeps its root volume: its own tests",
    "aws_launch_configuration: ebs_block_device.device_name": "only names the volume",
    "aws_launch_template: instance_lifecycle": "what EC2 reports of a machine, which no template has",
    "aws_lambda_function: function_name": "what a provisioned concurrency points at",
    "aws_vpn_connection: enable_acceleration":
      "its accelerators have no price: they are left out, and said to be",
  },
});
