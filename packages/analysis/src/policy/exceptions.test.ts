import type { Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { only, profile, reasonOf, recommended, resource, run, series } from "../testing/builders.ts";

const KEPT = { tags: { "apex:ignore": "" } };

const template = (over: Partial<Resource> = {}) =>
  resource(
    "aws_launch_template",
    "lt-1",
    {
      name: "workers",
      instance_type: "c5.2xlarge",
      block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 500 }] }],
    },
    over,
  );

const group = (over: Partial<Resource> = {}) =>
  resource(
    "aws_autoscaling_group",
    "workers",
    {
      name: "workers",
      min_size: 4,
      max_size: 4,
      launch_template: [{ id: "lt-1", name: "workers" }],
    },
    over,
  );

const nodes = (over: Partial<Resource> = {}) =>
  resource(
    "aws_eks_node_group",
    "shop:nodes",
    {
      instance_types: [],
      launch_template: [{ id: "lt-1", name: "workers" }],
      scaling_config: [{ min_size: 2, max_size: 2, desired_size: 2 }],
    },
    over,
  );

const quiet = profile(
  "workers",
  series("cpu_percent", 10),
  series("memory_used_percent", 20),
  series("asg_in_service_instances", 4),
);

const analysed = (rule: "asg-resize" | "ebs-gp2-to-gp3", ...resources: readonly Resource[]) =>
  run(resources, [quiet], { policy: only(rule) });

describe("nothing that carries an exception is changed, whatever the recommendation is about", () => {
  test("a launch template by the group that starts from it", async () => {
    const plain = recommended(await analysed("asg-resize", group(), template()), "asg-resize");
    expect(plain.changes).toEqual([expect.objectContaining({ address: "aws_launch_template.lt_1" })]);
    const held = await analysed("asg-resize", group(), template(KEPT));
    expect(reasonOf(held, "asg-resize")).toBe(
      "it would change aws_launch_template.lt_1, which is left alone: tagged apex:ignore",
    );
  });

  test("nor one that is not under Terraform, which a person would change by hand", async () => {
    const { address: _, ...unmanaged } = template(KEPT);
    const held = await analysed("asg-resize", group(), unmanaged);
    expect(reasonOf(held, "asg-resize")).toBe(
      "it would change lt-1, which is left alone: tagged apex:ignore",
    );
  });

  test.each([
    ["group", group(KEPT), "workers"],
    ["node group", nodes(KEPT), "shop_nodes"],
  ])("the machines of a %s by the volumes of its launch template", async (_, user, name) => {
    const groups = user.type === "aws_autoscaling_group" ? [user] : [group(), user];
    const held = await analysed("ebs-gp2-to-gp3", template(), ...groups);
    expect(reasonOf(held, "ebs-gp2-to-gp3")).toBe(
      `it would change ${user.type}.${name}, which is left alone: tagged apex:ignore`,
    );
  });

  test("an exception for another rule holds nothing", async () => {
    const policy = {
      ...only("asg-resize"),
      ignore: [{ address: "aws_launch_template.*", rules: ["ec2-idle" as const] }],
    };
    const found = await run([group(), template()], [quiet], { policy });
    expect(recommended(found, "asg-resize").to).not.toBe("");
  });

  test("a route that goes with a NAT gateway", async () => {
    const gateway = resource("aws_nat_gateway", "nat-0123456789abcdef0", { state: "available" });
    const route = resource("aws_route", "r-1", { nat_gateway_id: gateway.id });
    const idle = profile(
      gateway.id,
      series("nat_bytes_out_per_second", 0),
      series("nat_active_connections", 0, { statistic: "maximum" }),
    );
    const policy = only("nat-idle");
    const address = "aws_route.r_1";
    const free = await run([gateway, route], [idle], {
      policy: { ...policy, network: { ...policy.network, minimumDays: 7 } },
    });
    expect(recommended(free, "nat-idle").changes).toHaveLength(2);
    const held = await run([gateway, { ...route, tags: {} }], [idle], {
      policy: {
        ...policy,
        network: { ...policy.network, minimumDays: 7 },
        ignore: [{ address, reason: "standby" }],
      },
    });
    expect(reasonOf(held, "nat-idle")).toBe(`it would change ${address}, which is left alone: standby`);
  });
});

test("a launch template that a node group shares is not resized for the group alone", async () => {
  const shared = await analysed("asg-resize", group(), template(), nodes());
  expect(reasonOf(shared, "asg-resize")).toContain("its launch template also feeds shop:nodes");
});
