import type { JsonObject, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy } from "../policy/policy.ts";
import { instance, profile, reasonOf, recommended, resource, run, series } from "../testing/builders.ts";
import { gp3InPlaceOf, lowerGp3, lowerProvisioned } from "./provisioned-performance.ts";

const MB = 1024 * 1024;

function volume(attributes: JsonObject, over: Partial<Resource> = {}): Resource {
  return resource(
    "aws_ebs_volume",
    "vol-1",
    { size: 500, attachment: [{ instance_id: "i-1" }], ...attributes },
    over,
  );
}

/** A volume that does `iops` and `mbps` at most, for one sample, and little else. */
function busy(iops: number, mbps: number, id = "vol-1", statistic: "average" | "maximum" = "average") {
  const peak = (most: number) =>
    series("disk_read_ops_per_second", ({ index }) => (index === 50 ? most : most / 10), { statistic });
  return profile(
    id,
    peak(iops),
    series("disk_write_ops_per_second", 0, { statistic }),
    series("disk_read_bytes_per_second", ({ index }) => (index === 50 ? mbps : mbps / 10) * MB, {
      statistic,
    }),
    series("disk_write_bytes_per_second", 0, { statistic }),
  );
}

const changes = (found: { changes: readonly unknown[] }) =>
  found.changes.map((change) => {
    const { path, from, to } = change as { path: readonly unknown[]; from: unknown; to: unknown };
    return [path.join("."), from, to];
  });

const toGp3: Policy = {
  ...defaultPolicy(),
  storage: { ...defaultPolicy().storage, provisionedToGp3: true },
};

describe("settings that hold a need", () => {
  const gp3 = (iops: number, throughputMbps: number) => ({ type: "gp3", sizeGib: 500, iops, throughputMbps });
  const lower: readonly (readonly [
    readonly [number, number],
    readonly [number, number],
    readonly [number, number] | undefined,
  ])[] = [
    [
      [6000, 250],
      [100, 10],
      [3000, 125],
    ],
    [
      [6000, 250],
      [3210, 130.2],
      [3300, 131],
    ],
    [[6000, 250], [5999, 249.5], undefined],
    [[3000, 125], [0, 0], undefined],
    // A quarter MiB/s per IOPS: 900 MB/s want 3,600 IOPS.
    [
      [16_000, 1000],
      [100, 900],
      [3600, 900],
    ],
    [
      [3000, 500],
      [9000, 20],
      [3000, 125],
    ],
  ];
  test.each(lower)("gp3 of %j that needs %j", (now, needs, expected) => {
    const found = lowerGp3(gp3(...now), { iops: needs[0], throughputMbps: needs[1] });
    expect(found && [found.iops, found.throughputMbps]).toEqual(expected);
  });

  test("io1 and io2 keep the IOPS that their throughput needs", () => {
    const io = (type: string, iops: number) => ({ type, sizeGib: 500, iops, throughputMbps: undefined });
    expect(lowerProvisioned(io("io2", 10_000), { iops: 900, throughputMbps: 10 })?.iops).toBe(900);
    expect(lowerProvisioned(io("io2", 10_000), { iops: 900, throughputMbps: 500 })?.iops).toBe(2000);
    expect(lowerProvisioned(io("io2", 10_000), { iops: 1, throughputMbps: 1 })?.iops).toBe(100);
    expect(lowerProvisioned(io("io2", 1000), { iops: 950, throughputMbps: 1 })).toBeUndefined();
    // Up to 32,000 IOPS io1 delivers no more than 500 MiB/s.
    expect(lowerProvisioned(io("io1", 64_000), { iops: 900, throughputMbps: 600 })).toBeUndefined();
  });

  test("gp3 reaches 16,000 IOPS and 1,000 MB/s", () => {
    expect(gp3InPlaceOf({ iops: 16_000, throughputMbps: 1000 })).toEqual({
      iops: 16_000,
      throughputMbps: 1000,
    });
    expect(gp3InPlaceOf({ iops: 16_001, throughputMbps: 10 })).toBeUndefined();
    expect(gp3InPlaceOf({ iops: 10, throughputMbps: 1001 })).toBeUndefined();
    expect(gp3InPlaceOf({ iops: 10, throughputMbps: 900 })).toEqual({ iops: 3600, throughputMbps: 900 });
  });
});

