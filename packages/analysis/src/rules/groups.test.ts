import { machineType } from "@apex/catalog";
import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import type { Policy } from "../policy/policy.ts";
import { noEditReason } from "./no-edit.ts";
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

function template(attributes: JsonObject = {}) {
  return resource("aws_launch_template", "lt-1", {
    name: "workers",
    instance_type: "c5.2xlarge",
    block_device_mappings: [
      { device_name: "/dev/xvda", ebs: [{ volume_type: "gp3", volume_size: 50, iops: 0, throughput: 0 }] },
    ],
    ...attributes,
  });
}

function group(attributes: JsonObject = {}, id = "workers") {
  return resource("aws_autoscaling_group", id, {
    name: id,
    min_size: 8,
    max_size: 24,
    desired_capacity: 8,
    launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
    mixed_instances_policy: [],
    ...attributes,
  });
}

function measured(cpu: Level, memory: Level | null = 30, size: Level = 8, id = "workers") {
  const all = [series("cpu_percent", cpu), series("asg_in_service_instances", size)];
  if (memory !== null) all.push(series("memory_used_percent", memory));
  return profile(id, ...all);
}

describe("asg-floor", () => {
  test("a group that never left its floor gets the floor that its demand takes", async () => {
    const found = recommended(await run([group(), template()], [measured(15)]), "asg-floor");
    // Memory of 30 % × 8 with 20 % headroom is 3 instances; CPU would take 1.5.
    expect(found).toMatchObject({
      action: "set-capacity",
      from: "8 to 24 instances",
      to: "3 to 24 instances",
      // Nobody measured network and disks, of which each of the three carries more.
      risk: 1,
    });
    expect(found.evidence.confidenceFactors["knownDimensions"]).toBeCloseTo(2 / 5);
    expect(found.unknowns.join()).toContain("network, ebs-iops, ebs-throughput: not measured");
    // 30 % of eight times 16 GiB, against three times 16 GiB.
    expect(found.evidence.dimensions[1]).toMatchObject({
      unit: "GiB in the group",
      demand: expect.closeTo(38.4),
      need: expect.closeTo(48),
      capacityNow: 128,
      capacityAfter: 48,
    });
    expect(found.evidence.notes).toContain("8 instances were in service throughout");
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["min_size"], from: 8, to: 3 }),
      expect.objectContaining({
        path: ["desired_capacity"],
        from: 8,
        to: 3,
        whenUnmanaged: "saves-as-it-scales",
      }),
    ]);
    // 5 × (0.34 × 730 + 50 GB of gp3 at 0.08): what is not started has no disk either.
    expect(found.monthlySavings.list).toBe("1261");
  });

  test("a root volume that the image decides is left out of the saving, and said", async () => {
    const bare = template({ block_device_mappings: [] });
    const found = recommended(await run([group(), bare], [measured(15)]), "asg-floor");
    expect(found.monthlySavings.list).toBe("1241");
    expect(found.unknowns.join()).toContain("volumes: the launch template names none");
  });

  test("its scaling policy's target leaves the room that it will keep free anyway", async () => {
    const policy = resource("aws_autoscaling_policy", "track", {
      autoscaling_group_name: "workers",
      target_tracking_configuration: [
        {
          target_value: 30,
          predefined_metric_specification: [{ predefined_metric_type: "ASGAverageCPUUtilization" }],
        },
      ],
    });
    const found = recommended(await run([group(), template(), policy], [measured(15, 10)]), "asg-floor");
    // 15 % of 8 at 30 % each takes 4, where headroom alone would have said 2.
    expect(found.to).toBe("4 to 24 instances");
  });

  test("unknown memory: at most half of the instances go", async () => {
    const found = recommended(await run([group(), template()], [measured(5, null)]), "asg-floor");
    expect(found.to).toBe("4 to 24 instances");
    expect(found.unknowns.join()).toContain("memory");
    expect(found.evidence.confidenceFactors["knownDimensions"]).toBeCloseTo(1 / 5);
    expect(found.risk).toBe(1);
  });

  test("network and disks that were measured bind too, and then nothing is unchecked", async () => {
    const disks = [
      series("disk_read_ops_per_second", 5),
      series("disk_write_ops_per_second", 20),
      series("disk_read_bytes_per_second", 50_000),
      series("disk_write_bytes_per_second", 500_000),
      series("network_in_bytes_per_second", 1e6),
    ];
    const of = async (bytesOut: number) => {
      const all = [...measured(10, 10).series, ...disks, series("network_out_bytes_per_second", bytesOut)];
      return recommended(await run([group(), template()], [profile("workers", ...all)]), "asg-floor");
    };
    const light = await of(1e6);
    expect(light).toMatchObject({ to: "2 to 24 instances", risk: 0 });
    expect(light.evidence.confidenceFactors["knownDimensions"]).toBe(1);
    // 100 MB/s are 800 Mbit/s each, eight times that with headroom 8,000 of the 2,500 that c5.2xlarge sustains.
    expect((await of(100e6)).to).toBe("4 to 24 instances");
  });

  test("a level known for three days is no basis for a group either", async () => {
    const risen = measured(({ day }) => (day < 11 ? 2 : 12), 10);
    const analysis = await run([group(), template()], [risen], { policy: only("asg-floor") });
    expect(reasonOf(analysis, "asg-floor")).toContain("on its present level for");
  });

  test("never under two instances, whatever the demand", async () => {
    expect(recommended(await run([group(), template()], [measured(0.1, 0.1)]), "asg-floor").to).toBe(
      "2 to 24 instances",
    );
  });

  const left: readonly (readonly [string, ReturnType<typeof group>, ReturnType<typeof measured>, RegExp])[] =
    [
      ["it scales", group(), measured(15, 10, ({ hour }) => (hour === 12 ? 11 : 8)), /up to 11 instances/],
      [
        "fewer in service than its floor, of which those that never were save nothing",
        group(),
        measured(10, 10, 6),
        /only 6 of its 8 instances/,
      ],
      [
        "its floor is used",
        group(),
        measured(({ index }) => (index % 20 === 0 ? 70 : 10)),
        /P99\.5 of CPU is 70\.0 %, above 20 %/,
      ],
      [
        "no group metrics",
        group(),
        profile("workers", series("cpu_percent", 5)),
        /asg_in_service_instances is not measured/,
      ],
      [
        "no CPU",
        group(),
        profile("workers", series("asg_in_service_instances", 8)),
        /cpu_percent is not measured/,
      ],
      [
        "only the members' maximum",
        group(),
        profile(
          "workers",
          series("asg_in_service_instances", 8),
          series("cpu_percent", 5, { statistic: "maximum" }),
        ),
        /cpu_percent is not measured/,
      ],
      [
        "Kubernetes nodes",
        { ...group(), tags: { "k8s.io/cluster-autoscaler/enabled": "true" } },
        measured(5),
        /Kubernetes schedules onto its instances/,
      ],
      [
        "an ECS capacity provider",
        { ...group(), tags: { AmazonECSManaged: "" } },
        measured(5),
        /ECS schedules/,
      ],
      [
        "mixed instances on spot",
        group({
          mixed_instances_policy: [
            { instances_distribution: [{ on_demand_percentage_above_base_capacity: 0 }] },
          ],
        }),
        measured(5),
        /100 % of what it has above its base is spot capacity/,
      ],
      [
        "a foreign launch template",
        group({ launch_template: [{ id: "lt-9" }] }),
        measured(5),
        /launch template is not in the state/,
      ],
    ];
  test.each(left)("left alone: %s", async (_, one, metrics, reason) => {
    expect(
      reasonOf(await run([one, template()], [metrics], { policy: only("asg-floor") }), "asg-floor"),
    ).toMatch(reason);
  });
});

