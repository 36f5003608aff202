import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../policy/policy.ts";
import { DAY_MS, decimal, type Resource } from "@apex/core";
import { gp3For } from "./gp3-settings.ts";
import {
  billed,
  instance,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
  WINDOW,
} from "../testing/builders.ts";

const policy = { ...defaultPolicy(), savings: { minimumMonthly: decimal("0.01") } };

/** What this rule says, whatever others would. */
const alone = { ...only("ebs-gp2-to-gp3"), savings: policy.savings };

function volume(attributes: Record<string, string | number>, over = {}) {
  return resource(
    "aws_ebs_volume",
    "vol-1",
    { type: "gp2", size: 500, iops: 1500, throughput: 0, ...attributes },
    over,
  );
}

const attachment = resource("aws_volume_attachment", "vai-1", { volume_id: "vol-1", instance_id: "i-1" });

describe("ebs-gp2-to-gp3", () => {
  const shapes: readonly (readonly [number, number, number])[] = [
    // GiB, IOPS and MB/s that match: 3 per GiB with bursts to 3,000; 128 MB/s up to 170 GiB, 250 above.
    [1, 3000, 128],
    [170, 3000, 128],
    [171, 3000, 250],
    [1000, 3000, 250],
    [1001, 3003, 250],
    [5334, 16_000, 250],
    [16_000, 16_000, 250],
  ];
  test.each(shapes)("gp2 of %i GiB is matched by %i IOPS and %i MB/s", (sizeGib, iops, throughputMbps) => {
    const found = gp3For(
      { type: "gp2", sizeGib, iops: undefined, throughputMbps: undefined },
      undefined,
      policy,
    );
    expect(found.performance).toEqual({ iops, throughputMbps });
  });

  test("without measurements all that gp2 delivers is matched and paid for", async () => {
    const found = recommended(await run([volume({}), attachment], [], { policy }), "ebs-gp2-to-gp3");
    // 500 × 0.02 − 125 MB/s × 0.04
    expect(found.monthlySavings.list).toBe("5");
    expect(
      found.changes.map((change) =>
        change.kind === "set-attribute" ? [change.path, change.from, change.to] : [],
      ),
    ).toEqual([
      [["type"], "gp2", "gp3"],
      [["throughput"], null, 250],
    ]);
    expect(found).toMatchObject({
      action: "change-volume-type",
      effort: "very-low",
      restartRequired: false,
      risk: 0,
    });
  });

  test("what was measured decides, with headroom, and never more than gp2 could", async () => {
    const measured = profile(
      "vol-1",
      series("disk_read_ops_per_second", ({ index }) => (index === 7 ? 2900 : 100)),
      series("disk_write_ops_per_second", 10),
      series("disk_read_bytes_per_second", 20e6),
      series("disk_write_bytes_per_second", 5e6),
    );
    const found = recommended(
      await run([volume({ size: 2000 }), attachment], [measured], { policy }),
      "ebs-gp2-to-gp3",
    );
    // One sample of 2,910 with 20 % headroom: 3,700 of gp2's 6,000. 2000 × 0.02 − 700 × 0.005.
    expect(found.monthlySavings.list).toBe("36.5");
    expect(found.changes).toContainEqual(expect.objectContaining({ path: ["iops"], to: 3700 }));
    expect(found.evidence.dimensions.map((one) => one.dimension)).toEqual(["ebs-iops", "ebs-throughput"]);
    expect(found.unknowns).toEqual([
      "bursts: the samples are averages over 5 minutes, which do not show shorter ones",
    ]);
  });

  test("where matching costs as much, gp2 stays", async () => {
    // 200 GiB unmeasured: 4.00 less for storage, 5.00 more for throughput.
    expect(
      reasonOf(await run([volume({ size: 200 }), attachment], [], { policy }), "ebs-gp2-to-gp3"),
    ).toContain("costs no less");
  });

  test.each(["gp3", "io1", "st1", "sc1"])("%s is none of its business", async (type) => {
    const analysis = await run([volume({ type }), attachment], [], { policy: alone });
    expect([...analysis.recommendations, ...analysis.abstentions]).toEqual([]);
  });

  test("root volumes are addressed by their block; the saving stays beside a resize or a stop", async () => {
    const base = instance("m5.xlarge");
    const root = {
      device_name: "/dev/xvda",
      volume_id: "vol-r",
      volume_type: "gp2",
      volume_size: 100,
      iops: 300,
      throughput: 0,
    };
    const found = { ...base, attributes: { ...base.attributes, root_block_device: [root] } };
    const idle = profile(
      "i-1",
      series("cpu_percent", 0.1),
      series("network_in_bytes_per_second", 1),
      series("network_out_bytes_per_second", 1),
    );
    const analysis = await run([found], [idle], { policy, costs: [billed("i-1", 0.5)] });
    expect(
      analysis.recommendations.map((one) => [one.rule, one.monthlySavings.list, one.monthlySavings.net]),
    ).toEqual([
      ["ec2-idle", "140.16", "70.08"],
      ["ebs-gp2-to-gp3", "1.88", "1.88"],
    ]);
    expect(analysis.recommendations[1]!.changes[0]).toMatchObject({
      path: ["root_block_device", 0, "volume_type"],
    });
  });

  test("ebs_block_device would replace the instance: said, not proposed", async () => {
    const base = instance("m5.xlarge");
    const block = { device_name: "/dev/sdb", volume_id: "vol-9", volume_type: "gp2", volume_size: 500 };
    const found = { ...base, attributes: { ...base.attributes, ebs_block_device: [block] } };
    expect(reasonOf(await run([found], [], { policy }), "ebs-gp2-to-gp3")).toContain(
      "would replace the instance",
    );
  });

  test("a volume that the state shows twice is judged once", async () => {
    const base = instance("m5.xlarge");
    const block = { device_name: "/dev/sdb", volume_id: "vol-1", volume_type: "gp2", volume_size: 500 };
    const holder = { ...base, attributes: { ...base.attributes, ebs_block_device: [block] } };
    const analysis = await run([holder, volume({}), attachment], [], { policy: alone });
    expect(analysis.recommendations.map((one) => one.resourceId)).toEqual(["vol-1"]);
  });

  test("an unknown region or size has no price and no saving", async () => {
    expect(
      reasonOf(await run([volume({}, { region: "ap-south-2" }), attachment], []), "ebs-gp2-to-gp3"),
    ).toContain("not known");
    expect(reasonOf(await run([volume({ size: "" }), attachment], []), "ebs-gp2-to-gp3")).toContain(
      "not in the state",
    );
  });
});

