import { describe, expect, test } from "vitest";
import { type Policy } from "../policy/policy.ts";
import { billed, instance, only, reasonOf, recommended, resource, run } from "../testing/builders.ts";

const EC2 = only("ec2-generation");

describe("ec2-generation", () => {
  test("an older type becomes the cheapest newer one that has no less of anything, without any measurement", async () => {
    const found = recommended(await run([instance("m5.large")], [], { policy: EC2 }), "ec2-generation");
    expect(found).toMatchObject({
      action: "resize",
      from: "m5.large",
      to: "m6a.large",
      effort: "low",
      risk: 1,
      changes: [expect.objectContaining({ path: ["instance_type"], from: "m5.large", to: "m6a.large" })],
    });
    // (0.096 − 0.0864) × 730.
    expect(found.monthlySavings.list).toBe("7.008");
    expect(found.evidence).toMatchObject({ lookBackDays: 0, dimensions: [], coverage: 1 });
    expect(found.evidence.notes.join()).toContain("memory 8 → 8 GiB");
    expect(found.unknowns.join()).toContain("the CPU is made by amd instead of intel");
    expect(found.confidence).toBeLessThanOrEqual(0.93);
  });

  test("where the image needs other drivers it is told, and no edit is written", async () => {
    const found = recommended(await run([instance("m4.xlarge")], [], { policy: EC2 }), "ec2-generation");
    expect(found).toMatchObject({ from: "m4.xlarge", effort: "medium", changes: [] });
    expect(found.evidence.notes.join()).toContain("ENA and NVMe drivers");
  });

  test("the policy's effort holds: nothing that asks for more is proposed", async () => {
    const policy: Policy = { ...EC2, generation: { maximumEffort: "low" } };
    const analysis = await run([instance("m4.xlarge")], [], { policy });
    expect(reasonOf(analysis, "ec2-generation")).toContain(
      "at medium effort; the policy accepts at most low",
    );
  });

  test("a burstable type is followed by one that earns as much; what the catalogue does not tell is said", async () => {
    const found = recommended(await run([instance("t2.large")], [], { policy: EC2 }), "ec2-generation");
    expect(found.to).toBe("t3.large");
    expect(found.unknowns.join()).toContain("EBS");
    expect(found.unknowns.join()).toContain("unlimited mode unless told otherwise");
    expect(found.evidence.confidenceFactors["knownDimensions"]).toBeLessThan(1);
  });

  test("the newest of its kind, a GPU machine and one without a cheaper successor are left alone", async () => {
    for (const type of ["m7i.large", "g5.xlarge", "m6a.large"]) {
      const analysis = await run([instance(type)], [], { policy: EC2 });
      expect(analysis.recommendations).toEqual([]);
    }
  });

  test("what is already paid for in its family stays in it", async () => {
    const over = { policy: EC2, costs: [billed("i-1", 1, ["Reserved Instances"])] };
    expect((await run([instance("m5.large")], [], over)).recommendations).toEqual([]);
  });

  test("a Windows machine is compared with its licence on both sides", async () => {
    const machine = instance("m5.large");
    const windows = { ...machine, attributes: { ...machine.attributes, platform: "windows" } };
    const found = recommended(await run([windows], [], { policy: EC2 }), "ec2-generation");
    expect(found.monthlySavings.list).toBe("7.008");
  });

  test("a group is followed in its launch template, for its floor", async () => {
    const group = resource("aws_autoscaling_group", "workers", {
      name: "workers",
      min_size: 3,
      max_size: 6,
      launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
    });
    const template = resource("aws_launch_template", "lt-1", { name: "workers", instance_type: "m5.large" });
    const found = recommended(await run([group, template], [], { policy: EC2 }), "ec2-generation");
    expect(found.changes).toEqual([
      expect.objectContaining({
        address: "aws_launch_template.lt_1",
        path: ["instance_type"],
        to: "m6a.large",
      }),
    ]);
    expect(found.monthlySavings.list).toBe("21.024");
  });
});