describe("ebs-iops", () => {
  const fast = volume({ type: "gp3", iops: 6000, throughput: 250 });

  test("gp3 is lowered to what its peak needs with headroom, and says what averages hide", async () => {
    const found = recommended(await run([fast], [busy(1600, 20)]), "ebs-iops");
    // 1,600 with 20 % headroom, twice for hidden bursts: 4,000 of 6,000 IOPS at 0.005, 125 of 250 MB/s at 0.04.
    expect(found).toMatchObject({
      action: "set-performance",
      to: "gp3, 4000 IOPS, 125 MB/s",
      monthlySavings: { list: "15", net: "15" },
      risk: 1,
      effort: "very-low",
      restartRequired: false,
    });
    expect(changes(found)).toEqual([
      ["iops", 6000, 4000],
      ["throughput", 250, 125],
    ]);
    expect(found.unknowns.join()).toContain("bursts: the samples are averages over 5 minutes");
    const peaks = recommended(await run([fast], [busy(1600, 20, "vol-1", "maximum")]), "ebs-iops");
    expect(peaks).toMatchObject({ risk: 0, to: "gp3, 3000 IOPS, 125 MB/s" });
    expect(peaks.unknowns.join()).not.toContain("bursts");
  });

  test("never from configuration alone", async () => {
    expect(reasonOf(await run([fast], []), "ebs-iops")).toContain("configuration alone says nothing");
    const io = volume({ type: "io2", iops: 5000 });
    const half = profile(
      "vol-1",
      series("disk_read_ops_per_second", 10),
      series("disk_write_ops_per_second", 0),
    );
    expect(reasonOf(await run([io], [half]), "ebs-iops")).toContain("only one of both is measured");
    const onlyIops = recommended(await run([fast], [half]), "ebs-iops");
    expect(changes(onlyIops)).toEqual([["iops", 6000, 3000]]);
    expect(onlyIops.unknowns).toContain("throughput: not measured; as much as today is kept");
  });

  test("io2 loses IOPS; gp3 in its place is told as an alternative, and proposed only where the policy allows it", async () => {
    const io = volume({ type: "io2", iops: 5000 });
    const found = recommended(await run([io], [busy(400, 20)]), "ebs-iops");
    // 4,000 IOPS less at 0.065.
    expect(found).toMatchObject({ to: "io2, 1000 IOPS", monthlySavings: { list: "260" } });
    expect(changes(found)).toEqual([["iops", 5000, 1000]]);
    expect(found.evidence.alternatives).toMatchObject([
      { to: "gp3, 3000 IOPS, 125 MB/s", monthlySavings: "347.5" },
    ]);
    const allowed = recommended(await run([io], [busy(400, 20)], { policy: toGp3 }), "ebs-iops");
    expect(allowed).toMatchObject({ action: "change-volume-type", monthlySavings: { list: "347.5" } });
    expect(changes(allowed)).toEqual([
      ["type", "io2", "gp3"],
      ["iops", 5000, 3000],
      ["throughput", null, 125],
    ]);
    expect(allowed.unknowns.join()).toContain("latency");
    const shared = volume({ type: "io2", iops: 5000, multi_attach_enabled: true });
    expect(recommended(await run([shared], [busy(400, 20)], { policy: toGp3 }), "ebs-iops").action).toBe(
      "set-performance",
    );
  });

  test("a volume that uses what it pays for stays", async () => {
    expect(reasonOf(await run([fast], [busy(5900, 240)]), "ebs-iops")).toContain("14750 of 6000 IOPS");
    const io = volume({ type: "io2", iops: 1000 });
    expect(reasonOf(await run([io], [busy(800, 20)]), "ebs-iops")).toContain(
      "storage.provisionedToGp3 allows it",
    );
  });

  test.each([
    ["gp3 at its baseline", { type: "gp3", iops: 3000, throughput: 125 }],
    ["gp2", { type: "gp2", iops: 1500, throughput: 0 }],
    ["st1", { type: "st1" }],
  ])("%s is none of its business", async (_, attributes) => {
    const analysis = await run([volume(attributes)], [busy(1, 1)]);
    expect(
      [...analysis.recommendations, ...analysis.abstentions].filter(({ rule }) => rule === "ebs-iops"),
    ).toEqual([]);
  });

  test("a root disk is judged by its instance, which does at least as much; other block devices would replace it", async () => {
    const base = instance("m5.xlarge");
    const disk = { volume_id: "vol-r", volume_type: "gp3", volume_size: 100, iops: 6000, throughput: 125 };
    const root = {
      ...base,
      attributes: { ...base.attributes, root_block_device: [{ device_name: "/dev/xvda", ...disk }] },
    };
    const found = recommended(await run([root], [busy(100, 1, "i-1")]), "ebs-iops");
    expect(changes(found)).toEqual([["root_block_device.0.iops", 6000, 3000]]);
    expect(found.evidence.notes.join()).toContain("whole instance");
    const other = {
      ...base,
      attributes: { ...base.attributes, ebs_block_device: [{ device_name: "/dev/sdb", ...disk }] },
    };
    expect(reasonOf(await run([other], [busy(100, 1, "i-1")]), "ebs-iops")).toContain(
      "would replace the instance",
    );
  });

  test("no price, no saving", async () => {
    const far = volume({ type: "gp3", iops: 6000, throughput: 250 }, { region: "ap-south-2" });
    expect(reasonOf(await run([far], [busy(1, 1)]), "ebs-iops")).toContain("price is not known");
    const dear = volume({ type: "io2", iops: 40_000 }, { region: "eu-west-1" });
    expect(reasonOf(await run([dear], [busy(1, 1)]), "ebs-iops")).toContain("ebs-io2-iops-month");
  });
});

