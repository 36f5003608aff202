import { machineType } from "@apex/catalog";
import type { MetricSeries } from "@apex/core";
import { defaultPolicy } from "../policy/policy.ts";
import { describe, expect, test } from "vitest";
import { noEditReason } from "./no-edit.ts";
import {
  billed,
  instance,
  only,
  profile,
  quietIo,
  reasonOf,
  recommended,
  resource,
  run,
  series,
  type Level,
} from "../testing/builders.ts";

const without = (all: readonly MetricSeries[], part: string) =>
  all.filter((one) => !one.metric.includes(part));

function machine(cpu: Level, io: readonly MetricSeries[] = quietIo()) {
  return profile("i-1", series("cpu_percent", cpu), ...io);
}

describe("ec2-idle", () => {
  test("a machine that does nothing is stopped beside its block, never terminated", async () => {
    const found = recommended(
      await run([instance("m5.xlarge", { address: 'aws_instance.web["eu-1"]' })], [machine(0.4)]),
      "ec2-idle",
    );
    expect(found).toMatchObject({
      action: "stop",
      from: "m5.xlarge",
      to: "stopped",
      risk: 1,
      restartRequired: false,
      changes: [
        {
          kind: "add-resource",
          besideAddress: 'aws_instance.web["eu-1"]',
          type: "aws_ec2_instance_state",
          name: "web_eu-1_stopped",
          attributes: { instance_id: { ref: "id" }, state: "stopped" },
        },
      ],
    });
    // 0.192 × 730; the volume stays billed.
    expect(found.monthlySavings).toMatchObject({ list: "140.16", realised: "on-merge" });
    expect(found.evidence.notes.join()).toContain("volumes (1 in the state)");
    // Of 17 machines as quiet as this two were busy soon after, and none was seen at the end of a month.
    expect(found.confidence).toBeCloseTo((15 / 17) * 0.95);
    expect(found.unknowns.join()).toContain("no turn of a month lies in the look-back");
    expect(found.unknowns.join()).toContain("inbound connections");
  });

  test.each([
    { type: "m5d.xlarge", disks: /its 150 GB of local disks/ },
    // The catalogue tells of NVMe alone.
    { type: "d2.xlarge", disks: /its local disks/ },
  ])("no stop of $type is written, which would wipe its local disks", async ({ type, disks }) => {
    const found = recommended(await run([instance(type)], [machine(0.4)]), "ec2-idle");
    expect(found.changes).toEqual([]);
    expect(noEditReason(found)).toMatch(disks);
  });

  test("the resize of an idle machine gives way: one dollar is saved once", async () => {
    const analysis = await run(
      [instance("m5.4xlarge")],
      [profile("i-1", ...machine(0.4).series, series("memory_used_percent", 5))],
    );
    expect(analysis.recommendations.map((one) => one.rule)).toEqual(["ec2-idle"]);
    expect(reasonOf(analysis, "ec2-resize")).toBe("ec2-idle already covers it: m5.4xlarge to stopped");
  });

  const busy: readonly (readonly [string, Parameters<typeof machine>, RegExp])[] = [
    [
      "one busy sample in two weeks",
      [({ index }) => (index === 2000 ? 60 : 0.5)],
      /maximum of cpu_percent is 60 %/,
    ],
    [
      "traffic on one day",
      [
        0.5,
        [
          ...without(quietIo(), "network_in"),
          series("network_in_bytes_per_second", ({ day }) => (day >= 3 && day < 4 ? 5000 : 10)),
        ],
      ],
      /busiest day of network_in_bytes_per_second \+ network_out_bytes_per_second is 433 MB a day, above 5 MB a day/,
    ],
    [
      "disk work",
      [0.5, [...without(quietIo(), "write_ops"), series("disk_write_ops_per_second", 50)]],
      /disk_read_ops_per_second \+ disk_write_ops_per_second is 50/,
    ],
    ["unknown network", [0.5, without(quietIo(), "network")], /cannot be called idle without network/],
    ["no metrics", [() => undefined, []], /cannot be called idle without cpu/],
    [
      "three days of silence",
      [({ day }) => (day >= 11 ? 0.2 : undefined)],
      /quiet for 3\.0 days, 7 are needed/,
    ],
    [
      "gaps",
      [({ index }) => (index % 3 === 0 ? undefined : 0.2)],
      /cannot be called idle without cpu: cpu_percent has 66\.6 %/,
    ],
  ];
  test.each(busy)("%s is not idle", async (_, measured, reason) => {
    expect(
      reasonOf(
        await run([instance("m5.xlarge")], [machine(...measured)], { policy: only("ec2-idle") }),
        "ec2-idle",
      ),
    ).toMatch(reason);
  });

  test("unknown disks are named and cost confidence", async () => {
    const found = recommended(
      await run([instance("m5.xlarge")], [machine(0.4, without(quietIo(), "disk"))]),
      "ec2-idle",
    );
    expect(found.unknowns).toContain("ebs-iops: disk_read_ops_per_second is not measured");
    expect(found.evidence.confidenceFactors["knownDimensions"]).toBeCloseTo(2 / 3);
  });

  test("a stopped machine without data is not idle", async () => {
    const base = instance("t3.large");
    const stopped = { ...base, attributes: { ...base.attributes, instance_state: "stopped" } };
    expect(reasonOf(await run([stopped], [], { policy: only("ec2-idle") }), "ec2-idle")).toBe(
      "it is stopped",
    );
  });
});

