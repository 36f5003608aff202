import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const ROOT = { volume_type: "gp3", volume_size: 20 };

/** Machines and their options, us-east-1. */
const INSTANCES: readonly DeltaTable[] = [
  {
    type: "aws_instance",
    base: { id: "i-1", instance_type: "m5.large", root_block_device: [ROOT], tenancy: "default" },
    cases: [
      ["(all)", null, "71.68", "730 h x 0.096 + 20 GB x 0.08"],
      ["instance_type", "m5.xlarge", "70.08", "730 h x (0.192 - 0.096)"],
      ["instance_type", "m5.huge", "unknown", "does not know the machine type m5.huge"],
      ["root_block_device.volume_size", 50, "2.4", "30 GB x 0.08"],
      ["root_block_device.volume_type", "gp2", "0.4", "20 GB x (0.10 - 0.08)"],
      ["root_block_device.iops", 4000, "5", "1,000 IOPS x 0.005"],
      ["root_block_device.throughput", 225, "4", "100 MB/s x 0.04"],
      [
        "ebs_block_device",
        [{ device_name: "/dev/sdf", volume_size: 100, volume_type: "gp2" }],
        "10",
        "100 GB x 0.10",
      ],
      ["ebs_block_device.volume_size", 20, "2", "20 GB x 0.10"],
      [
        "ebs_block_device.volume_type",
        "gp3",
        "-2",
        "100 GB x (0.08 - 0.10)",
        { ebs_block_device: [{ volume_size: 100 }] },
      ],
      [
        "ebs_block_device.iops",
        2000,
        "65",
        "1,000 IOPS x 0.065",
        { ebs_block_device: [{ volume_size: 100, volume_type: "io1", iops: 1000 }] },
      ],
      [
        "ebs_block_device.throughput",
        250,
        "5",
        "125 MB/s x 0.04",
        { ebs_block_device: [{ volume_size: 100, volume_type: "gp3" }] },
      ],
      // Discs that a machine has of its own are in its price.
      ["ephemeral_block_device", [{ device_name: "/dev/sdb", virtual_name: "ephemeral0" }], "0", "0"],
      ["monitoring", true, "2.1", "7 metrics x 0.30"],
      ["associate_public_ip_address", true, "3.65", "730 h x 0.005"],
      ["ebs_optimized", true, "0", "0"],
      ["ebs_optimized", true, "14.6", "730 h x 0.02", { instance_type: "r3.xlarge" }],
      ["tenancy", "dedicated", "unknown", "dedicated tenancy"],
      // The host is paid instead.
      ["tenancy", "host", "-70.08", "-730 h x 0.096"],
      ["instance_market_options.market_type", "spot", "unknown", "the spot price of m5.large"],
      ["instance_lifecycle", "spot", "unknown", "the spot price of m5.large"],
      ["get_password_data", true, "67.16", "730 h x 2 vCPU x 0.046"],
      ["instance_state", "stopped", "-70.08", "-730 h x 0.096"],
      ["usage: operating_system", "windows", "67.16", "730 h x 2 vCPU x 0.046"],
      ["usage: monthly_hrs", 450, "-26.88", "(450 - 730) h x 0.096"],
      ["usage: monthly_cpu_credit_hrs", 350, "35", "350 h x 2 vCPU x 0.05", { instance_type: "t3.large" }],
    ],
  },
  {
    type: "aws_instance",
    base: { id: "i-1", instance_type: "t3.large", credit_specification: [{ cpu_credits: "unlimited" }] },
    usage: { monthly_cpu_credit_hrs: 350 },
    cases: [
      ["credit_specification.cpu_credits", "standard", "-35", "-350 h x 2 vCPU x 0.05"],
      ["usage: vcpu_count", 4, "35", "350 h x 2 vCPU x 0.05"],
    ],
  },
  {
    type: "aws_instance",
    base: { id: "i-1", instance_type: "m5.large", root_block_device: [ROOT], subnet_id: "subnet-1" },
    others: {
      "aws_subnet.a": { id: "subnet-1", map_public_ip_on_launch: false },
      "aws_subnet.b": { id: "subnet-2", map_public_ip_on_launch: true },
      "aws_eip.a": { instance: "i-9" },
      "aws_eip_association.a": { instance_id: "i-9" },
      "aws_ec2_instance_state.a": { instance_id: "i-1", state: "running" },
      "aws_ec2_capacity_reservation.a": {
        id: "cr-1",
        instance_type: "m5.large",
        instance_count: 1,
        instance_platform: "Linux/UNIX",
        instance_match_criteria: "targeted",
      },
    },
    cases: [
      ["aws_subnet.a: map_public_ip_on_launch", true, "3.65", "730 h x 0.005"],
      ["subnet_id", "subnet-2", "3.65", "730 h x 0.005"],
      // An Elastic IP, which is priced by itself, takes the place of the machine's own address.
      ["aws_eip.a: instance", "i-1", "-3.65", "-730 h x 0.005", { associate_public_ip_address: true }],
      [
        "aws_eip_association.a: instance_id",
        "i-1",
        "-3.65",
        "-730 h x 0.005",
        { associate_public_ip_address: true },
      ],
      ["aws_ec2_instance_state.a: state", "stopped", "-70.08", "-730 h x 0.096"],
      [
        "aws_ec2_instance_state.a: instance_id",
        "i-9",
        "-70.08",
        "-730 h x 0.096",
        { instance_state: "stopped" },
      ],
      [
        "capacity_reservation_specification.capacity_reservation_target.capacity_reservation_id",
        "cr-1",
        "-70.08",
        "-730 h x 0.096",
      ],
    ],
  },
  {
    type: "aws_spot_instance_request",
    base: { instance_type: "m5.large", root_block_device: [ROOT], instance_state: "stopped" },
    cases: [
      ["(all)", null, "1.6", "20 GB x 0.08"],
      ["root_block_device.volume_size", 50, "2.4", "30 GB x 0.08"],
      ["instance_state", "running", "unknown", "the spot price of m5.large"],
    ],
  },
];

