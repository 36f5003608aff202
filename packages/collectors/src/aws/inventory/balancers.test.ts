import {
  CreateInternetGatewayCommand,
  AttachInternetGatewayCommand,
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand as CreateClassicCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { collectLive, TEST_ACCOUNT, testClient } from "../../testing/aws.ts";
import { describeWithMoto } from "../../testing/moto.ts";
import { overridingProxy } from "../../testing/overriding-proxy.ts";
import { elbBalancers } from "./elb-balancers.ts";
import { elbClassic } from "./elb-classic.ts";
import { natGateways } from "./nat-gateways.ts";

/** As the query protocol refuses. */
const DENIED = {
  status: 403,
  type: "text/xml",
  body: "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>",
} as const;

async function network(ec2: EC2Client) {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const subnet = async (third: number, zone: string) => {
    const made = await ec2.send(
      new CreateSubnetCommand({
        VpcId: Vpc?.VpcId,
        CidrBlock: `10.0.${third}.0/24`,
        AvailabilityZone: `eu-west-1${zone}`,
      }),
    );
    return made.Subnet?.SubnetId ?? "";
  };
  return { vpc: Vpc?.VpcId ?? "", subnets: [await subnet(1, "a"), await subnet(2, "b")] };
}

describeWithMoto("balancers and NAT gateways", (moto) => {
  it("a balancer has its Terraform attributes, and what is registered behind it", async () => {
    const ec2 = new EC2Client(testClient(moto.url));
    const elb = new ElasticLoadBalancingV2Client(testClient(moto.url));
    const { vpc, subnets } = await network(ec2);
    const make = async (name: string) => {
      const made = await elb.send(
        new CreateLoadBalancerCommand({
          Name: name,
          Subnets: subnets,
          Scheme: "internet-facing",
          Tags: [{ Key: "team", Value: "shop" }],
        }),
      );
      return made.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    };
    const web = await make("web");
    await make("forgotten");
    const group = await elb.send(
      new CreateTargetGroupCommand({ Name: "web", VpcId: vpc, Port: 80, Protocol: "HTTP", TargetType: "ip" }),
    );
    const groupArn = group.TargetGroups?.[0]?.TargetGroupArn;
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: web,
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [{ Type: "forward", TargetGroupArn: groupArn }],
      }),
    );
    await elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn: groupArn,
        Targets: [{ Id: "10.0.1.7" }, { Id: "10.0.2.7" }],
      }),
    );
    await elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: web,
        Attributes: [{ Key: "deletion_protection.enabled", Value: "true" }],
      }),
    );
    const { resources, diagnostics, sent } = await collectLive(elbBalancers, moto.url);
    const suffix = web.slice(web.indexOf("app/web/"));
    expect(resources.find(({ id }) => id === suffix)).toMatchObject({
      type: "aws_lb",
      region: "eu-west-1",
      account: TEST_ACCOUNT,
      aliases: expect.arrayContaining([web, "web"]),
      tags: { team: "shop" },
      attributes: {
        load_balancer_type: "application",
        internal: false,
        enable_deletion_protection: true,
        vpc_id: vpc,
      },
      observed: { state: "active", usedBy: ["10.0.1.7", "10.0.2.7"], details: { registered_targets: 2 } },
    });
    expect(resources.find(({ aliases }) => aliases.includes("forgotten"))?.observed?.usedBy).toEqual([]);
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(
      elbBalancers.calls.map(({ operation }) => `elasticloadbalancing ${operation}`).toSorted(),
    );
  });

  it("without the permission to see targets, balancers are there and none of them is known to be unused", async () => {
    const url = await overridingProxy(moto.url, (text) =>
      text.includes("Action=DescribeTargetHealth") ? DENIED : undefined,
    );
    const { resources, diagnostics } = await collectLive(elbBalancers, url);
    expect(resources).toHaveLength(2);
    expect(resources.filter(({ observed }) => observed?.usedBy !== undefined)).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        severity: "warning",
        code: "collect-not-permitted",
        summary: expect.stringMatching(/^elasticloadbalancing:DescribeTargetHealth failed.*no targets$/),
      },
    ]);
  });

  it("a classic balancer tells its instances", async () => {
    const elb = new ElasticLoadBalancingClient(testClient(moto.url));
    const make = (name: string) =>
      elb.send(
        new CreateClassicCommand({
          LoadBalancerName: name,
          AvailabilityZones: ["eu-west-1a"],
          Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
          Tags: [{ Key: "team", Value: "old" }],
        }),
      );
    await make("legacy");
    await make("empty");
    await elb.send(
      new RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: "legacy",
        Instances: [{ InstanceId: "i-1" }],
      }),
    );
    const { resources, diagnostics, sent } = await collectLive(elbClassic, moto.url);
    expect(resources.map(({ name, observed }) => [name, observed?.usedBy])).toEqual([
      ["legacy", ["i-1"]],
      ["empty", []],
    ]);
    expect(resources[0]).toMatchObject({
      type: "aws_elb",
      tags: { team: "old" },
      attributes: { name: "legacy", internal: false },
    });
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(
      elbClassic.calls.map(({ operation }) => `elasticloadbalancing ${operation}`).toSorted(),
    );
  });

  it("a NAT gateway tells which route tables lead to it, and one that is deleted is no more", async () => {
    const ec2 = new EC2Client(testClient(moto.url));
    const { vpc, subnets } = await network(ec2);
    const outside = await ec2.send(new CreateInternetGatewayCommand({}));
    await ec2.send(
      new AttachInternetGatewayCommand({
        VpcId: vpc,
        InternetGatewayId: outside.InternetGateway?.InternetGatewayId,
      }),
    );
    const make = async () => {
      const address = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
      const made = await ec2.send(
        new CreateNatGatewayCommand({
          SubnetId: subnets[0],
          AllocationId: address.AllocationId,
          ConnectivityType: "public",
        }),
      );
      return { id: made.NatGateway?.NatGatewayId ?? "", allocation: address.AllocationId };
    };
    const [used, unused, deleted] = [await make(), await make(), await make()];
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: deleted.id }));
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc }));
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId: RouteTable?.RouteTableId,
        DestinationCidrBlock: "0.0.0.0/0",
        NatGatewayId: used.id,
      }),
    );
    const { resources, sent } = await collectLive(natGateways, moto.url);
    const byId = new Map(resources.map((resource) => [resource.id, resource] as const));
    expect(byId.get(used.id)).toMatchObject({
      type: "aws_nat_gateway",
      attributes: { allocation_id: used.allocation, subnet_id: subnets[0], connectivity_type: "public" },
      observed: { state: "available", usedBy: [RouteTable?.RouteTableId] },
    });
    expect(byId.get(unused.id)?.observed?.usedBy).toEqual([]);
    expect(byId.has(deleted.id)).toBe(false);
    expect(sent).toEqual(["ec2 DescribeNatGateways", "ec2 DescribeRouteTables"]);
  });
});