describe("disks of a group's machines", () => {
  const group = resource("aws_autoscaling_group", "workers", {
    name: "workers",
    min_size: 2,
    max_size: 4,
    launch_template: [{ id: "lt-1" }],
  });
  const template = resource("aws_launch_template", "lt-1", {
    instance_type: "m5.large",
    block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 500 }] }],
  });
  const tags = { "aws:autoscaling:groupName": "workers" };
  const member = (id: string, type: string, more: Record<string, number> = {}): readonly Resource[] => {
    const observed = { at: "2026-06-15T00:00:00Z", usedBy: [id] };
    const disk = resource("aws_ebs_volume", `vol-${id}`, { type, size: 500, ...more }, { observed });
    const machine = resource("aws_instance", id, { instance_type: "m5.large" }, { tags });
    return [machine, disk].map((one) => {
      const { address: _, ...unmanaged } = one;
      return unmanaged;
    });
  };

  test("are the launch template's to change, and counted there alone", async () => {
    const fleet = [group, template, ...member("i-1", "gp2"), ...member("i-2", "gp2")];
    const { recommendations, abstentions } = await run(fleet, [], { policy: alone });
    // Two of 500 × 0.02 − 125 MB/s × 0.04.
    expect(recommendations.map((one) => [one.resourceId, one.monthlySavings.list])).toEqual([["lt-1", "10"]]);
    expect(abstentions.map(({ resourceId, reason }) => [resourceId, reason])).toContainEqual([
      "vol-i-1",
      "it is a disk of a machine of the Auto Scaling group workers, which makes its disks from its launch template",
    ]);
  });

  test("with provisioned performance too", async () => {
    const fleet = member("i-1", "gp3", { iops: 9000, throughput: 125 });
    const idle = [
      "disk_read_ops_per_second",
      "disk_write_ops_per_second",
      "disk_read_bytes_per_second",
      "disk_write_bytes_per_second",
    ] as const;
    const quiet = profile("vol-i-1", ...idle.map((metric) => series(metric, 1)));
    const analysis = await run(fleet, [quiet], { policy: only("ebs-iops") });
    expect(reasonOf(analysis, "ebs-iops")).toContain("Auto Scaling group workers");
  });
});