describe("ebs-snapshot-old", () => {
  const observed = {
    at: "2026-06-15T00:00:00Z",
    createdAt: "2025-06-15T00:00:00Z",
    state: "completed",
    usedBy: [] as readonly string[],
    details: { full_snapshot_size_in_bytes: 200 * 1024 ** 3 } as JsonObject,
  };
  const snapshot = (attributes: JsonObject = {}, over: Partial<Resource> = {}): Resource =>
    resource(
      "aws_ebs_snapshot",
      "snap-1",
      { volume_id: "vol-gone", volume_size: 500, storage_tier: "standard", ...attributes },
      { observed, ...over },
    );
  /** Another volume of the region: the inventory of volumes was collected. */
  const listed = resource(
    "aws_ebs_volume",
    "vol-other",
    { type: "gp3", size: 1, attachment: [{}] },
    { observed },
  );

  test("an old snapshot of a volume that is gone is archived, priced by what it really stores", async () => {
    const found = recommended(await run([snapshot(), listed], []), "ebs-snapshot-old");
    // 200 GiB × (0.05 − 0.0125)
    expect(found).toMatchObject({
      action: "set-lifecycle",
      to: "archive tier",
      monthlySavings: { list: "7.5", net: "7.5" },
      changes: [{ kind: "set-attribute", path: ["storage_tier"], from: "standard", to: "archive" }],
    });
    expect(found.evidence.notes.join()).toContain("Deleting it instead would save 10 a month");
  });

  const without = (name: keyof typeof observed) => ({
    observed: Object.fromEntries(Object.entries(observed).filter(([key]) => key !== name)) as never,
  });
  const kept: readonly (readonly [string, readonly Resource[], string])[] = [
    ["an image", [snapshot({}, { observed: { ...observed, usedBy: ["ami-1"] } }), listed], "ami-1 uses it"],
    [
      "not knowing of images",
      [snapshot({}, without("usedBy")), listed],
      "whether an image uses it is not known",
    ],
    [
      "an image of the state",
      [snapshot(), listed, resource("aws_ami", "ami-2", { ebs_block_device: [{ snapshot_id: "snap-1" }] })],
      "aws_ami.ami_2 uses it",
    ],
    [
      "a launch template",
      [
        snapshot(),
        listed,
        resource("aws_launch_template", "lt-1", {
          block_device_mappings: [{ ebs: [{ snapshot_id: "snap-1" }] }],
        }),
      ],
      "aws_launch_template.lt_1 uses it",
    ],
    [
      "a backup plan",
      [snapshot({}, { tags: { "aws:backup:source-resource": "x" } }), listed],
      "backup plan keeps it",
    ],
    [
      "a lifecycle policy",
      [snapshot({}, { tags: { "aws:dlm:lifecycle-policy-id": "x" } }), listed],
      "backup plan keeps it",
    ],
    ["its volume", [snapshot({ volume_id: "vol-other" }), listed], "its volume vol-other exists"],
    [
      "a volume of an instance",
      [snapshot({ volume_id: "vol-root" }), listed, instance("m5.large")],
      "its volume vol-root exists",
    ],
    ["an inventory without volumes", [snapshot()], "not known whether its own is gone"],
    [
      "volumes of another region",
      [snapshot(), { ...listed, region: "eu-west-1" }],
      "not known whether its own is gone",
    ],
    ["being a copy", [snapshot({ volume_id: "vol-ffffffff" }), listed], "may be a copy"],
    ["not knowing its age", [snapshot({}, without("createdAt")), listed], "when it was made is not known"],
    [
      "a sibling",
      [snapshot(), { ...snapshot(), id: "snap-2" }, listed],
      "shares blocks with 1 other snapshots",
    ],
    [
      "not knowing its size",
      [snapshot({}, without("details")), listed],
      "its volume's is only an upper bound",
    ],
    [
      "a region without prices",
      [snapshot({}, { region: "eu-west-1" }), { ...listed, region: "eu-west-1" }],
      "ebs-snapshot-archive-gb-month",
    ],
    [
      "a small size",
      [
        snapshot({}, { observed: { ...observed, details: { full_snapshot_size_in_bytes: 1024 ** 3 } } }),
        listed,
      ],
      "would save less than",
    ],
  ];
  test.each(kept)("%s keeps it as it is", async (_, resources, reason) => {
    expect(reasonOf(await run(resources, []), "ebs-snapshot-old")).toContain(reason);
  });

  test("young and archived ones are none of its business", async () => {
    const young = snapshot({}, { observed: { ...observed, createdAt: "2026-04-01T00:00:00Z" } });
    for (const one of [young, snapshot({ storage_tier: "archive" })]) {
      const analysis = await run([one, listed], []);
      expect(
        [...analysis.recommendations, ...analysis.abstentions].filter(
          ({ rule }) => rule === "ebs-snapshot-old",
        ),
      ).toEqual([]);
    }
  });
});
