import { describe, expect, test } from "vitest";
import { priceResource } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

/** The estimate of a resource that does not exist yet. */
function planned(input: ResourceInput, others: readonly ResourceInput[] = []) {
  return priceResource(planOf(input, ...others), "after", { address: input.address })!;
}

describe("what is known only after apply", () => {
  const endpoint = (references: readonly string[]): ResourceInput => ({
    address: "aws_vpc_endpoint.api",
    after: { vpc_endpoint_type: "Interface" },
    unknown: { subnet_ids: true },
    references: { subnet_ids: references },
  });
  const subnet = (address: string): ResourceInput => ({ address, after: {}, unknown: { id: true } });

  test("the zones of an endpoint are the subnets that the configuration names, which is said", () => {
    const both = [subnet("aws_subnet.a"), subnet("aws_subnet.b")];
    expect(planned(endpoint(["aws_subnet.a", "aws_subnet.b"]), both)).toMatchObject({
      monthlyCost: "14.6",
      unpriced:
        "its zones are known only after apply, and counted by the subnets that the configuration names",
    });
  });

  test.each([
    ["nothing is named", []],
    ["one of several may be meant, or all", ["aws_subnet.many"]],
    ["what is named is not in the plan", ["aws_subnet.elsewhere"]],
  ])("its zones are not known where %s", (_, references) => {
    const many = [subnet("aws_subnet.many[0]"), subnet("aws_subnet.many[1]")];
    const estimate = planned(endpoint(references), many);
    expect(estimate.monthlyCost).toBeNull();
    expect(estimate.lineItems[0]).toMatchObject({ quantity: null, unitPrice: "0.01", monthlyCost: null });
  });

  test("instance types of a node group that are set to something are not taken for the usual ones", () => {
    const nodes = { address: "aws_eks_node_group.a", after: { scaling_config: [{ desired_size: 1 }] } };
    const unknown = { instance_types: true, disk_size: true };
    expect(planned({ ...nodes, unknown }).monthlyCost).toBe("32.368"); // 730 x 0.0416 + 20 x 0.10
    const references = { instance_types: ["terraform_data.types"] };
    expect(planned({ ...nodes, unknown, references }).unpriced).toBe(
      "the instance types are known only after apply",
    );
  });

  test("tasks whose number is not known are priced one by one", () => {
    const task = { family: "app", cpu: "1024", memory: "2048" };
    const service = { launch_type: "FARGATE", task_definition: "app" };
    const estimate = planned(
      { address: "aws_ecs_service.a", after: service, unknown: { desired_count: true } },
      [{ address: "aws_ecs_task_definition.app", after: task }],
    );
    expect(estimate).toMatchObject({
      monthlyCost: null,
      unpriced: "how many tasks run is known only after apply; prices are per task",
    });
    expect(estimate.lineItems.map((item) => item.unitPrice)).toEqual(["0.04048", "0.004445"]);
  });

  test("without a launch type the cluster decides where tasks run: with no strategy, on machines", () => {
    const service: ResourceInput = {
      address: "aws_ecs_service.a",
      after: { desired_count: 1, task_definition: "app" },
      unknown: { launch_type: true, cluster: true },
      references: { cluster: ["aws_ecs_cluster.main"] },
    };
    const cluster = {
      address: "aws_ecs_cluster.main",
      after: { name: "main" },
      unknown: { id: true, arn: true },
    };
    expect(planned(service, [cluster]).monthlyCost).toBe("0");
    expect(planned(service)).toMatchObject({
      monthlyCost: null,
      unpriced: "where the tasks run is decided by a cluster that is not in this plan",
    });
  });

  test("the task definition of a new service is the one that the configuration names", () => {
    const tasks = ["a", "b"].map(
      (name): ResourceInput => ({
        address: `aws_ecs_task_definition.${name}`,
        after: { family: name, cpu: name === "a" ? "1024" : "2048", memory: "2048" },
        unknown: { arn: true, id: true },
      }),
    );
    const service: ResourceInput = {
      address: "aws_ecs_service.a",
      after: { launch_type: "FARGATE", desired_count: 1 },
      unknown: { task_definition: true },
      references: { task_definition: ["aws_ecs_task_definition.b"] },
    };
    // 730 x (2 x 0.04048 + 2 x 0.004445)
    expect(planned(service, tasks).monthlyCost).toBe("65.5905");
  });

  test("the template of new nodes is the one that the configuration names, by whichever attribute", () => {
    const template = (name: string, instance_type: string): ResourceInput => ({
      address: `aws_launch_template.${name}`,
      after: {
        instance_type,
        block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_size: 10, volume_type: "gp3" }] }],
      },
      unknown: { id: true, name: true, default_version: true, latest_version: true },
    });
    const nodes: ResourceInput = {
      address: "aws_eks_node_group.a",
      after: { scaling_config: [{ desired_size: 1 }], launch_template: [{ version: "$Default" }] },
      unknown: { launch_template: [{ id: true, name: true }] },
      references: { "launch_template[0].name": ["aws_launch_template.b"] },
    };
    // 730 x 0.096 + 10 x 0.08
    expect(planned(nodes, [template("a", "c5.large"), template("b", "m5.large")]).monthlyCost).toBe("70.88");
  });

  test("a new machine behind a new Elastic IP has no second address", () => {
    const machine: ResourceInput = {
      address: "aws_instance.web",
      after: { instance_type: "m5.large", associate_public_ip_address: true },
      unknown: { id: true },
    };
    const address: ResourceInput = {
      address: "aws_eip.web",
      after: { domain: "vpc" },
      unknown: { instance: true },
      references: { instance: ["aws_instance.web"] },
    };
    expect(planned(machine).monthlyCost).toBe("73.73");
    expect(planned(machine, [address]).monthlyCost).toBe("70.08");
  });

  test("the state of a machine shows its volumes, whatever its template says by now", () => {
    const template = {
      id: "lt-1",
      latest_version: 2,
      default_version: 2,
      block_device_mappings: [{ device_name: "/dev/sdf", ebs: [{ volume_size: 100, volume_type: "gp3" }] }],
    };
    const machine = { instance_type: "m5.large", launch_template: [{ id: "lt-1" }], ebs_block_device: [] };
    const others = [{ address: "aws_launch_template.a", before: template }];
    const plan = planOf({ address: "aws_instance.a", before: machine }, ...others);
    const cost = (side: "before" | "after") =>
      priceResource(plan, side, { address: "aws_instance.a" })?.monthlyCost;
    expect([cost("before"), cost("after")]).toEqual(["70.08", "70.08"]);
    expect(planned({ address: "aws_instance.a", after: machine }, others).monthlyCost).toBe("78.08");
  });
});
