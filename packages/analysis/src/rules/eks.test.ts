import type { JsonObject, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { presetPolicy } from "../policy/policy.ts";
import {
  type Level,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const over = { policy: only("eks-node-group") };

function nodes(attributes: JsonObject = {}) {
  return resource("aws_eks_node_group", "prod:web", {
    cluster_name: "prod",
    node_group_name: "web",
    instance_types: ["m5.xlarge"],
    capacity_type: "ON_DEMAND",
    scaling_config: [{ desired_size: 10, min_size: 10, max_size: 20 }],
    resources: [{ autoscaling_groups: [{ name: "eks-web-1" }] }],
    ...attributes,
  });
}

function measured(id: string, cpu: Level, memory: Level | null = 20, size: Level = 10) {
  const all = [series("cpu_percent", cpu), series("asg_in_service_instances", size)];
  if (memory !== null) all.push(series("memory_used_percent", memory));
  return profile(id, ...all);
}

const of = (resources: readonly Resource[], ...profiles: ReturnType<typeof measured>[]) =>
  run(resources, profiles, over);

describe("eks-node-group", () => {
  test("a floor that is never left is lowered by no more than half, for the autoscaler to use", async () => {
    const found = recommended(await of([nodes()], measured("prod:web", 10)), "eks-node-group");
    expect(found).toMatchObject({
      action: "set-capacity",
      from: "10 nodes at least",
      to: "5 nodes at least",
      risk: 2,
      changes: [
        expect.objectContaining({
          address: "aws_eks_node_group.prod_web",
          path: ["scaling_config", 0, "min_size"],
          from: 10,
          to: 5,
        }),
      ],
    });
    // 5 × 0.192 × 730.
    expect(found.monthlySavings).toMatchObject({ list: "700.8", realised: "as-it-scales" });
    expect(found.evidence.confidenceFactors["requests"]).toBe(0.5);
    expect(found.unknowns.join()).toContain("requests: what pods reserve");
  });

  test("the need decides where it is more than half", async () => {
    // 60 % of 10 × 16 GiB with 20 % headroom takes 7.5.
    const found = recommended(await of([nodes()], measured("prod:web", 10, 60)), "eks-node-group");
    expect(found.to).toBe("8 nodes at least");
  });

  test("in an inventory the metrics are its Auto Scaling group's, and the word is said once", async () => {
    const asg = resource(
      "aws_autoscaling_group",
      "eks-web-1",
      { name: "eks-web-1" },
      {
        tags: { "eks:nodegroup-name": "web" },
      },
    );
    const analysis = await of([nodes(), asg], measured("eks-web-1", 10));
    const found = recommended(analysis, "eks-node-group");
    expect(found.resourceId).toBe("eks-web-1");
    expect(found.changes[0]).toMatchObject({ address: "aws_eks_node_group.prod_web" });
    expect(analysis.recommendations).toHaveLength(1);
    const other = resource("aws_autoscaling_group", "workers", { name: "workers" });
    expect((await of([other], measured("workers", 10))).abstentions).toEqual([]);
  });

  test("an exception for the node group holds where the metrics are its Auto Scaling group's", async () => {
    const asg = resource("aws_autoscaling_group", "eks-web-1", { name: "eks-web-1" });
    const kept = { ...nodes(), tags: { "apex:ignore": "" } };
    const analysis = await of([kept, asg], measured("eks-web-1", 10));
    expect(analysis.recommendations).toEqual([]);
    expect(reasonOf(analysis, "eks-node-group")).toBe("left alone: tagged apex:ignore");
  });

  test.each<{ what: string; attributes?: JsonObject; memory?: Level | null; size?: Level; reason: string }>([
    { what: "without memory", memory: null, reason: "memory of its nodes is not measured" },
    {
      what: "above its floor",
      size: ({ hour }) => (hour === 9 ? 12 : 10),
      reason: "it scales: up to 12 nodes",
    },
    {
      what: "of which some nodes alone are measured",
      size: 8,
      reason: "only 8 of its 10 nodes were measured",
    },
    { what: "on spot", attributes: { capacity_type: "SPOT" }, reason: "spot capacity" },
    {
      what: "of several sizes",
      attributes: { instance_types: ["m5.xlarge", "m5.2xlarge"] },
      reason: "different size",
    },
    {
      what: "from a template that is not there",
      attributes: { instance_types: [], launch_template: [{ id: "lt-9" }] },
      reason: "its launch template",
    },
    { what: "with GPUs", attributes: { instance_types: ["g5.xlarge"] }, reason: "GPUs" },
    { what: "that is needed", memory: 85, reason: "takes" },
  ])("a group $what is left alone", async ({ attributes = {}, memory = 20, size = 10, reason }) => {
    const analysis = await of([nodes(attributes)], measured("prod:web", 10, memory, size));
    expect(reasonOf(analysis, "eks-node-group")).toContain(reason);
  });

  test("a careful policy does not take the risk of unknown requests", async () => {
    const policy = { ...over.policy, sizing: presetPolicy("safe").sizing };
    const analysis = await run([nodes()], [measured("prod:web", 10)], { policy });
    expect(reasonOf(analysis, "eks-node-group")).toContain("what pods request is not known");
  });

  test.each([
    [{ placement: [{ tenancy: "dedicated" }] }, "its tenancy is dedicated"],
    [{ latest_version: 3 }, "it starts from version 2 of its launch template"],
  ])("nodes whose template is not paid or known as listed are not priced: %j", async (attributes, reason) => {
    const template = resource("aws_launch_template", "lt-1", { instance_type: "m5.xlarge", ...attributes });
    const started = nodes({ instance_types: [], launch_template: [{ id: "lt-1", version: "2" }] });
    const analysis = await of([started, template], measured("prod:web", 10));
    expect(reasonOf(analysis, "eks-node-group")).toContain(reason);
  });
});
