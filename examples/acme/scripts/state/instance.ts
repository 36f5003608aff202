import type { Ec2Machine } from "../fleet/machine.ts";
import { arn, cloudId, privateIp, REGION } from "../ids.ts";
import { type Attributes, type StateResource, tagged } from "./state-resource.ts";

function rootBlockDevice(machine: Ec2Machine): Attributes {
  return {
    delete_on_termination: true,
    device_name: "/dev/xvda",
    encrypted: machine.root.isEncrypted,
    iops: machine.root.type === "gp3" ? 3000 : Math.max(100, machine.root.size * 3),
    kms_key_id: machine.root.isEncrypted ? arn("kms", "key/6f0c1c38-8c7e-4f7d-9c57-6c2c62a3cf10") : "",
    tags: {},
    tags_all: {},
    throughput: machine.root.type === "gp3" ? 125 : 0,
    volume_id: cloudId("vol", `${machine.address} root`),
    volume_size: machine.root.size,
    volume_type: machine.root.type,
  };
}

function identity(machine: Ec2Machine): Attributes {
  const id = cloudId("i", machine.address);
  const ip = privateIp(machine.address, machine.zone);
  return {
    id,
    arn: arn("ec2", `instance/${id}`),
    ami: machine.ami,
    availability_zone: `${REGION}${machine.zone}`,
    instance_state: machine.load === undefined ? "stopped" : "running",
    instance_type: machine.instanceType,
    primary_network_interface_id: cloudId("eni", machine.address),
    private_dns: `ip-${ip.replaceAll(".", "-")}.ec2.internal`,
    private_ip: ip,
    subnet_id: cloudId("subnet", `aws_subnet.${machine.subnet ?? "private"}["${machine.zone}"]`),
    vpc_security_group_ids: machine.securityGroups.map((address) => cloudId("sg", address)).toSorted(),
    user_data: machine.userData ?? null,
  };
}

/** What EC2 and the provider fill in where the configuration is silent. */
function defaults(): Attributes {
  return {
    associate_public_ip_address: false,
    disable_api_stop: false,
    disable_api_termination: false,
    ebs_block_device: [],
    ebs_optimized: false,
    ephemeral_block_device: [],
    get_password_data: false,
    hibernation: null,
    iam_instance_profile: "",
    instance_initiated_shutdown_behavior: "stop",
    instance_lifecycle: "",
    ipv6_address_count: 0,
    ipv6_addresses: [],
    key_name: "",
    monitoring: false,
    password_data: "",
    placement_group: "",
    public_dns: "",
    public_ip: "",
    region: REGION,
    secondary_private_ips: [],
    security_groups: [],
    source_dest_check: true,
    tenancy: "default",
    timeouts: null,
    user_data_base64: null,
    user_data_replace_on_change: false,
    volume_tags: null,
  };
}

/** An `aws_instance` with all that the provider stores of it. */
export function instanceResource(machine: Ec2Machine): StateResource {
  return {
    address: machine.address,
    schemaVersion: 2,
    attributes: {
      ...defaults(),
      ...identity(machine),
      root_block_device: [rootBlockDevice(machine)],
      ...tagged(machine.tags ?? { Name: machine.name, Role: machine.role }),
    },
    dependencies: [
      ...new Set([`aws_subnet.${machine.subnet ?? "private"}`, "aws_vpc.main", ...machine.securityGroups]),
    ],
  };
}

/** The `aws_ec2_instance_state` that keeps a machine switched off. */
export function stoppedState(address: string, machine: Ec2Machine): StateResource {
  const id = cloudId("i", machine.address);
  return {
    address,
    attributes: { id, force: false, instance_id: id, region: REGION, state: "stopped", timeouts: null },
    dependencies: [machine.address],
  };
}
