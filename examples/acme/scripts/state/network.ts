import { ACCOUNT_ID, arn, cloudId, publicIp, REGION } from "../ids.ts";
import { hexFor } from "../random.ts";
import { type Attributes, type StateResource, tagged } from "./state-resource.ts";

const ZONES = {
  a: { public: "10.20.0.0/24", private: "10.20.10.0/24" },
  b: { public: "10.20.1.0/24", private: "10.20.11.0/24" },
};

export const VPC_ID = cloudId("vpc", "aws_vpc.main");
export const LOAD_BALANCER_NAME = `app/acme-prod-web/${hexFor("aws_lb.web", 16)}`;
export const TARGET_GROUP_ARN = arn(
  "elasticloadbalancing",
  `targetgroup/acme-prod-web/${hexFor("aws_lb_target_group.web", 16)}`,
);

function vpc(): StateResource {
  return {
    address: "aws_vpc.main",
    schemaVersion: 1,
    attributes: {
      id: VPC_ID,
      arn: arn("ec2", `vpc/${VPC_ID}`),
      assign_generated_ipv6_cidr_block: false,
      cidr_block: "10.20.0.0/16",
      default_network_acl_id: cloudId("acl", "aws_vpc.main"),
      default_route_table_id: cloudId("rtb", "aws_vpc.main"),
      default_security_group_id: cloudId("sg", "aws_vpc.main"),
      dhcp_options_id: cloudId("dopt", "aws_vpc.main"),
      enable_dns_hostnames: true,
      enable_dns_support: true,
      enable_network_address_usage_metrics: false,
      instance_tenancy: "default",
      main_route_table_id: cloudId("rtb", "aws_vpc.main"),
      owner_id: ACCOUNT_ID,
      region: REGION,
      ...tagged({ Name: "acme-prod" }),
    },
  };
}

function subnet(kind: "public" | "private", zone: "a" | "b"): StateResource {
  const address = `aws_subnet.${kind}["${zone}"]`;
  const id = cloudId("subnet", address);
  return {
    address,
    schemaVersion: 1,
    attributes: {
      id,
      arn: arn("ec2", `subnet/${id}`),
      assign_ipv6_address_on_creation: false,
      availability_zone: `${REGION}${zone}`,
      availability_zone_id: zone === "a" ? "use1-az4" : "use1-az6",
      cidr_block: ZONES[zone][kind],
      enable_dns64: false,
      map_public_ip_on_launch: kind === "public",
      owner_id: ACCOUNT_ID,
      private_dns_hostname_type_on_launch: "ip-name",
      region: REGION,
      vpc_id: VPC_ID,
      ...tagged({ Name: `acme-prod-${kind}-${zone}` }),
    },
    dependencies: ["aws_vpc.main"],
  };
}

function internetGateway(): StateResource {
  const id = cloudId("igw", "aws_internet_gateway.main");
  return {
    address: "aws_internet_gateway.main",
    attributes: {
      id,
      arn: arn("ec2", `internet-gateway/${id}`),
      owner_id: ACCOUNT_ID,
      region: REGION,
      vpc_id: VPC_ID,
      ...tagged({ Name: "acme-prod" }),
    },
    dependencies: ["aws_vpc.main"],
  };
}

/** An `aws_eip`, attached to a network interface or to nothing. */
export function elasticIp(address: string, name: string | null, interfaceOf: string | null): StateResource {
  const id = cloudId("eipalloc", address);
  return {
    address,
    attributes: {
      id,
      allocation_id: id,
      arn: arn("ec2", `elastic-ip/${id}`),
      association_id: interfaceOf === null ? "" : cloudId("eipassoc", address),
      domain: "vpc",
      network_border_group: REGION,
      network_interface: interfaceOf === null ? "" : cloudId("eni", interfaceOf),
      public_ip: publicIp(address),
      public_ipv4_pool: "amazon",
      region: REGION,
      ...tagged(name === null ? null : { Name: name }),
    },
  };
}