const TEMPLATE: JsonObject = {
  id: "lt-1",
  name: "app",
  latest_version: 1,
  default_version: 1,
  instance_type: "m5.large",
  block_device_mappings: [
    { device_name: "/dev/xvda", ebs: [ROOT] },
    { device_name: "/dev/sdf", ebs: [{ volume_size: 100, volume_type: "gp3" }] },
  ],
};

/** A machine of a launch template, which the machine's own words override. */
const LAUNCHED: DeltaTable = {
  type: "aws_instance",
  base: { launch_template: [{ id: "lt-1", version: "$Latest" }] },
  others: {
    "aws_launch_template.app": TEMPLATE,
    "aws_launch_template.big": { ...TEMPLATE, id: "lt-2", name: "big", instance_type: "m5.xlarge" },
  },
  cases: [
    ["(all)", null, "79.68", "730 h x 0.096 + 20 GB x 0.08 + 100 GB x 0.08"],
    ["launch_template.id", "lt-2", "70.08", "730 h x (0.192 - 0.096)"],
    [
      "launch_template.name",
      "big",
      "70.08",
      "730 h x (0.192 - 0.096)",
      { launch_template: [{ name: "app" }] },
    ],
    ["launch_template.version", "9", "unknown", "version 9"],
    ["instance_type", "m5.xlarge", "70.08", "730 h x (0.192 - 0.096)"],
    ["aws_launch_template.app: instance_type", "m5.xlarge", "70.08", "730 h x (0.192 - 0.096)"],
    ["root_block_device", [{ volume_size: 50 }], "2.4", "30 GB x 0.08"],
    [
      "ebs_block_device",
      [{ device_name: "/dev/sdf", volume_size: 10, volume_type: "gp3" }],
      "-7.2",
      "-90 GB x 0.08",
    ],
    ["aws_launch_template.app: block_device_mappings.0.ebs.volume_size", 30, "0.8", "10 GB x 0.08"],
    ["aws_launch_template.app: block_device_mappings.1.ebs.volume_size", 200, "8", "100 GB x 0.08"],
    [
      "aws_launch_template.app: block_device_mappings.1.ebs.volume_type",
      "gp2",
      "2",
      "100 GB x (0.10 - 0.08)",
    ],
    ["aws_launch_template.app: block_device_mappings.1.ebs.iops", 4000, "5", "1,000 IOPS x 0.005"],
    ["aws_launch_template.app: block_device_mappings.1.ebs.throughput", 225, "4", "100 MB/s x 0.04"],
    ["aws_launch_template.app: block_device_mappings.1.no_device", "true", "-8", "-100 GB x 0.08"],
    ["aws_launch_template.app: block_device_mappings.1.device_name", "/dev/xvda", "-8", "-100 GB x 0.08"],
    ["aws_launch_template.app: monitoring.enabled", true, "2.1", "7 metrics x 0.30"],
    [
      "aws_launch_template.app: network_interfaces.associate_public_ip_address",
      "true",
      "3.65",
      "730 h x 0.005",
    ],
    ["aws_launch_template.app: ebs_optimized", "true", "0", "0"],
    ["aws_launch_template.app: placement.tenancy", "host", "-70.08", "-730 h x 0.096"],
    ["aws_launch_template.app: instance_market_options.market_type", "spot", "unknown", "the spot price"],
    [
      "aws_launch_template.app: latest_version",
      2,
      "unknown",
      "version 1",
      { launch_template: [{ id: "lt-1", version: "1" }] },
    ],
    [
      "aws_launch_template.app: default_version",
      2,
      "unknown",
      "version $Default",
      { launch_template: [{ id: "lt-1" }] },
    ],
  ],
};

