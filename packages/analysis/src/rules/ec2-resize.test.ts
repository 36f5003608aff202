import { machineType } from "@apex/catalog";
import { DAY_MS, type MetricSeries, type UtilizationProfile } from "@apex/core";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../policy/parse-policy.ts";
import { presetPolicy } from "../policy/policy.ts";
import { noEditReason } from "./no-edit.ts";
import {
  billed,
  END_MS,
  instance,
  only,
  type Level,
  modestIo,
  profile,
  reasonOf,
  recommended,
  run,
  series,
  WINDOW,
} from "../testing/builders.ts";

function machine(cpu: Level, memory: Level | null = 30, ...more: MetricSeries[]): UtilizationProfile {
  const all = [series("cpu_percent", cpu), ...modestIo(), ...more];
  if (memory !== null) all.push(series("memory_used_percent", memory));
  return profile("i-1", ...all);
}

const quiet: Level = ({ noise }) => 4 + 6 * noise;

function policyOf(written: unknown) {
  const parsed = parsePolicy(written);
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.policy;
}

const sameFamily = policyOf({ candidates: { crossFamily: false } });

describe("ec2-resize", () => {
  test("a machine that needs a quarter gets a quarter, with its evidence", async () => {
    const analysis = await run([instance("m5.4xlarge")], [machine(({ noise }) => 8 + 4 * noise, 15)], {
      policy: sameFamily,
    });
    const found = recommended(analysis, "ec2-resize");
    expect(found).toMatchObject({
      id: "ec2-resize:i-1:m5.xlarge",
      action: "resize",
      from: "m5.4xlarge",
      to: "m5.xlarge",
      risk: 0,
      effort: "very-low",
      restartRequired: true,
      changes: [
        {
          kind: "set-attribute",
          address: "aws_instance.i_1",
          path: ["instance_type"],
          from: "m5.4xlarge",
          to: "m5.xlarge",
        },
      ],
    });
    // (0.768 − 0.192) × 730, exactly.
    expect(found.monthlySavings).toEqual({
      list: "420.48",
      net: null,
      currency: "USD",
      realised: "on-merge",
    });
    expect(found.evidence.dimensions.map((one) => one.dimension)).toEqual([
      "cpu",
      "memory",
      "network",
      "ebs-iops",
      "ebs-throughput",
    ]);
    const [cpu] = found.evidence.dimensions;
    expect(cpu).toMatchObject({
      percentile: "P99.5",
      samples: 4032,
      headroom: 0.2,
      capacityNow: 16,
      capacityAfter: 4,
    });
    expect(cpu!.demand).toBeCloseTo(1.92, 1);
    expect(cpu!.need).toBeCloseTo(cpu!.demand / 0.8);
    expect(found.confidence).toBeLessThanOrEqual(0.93);
    expect(found.confidence).toBeCloseTo(
      Object.values(found.evidence.confidenceFactors).reduce((product, factor) => product * factor),
    );
    expect(found.evidence).toMatchObject({
      coverage: 1,
      lookBackDays: 14,
      windowEnd: "2026-06-15T00:00:00Z",
    });
  });

  test("any family: the choice is the cheapest that holds the need, alternatives follow by price with less risk or effort", async () => {
    const found = recommended(await run([instance("m5.4xlarge")], [machine(quiet, 15)]), "ec2-resize");
    expect(Number(found.monthlySavings.list)).toBeGreaterThanOrEqual(420.48);
    for (const alternative of found.evidence.alternatives) {
      expect(Number(alternative.monthlySavings)).toBeLessThanOrEqual(Number(found.monthlySavings.list));
    }
  });

  test("a bursty machine, 1 % of its samples at 95 %, keeps its size: the average would have halved it", async () => {
    const bursty: Level = ({ index }) => (index % 100 === 37 ? 95 : 5);
    const analysis = await run([instance("m5.2xlarge")], [machine(bursty)], { policy: sameFamily });
    expect(reasonOf(analysis, "ec2-resize")).toMatch(/none of \d+ cheaper types holds cpu 9\.5 m5 vCPU/);
  });

  test("the maximum statistic is preferred where it was collected", async () => {
    const peaks = series("cpu_percent", ({ index }) => (index % 50 === 0 ? 97 : 20), {
      statistic: "maximum",
    });
    const analysis = await run([instance("m5.2xlarge")], [machine(5, 20, peaks)], { policy: sameFamily });
    expect(reasonOf(analysis, "ec2-resize")).toContain("cpu 9.7 m5 vCPU");
  });

  test("half an hour a week at full load is demand when it returns every week, and noise when it does not", async () => {
    const mondayNine = (day: number) => day % 7 >= 9 / 24 && day % 7 < 9.5 / 24;
    const weekly: Level = ({ day }) => (mondayNine(day) ? 96 : 6);
    const once: Level = ({ day }) => (mondayNine(day) && day < 7 ? 96 : 6);
    expect(
      reasonOf(await run([instance("m5.2xlarge")], [machine(weekly)], { policy: sameFamily }), "ec2-resize"),
    ).toContain("cpu 9.6 m5 vCPU");
    const found = recommended(
      await run([instance("m5.2xlarge")], [machine(once)], { policy: sameFamily }),
      "ec2-resize",
    );
    expect(found.risk).toBe(2);
    expect(found.evidence.dimensions[0]!.exceedance).toBeCloseTo(6 / 4032);
  });

  test("unknown memory: never less memory than today, whatever CPU says", async () => {
    const analysis = await run([instance("m5.4xlarge")], [machine(2, null)], { policy: sameFamily });
    expect(reasonOf(analysis, "ec2-resize")).toMatch(
      /memory not below today's 64 GiB \(memory_used_percent is not measured\)/,
    );
    const cross = recommended(await run([instance("m5.4xlarge")], [machine(2, null)]), "ec2-resize");
    expect(machineType("aws", cross.to)!.memoryGib).toBeGreaterThanOrEqual(64);
    expect(cross.unknowns).toContain(
      "memory: memory_used_percent is not measured; no less than today is proposed",
    );
    expect(cross.evidence.confidenceFactors["knownDimensions"]).toBe(0.8);
  });

  test("memory is sized by its maximum: one sample counts", async () => {
    const analysis = await run(
      [instance("m5.2xlarge")],
      [machine(3, ({ index }) => (index === 2000 ? 85 : 10))],
      { policy: sameFamily },
    );
    expect(reasonOf(analysis, "ec2-resize")).toContain("memory 34 GiB");
  });

  test("a busy network keeps the size", async () => {
    const busy = profile(
      "i-1",
      series("cpu_percent", 5),
      series("memory_used_percent", 10),
      ...modestIo().filter((one) => one.metric !== "network_out_bytes_per_second"),
      series("network_out_bytes_per_second", 250e6),
    );
    expect(
      reasonOf(await run([instance("m5.2xlarge")], [busy], { policy: sameFamily }), "ec2-resize"),
    ).toContain("network");
  });

  test("unmeasured disks are bounded by what the volumes can deliver", async () => {
    const noDisk = profile(
      "i-1",
      series("cpu_percent", 5),
      series("memory_used_percent", 10),
      ...modestIo().filter((one) => !one.metric.startsWith("disk")),
    );
    const found = recommended(
      await run([instance("m5.8xlarge")], [noDisk], { policy: sameFamily }),
      "ec2-resize",
    );
    expect(found.evidence.notes.join()).toContain("its volumes deliver at most 3000 IOPS");
    expect(found.unknowns.join()).not.toContain("ebs");
  });

  describe("too little to decide on", () => {
    const short = (days: number) => ({ window: { startMs: END_MS - days * DAY_MS, endMs: END_MS } });
    const cases: readonly (readonly [string, UtilizationProfile, RegExp])[] = [
      ["no metrics at all", profile("i-1"), /cpu_percent is not measured/],
      ["metrics without CPU", profile("i-1", ...modestIo()), /cpu_percent is not measured/],
      ["three days", profile("i-1", series("cpu_percent", 5, short(3))), /known for 3\.0 days, 5 are needed/],
      [
        "half of the samples",
        machine(({ index }) => (index % 2 === 0 ? 5 : undefined)),
        /cpu_percent has 50 % of its samples/,
      ],
      [
        "silence since yesterday's week",
        machine(({ day }) => (day < 11 ? 5 : undefined)),
        /cpu_percent has 78\.5 % of its samples/,
      ],
      [
        "NaN instead of samples",
        machine(({ index }) => (index % 3 === 0 ? Number.NaN : 5)),
        /cpu_percent has 66\.6 % of its samples/,
      ],
      [
        "six days with a daily rhythm",
        profile(
          "i-1",
          series("cpu_percent", ({ hour }) => (hour > 8 && hour < 18 ? 20 : 2), short(6)),
        ),
        /follows the hours of the day, and 6\.0 days/,
      ],
      [
        "hourly averages",
        profile("i-1", series("cpu_percent", 5, { periodMs: 3_600_000 })),
        /averages over 60 minutes, which hide peaks/,
      ],
      [
        "a new level since two days",
        machine(({ day, noise }) => (day < 12 ? 3 : 30) + noise),
        /on its present level for 2\.\d days, 5 are needed/,
      ],
    ];
    test.each(cases)("%s", async (_, measured, reason) => {
      expect(
        reasonOf(
          await run([instance("m5.4xlarge")], [measured], { policy: only("ec2-resize") }),
          "ec2-resize",
        ),
      ).toMatch(reason);
    });
  });

  describe("faster cores", () => {
    // 16 vCPU; the newest generations score twice as much per vCPU in CoreMark and more.
    const of = async (cpu: number) => {
      const analysis = await run([instance("m5.4xlarge")], [machine(cpu, 10)], {
        policy: only("ec2-resize"),
      });
      return analysis.recommendations[0];
    };

    test("a machine that is busy all the time is not halved on a benchmark's word", async () => {
      for (const cpu of [55, 80, 98]) {
        const found = await of(cpu);
        const vcpu = found === undefined ? 16 : machineType("aws", found.to)!.vcpu;
        expect(vcpu).toBeGreaterThanOrEqual((16 * cpu) / 100);
      }
    });

    test("headroom that only a benchmark promises is said, and costs confidence and risk", async () => {
      const found = recommended(
        { recommendations: [(await of(48))!], abstentions: [], diagnostics: [] },
        "ec2-resize",
      );
      expect(machineType("aws", found.to)!.vcpu).toBeLessThan((16 * 0.48) / 0.8);
      expect(found.unknowns.join()).toMatch(
        /cpu speed: one vCPU of \w+ is counted as \d\.\d\d of m5 by CoreMark/,
      );
      expect(found.risk).toBeGreaterThanOrEqual(1);
      expect(found.evidence.confidenceFactors["knownDimensions"]).toBeLessThan(1);
    });
  });

  describe("not ours to size", () => {
    const base = instance("m5.4xlarge");
    const cases: readonly (readonly [string, typeof base, RegExp])[] = [
      [
        "a group's member",
        { ...base, tags: { "aws:autoscaling:groupName": "web" } },
        /Auto Scaling group web/,
      ],
      ["a Kubernetes node", { ...base, tags: { "kubernetes.io/cluster/prod": "owned" } }, /Kubernetes node/],
      ["spot", { ...base, attributes: { ...base.attributes, instance_lifecycle: "spot" } }, /spot/],
      [
        "dedicated tenancy",
        { ...base, attributes: { ...base.attributes, tenancy: "dedicated" } },
        /tenancy is dedicated/,
      ],
      [
        "a capacity reservation",
        {
          ...base,
          attributes: {
            ...base.attributes,
            capacity_reservation_specification: [
              { capacity_reservation_target: [{ capacity_reservation_id: "cr-1" }] },
            ],
          },
        },
        /capacity reservation cr-1/,
      ],
      [
        "stopped",
        { ...base, attributes: { ...base.attributes, instance_state: "stopped" } },
        /it is stopped/,
      ],
      ["an unknown type", instance("m99.mega"), /does not know the shape of m99\.mega/],
      [
        "a region without prices",
        { ...base, region: "ap-south-2" },
        /price is not known: no machine prices for the region/,
      ],
      [
        "cores switched off",
        {
          ...base,
          attributes: { ...base.attributes, cpu_options: [{ core_count: 4, threads_per_core: 1 }] },
        },
        /cpu_options leave 4 of 16 vCPU on/,
      ],
      [
        "cores switched off, as an inventory tells it",
        {
          ...base,
          attributes: { ...base.attributes, cpu_core_count: 4, cpu_threads_per_core: 1 },
        },
        /cpu_options leave 4 of 16 vCPU on/,
      ],
      [
        "a capacity block",
        { ...base, attributes: { ...base.attributes, instance_lifecycle: "capacity-block" } },
        /bought as capacity-block, whose price is not the list price/,
      ],
      [
        "spot, as an inventory tells it",
        { ...base, observed: { at: "2026-06-15T00:00:00Z", purchaseOption: "spot" } },
        /spot capacity/,
      ],
      [
        "a local zone",
        {
          ...base,
          region: "us-west-2",
          attributes: { ...base.attributes, availability_zone: "us-west-2-lax-1a" },
        },
        /no machine prices for the region us-west-2-lax-1/,
      ],
      [
        "a wavelength zone",
        { ...base, attributes: { ...base.attributes, availability_zone: "us-east-1-wl1-bos-wlz-1" } },
        /no machine prices for the region us-east-1-wl1-bos-wlz-1/,
      ],
      [
        "an Outpost",
        {
          ...base,
          attributes: { ...base.attributes, outpost_arn: "arn:aws:outposts:us-east-1:1:outpost/op-1" },
        },
        /runs on an Outpost, which is paid as a whole/,
      ],
      ["the ignore tag", { ...base, tags: { "apex:ignore": "" } }, /left alone: tagged apex:ignore/],
    ];
    test.each(cases)("%s", async (_, resource, reason) => {
      expect(
        reasonOf(await run([resource], [machine(quiet)], { policy: only("ec2-resize") }), "ec2-resize"),
      ).toMatch(reason);
    });

    test("an exception by address pattern, with its reason, for the rules it names only", async () => {
      const policy = policyOf({
        ignore: [{ address: "module.legacy.*", rules: ["ec2-resize"], reason: "is replaced in March" }],
      });
      const legacy = { ...base, address: 'module.legacy.aws_instance.app["a"]' };
      expect(reasonOf(await run([legacy], [machine(quiet)], { policy }), "ec2-resize")).toBe(
        "left alone: is replaced in March",
      );
      recommended(await run([base], [machine(quiet)], { policy }), "ec2-resize");
    });

    test("cores as the type has them are no obstacle, as every state lists them", async () => {
      const cores = { cpu_options: [{ core_count: 8, threads_per_core: 2 }] };
      const listed = { ...base, attributes: { ...base.attributes, ...cores } };
      recommended(await run([listed], [machine(quiet)]), "ec2-resize");
    });

    test("an unknown licence is never paid for more vCPUs than today", async () => {
      // x1e has little CPU for its price: by Linux prices many types with more of it are cheaper.
      const large = instance("x1e.xlarge");
      const policy = policyOf({
        sizing: { maximumEffort: "medium" },
        candidates: { allowedFamilies: ["r6a"] },
        rules: { "ec2-idle": false },
      });
      const measured = [machine(50, 40)];
      const unknown = (await run([large], measured, { policy })).recommendations[0];
      expect(unknown === undefined || machineType("aws", unknown.to)!.vcpu <= 4).toBe(true);
      const platform = { platform_details: "Linux/UNIX" };
      const known = { ...large, attributes: { ...large.attributes, ...platform } };
      const found = recommended(await run([known], measured, { policy }), "ec2-resize");
      expect(machineType("aws", found.to)!.vcpu).toBeGreaterThan(4);
    });

    test("a rule that is switched off says nothing", async () => {
      const analysis = await run([base], [machine(quiet)], {
        policy: policyOf({ rules: { "ec2-resize": false } }),
      });
      expect(
        [...analysis.recommendations, ...analysis.abstentions].filter((one) => one.rule === "ec2-resize"),
      ).toEqual([]);
    });
  });

  describe("what no metric shows stays", () => {
    test.each(["m5d.4xlarge", "m7g.4xlarge", "r5.4xlarge"])(
      "%s keeps architecture and local disks",
      async (type) => {
        const found = (await run([instance(type)], [machine(2, 5)])).recommendations[0];
        const before = machineType("aws", type)!;
        const after = found === undefined ? before : machineType("aws", found.to)!;
        expect(after.architecture).toBe(before.architecture);
        expect(after.localNvmeGb).toBeGreaterThanOrEqual(before.localNvmeGb);
        expect(after.isBurstable || after.isFlex).toBe(false);
      },
    );

    test("no resize is written that would wipe local disks on the stop that it takes", async () => {
      const found = recommended(await run([instance("m5d.4xlarge")], [machine(2, 5)]), "ec2-resize");
      expect(found.changes).toEqual([]);
      expect(noEditReason(found)).toContain("600 GB of local disks");
    });

    test("another architecture only when the policy names it and accepts the effort", async () => {
      const arm = policyOf({ candidates: { architectures: ["arm64"] }, sizing: { maximumEffort: "medium" } });
      const found = recommended(
        await run([instance("m5.4xlarge")], [machine(quiet, 15)], { policy: arm }),
        "ec2-resize",
      );
      expect(found.effort).toBe("medium");
    });

    test("denied and allowed families hold", async () => {
      const policy = policyOf({ candidates: { allowedFamilies: ["m5*"], deniedFamilies: ["m5a*"] } });
      const found = recommended(
        await run([instance("m5.4xlarge")], [machine(quiet, 15)], { policy }),
        "ec2-resize",
      );
      expect(found.to).toMatch(/^m5(?!a)/);
    });
  });

  describe("burstable", () => {
    const t3 = (cpu: Level, credits: Level) => machine(cpu, 20, series("cpu_credit_balance", credits));

    test("is sized by what it sustains: the baseline, not the burst", async () => {
      const found = recommended(
        await run([instance("t3.2xlarge")], [t3(4, 500)], { policy: sameFamily }),
        "ec2-resize",
      );
      // 4 % of 8 vCPU with 20 % headroom is 0.4 vCPU: t3.large sustains 0.6, t3.medium 0.4 exactly; memory of 20 %
      // asks for 8 GiB.
      expect(found.to).toBe("t3.large");
      expect(found.evidence.dimensions[0]!.capacityAfter).toBeCloseTo(0.6);
    });

    test("without credits its samples show the throttle", async () => {
      const analysis = await run([instance("t3.2xlarge")], [t3(4, ({ day }) => (day > 3 ? 0 : 200))]);
      expect(reasonOf(analysis, "ec2-resize")).toContain("ran out of CPU credits");
    });

    test("types are proposed only where the policy allows them", async () => {
      const policy = policyOf({ candidates: { burstable: true, allowedFamilies: ["t3", "m5"] } });
      const found = recommended(
        await run([instance("m5.2xlarge")], [machine(2, 10)], { policy }),
        "ec2-resize",
      );
      expect(found.to).toMatch(/^t3\./);
    });
  });

  describe("money", () => {
    test("net is what commitments leave, exactly, and unknown when the bill does not tell", async () => {
      const net = async (coverage: number | null) => {
        const analysis = await run([instance("m5.4xlarge")], [machine(({ noise }) => 8 + 4 * noise, 15)], {
          policy: sameFamily,
          costs: [billed("i-1", coverage)],
        });
        return recommended(analysis, "ec2-resize").monthlySavings.net;
      };
      expect(await net(0)).toBe("420.48");
      expect(await net(0.25)).toBe("315.36");
      expect(await net(1)).toBe("0");
      expect(await net(null)).toBeNull();
    });

    test("Windows is priced with its licence per vCPU", async () => {
      const base = instance("m5.4xlarge");
      const windows = { ...base, attributes: { ...base.attributes, platform: "windows" } };
      const analysis = await run([windows], [machine(({ noise }) => 8 + 4 * noise, 15)], {
        policy: sameFamily,
      });
      // 12 vCPU × 0.046 × 730 on top of 420.48
      expect(recommended(analysis, "ec2-resize").monthlySavings.list).toBe("823.44");
    });

    test("a saving below the policy's minimum is not worth a review", async () => {
      const policy = policyOf({ candidates: { crossFamily: false }, savings: { minimumMonthly: 10_000 } });
      expect(
        reasonOf(await run([instance("m5.4xlarge")], [machine(quiet, 15)], { policy }), "ec2-resize"),
      ).toContain("less than 10000");
    });
  });

  test("what is not under Terraform gets advice without changes", async () => {
    const { address: _, ...unmanaged } = instance("m5.4xlarge");
    const found = recommended(await run([unmanaged], [machine(quiet, 15)]), "ec2-resize");
    expect(found.address).toBeNull();
    expect(found.changes).toEqual([]);
  });

  test("metrics under an alias are the machine's", async () => {
    const base = instance("m5.4xlarge", { aliases: ["arn:aws:ec2:us-east-1:1:instance/i-1"] });
    const measured = { ...machine(quiet, 15), resourceId: "arn:aws:ec2:us-east-1:1:instance/i-1" };
    recommended(await run([base], [measured]), "ec2-resize");
  });

  test("profiles of strangers and doubles are said aloud", async () => {
    const analysis = await run([instance("m5.4xlarge")], [profile("i-999"), machine(quiet), machine(95)]);
    expect(analysis.diagnostics.map((one) => one.code)).toEqual([
      "profile-duplicate",
      "profile-without-resource",
    ]);
  });

  test("the presets go from saving to careful", async () => {
    const busy: Level = ({ index }) => (index % 12 === 0 ? 44 : 10);
    const sizeOf = async (preset: "aggressive" | "balanced" | "default" | "safe") => {
      const policy = { ...presetPolicy(preset), candidates: sameFamily.candidates };
      const analysis = await run([instance("m5.8xlarge")], [machine(busy, 5)], { policy });
      return analysis.recommendations.find((one) => one.rule === "ec2-resize")?.to ?? "none";
    };
    // 44 % of 32 vCPU without headroom is 14.1, with a fifth of headroom 17.6.
    expect(await sizeOf("aggressive")).toBe("m5.4xlarge");
    expect(await sizeOf("default")).toBe("none");
    expect(await sizeOf("safe")).toBe("none");
  });

  test("a fleet comes through one profile at a time", async () => {
    let open = 0;
    async function* stream() {
      for (let index = 0; index < 5; index += 1) {
        open += 1;
        yield { ...machine(quiet, 15), resourceId: `i-${index}` };
        open -= 1;
        expect(open).toBe(0);
      }
    }
    const { analyze } = await import("../analyze.ts");
    const fleet = Array.from({ length: 5 }, (_, index) => instance("m5.4xlarge", { id: `i-${index}` }));
    const analysis = await analyze({
      resources: fleet,
      profiles: stream(),
      costs: [],
      window: WINDOW,
      policy: sameFamily,
    });
    expect(analysis.recommendations.map((one) => one.resourceId)).toEqual([
      "i-0",
      "i-1",
      "i-2",
      "i-3",
      "i-4",
    ]);
  });
});