describe("gce-idle", () => {
  const node = (attributes = {}) =>
    resource("google_compute_instance", "gce-1", {
      machine_type: "e2-standard-4",
      zone: "us-central1-a",
      current_status: "RUNNING",
      ...attributes,
    });
  const quiet = { ...machine(0.4), resourceId: "gce-1" };

  test("is stopped through desired_status", async () => {
    const found = recommended(await run([node()], [quiet]), "gce-idle");
    expect(found.changes).toEqual([
      {
        kind: "set-attribute",
        address: "google_compute_instance.gce_1",
        path: ["desired_status"],
        from: null,
        to: "TERMINATED",
      },
    ]);
    expect(Number(found.monthlySavings.list)).toBeGreaterThan(90);
  });

  test("a stop saves what the machine costs after the sustained use of the month, not its list price", async () => {
    const small = node({ machine_type: "g1-small" });
    const found = recommended(await run([small], [quiet], { policy: only("gce-idle") }), "gce-idle");
    // 730 × 0.0257, less 30 %.
    expect(found.monthlySavings.list).toBe("13.1327");
  });

  test("spot, GKE nodes, GPUs and stopped machines are left alone", async () => {
    const cases = [
      [node({ scheduling: [{ preemptible: true }] }), /spot/],
      [{ ...node(), tags: { "goog-gke-node": "" } }, /Kubernetes node/],
      [
        node({ guest_accelerator: [{ type: "nvidia-tesla-t4", count: 1 }] }),
        /does not know e2-standard-4 with/,
      ],
      [node({ current_status: "TERMINATED" }), /it is terminated/],
    ] as const;
    for (const [one, reason] of cases)
      expect(reasonOf(await run([one], [quiet], { policy: only("gce-idle") }), "gce-idle")).toMatch(reason);
  });
});

test("an idle Compute Engine machine with local SSDs is not stopped, which would lose what they hold", async () => {
  const vm = resource("google_compute_instance", "gce-1", {
    machine_type: "n2-standard-8",
    scratch_disk: [{ interface: "NVME" }],
  });
  const analysis = await run([vm], [{ ...machine(0.4), resourceId: "gce-1" }], { policy: only("gce-idle") });
  expect(reasonOf(analysis, "gce-idle")).toContain("local SSDs");
});

