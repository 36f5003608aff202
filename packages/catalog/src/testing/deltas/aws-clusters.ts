import type { DeltaTable } from "../delta-cases.ts";

/** Clusters of Kubernetes, us-east-1. */
const EKS: readonly DeltaTable[] = [
  {
    type: "aws_eks_cluster",
    base: { version: "1.34" },
    cases: [
      ["(all)", null, "73", "730 h x 0.10"],
      // Out of standard support on the day of the price.
      ["version", "1.31", "365", "730 h x (0.60 - 0.10)"],
      ["upgrade_policy.support_type", "STANDARD", "-365", "730 h x (0.10 - 0.60)", { version: "1.31" }],
      ["control_plane_scaling_config.tier", "tier-xl", "unknown", "tier-xl"],
    ],
  },
  {
    type: "aws_eks_node_group",
    base: { instance_types: ["m5.large", "m5a.large"], scaling_config: [{ desired_size: 3 }], disk_size: 20 },
    cases: [
      ["(all)", null, "216.24", "3 x (730 h x 0.096 + 20 GB x 0.10)"],
      ["instance_types", ["m5.xlarge"], "210.24", "3 x 730 h x 0.096"],
      ["instance_types", undefined, "-119.136", "3 x 730 h x (0.0416 - 0.096)"],
      ["scaling_config.desired_size", 5, "144.16", "2 x 72.08"],
      ["scaling_config.desired_size", undefined, "unknown", "size of the node group"],
      ["disk_size", 50, "9", "3 x 30 GB x 0.10"],
      ["capacity_type", "SPOT", "unknown", "the spot price of m5.large"],
      ["ami_type", "WINDOWS_CORE_2022_x86_64", "201.48", "3 x 730 h x 2 vCPU x 0.046"],
      ["usage: instances", 5, "144.16", "2 x 72.08"],
      ["usage: operating_system", "windows", "201.48", "3 x 730 h x 2 vCPU x 0.046"],
      ["usage: monthly_hrs", 100, "-181.44", "-3 x 630 h x 0.096"],
    ],
  },
  {
    type: "aws_eks_node_group",
    base: { scaling_config: [{ desired_size: 2 }], launch_template: [{ id: "lt-1", version: "1" }] },
    others: {
      "aws_launch_template.a": {
        id: "lt-1",
        name: "a",
        latest_version: 1,
        instance_type: "t3.large",
        block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_size: 50, volume_type: "gp3" }] }],
      },
    },
    usage: { monthly_cpu_credit_hrs: 100 },
    cases: [
      ["(all)", null, "149.472", "2 x (730 h x 0.0832 + 50 GB x 0.08 + 100 h x 2 vCPU x 0.05)"],
      ["launch_template.id", "lt-9", "unknown", "lt-9"],
      ["launch_template.name", "b", "unknown", "b is not in this plan", { launch_template: [{ name: "a" }] }],
      ["launch_template.version", "7", "unknown", "version 7"],
      [
        "aws_launch_template.a: instance_type",
        "m5.large",
        "-1.312",
        "2 x (730 h x (0.096 - 0.0832) - 100 h x 2 vCPU x 0.05)",
      ],
      ["aws_launch_template.a: block_device_mappings.0.ebs.volume_size", 100, "8", "2 x 50 GB x 0.08"],
      ["usage: monthly_cpu_credit_hrs", 200, "20", "2 x 100 h x 2 vCPU x 0.05"],
      ["usage: vcpu_count", 4, "20", "2 x 100 h x 2 vCPU x 0.05"],
    ],
  },
  {
    type: "aws_eks_fargate_profile",
    base: { selector: [{ namespace: "app" }] },
    cases: [["(all)", null, "0", "0 by itself"]],
  },
  {
    type: "aws_eks_addon",
    base: { addon_name: "vpc-cni" },
    cases: [
      ["(all)", null, "0", "0"],
      ["addon_name", "upbound_universal-crossplane", "unknown", "upbound_universal-crossplane"],
    ],
  },
];

const TASK = {
  arn: "arn:aws:ecs:us-east-1:1:task-definition/app:3",
  family: "app",
  cpu: "1024",
  memory: "2048",
};

