import type { MetricSeries, Resource, UtilizationProfile } from "@apex/core";
import { seededRng } from "@apex/core";
import { describe, expect, test } from "vitest";
import {
  instance,
  type Level,
  modestIo,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const GIB = 1024 ** 3;

interface Use {
  readonly sm?: Level;
  readonly busy?: Level;
  readonly dram?: Level;
  readonly memoryGib?: number;
}

const light: Required<Pick<Use, "sm" | "dram" | "busy" | "memoryGib">> = {
  sm: 12,
  dram: 6,
  busy: 15,
  memoryGib: 4,
};

function gpu(index: number, { sm, busy, dram, memoryGib }: Use): MetricSeries[] {
  const part = { part: `gpu-${index}` };
  return [
    ...(sm === undefined ? [] : [series("gpu_sm_active_percent", sm, part)]),
    ...(busy === undefined ? [] : [series("gpu_busy_percent", busy, part)]),
    ...(dram === undefined ? [] : [series("gpu_dram_active_percent", dram, part)]),
    ...(memoryGib === undefined ? [] : [series("gpu_memory_used_bytes", memoryGib * GIB, part)]),
  ];
}

const host = () => [series("cpu_percent", 10), series("memory_used_percent", 15), ...modestIo()];

function machine(id: string, type = "g5.xlarge", over: Partial<Resource> = {}): Resource {
  return instance(type, { id, address: `aws_instance.${id.replaceAll("-", "_")}`, ...over });
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);
const fleet = (count: number, over: Partial<Resource> = {}, type = "g5.xlarge") =>
  names(count).map((id) => machine(id, type, over));
const using = (count: number, use: (index: number) => Use): readonly UtilizationProfile[] =>
  names(count).map((id, index) => profile(id, ...host(), ...gpu(0, use(index))));
const policy = only("gpu-sharing");
const shareIn = async (resources: readonly Resource[], profiles: readonly UtilizationProfile[]) =>
  (await run(resources, profiles, { policy })).recommendations;

describe("a fleet of lightly used GPUs", () => {
  test("shares fewer: each machine that is freed is named with the one that takes over its work", async () => {
    const found = await shareIn(
      fleet(6),
      using(6, () => light),
    );
    // 4 GiB each of 22.35 with 20 % headroom: four to a card, which is also the most that may share one.
    expect(found).toHaveLength(4);
    expect(new Set(found.map(({ to }) => to))).toEqual(new Set(["shared on i-0", "shared on i-4"]));
    const [first] = found;
    expect(first).toMatchObject({
      action: "share-gpus",
      from: "g5.xlarge",
      changes: [],
      effort: "high",
      monthlySavings: { list: "734.38", realised: "on-merge" },
      summary:
        "The work of 6 g5.xlarge fits on 2; this one's can share the GPUs of aws_instance.i_0 by time-slicing",
    });
    expect(first!.evidence.dimensions).toMatchObject([
      {
        dimension: "gpu-compute",
        metric: "gpu_sm_active_percent",
        demand: 72,
        capacityNow: 600,
        capacityAfter: 200,
        percentile: "P99.5",
      },
      { dimension: "gpu-memory", demand: 24, percentile: "sum of the maxima" },
      { dimension: "cpu", demand: 60 },
    ]);
    expect(first!.evidence.notes.join()).toContain("6 A10Gs did the work of 0.7 at their busiest together");
    expect(first!.evidence.notes.join()).toMatch(/A10G cards cannot be cut \(MIG\)/);
    expect(first!.unknowns.join()).toMatch(/latency: .*isolation: .*NVLink/);
    expect(first!.confidence).toBeLessThanOrEqual(0.93);
  });

  test("is judged by the sum over time, not the sum of peaks: those who work in turn share, those who work together do not", async () => {
    const inTurn = using(4, (own) => ({ ...light, sm: ({ hour }) => (hour % 4 === own ? 60 : 3) }));
    const together = using(4, () => ({ ...light, sm: ({ hour }) => (hour % 4 === 0 ? 60 : 3) }));
    expect((await shareIn(fleet(4), inTurn)).length).toBe(3);
    expect(reasonOf(await run(fleet(4), together, { policy }), "gpu-sharing")).toContain(
      "no two of its pool's 4 machines",
    );
  });

  test("one peak a week that all have at once keeps them apart, though no percentile shows it", async () => {
    const weekly = using(4, () => ({
      ...light,
      // One of 168 hours is 0.6 % of the samples; a quarter of it is below the percentile.
      sm: ({ day, hour, index }) => (Math.floor(day) % 7 === 2 && hour === 9 && index % 12 < 3 ? 70 : 5),
    }));
    expect(await shareIn(fleet(4), weekly)).toEqual([]);
  });

  test("memory is held at the maximum: what was full once is full", async () => {
    const full = using(3, () => ({ ...light, memoryGib: 12 }));
    expect(reasonOf(await run(fleet(3), full, { policy }), "gpu-sharing")).toContain("no two");
  });

  test("the host has to carry it too", async () => {
    const busyHosts = names(3).map((id) =>
      profile(
        id,
        series("cpu_percent", 45),
        series("memory_used_percent", 15),
        ...modestIo(),
        ...gpu(0, light),
      ),
    );
    expect(await shareIn(fleet(3), busyHosts)).toEqual([]);
    const fullHosts = names(3).map((id) =>
      profile(
        id,
        series("cpu_percent", 5),
        series("memory_used_percent", 55),
        ...modestIo(),
        ...gpu(0, light),
      ),
    );
    expect(await shareIn(fleet(3), fullHosts)).toEqual([]);
  });

  test("what is not known is not moved", async () => {
    const cases: readonly (readonly [MetricSeries[], RegExp])[] = [
      [[...host(), ...gpu(0, { sm: 5, dram: 2 })], /GPU memory: gpu_memory_used_percent is not measured/],
      [[...host(), ...gpu(0, { memoryGib: 2 })], /neither SM activity nor GPU utilisation/],
      [[series("cpu_percent", 5), ...gpu(0, light)], /memory is not measured/],
    ];
    for (const [metrics, reason] of cases) {
      const profiles = names(3).map((id) => profile(id, ...metrics));
      expect(reasonOf(await run(fleet(3), profiles, { policy }), "gpu-sharing")).toMatch(reason);
    }
  });

  test("GPU utilisation alone is named as such and believed less", async () => {
    const [byUse] = await shareIn(
      fleet(4),
      using(4, () => ({ busy: 15, dram: 5, memoryGib: 3 })),
    );
    const [bySm] = await shareIn(
      fleet(4),
      using(4, () => ({ sm: 15, busy: 15, dram: 5, memoryGib: 3 })),
    );
    expect(byUse!.unknowns.join()).toContain("GPU utilisation stands in for it");
    expect(byUse!.confidence).toBeLessThan(bySm!.confidence);
    // 98 % utilisation with few SMs at work is no idle GPU, and turns would slow it down.
    const [resident] = await shareIn(
      fleet(4),
      using(4, () => ({ ...light, busy: 98 })),
    );
    expect(resident!.summary).toContain("by MPS");
    expect(
      await shareIn(
        fleet(4),
        using(4, () => ({ busy: 98, memoryGib: 3 })),
      ),
    ).toEqual([]);
  });

  test("machines of other types, regions, stages and accounts are no pool", async () => {
    const apart = [
      machine("i-0"),
      machine("i-1", "g5.2xlarge"),
      machine("i-2", "g5.xlarge", { region: "eu-west-1" }),
      machine("i-3", "g5.xlarge", { tags: { Environment: "prod" } }),
      machine("i-4", "g5.xlarge", { account: "2" }),
    ];
    expect(
      await shareIn(
        apart,
        using(5, () => light),
      ),
    ).toEqual([]);
  });

  test("an exception keeps a machine out, and what is idle is stopped instead", async () => {
    const [first, second, third] = fleet(3);
    const kept = { ...second!, tags: { "apex:ignore": "" } };
    const found = await shareIn(
      [first!, kept, third!],
      using(3, () => light),
    );
    expect(found.map(({ resourceId, to }) => [resourceId, to])).toEqual([["i-2", "shared on i-0"]]);
    const silent = names(2).map((id) =>
      profile(
        id,
        series("cpu_percent", 1),
        series("memory_used_percent", 5),
        series("network_in_bytes_per_second", 10),
        series("network_out_bytes_per_second", 10),
        ...gpu(0, { sm: 0, busy: 0, memoryGib: 1 }),
      ),
    );
    const rules = (await run(fleet(2), silent)).recommendations.map(({ rule }) => rule);
    expect(rules).toEqual(["gpu-idle", "gpu-idle"]);
  });

  test("machines that take over the work of others are not made smaller by what was measured before", async () => {
    const resources = fleet(3, {}, "g5.4xlarge");
    const profiles = names(3).map((id) =>
      profile(
        id,
        series("cpu_percent", 3),
        series("memory_used_percent", 5),
        ...modestIo(),
        ...gpu(0, light),
      ),
    );
    const { recommendations, abstentions } = await run(resources, profiles);
    expect(recommendations.map(({ rule, resourceId }) => [rule, resourceId])).toEqual([
      ["gpu-sharing", "i-1"],
      ["gpu-sharing", "i-2"],
    ]);
    expect(
      abstentions.map(({ rule, resourceId, reason }) => `${rule} ${resourceId} ${reason}`),
    ).toContainEqual(expect.stringMatching(/^gpu-over-provisioned i-0 gpu-sharing already covers it/));
  });

  test("what is put on one GPU never asks for more than the percentile allows, whatever the fleet", async () => {
    const random = seededRng(7);
    for (let round = 0; round < 5; round += 1) {
      const levels = names(12).map(() => ({
        base: random() * 40,
        peak: random() * 60,
        at: Math.floor(random() * 24),
      }));
      const profiles = using(12, (index) => {
        const { base, peak, at } = levels[index]!;
        return { ...light, sm: ({ hour, noise }) => Math.min(100, base * noise + (hour === at ? peak : 0)) };
      });
      const found = await shareIn(fleet(12), profiles);
      const carriers = Map.groupBy(found, ({ to }) => to.replace("shared on ", ""));
      for (const [stays, moved] of carriers) {
        const all = [stays, ...moved.map(({ resourceId }) => resourceId)].map(
          (id) =>
            profiles
              .find((one) => one.resourceId === id)!
              .series.find(({ metric }) => metric === "gpu_sm_active_percent")!.values,
        );
        const sums = Array.from(all[0]!, (_, slot) =>
          all.reduce((sum, values) => sum + (values[slot] ?? 0), 0),
        ).toSorted((a, b) => a - b);
        expect(sums[Math.ceil(0.995 * sums.length) - 1]).toBeLessThanOrEqual(80);
      }
    }
  });
});

describe("a group of machines", () => {
  const tags = {
    "eks:cluster-name": "ml",
    "eks:nodegroup-name": "gpu",
    "kubernetes.io/cluster/ml": "owned",
    "aws:autoscaling:groupName": "eks-gpu-1",
  };
  const nodeGroup = resource("aws_eks_node_group", "ml:gpu", {
    node_group_name: "gpu",
    cluster_name: "ml",
    instance_types: ["g5.xlarge"],
    scaling_config: [{ desired_size: 6, min_size: 4, max_size: 8 }],
  });

  test("of EKS is made smaller in its Terraform, and not below two", async () => {
    const found = recommended(
      await run(
        [nodeGroup, ...fleet(6, { tags })],
        using(6, () => ({ ...light, sm: 5, memoryGib: 2 })),
        { policy },
      ),
      "gpu-sharing",
    );
    expect(found).toMatchObject({
      resourceId: "ml:gpu",
      action: "share-gpus",
      from: "6 g5.xlarge",
      to: "2 g5.xlarge with shared GPUs",
      effort: "medium",
      changes: [
        { path: ["scaling_config", 0, "min_size"], from: 4, to: 2 },
        { path: ["scaling_config", 0, "desired_size"], from: 6, to: 2, whenUnmanaged: "saves-as-it-scales" },
      ],
    });
    expect(found.evidence.notes.join()).toContain("device plugin");
    expect(found.unknowns.join()).toContain("how many GPUs pods have reserved is not measured");
    const reserved = using(6, () => light).map((one) => ({
      ...one,
      series: [...one.series, { ...series("gpu_requested", 1), resourceId: one.resourceId }],
    }));
    const known = recommended(
      await run([nodeGroup, ...fleet(6, { tags })], reserved, { policy }),
      "gpu-sharing",
    );
    expect(known.evidence.notes.join()).toContain("Pods had 6 of its GPUs reserved");
  });

  test("is left alone while one of its machines is not known", async () => {
    const analysis = await run(
      [nodeGroup, ...fleet(3, { tags })],
      using(2, () => light),
      { policy },
    );
    expect(reasonOf(analysis, "gpu-sharing")).toMatch(/1 of its 3 machines are not known well enough/);
  });

  test("is left alone while it has more machines than the inventory shows", async () => {
    const analysis = await run(
      [nodeGroup, ...fleet(5, { tags })],
      using(5, () => light),
      { policy },
    );
    expect(reasonOf(analysis, "gpu-sharing")).toBe(
      "1 of its 6 machines are not in the inventory, so what they do is not known",
    );
  });

  test("of EC2 Auto Scaling too; of Karpenter, which has none in Terraform, machines are named", async () => {
    const group = resource("aws_autoscaling_group", "render", {
      name: "render",
      min_size: 5,
      max_size: 5,
      desired_capacity: 5,
    });
    const asg = await run(
      [group, ...fleet(5, { tags: { "aws:autoscaling:groupName": "render" } })],
      using(5, () => light),
      { policy },
    );
    expect(recommended(asg, "gpu-sharing").changes).toMatchObject([
      { path: ["min_size"], from: 5, to: 2 },
      { path: ["desired_capacity"], from: 5, to: 2 },
    ]);
    const karpenter = { "karpenter.sh/nodepool": "gpu", "kubernetes.io/cluster/ml": "owned" };
    const found = await shareIn(
      fleet(5, { tags: karpenter }),
      using(5, () => light),
    );
    expect(found).toHaveLength(3);
  });
});

describe("several GPUs of one machine", () => {
  const four = (use: (index: number) => Use) =>
    profile("i-1", ...host(), ...[0, 1, 2, 3].flatMap((index) => gpu(index, use(index))));

  test("that are each used lightly share fewer, by another type in Terraform", async () => {
    const found = recommended(
      await run([instance("g5.12xlarge")], [four(() => light)], { policy }),
      "gpu-sharing",
    );
    expect(found.action).toBe("share-gpus");
    expect(found.to).toMatch(/^g5\.\d*xlarge$/);
    expect(found.changes).toMatchObject([{ path: ["instance_type"], from: "g5.12xlarge", to: found.to }]);
    expect(found.evidence.notes.join()).toMatch(/The work of 4 A10Gs fits on 1, .* time-slicing/);
  });

  test("of which most do nothing need not share", async () => {
    const one = four((index) =>
      index === 0 ? { ...light, sm: 70 } : { sm: 0, busy: 0, dram: 0, memoryGib: 0.1 },
    );
    const rules = (await run([instance("g5.12xlarge")], [one])).recommendations.map(({ rule }) => rule);
    expect(rules).toEqual(["gpu-over-provisioned"]);
  });

  test("under MIG already are not judged as cards, even one slice of one card", async () => {
    const slice = { part: "gpu-0-mig-3" };
    const sliced = names(3).map((id) =>
      profile(
        id,
        ...host(),
        series("gpu_sm_active_percent", 5, slice),
        series("gpu_memory_used_bytes", GIB, slice),
      ),
    );
    const { abstentions, recommendations } = await run(fleet(3), sliced);
    expect(recommendations).toEqual([]);
    expect(abstentions.map(({ reason }) => reason).join()).toContain("partitioned (MIG)");
  });

  test("on cards that can be cut get slices of their own", async () => {
    const eight = (id: string) =>
      profile(
        id,
        ...host(),
        ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) =>
          gpu(index, { sm: 10, busy: 60, dram: 5, memoryGib: 8 }),
        ),
      );
    const found = await shareIn(fleet(3, {}, "p4d.24xlarge"), names(3).map(eight));
    expect(found[0]!.summary).toContain("by MIG");
    expect(found[0]!.evidence.notes.join()).toContain("slices of 2g.10gb");
  });

  test("on cards that can be cut get a slice that holds their highest moment: half a percent above a seventh takes two", async () => {
    const eight = (id: string) =>
      profile(
        id,
        ...host(),
        ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) => gpu(index, { sm: 14.5, memoryGib: 3 })),
      );
    const found = await shareIn(fleet(3, {}, "p4d.24xlarge"), names(3).map(eight));
    expect(found[0]!.evidence.notes.join()).toContain("slices of 2g.10gb");
  });

  test("are judged alike by memory of every five seconds, which is more samples than a call takes arguments", async () => {
    const detailed = names(2).map((id) =>
      profile(
        id,
        series("cpu_percent", 10),
        series("memory_used_percent", 15, { periodMs: 5_000 }),
        ...modestIo(),
        ...gpu(0, light),
      ),
    );
    expect(await shareIn(fleet(2), detailed)).toHaveLength(1);
  });
});