test("instances on dedicated hosts have no list price, so a group of them saves nothing", async () => {
  const dedicated = template({ placement: [{ tenancy: "dedicated" }] });
  const analysis = await run([group(), dedicated], [measured(5)]);
  expect(analysis.recommendations.filter(({ rule }) => rule.startsWith("asg-"))).toEqual([]);
  expect(reasonOf(analysis, "asg-floor")).toContain("its tenancy is dedicated");
});

describe("asg-fixed-size", () => {
  const fixed = group({ min_size: 6, max_size: 6, desired_capacity: 6 });

  test("without a scaling policy a smaller fixed size", async () => {
    const found = recommended(await run([fixed, template()], [measured(15, 30, 6)]), "asg-fixed-size");
    expect(found.to).toBe("3 instances");
    // AWS lowers the desired capacity with the maximum, whoever manages it.
    expect(found.changes[1]).toMatchObject({ path: ["desired_capacity"], whenUnmanaged: "still-saves" });
    expect(
      found.changes.map((change) => (change.kind === "set-attribute" ? [change.path[0], change.to] : [])),
    ).toEqual([
      ["min_size", 3],
      ["desired_capacity", 3],
      ["max_size", 3],
    ]);
  });

  test("with one a range, whose top stays", async () => {
    const policy = resource("aws_autoscaling_policy", "step", {
      autoscaling_group_name: "workers",
      policy_type: "StepScaling",
    });
    const found = recommended(
      await run([fixed, template(), policy], [measured(15, 30, 6)]),
      "asg-fixed-size",
    );
    expect(found.to).toBe("3 to 6 instances");
  });

  test("a fixed size that was never reached stays", async () => {
    expect(reasonOf(await run([fixed, template()], [measured(15, 30, 5)]), "asg-fixed-size")).toContain(
      "only 5 of its 6 instances",
    );
  });

  test("a fixed size that is used stays", async () => {
    expect(reasonOf(await run([fixed, template()], [measured(75, 60, 6)]), "asg-fixed-size")).toContain(
      "takes 6 instances",
    );
  });
});