describe("gce-resize", () => {
  const node = (attributes = {}) =>
    resource("google_compute_instance", "gce-1", {
      machine_type: "n2-standard-8",
      zone: "us-central1-a",
      boot_disk: [{ initialize_params: [{ type: "pd-balanced", size: 50 }] }],
      ...attributes,
    });
  const light = profile(
    "gce-1",
    series("cpu_percent", ({ noise }) => 8 + 6 * noise),
    series("memory_used_percent", 17),
    series("network_in_bytes_per_second", 200_000),
    series("network_out_bytes_per_second", 500_000),
  );

  test("takes a smaller type, and lets Terraform stop the machine for it", async () => {
    const found = recommended(await run([node()], [light]), "gce-resize");
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["machine_type"], from: "n2-standard-8", to: found.to }),
      expect.objectContaining({ path: ["allow_stopping_for_update"], from: null, to: true }),
    ]);
    const allowed = recommended(
      await run([node({ allow_stopping_for_update: true })], [light]),
      "gce-resize",
    );
    expect(allowed.changes).toHaveLength(1);
    expect(found.unknowns.join()).toContain("sustained-use discounts");
  });

  test("disks that nobody measured bound themselves by type and size; unknown ones keep the vCPUs", async () => {
    const found = recommended(await run([node()], [light]), "gce-resize");
    // 3,000 + 6 × 50 IOPS; 140 + 0.28 × 50 MB/s.
    expect(found.evidence.notes).toContain("ebs-iops: not measured; its volumes deliver at most 3300 IOPS");
    expect(found.evidence.confidenceFactors["knownDimensions"]).toBe(1);
    const source = "projects/p/zones/us-central1-a/disks/data";
    const unknown = [
      node({ boot_disk: [] }),
      node({ attached_disk: [{ source }] }),
      node({ boot_disk: [{ initialize_params: [{ type: "hyperdisk-balanced", size: 50 }] }] }),
    ];
    for (const one of unknown) {
      const analysis = await run([one], [light]);
      const to = analysis.recommendations.find(({ rule }) => rule === "gce-resize")?.to;
      // n2-standard-8 reaches 800 MB/s, n2-standard-2 240: smaller would be less than today.
      expect(to === undefined || machineType("gcp", to)!.vcpu >= 8).toBe(true);
    }
    const data = resource("google_compute_disk", "d-1", { name: "data", type: "pd-ssd", size: 100 });
    const known = recommended(
      await run([node({ attached_disk: [{ source }] }), data], [light]),
      "gce-resize",
    );
    expect(known.evidence.notes).toContain("ebs-iops: not measured; its volumes deliver at most 12300 IOPS");
  });

  test("net of the sustained-use discount, which the bill gives without asking", async () => {
    const policy = { ...defaultPolicy(), candidates: { ...defaultPolicy().candidates, crossFamily: false } };
    const costs = [billed("gce-1", 0)];
    const { to, evidence, monthlySavings } = recommended(
      await run([node()], [light], { costs, policy }),
      "gce-resize",
    );
    expect(to).toBe("n2-standard-2");
    // n2 costs 80 % of its list price when it runs all month, before and after: 730 × (0.3885 − 0.0971) × 0.8, as an estimate has it.
    expect(monthlySavings).toMatchObject({ list: "170.1776", net: "170.1776" });
    const others = evidence.alternatives.map((other) => Number(other.monthlySavings));
    expect(Math.max(0, ...others)).toBeLessThanOrEqual(Number(monthlySavings.list));
  });

  test("unknown memory keeps the memory", async () => {
    const analysis = await run([node()], [{ ...light, series: without(light.series, "memory") }]);
    const found = recommended(analysis, "gce-resize");
    expect(machineType("gcp", found.to)!.memoryGib).toBeGreaterThanOrEqual(32);
    expect(found.unknowns.join()).toContain("memory_used_percent is not measured");
  });

  test("local SSDs and a pinned CPU platform are respected", async () => {
    expect(
      reasonOf(await run([node({ scratch_disk: [{ interface: "NVME" }] })], [light]), "gce-resize"),
    ).toContain("local SSDs");
    const pinned = await run([node({ min_cpu_platform: "Intel Ice Lake" })], [light]);
    expect(recommended(pinned, "gce-resize").to).toMatch(/^n2-/);
  });
});
