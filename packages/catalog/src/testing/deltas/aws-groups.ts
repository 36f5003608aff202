import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const ROOT = { device_name: "/dev/xvda", ebs: [{ volume_size: 20, volume_type: "gp3" }] };
const TEMPLATE: JsonObject = {
  id: "lt-1",
  name: "app",
  latest_version: 1,
  default_version: 1,
  instance_type: "m5.large",
  block_device_mappings: [ROOT],
};
const TEMPLATES = {
  "aws_launch_template.app": TEMPLATE,
  "aws_launch_template.big": { ...TEMPLATE, id: "lt-2", name: "big", instance_type: "m5.xlarge" },
};

/** A month of one machine of TEMPLATE: 730 h x 0.096 + 20 GB x 0.08 = 71.68; of one of m5.xlarge 141.76. */
const MIXED = {
  launch_template: [
    {
      launch_template_specification: [{ launch_template_id: "lt-1", version: "$Latest" }],
      override: [{ instance_type: "m5.xlarge" }, { instance_type: "m5.large" }],
    },
  ],
  instances_distribution: [{ on_demand_percentage_above_base_capacity: 100 }],
};

const POLICY = "mixed_instances_policy";
const DISTRIBUTION = `${POLICY}.instances_distribution`;
const OVERRIDE = `${POLICY}.launch_template.override`;