/** Disks and their copies, us-east-1. */
const DISKS: readonly DeltaTable[] = [
  {
    type: "aws_ebs_volume",
    base: { type: "gp3", size: 100, availability_zone: "us-east-1a" },
    cases: [
      ["(all)", null, "8", "100 GB x 0.08"],
      ["size", 150, "4", "50 GB x 0.08"],
      ["type", "gp2", "2", "100 GB x (0.10 - 0.08)"],
      ["type", "st1", "-3.5", "100 GB x (0.045 - 0.08)"],
      ["type", "sc1", "-6.5", "100 GB x (0.015 - 0.08)"],
      ["type", "standard", "-3", "100 GB x (0.05 - 0.08)"],
      ["type", "odd", "unknown", "has no known price"],
      ["type", "io1", "unknown", "provisioned IOPS"],
      ["iops", 4000, "5", "(4,000 - 3,000) IOPS x 0.005"],
      ["iops", 2000, "65", "1,000 IOPS x 0.065", { type: "io1", iops: 1000 }],
      [
        "iops",
        70_000,
        "3662.1",
        "31,000 x 0.065 + 32,000 x 0.0455 + 6,000 x 0.03185",
        { type: "io2", iops: 1000 },
      ],
      ["throughput", 225, "4", "100 MB/s x 0.04"],
      ["usage: monthly_standard_io_requests", 2_000_000, "0.1", "2 x 0.05", { type: "standard" }],
    ],
  },
  ...["aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"].map(
    (type): DeltaTable => ({
      type,
      base: { storage_tier: "standard" },
      cases: [
        ["(all)", null, "0", "0 by itself"],
        // What is stored is not known: only its unit price is another.
        ["storage_tier", "archive", "0", "0 by itself"],
        ["usage: fast_snapshot_restore_hours", 100, "75", "100 h x 0.75"],
        ["usage: monthly_list_block_requests", 1_000_000, "0.6", "1,000 x 0.0006"],
        ["usage: monthly_get_block_requests", 100_000, "0.3", "100 x 0.003"],
        ["usage: monthly_put_block_requests", 100_000, "0.6", "100 x 0.006"],
      ],
    }),
  ),
  ...["aws_ami", "aws_ami_copy", "aws_ami_from_instance"].map(
    (type): DeltaTable => ({ type, base: { name: "image" }, cases: [["(all)", null, "0", "0 by itself"]] }),
  ),
  {
    type: "aws_ebs_fast_snapshot_restore",
    base: { availability_zone: "us-east-1a", snapshot_id: "snap-1" },
    cases: [["(all)", null, "547.5", "730 h x 0.75"]],
  },
];

/** Machines that are paid whether they run or not, us-east-1. */
const CAPACITY: readonly DeltaTable[] = [
  {
    type: "aws_ec2_host",
    base: { instance_family: "c5" },
    cases: [
      ["(all)", null, "2457.18", "730 h x 3.366"],
      ["instance_family", "mac1", "-1666.59", "730 h x (1.083 - 3.366)"],
      ["instance_family", "x9", "unknown", "dedicated host of x9"],
      [
        "instance_type",
        "c5.large",
        "1666.59",
        "730 h x (3.366 - 1.083)",
        { instance_family: null, instance_type: "mac1.metal" },
      ],
    ],
  },
  {
    type: "aws_ec2_capacity_reservation",
    base: {
      instance_type: "m5.large",
      instance_count: 2,
      instance_platform: "Linux/UNIX",
      tenancy: "default",
    },
    cases: [
      ["(all)", null, "140.16", "2 x 730 h x 0.096"],
      ["instance_type", "m5.xlarge", "140.16", "2 x 730 h x (0.192 - 0.096)"],
      ["instance_count", 5, "210.24", "3 x 730 h x 0.096"],
      ["instance_platform", "Windows", "134.32", "2 x 730 h x 2 vCPU x 0.046"],
      ["instance_platform", "Linux with SQL Server Web", "unknown", "no prices of machines"],
      ["tenancy", "dedicated", "unknown", "dedicated tenancy"],
    ],
  },
];

/** Machines, disks and capacity. */
export const AWS_MACHINE_DELTAS: readonly DeltaTable[] = [...INSTANCES, LAUNCHED, ...DISKS, ...CAPACITY];