describe("asg-resize", () => {
  const io = [
    series("network_in_bytes_per_second", 1e6),
    series("network_out_bytes_per_second", 1e6),
    series("disk_read_ops_per_second", 5),
    series("disk_write_ops_per_second", 20),
    series("disk_read_bytes_per_second", 50_000),
    series("disk_write_bytes_per_second", 500_000),
  ];
  const scaling = profile(
    "workers",
    series("cpu_percent", ({ noise }) => 20 + 10 * noise),
    series("memory_used_percent", 20),
    series("asg_in_service_instances", ({ hour }) => (hour > 8 && hour < 18 ? 12 : 8)),
    ...io,
  );

  test("changes the type in the launch template, counted for the floor", async () => {
    const found = recommended(await run([group(), template()], [scaling]), "asg-resize");
    expect(found.address).toBe("aws_autoscaling_group.workers");
    expect(found.changes).toEqual([
      expect.objectContaining({
        address: "aws_launch_template.lt_1",
        path: ["instance_type"],
        from: "c5.2xlarge",
        to: found.to,
      }),
    ]);
    expect(found.restartRequired).toBe(false);
    expect(found.unknowns.join()).toContain("differences between members");
  });

  test("whose licence is not known gets no type with more vCPUs, as an instance does", async () => {
    const all = profile(
      "workers",
      series("cpu_percent", 50),
      series("memory_used_percent", 40),
      series("asg_in_service_instances", 8),
      ...io,
    );
    const alone = only("asg-resize");
    const policy: Policy = {
      ...alone,
      sizing: { ...alone.sizing, maximumEffort: "medium" },
      candidates: { ...alone.candidates, allowedFamilies: ["r6a"] },
    };
    const large = template({ instance_type: "x1e.xlarge" });
    const unknown = await run([group(), large], [all], { policy });
    expect(unknown.recommendations.filter(({ rule }) => rule === "asg-resize")).toEqual([]);
    const known = template({
      instance_type: "x1e.xlarge",
      image_id: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    });
    const found = recommended(await run([group(), known], [all], { policy }), "asg-resize");
    expect(machineType("aws", found.to)!.vcpu).toBeGreaterThan(4);
  });

  test("a template that feeds two groups is refused for both", async () => {
    const analysis = await run([group(), group({}, "others"), template()], [scaling]);
    expect(analysis.recommendations.filter((one) => one.rule === "asg-resize")).toEqual([]);
    expect(reasonOf(analysis, "asg-resize")).toContain("also feeds others");
  });

  test("fewer instances and a smaller type draw on the same headroom: one of them stays", async () => {
    const both = profile(
      "workers",
      series("cpu_percent", 10),
      series("memory_used_percent", 12),
      series("asg_in_service_instances", 8),
      ...io,
    );
    const analysis = await run([group(), template()], [both]);
    expect(analysis.recommendations.map((one) => one.rule)).toEqual(["asg-floor"]);
    expect(reasonOf(analysis, "asg-resize")).toContain("asg-floor already covers it");
  });
});

test("gp2 in a launch template is priced on the instances that a lower floor leaves", async () => {
  const gp2 = template({
    block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 100 }] }],
  });
  const savings = async (cpu: number) => {
    const analysis = await run([group(), gp2], [measured(cpu, 10)]);
    const hasLowerFloor = analysis.recommendations.some((one) => one.rule === "asg-floor");
    return [recommended(analysis, "ebs-gp2-to-gp3").monthlySavings.list, hasLowerFloor];
  };
  // 100 × 0.02 − 3 MB/s × 0.04 = 1.88 for each of eight, then of two.
  expect(await savings(60)).toEqual(["15.04", false]);
  expect(await savings(10)).toEqual(["3.76", true]);
});

