import type { AppliedResource, JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { changedServices, chooseTarget } from "./changed-services.ts";
import { computeServices } from "./compute-services.ts";
import { APPLIED_FLEET, PATCHED_FLEET } from "./testing/applied-fleets.ts";

function resource(
  address: string,
  values: JsonObject,
  mode: "managed" | "data" = "managed",
): AppliedResource {
  const [type = "", name = ""] = address.replace(/^data\./, "").split(".");
  return { address, mode, type, name, values };
}

const fleet = computeServices(APPLIED_FLEET);
const row = ({ address, machineType, vcpus, memoryGib, count }: (typeof fleet.services)[number]) =>
  `${address}: ${count} × ${machineType}, ${vcpus} vCPU, ${memoryGib} GiB`;

const codes = (resources: readonly AppliedResource[]) =>
  computeServices(resources).diagnostics.map(({ code }) => code);

describe("services of an applied state", () => {
  test("each kind is joined with what describes its machines, by the ids that the stand-in gives", () => {
    expect(fleet.services.map(row)).toMatchInlineSnapshot(`
      [
        "aws_autoscaling_group.api: 2 × c5.xlarge, 4 vCPU, 8 GiB",
        "aws_autoscaling_group.mixed: 3 × c5.2xlarge, 8 vCPU, 16 GiB",
        "aws_autoscaling_group.old: 3 × m4.large, 2 vCPU, 8 GiB",
        "aws_ecs_service.batch: 2 × ecs 768/1280, 0.75 vCPU, 1.25 GiB",
        "aws_ecs_service.shop: 3 × fargate 1024/2048, 1 vCPU, 2 GiB",
        "aws_instance.templated: 1 × c5.xlarge, 4 vCPU, 8 GiB",
        "aws_instance.web["a"]: 1 × m5.xlarge, 4 vCPU, 16 GiB",
        "aws_instance.web["b"]: 1 × m5.large, 2 vCPU, 8 GiB",
        "google_compute_instance.custom: 1 × n2-custom-4-16384, 4 vCPU, 16 GiB",
        "google_compute_instance_group_manager.zonal: 4 × e2-standard-4, 4 vCPU, 16 GiB",
        "google_compute_region_instance_group_manager.regional: 3 × e2-standard-4, 4 vCPU, 16 GiB",
      ]
    `);
  });

  test("what was assumed is said", () => {
    expect(fleet.diagnostics.map(({ address, summary }) => `${address}: ${summary}`)).toMatchInlineSnapshot(`
      [
        "aws_autoscaling_group.mixed: EC2 chooses among c5.2xlarge, c5a.2xlarge; all machines are taken to be c5.2xlarge, the first",
        "aws_autoscaling_group.mixed: Its spot machines can be taken back by the cloud at any time; the sandbox runs them as if they stayed",
        "aws_ecs_service.batch: Its tasks run on EC2 with CPU that is reserved, not limited; the sandbox takes the reservation as limit",
        "google_compute_region_instance_group_manager.regional: An autoscaler decides its size; it is run at the minimum of 3",
      ]
    `);
  });

  test("speed per vCPU comes from the catalogue, and is unknown where machines burst or are tasks", () => {
    const speeds = new Map(fleet.services.map((service) => [service.address, service.vcpuSpeed]));
    expect(speeds.get('aws_instance.web["a"]')).toBeGreaterThan(10_000);
    expect(speeds.get("aws_ecs_service.shop")).toBeNull();
    const [burst] = computeServices([resource("aws_instance.a", { instance_type: "t3.large" })]).services;
    expect(burst?.vcpuSpeed).toBeNull();
  });
});

describe("what a machine sustains", () => {
  const sustainedBy = (address: string, values: JsonObject) =>
    computeServices([resource(address, values)]).services.map(({ sustainedVcpus }) => sustainedVcpus);

  test.each([
    ["t3.large", 0.6],
    ["t2.micro", 0.1],
    ["t4g.xlarge", 1.6],
  ])("%s: %d vCPUs of EC2's", (instance_type, vcpus) => {
    expect(sustainedBy("aws_instance.a", { instance_type })[0]).toBeCloseTo(vcpus);
  });

  test("is not said of one that does not burst", () => {
    expect(sustainedBy("aws_instance.a", { instance_type: "m5.large" })).toEqual([undefined]);
  });

  test.each([
    ["e2-micro", 0.25],
    ["e2-small", 0.5],
    ["e2-medium", 1],
    ["e2-standard-2", undefined],
  ])("%s: %d vCPUs of Google's", (machine_type, vcpus) => {
    expect(sustainedBy("google_compute_instance.a", { machine_type })).toEqual([vcpus]);
  });
});

describe("what cannot be run is a diagnostic and never a guess", () => {
  test.each<[string, string, AppliedResource]>([
    [
      "a misspelt type",
      "sandbox-unknown-machine-type",
      resource("aws_instance.a", { instance_type: "m5.xlarg" }),
    ],
    [
      "a type that only the cloud knows",
      "sandbox-no-machine-type",
      resource("aws_instance.a", { instance_type: "stand-in-instance-type-1" }),
    ],
    [
      "an empty group",
      "sandbox-no-machine-type",
      resource("aws_autoscaling_group.a", { min_size: 1, max_size: 2 }),
    ],
    [
      "a stopped machine",
      "sandbox-stopped",
      resource("google_compute_instance.a", { machine_type: "e2-small", desired_status: "TERMINATED" }),
    ],
    [
      "a service without its task",
      "sandbox-no-task-definition",
      resource("aws_ecs_service.a", { task_definition: "x:1", desired_count: 1 }),
    ],
    [
      "a group of two versions",
      "sandbox-several-versions",
      resource("google_compute_instance_group_manager.a", { target_size: 2, version: [{}, {}] }),
    ],
  ])("%s", (_name, code, one) => {
    const { services, diagnostics } = computeServices([one]);
    expect(services).toEqual([]);
    expect(diagnostics).toMatchObject([{ code, address: one.address, severity: "warning" }]);
  });

  test("the nearest names of a misspelt type are offered", () => {
    const { diagnostics } = computeServices([resource("aws_instance.a", { instance_type: "m5.xlarg" })]);
    expect(diagnostics[0]?.detail).toContain("m5.xlarge");
  });

  test("a group of none has nothing to run", () => {
    const template = resource("aws_launch_template.t", { id: "lt-1", instance_type: "m5.large" });
    const group = resource("aws_autoscaling_group.g", {
      min_size: 0,
      max_size: 4,
      desired_capacity: 0,
      launch_template: [{ id: "lt-1" }],
    });
    expect(codes([template, group])).toEqual(["sandbox-no-machines"]);
  });

  test("a version of a template that the state does not hold", () => {
    const template = resource("aws_launch_template.t", {
      id: "lt-1",
      instance_type: "m5.large",
      latest_version: 8,
      default_version: 1,
    });
    const group = (version: string) =>
      resource("aws_autoscaling_group.g", {
        min_size: 1,
        max_size: 1,
        launch_template: [{ id: "lt-1", version }],
      });
    expect(codes([template, group("3")])).toEqual(["sandbox-launch-template-version"]);
    expect(codes([template, group("$Default")])).toEqual(["sandbox-launch-template-version"]);
    expect(codes([template, group("$Latest")])).toEqual([]);
    expect(codes([template, group("8")])).toEqual([]);
  });

  test("a data source is no service, and can describe one's machines", () => {
    const template = resource(
      "data.aws_launch_template.t",
      { id: "lt-1", instance_type: "m5.large" },
      "data",
    );
    const machine = resource("aws_instance.a", { launch_template: [{ id: "lt-1", version: "$Latest" }] });
    const other = resource("data.aws_instance.b", { instance_type: "m5.large" }, "data");
    expect(computeServices([template, machine, other]).services.map(row)).toEqual([
      "aws_instance.a: 1 × m5.large, 2 vCPU, 8 GiB",
    ]);
  });

  test("spot and burstable machines run, with a word on what is not emulated", () => {
    const spot = resource("aws_instance.a", {
      instance_type: "t3.medium",
      instance_market_options: [{ market_type: "spot" }],
    });
    expect(computeServices([spot]).services).toHaveLength(1);
    expect(codes([spot]).toSorted()).toEqual(["sandbox-burstable", "sandbox-spot"]);
  });

  test("a machine that a state resource stops is not run", () => {
    const machine = resource("aws_instance.a", { id: "i-1", instance_type: "m5.large" });
    const stop = resource("aws_ec2_instance_state.s", { instance_id: "i-1", state: "stopped" });
    expect(codes([machine, stop])).toEqual(["sandbox-stopped"]);
  });

  test("fewer cores than the type has are respected", () => {
    const machine = resource("aws_instance.a", {
      instance_type: "m5.2xlarge",
      cpu_options: [{ core_count: 2, threads_per_core: 1 }],
    });
    expect(computeServices([machine]).services[0]?.vcpus).toBe(2);
  });
});

describe("the service to validate", () => {
  const pairs = changedServices(fleet.services, computeServices(PATCHED_FLEET).services);

  test("is among those whose machines differ", () => {
    expect(
      pairs.map(
        ({ address, baseline, candidate }) =>
          `${address}: ${baseline.count} × ${baseline.machineType} → ${candidate.count} × ${candidate.machineType}`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "aws_autoscaling_group.api: 2 × c5.xlarge → 2 × c5.large",
        "aws_autoscaling_group.old: 3 × m4.large → 2 × m4.large",
        "aws_ecs_service.shop: 3 × fargate 1024/2048 → 3 × fargate 512/2048",
        "aws_instance.templated: 1 × c5.xlarge → 1 × c5.large",
        "google_compute_instance_group_manager.zonal: 4 × e2-standard-4 → 4 × e2-standard-2",
        "google_compute_region_instance_group_manager.regional: 3 × e2-standard-4 → 3 × e2-standard-2",
      ]
    `);
  });

  test("is the wanted one, or the only one, or has to be named", () => {
    expect(chooseTarget(pairs, "aws_autoscaling_group.api")).toMatchObject({
      kind: "chosen",
      pair: { address: "aws_autoscaling_group.api" },
    });
    expect(chooseTarget(pairs.slice(0, 1)).kind).toBe("chosen");
    expect(chooseTarget(pairs)).toEqual({
      kind: "several-changed",
      addresses: pairs.map(({ address }) => address),
    });
    expect(chooseTarget([])).toEqual({ kind: "none-changed" });
  });

  test("that is not there gets the nearest ones", () => {
    const choice = chooseTarget(pairs, "module.x.aws_autoscaling_group.apis");
    expect(choice.kind === "not-changed" && choice.nearest[0]).toMatch(/^aws_autoscaling_group/);
  });
});