describe("ebs-unattached", () => {
  /** Another volume that is attached, with its metrics: they show that the source knows volumes. */
  const other = resource("aws_ebs_volume", "vol-2", {
    type: "gp3",
    size: 10,
    attachment: [{ instance_id: "i-7" }],
  });
  const others = [profile("vol-2", series("disk_read_ops_per_second", 1))];

  test("snapshot first with the literal id, delete after the hold, saving without the snapshot's storage", async () => {
    const found = recommended(
      await run([volume({}, { tags: { Name: "old" } }), other], others),
      "ebs-unattached",
    );
    expect(found).toMatchObject({
      action: "snapshot-and-delete",
      // 500 × (0.10 − 0.05)
      monthlySavings: { list: "25", realised: "after-hold" },
      changes: [
        {
          kind: "add-resource",
          besideAddress: "aws_ebs_volume.vol_1",
          type: "aws_ebs_snapshot",
          name: "vol_1_final",
          attributes: {
            volume_id: "vol-1",
            tags: { Name: "old", "apex:volume": "vol-1", "apex:delete-volume-after": "2026-07-15" },
          },
        },
      ],
    });
  });

  test("it comes before gp2 to gp3", async () => {
    const analysis = await run([volume({}), other], others, { policy });
    expect(analysis.recommendations.map((one) => one.rule)).toEqual(["ebs-unattached"]);
    expect(reasonOf(analysis, "ebs-gp2-to-gp3")).toContain("ebs-unattached already covers it");
  });

  test("an inventory that shows no attachment leaves no doubt of stopped instances, and one that does keeps it", async () => {
    const at = "2026-06-15T00:00:00Z";
    const free = volume({}, { observed: { at, createdAt: "2026-01-01T00:00:00Z", usedBy: [] } });
    const [found, byState] = await Promise.all(
      [free, volume({})].map(async (one) => recommended(await run([one, other], others), "ebs-unattached")),
    );
    expect(found!.confidence / byState!.confidence).toBeCloseTo(1.5, 10);
    expect(found!.unknowns.join()).not.toContain("stopped instances");
    const used = volume({ type: "gp3" }, { observed: { at, usedBy: ["i-9"] } });
    expect((await run([used, other], others)).recommendations).toEqual([]);
    const young = volume(
      { type: "gp3" },
      { observed: { at, createdAt: "2026-06-12T00:00:00Z", usedBy: [] } },
    );
    expect(reasonOf(await run([young, other], others), "ebs-unattached")).toContain("made on 2026-06-12");
  });

  test("metrics of another region or account say nothing of it", async () => {
    for (const place of [{ region: "eu-west-1" }, { account: "222222222222" }]) {
      const away = { ...other, ...place };
      expect(reasonOf(await run([volume({ type: "gp3" }), away], others), "ebs-unattached")).toContain(
        "no EBS volume of its region and account came with metrics",
      );
    }
  });

  test("anything that uses it keeps it", async () => {
    const holder = instance("m5.large");
    const withBlock = {
      ...holder,
      attributes: { ...holder.attributes, ebs_block_device: [{ volume_id: "vol-1" }] },
    };
    const users = [[attachment], [withBlock]];
    for (const user of users) {
      const analysis = await run([volume({ type: "gp3" }), other, ...user], others);
      expect(analysis.recommendations.filter((one) => one.rule === "ebs-unattached")).toEqual([]);
    }
    const inventory = volume({ type: "gp3" });
    const listed = {
      ...inventory,
      attributes: { ...inventory.attributes, attachment: [{ instance_id: "i-7" }] },
    };
    expect((await run([listed, other], others)).recommendations).toEqual([]);
  });

  test("I/O, Kubernetes and youth keep it, with the reason", async () => {
    const io = profile("vol-1", series("disk_read_ops_per_second", 0));
    expect(reasonOf(await run([volume({}), other], [io, ...others]), "ebs-unattached")).toContain(
      "only while a volume is attached",
    );
    const claim = volume({}, { tags: { "kubernetes.io/created-for/pvc/name": "data-0" } });
    expect(reasonOf(await run([claim, other], others), "ebs-unattached")).toContain("Kubernetes");
    const young = volume({ create_time: "2026-06-13T00:00:00Z" });
    expect(reasonOf(await run([young, other], others), "ebs-unattached")).toContain("less than 7 days");
  });

  test("where no volume has metrics, having none says nothing of attachments by hand", async () => {
    expect(reasonOf(await run([volume({})], []), "ebs-unattached")).toContain(
      "no EBS volume of its region and account came with metrics",
    );
    const ofMachine = profile("i-1", series("cpu_percent", 50));
    const analysis = await run([volume({}), instance("m5.large")], [ofMachine]);
    expect(reasonOf(analysis, "ebs-unattached")).toContain(
      "no EBS volume of its region and account came with metrics",
    );
    const empty = {
      ...series("disk_read_ops_per_second", 1),
      values: new Float64Array(),
      timestampsMs: new Float64Array(),
    };
    const hollow = await run([volume({}), other], [profile("vol-2", empty)]);
    expect(reasonOf(hollow, "ebs-unattached")).toContain(
      "no EBS volume of its region and account came with metrics",
    );
  });

  test("two days without metrics are no basis", async () => {
    const window = { startMs: WINDOW.endMs - 2 * DAY_MS, endMs: WINDOW.endMs };
    const analysis = await run([volume({}), other], others, { window });
    expect(reasonOf(analysis, "ebs-unattached")).toContain("the metrics span 2.0 days, 7 are needed");
  });

  test("confidence grows with the look-back, which is never longer than the policy's", async () => {
    const of = async (days: number) => {
      const window = { startMs: WINDOW.endMs - days * DAY_MS, endMs: WINDOW.endMs };
      const found = recommended(await run([volume({}), other], others, { window }), "ebs-unattached");
      return [found.evidence.lookBackDays, found.confidence] as const;
    };
    expect(await of(7)).toEqual([7, expect.closeTo(0.589)]);
    expect(await of(60)).toEqual([14, expect.closeTo(0.62)]);
  });

  test("where a snapshot costs as much there is nothing to save", async () => {
    expect(reasonOf(await run([volume({ type: "sc1" }), other], others), "ebs-unattached")).toContain(
      "no less than the volume",
    );
  });
});