/** Auto Scaling groups and fleets, us-east-1. */
const GROUPS: readonly DeltaTable[] = [
  {
    type: "aws_autoscaling_group",
    base: {
      desired_capacity: 4,
      min_size: 2,
      max_size: 10,
      launch_template: [{ id: "lt-1", version: "$Latest" }],
    },
    others: TEMPLATES,
    cases: [
      ["(all)", null, "286.72", "4 x 71.68"],
      ["desired_capacity", 6, "143.36", "2 x 71.68"],
      ["desired_capacity", undefined, "-143.36", "-2 x 71.68"],
      ["min_size", 5, "71.68", "1 x 71.68"],
      ["max_size", 3, "-71.68", "-1 x 71.68"],
      ["desired_capacity_type", "vcpu", "unknown", "counted in vCPU"],
      ["launch_template.id", "lt-2", "280.32", "4 x 730 h x (0.192 - 0.096)"],
      ["launch_template.name", "big", "280.32", "4 x 730 h x 0.096", { launch_template: [{ name: "app" }] }],
      ["launch_template.version", "9", "unknown", "version 9"],
      ["aws_launch_template.app: instance_type", "m5.xlarge", "280.32", "4 x 730 h x 0.096"],
      ["aws_launch_template.app: block_device_mappings.0.ebs.volume_size", 30, "3.2", "4 x 10 GB x 0.08"],
      [
        "aws_launch_template.app: network_interfaces.associate_public_ip_address",
        "true",
        "14.6",
        "4 x 730 h x 0.005",
      ],
      ["aws_launch_template.app: monitoring.enabled", true, "8.4", "4 x 7 x 0.30"],
      ["aws_launch_template.app: placement.tenancy", "dedicated", "unknown", "dedicated tenancy"],
      ["aws_launch_template.app: instance_market_options.market_type", "spot", "unknown", "the spot price"],
      ["aws_launch_template.app: ebs_optimized", "true", "0", "0"],
      ["usage: instances", 15, "788.48", "11 x 71.68"],
      ["usage: operating_system", "windows", "268.64", "4 x 730 h x 2 vCPU x 0.046"],
      ["usage: monthly_hrs", 100, "-241.92", "-4 x 630 h x 0.096"],
    ],
  },
  {
    type: "aws_autoscaling_group",
    base: { desired_capacity: 2, launch_template: [{ id: "lt-1" }] },
    others: { "aws_launch_template.app": { ...TEMPLATE, instance_type: "t3.large" } },
    cases: [
      ["usage: monthly_cpu_credit_hrs", 350, "70", "2 x 350 h x 2 vCPU x 0.05"],
      ["usage: vcpu_count", 4, "0", "0 without hours of bursting"],
      [
        "aws_launch_template.app: credit_specification.cpu_credits",
        "standard",
        "0",
        "0 without hours of bursting",
      ],
    ],
  },
  {
    type: "aws_autoscaling_group",
    base: { desired_capacity: 2, launch_configuration: "lc-1" },
    others: {
      "aws_launch_configuration.a": {
        name: "lc-1",
        instance_type: "m5.large",
        root_block_device: [{ volume_size: 20, volume_type: "gp3" }],
      },
      "aws_launch_configuration.b": { name: "lc-2", instance_type: "m5.xlarge", enable_monitoring: false },
    },
    cases: [
      ["(all)", null, "147.56", "2 x (730 h x 0.096 + 20 GB x 0.08 + 7 x 0.30)"],
      ["launch_configuration", "lc-2", "132.76", "2 x (730 h x 0.096 - 20 GB x 0.08 - 7 x 0.30)"],
      ["aws_launch_configuration.a: instance_type", "m5.xlarge", "140.16", "2 x 730 h x 0.096"],
      ["aws_launch_configuration.a: enable_monitoring", false, "-4.2", "-2 x 7 x 0.30"],
      ["aws_launch_configuration.a: associate_public_ip_address", true, "7.3", "2 x 730 h x 0.005"],
      ["aws_launch_configuration.a: ebs_optimized", true, "0", "0"],
      ["aws_launch_configuration.a: spot_price", "0.05", "unknown", "the spot price of m5.large"],
      ["aws_launch_configuration.a: placement_tenancy", "dedicated", "unknown", "dedicated tenancy"],
      ["aws_launch_configuration.a: root_block_device.volume_size", 30, "1.6", "2 x 10 GB x 0.08"],
      ["aws_launch_configuration.a: root_block_device.volume_type", "gp2", "0.8", "2 x 20 GB x 0.02"],
      ["aws_launch_configuration.a: root_block_device.iops", 4000, "10", "2 x 1,000 x 0.005"],
      ["aws_launch_configuration.a: root_block_device.throughput", 225, "8", "2 x 100 x 0.04"],
      ["aws_launch_configuration.a: ebs_block_device.volume_size", 10, "2", "2 x 10 GB x 0.10"],
      [
        "aws_launch_configuration.a: ebs_block_device",
        [{ device_name: "/dev/sdf", volume_size: 100, volume_type: "gp3", iops: 4000, throughput: 225 }],
        "34",
        "2 x (100 x 0.08 + 1,000 x 0.005 + 100 x 0.04)",
      ],
    ],
  },
  {
    type: "aws_autoscaling_group",
    base: { desired_capacity: 4, [POLICY]: [MIXED] },
    others: TEMPLATES,
    cases: [
      ["(all)", null, "567.04", "4 x 141.76"],
      [`${OVERRIDE}.0.instance_type`, "m5.large", "-280.32", "-4 x 730 h x 0.096"],
      [`${OVERRIDE}.0.weighted_capacity`, "2", "-283.52", "-2 x 141.76"],
      [`${OVERRIDE}.0.instance_requirements`, [{ vcpu_count: [{ min: 2 }] }], "unknown", "decided by EC2"],
      [
        `${OVERRIDE}.0.launch_template_specification`,
        [{ launch_template_id: "lt-3" }],
        "unknown",
        "lt-3 is not in this plan",
      ],
      [
        `${POLICY}.launch_template.launch_template_specification.launch_template_id`,
        "lt-9",
        "unknown",
        "lt-9",
      ],
      [
        `${POLICY}.launch_template.launch_template_specification.launch_template_name`,
        "nobody",
        "unknown",
        "nobody is not in this plan",
        {
          [POLICY]: [
            { launch_template: [{ launch_template_specification: [{ launch_template_name: "app" }] }] },
          ],
        },
      ],
      [`${POLICY}.launch_template.launch_template_specification.version`, "9", "unknown", "version 9"],
      [`${DISTRIBUTION}.on_demand_allocation_strategy`, "lowest-price", "-280.32", "-4 x 730 h x 0.096"],
      [
        `${DISTRIBUTION}.on_demand_percentage_above_base_capacity`,
        50,
        "unknown",
        "the spot prices of m5.xlarge, m5.large",
      ],
      [
        `${DISTRIBUTION}.on_demand_base_capacity`,
        3,
        "unknown",
        "the spot prices",
        {
          [POLICY]: [
            {
              ...MIXED,
              instances_distribution: [
                { on_demand_base_capacity: 4, on_demand_percentage_above_base_capacity: 0 },
              ],
            },
          ],
        },
      ],
    ],
  },
  {
    type: "aws_spot_fleet_request",
    base: { target_capacity: 0 },
    cases: [
      ["(all)", null, "0", "0"],
      ["target_capacity", 4, "unknown", "spot prices of the fleet"],
    ],
  },
  {
    type: "aws_ec2_fleet",
    base: {
      launch_template_config: [
        {
          launch_template_specification: [{ launch_template_id: "lt-1", version: "$Latest" }],
          override: [
            { instance_type: "m5.xlarge", priority: 1 },
            { instance_type: "m5.large", priority: 2 },
          ],
        },
      ],
      on_demand_options: [{ allocation_strategy: "prioritized" }],
      target_capacity_specification: [
        { default_target_capacity_type: "on-demand", total_target_capacity: 2 },
      ],
    },
    others: TEMPLATES,
    cases: [
      ["(all)", null, "283.52", "2 x 141.76"],
      ["target_capacity_specification.total_target_capacity", 3, "141.76", "1 x 141.76"],
      ["target_capacity_specification.spot_target_capacity", 1, "unknown", "the spot prices"],
      ["target_capacity_specification.default_target_capacity_type", "spot", "unknown", "the spot prices"],
      [
        "target_capacity_specification.on_demand_target_capacity",
        1,
        "unknown",
        "the spot prices",
        {
          target_capacity_specification: [
            { default_target_capacity_type: "spot", total_target_capacity: 2, on_demand_target_capacity: 2 },
          ],
        },
      ],
      ["on_demand_options.allocation_strategy", "lowestPrice", "-140.16", "-2 x 730 h x 0.096"],
      ["launch_template_config.override.0.priority", 3, "-140.16", "-2 x 730 h x 0.096"],
      ["launch_template_config.override.0.instance_type", "m5.large", "-140.16", "-2 x 730 h x 0.096"],
      ["launch_template_config.override.0.weighted_capacity", 2, "-141.76", "-1 x 141.76"],
      ["launch_template_config.override.0.instance_requirements", [{}], "unknown", "decided by EC2"],
      ["launch_template_config.launch_template_specification.launch_template_id", "lt-9", "unknown", "lt-9"],
      ["launch_template_config.launch_template_specification.version", "9", "unknown", "version 9"],
      [
        "launch_template_config.launch_template_specification.launch_template_name",
        "nobody",
        "unknown",
        "nobody is not in this plan",
        { launch_template_config: [{ launch_template_specification: [{ launch_template_name: "app" }] }] },
      ],
      ["usage: monthly_hrs", 100, "-241.92", "-2 x 630 h x 0.192"],
    ],
  },
];

export const AWS_GROUP_DELTAS: readonly DeltaTable[] = GROUPS;