function natGateway(): StateResource {
  return {
    address: "aws_nat_gateway.main",
    attributes: {
      id: cloudId("nat", "aws_nat_gateway.main"),
      allocation_id: cloudId("eipalloc", "aws_eip.nat"),
      association_id: cloudId("eipassoc", "aws_eip.nat"),
      connectivity_type: "public",
      network_interface_id: cloudId("eni", "aws_nat_gateway.main"),
      private_ip: "10.20.0.57",
      public_ip: publicIp("aws_eip.nat"),
      region: REGION,
      subnet_id: cloudId("subnet", 'aws_subnet.public["a"]'),
      ...tagged({ Name: "acme-prod" }),
    },
    dependencies: ["aws_eip.nat", "aws_internet_gateway.main", "aws_subnet.public", "aws_vpc.main"],
  };
}

function inlineRule(rule: Rule): Attributes {
  return {
    cidr_blocks: [rule.cidr],
    description: rule.description ?? "",
    from_port: rule.port ?? 0,
    ipv6_cidr_blocks: [],
    prefix_list_ids: [],
    protocol: rule.protocol,
    security_groups: [],
    self: false,
    to_port: rule.port ?? 0,
  };
}

interface Rule {
  readonly address: string;
  readonly description?: string;
  readonly port?: number;
  readonly protocol: string;
  readonly cidr: string;
}

function ruleResource(rule: Rule, group: string): StateResource {
  const id = cloudId("sgr", rule.address);
  return {
    address: rule.address,
    attributes: {
      id,
      arn: arn("ec2", `security-group-rule/${id}`),
      cidr_ipv4: rule.cidr,
      cidr_ipv6: null,
      description: rule.description ?? null,
      from_port: rule.port ?? null,
      ip_protocol: rule.protocol,
      prefix_list_id: null,
      referenced_security_group_id: null,
      region: REGION,
      security_group_id: cloudId("sg", group),
      security_group_rule_id: id,
      to_port: rule.port ?? null,
      ...tagged(null),
    },
    dependencies: ["aws_security_group.internal", "aws_security_group.web", "aws_vpc.main"],
  };
}

/** A group with its rules as resources of their own. */
function securityGroup(name: string, description: string, ingress: Rule): StateResource[] {
  const address = `aws_security_group.${name}`;
  const id = cloudId("sg", address);
  const egress: Rule = {
    address: `aws_vpc_security_group_egress_rule.all["${name}"]`,
    protocol: "-1",
    cidr: "0.0.0.0/0",
  };
  const group: StateResource = {
    address,
    schemaVersion: 1,
    attributes: {
      id,
      arn: arn("ec2", `security-group/${id}`),
      description,
      egress: [inlineRule(egress)],
      ingress: [inlineRule(ingress)],
      name: `acme-prod-${name}`,
      name_prefix: "",
      owner_id: ACCOUNT_ID,
      region: REGION,
      revoke_rules_on_delete: false,
      timeouts: null,
      vpc_id: VPC_ID,
      ...tagged({ Name: `acme-prod-${name}` }),
    },
    dependencies: ["aws_vpc.main"],
  };
  return [group, ruleResource(ingress, address), ruleResource(egress, address)];
}

/** Everything of network.tf but the load balancer. */
export function networkResources(): StateResource[] {
  return [
    vpc(),
    subnet("public", "a"),
    subnet("public", "b"),
    subnet("private", "a"),
    subnet("private", "b"),
    internetGateway(),
    elasticIp("aws_eip.nat", "acme-prod-nat", "aws_nat_gateway.main"),
    natGateway(),
    ...securityGroup("web", "HTTP from the load balancer's world", {
      address: "aws_vpc_security_group_ingress_rule.web_http",
      description: "HTTP",
      port: 80,
      protocol: "tcp",
      cidr: "0.0.0.0/0",
    }),
    ...securityGroup("internal", "Everything that only talks inside the VPC", {
      address: "aws_vpc_security_group_ingress_rule.internal",
      protocol: "-1",
      cidr: "10.20.0.0/16",
    }),
  ];
}