/** Services of ECS, us-east-1. */
const ECS: readonly DeltaTable[] = [
  {
    type: "aws_ecs_service",
    base: { launch_type: "FARGATE", desired_count: 2, task_definition: "app:3" },
    others: {
      "aws_ecs_task_definition.app": TASK,
      "aws_ecs_task_definition.big": { arn: "arn:big", family: "big", cpu: "2 vCPU", memory: "4 GB" },
    },
    cases: [
      ["(all)", null, "72.0802", "2 x 730 h x (1 x 0.04048 + 2 x 0.004445)"],
      ["desired_count", 3, "36.0401", "730 h x (1 x 0.04048 + 2 x 0.004445)"],
      ["desired_count", undefined, "-72.0802", "-2 x 730 h x (1 x 0.04048 + 2 x 0.004445)"],
      ["task_definition", "big", "72.0802", "2 x 730 h x (1 x 0.04048 + 2 x 0.004445)"],
      ["task_definition", "elsewhere:1", "unknown", "not in this plan"],
      ["launch_type", "EC2", "-72.0802", "-2 x 730 h x (1 x 0.04048 + 2 x 0.004445)"],
      ["launch_type", "EXTERNAL", "unknown", "outside of AWS"],
      ["network_configuration.assign_public_ip", true, "7.3", "2 x 730 h x 0.005"],
      ["aws_ecs_task_definition.app: cpu", "2048", "59.1008", "2 x 730 h x 1 x 0.04048"],
      ["aws_ecs_task_definition.app: memory", "4096", "12.9794", "2 x 730 h x 2 x 0.004445"],
      [
        "aws_ecs_task_definition.app: ephemeral_storage.size_in_gib",
        50,
        "4.8618",
        "2 x 730 h x 30 GB x 0.000111",
      ],
      [
        "aws_ecs_task_definition.app: runtime_platform.cpu_architecture",
        "ARM64",
        "-14.4102",
        "2 x 730 h x ((0.03238 - 0.04048) + 2 x (0.00356 - 0.004445))",
      ],
      [
        "aws_ecs_task_definition.app: runtime_platform.operating_system_family",
        "WINDOWS_SERVER_2022_CORE",
        "unknown",
        "Fargate with Windows",
      ],
      ["volume_configuration.managed_ebs_volume.size_in_gb", 100, "16", "2 x 100 GB x 0.08"],
      [
        "volume_configuration.managed_ebs_volume.volume_type",
        "gp2",
        "4",
        "2 x 100 GB x (0.10 - 0.08)",
        { volume_configuration: [{ managed_ebs_volume: [{ size_in_gb: 100 }] }] },
      ],
      [
        "volume_configuration.managed_ebs_volume.iops",
        4000,
        "10",
        "2 x 1,000 x 0.005",
        { volume_configuration: [{ managed_ebs_volume: [{ size_in_gb: 100 }] }] },
      ],
      [
        "volume_configuration.managed_ebs_volume.throughput",
        225,
        "8",
        "2 x 100 x 0.04",
        { volume_configuration: [{ managed_ebs_volume: [{ size_in_gb: 100 }] }] },
      ],
    ],
  },
  {
    type: "aws_ecs_service",
    base: { cluster: "arn:aws:ecs:us-east-1:1:cluster/main", desired_count: 4, task_definition: "app:3" },
    others: {
      "aws_ecs_task_definition.app": TASK,
      "aws_ecs_cluster_capacity_providers.main": {
        cluster_name: "main",
        default_capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
      },
    },
    cases: [
      ["(all)", null, "144.1604", "4 x 730 h x (0.04048 + 2 x 0.004445)"],
      ["cluster", "other", "-144.1604", "-4 x 730 h x (0.04048 + 2 x 0.004445)"],
      [
        "capacity_provider_strategy",
        [{ capacity_provider: "machines", weight: 1 }],
        "-144.1604",
        "-4 x 36.0401",
      ],
      [
        "capacity_provider_strategy",
        [
          { capacity_provider: "FARGATE", base: 1, weight: 1 },
          { capacity_provider: "machines", weight: 2 },
        ],
        "-72.0802",
        "-2 x 36.0401",
      ],
      [
        "capacity_provider_strategy",
        [
          { capacity_provider: "FARGATE", base: 1, weight: 0 },
          { capacity_provider: "FARGATE_SPOT", weight: 1 },
        ],
        "unknown",
        "Fargate Spot price of 3 tasks",
      ],
      // The only provider takes all tasks, whatever its weight, which is 0 where it is not said.
      ["capacity_provider_strategy", [{ capacity_provider: "FARGATE" }], "0", "0"],
      ["capacity_provider_strategy", [{ capacity_provider: "FARGATE", base: 1, weight: 0 }], "0", "0"],
      [
        "capacity_provider_strategy",
        [{ capacity_provider: "FARGATE_SPOT" }],
        "unknown",
        "Fargate Spot price of 4 tasks",
      ],
      // Of several without a weight, none takes the tasks above the base.
      [
        "capacity_provider_strategy",
        [{ capacity_provider: "FARGATE", base: 1 }, { capacity_provider: "machines" }],
        "unknown",
        "how many tasks run on Fargate is not known",
      ],
      [
        "aws_ecs_cluster_capacity_providers.main: default_capacity_provider_strategy.capacity_provider",
        "FARGATE_SPOT",
        "unknown",
        "Fargate Spot price of 4 tasks",
      ],
      [
        "aws_ecs_cluster_capacity_providers.main: default_capacity_provider_strategy.weight",
        2,
        "0",
        "0, as there is no other",
      ],
      [
        "aws_ecs_cluster_capacity_providers.main: default_capacity_provider_strategy.base",
        2,
        "0",
        "0, as there is no other",
      ],
      ["aws_ecs_cluster_capacity_providers.main: cluster_name", "other", "-144.1604", "-4 x 36.0401"],
    ],
  },
];

/** Clusters and what runs on them. */
export const AWS_CLUSTER_DELTAS: readonly DeltaTable[] = [...EKS, ...ECS];