describe("a lower size that would save nothing is not proposed", () => {
  const action = (attributes: JsonObject) =>
    resource("aws_autoscaling_schedule", "office", {
      autoscaling_group_name: "workers",
      scheduled_action_name: "office",
      ...attributes,
    });
  const fixed = { min_size: 8, max_size: 8 };
  const cases: readonly (readonly [string, JsonObject, readonly JsonObject[], string])[] = [
    ["protected members", { protect_from_scale_in: true }, [], "protected from scaling in"],
    ["no terminating", { suspended_processes: ["Terminate"] }, [], "its process Terminate is suspended"],
    ["an action of its own", {}, [{ min_size: 8 }], "its scheduled action office sets its size"],
    ["an action that sets what is wanted", {}, [{ min_size: -1, desired_capacity: 8 }], "sets its size"],
  ];
  test.each(cases)("%s", async (_, attributes, actions, reason) => {
    for (const [rule, sizes] of [
      ["asg-floor", {}],
      ["asg-fixed-size", fixed],
    ] as const) {
      const all = [group({ ...sizes, ...attributes }), template(), ...actions.map(action)];
      expect(reasonOf(await run(all, [measured(15)], { policy: only(rule) }), rule)).toContain(reason);
    }
  });

  test("processes and actions that leave the size alone do not matter", async () => {
    const elsewhere = { ...action({ min_size: 8 }), region: "eu-west-1" };
    const all = [
      group({ suspended_processes: ["AZRebalance", "ScheduledActions"] }),
      template(),
      action({ min_size: -1, max_size: 30, desired_capacity: -1 }),
      elsewhere,
    ];
    const found = recommended(await run(all, [measured(15)], { policy: only("asg-floor") }), "asg-floor");
    expect(found.to).toBe("3 to 24 instances");
  });
});

test("a group in a local zone has the prices of that, and one in several kinds of zones none", async () => {
  const of = async (...availability_zones: readonly string[]) => {
    const analysis = await run([group({ availability_zones }), template()], [measured(15)]);
    return analysis.recommendations.some(({ rule }) => rule === "asg-floor")
      ? ""
      : reasonOf(analysis, "asg-floor");
  };
  expect(await of("us-east-1a", "us-east-1b")).toBe("");
  expect(await of("us-east-1-bos-1a")).toContain("no machine prices for the region us-east-1-bos-1");
  expect(await of("us-east-1a", "us-east-1-bos-1a")).toContain("its zones have prices of their own");
});

describe("a group starts from a version of its launch template", () => {
  const versions = { latest_version: 5, default_version: 3, update_default_version: false };
  const at = (version: string | null, over: JsonObject = {}) => [
    group({ launch_template: [{ id: "lt-1", ...(version === null ? {} : { version }) }] }),
    template({ ...versions, ...over }),
  ];
  const quiet = [
    profile(
      "workers",
      series("cpu_percent", 8),
      series("memory_used_percent", 10),
      series("asg_in_service_instances", 8),
    ),
  ];
  const resized = (resources: Parameters<typeof run>[0]) =>
    run(resources, quiet, { policy: only("asg-resize") });

  test.each(["$Latest", "5"])(
    "%s is the one that is known, and the one that an edit makes",
    async (version) => {
      expect(recommended(await resized(at(version)), "asg-resize").changes).toHaveLength(1);
    },
  );

  test.each([
    ["4", "it starts from version 4 of its launch template, and only the latest, 5, is known"],
    ["$Default", "it starts from version 3"],
    [null, "it starts from version 3"],
  ])("of another (%s) nothing is known", async (version, reason) => {
    const analysis = await run(at(version), [measured(15)], { policy: only("asg-floor") });
    expect(reasonOf(analysis, "asg-floor")).toContain(reason);
    expect((await resized(at(version))).recommendations).toEqual([]);
  });

  test("the default one stays where nothing moves it, so an edit would have no effect", async () => {
    const same = { latest_version: 5, default_version: 5 };
    const held = recommended(await resized(at("$Default", same)), "asg-resize");
    expect(held.changes).toEqual([]);
    expect(noEditReason(held)).toContain("update_default_version is not set");
    const moved = await resized(at("$Default", { ...same, update_default_version: true }));
    expect(recommended(moved, "asg-resize").changes).toHaveLength(1);
  });

  test("disks are counted for the groups alone that follow", async () => {
    const gp2 = [{ device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 500 }] }];
    const [pinned, lt] = at("4", { block_device_mappings: gp2 });
    const over = { policy: only("ebs-gp2-to-gp3") };
    expect(reasonOf(await run([pinned!, lt!], [], over), "ebs-gp2-to-gp3")).toBe(
      "an edit would not reach workers: it starts from version 4 of its launch template, and only the latest, 5, is known",
    );
    const other = group({ min_size: 2, launch_template: [{ id: "lt-1", version: "$Latest" }] }, "others");
    // Two of 500 × 0.02 − 125 MB/s × 0.04.
    const found = recommended(await run([pinned!, other, lt!], [], over), "ebs-gp2-to-gp3");
    expect(found.monthlySavings.list).toBe("10");
  });
});