test.each([
  ["Reserved", "m5.xlarge"],
  ["EC2 Instance Savings Plans", "m5.xlarge"],
])("what %s covers stays in its family, for the commitment would go on being paid", async (type, to) => {
  const policy = policyOf({ candidates: { allowedFamilies: ["m5", "m6a", "r6a", "c6a"] } });
  const measured = [machine(({ noise }) => 8 + 4 * noise, 15)];
  const free = recommended(await run([instance("m5.4xlarge")], measured, { policy }), "ec2-resize");
  expect(free.to).not.toContain("m5.");
  const costs = [billed("i-1", 0.9, [type])];
  const bound = recommended(await run([instance("m5.4xlarge")], measured, { policy, costs }), "ec2-resize");
  expect(bound.to).toBe(to);
  expect(bound.evidence.notes.join()).toContain(`covered by ${type}`);
  for (const alternative of bound.evidence.alternatives) expect(alternative.to).toContain("m5.");
});

test("a Compute Savings Plan follows to any family", async () => {
  const policy = policyOf({ candidates: { allowedFamilies: ["m5", "m6a", "r6a", "c6a"] } });
  const costs = [billed("i-1", 0.9, ["Compute Savings Plans"])];
  const measured = [machine(({ noise }) => 8 + 4 * noise, 15)];
  const found = recommended(await run([instance("m5.4xlarge")], measured, { policy, costs }), "ec2-resize");
  expect(found.to).not.toContain("m5.");
});

test("a machine that a commitment pays for wholly says when its saving comes", async () => {
  const measured = [machine(({ noise }) => 8 + 4 * noise, 15)];
  const notes = async (coverage: number) => {
    const costs = [billed("i-1", coverage)];
    const analysis = await run([instance("m5.4xlarge")], measured, { policy: sameFamily, costs });
    return recommended(analysis, "ec2-resize").evidence.notes.join();
  };
  expect(await notes(1)).toContain("nothing is saved until that ends");
  expect(await notes(0.9)).not.toContain("nothing is saved until that ends");
});
