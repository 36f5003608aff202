import { priceBook } from "@apex/catalog";
import { describe, expect, test } from "vitest";
import { analyze } from "../analyze.ts";
import type { JsonObject } from "@apex/core";
import { armTwinOf } from "../fleet/arm-image.ts";
import { noEditReason } from "./no-edit.ts";
import type { Policy } from "../policy/policy.ts";
import {
  billed,
  instance,
  modestIo,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
  WINDOW,
} from "../testing/builders.ts";

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
    expect(noEditReason(found)).toMatch(/^the newer type needs ENA and NVMe drivers/);
    const written = recommended(await run([instance("m5.large")], [], { policy: EC2 }), "ec2-generation");
    expect(noEditReason(written)).toBeUndefined();
  });

  test("where the stop would wipe local disks it is told, and no edit is written", async () => {
    const found = recommended(await run([instance("i2.2xlarge")], [], { policy: EC2 }), "ec2-generation");
    expect(found.changes).toEqual([]);
    expect(noEditReason(found)).toContain("local disks");
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

describe("rds-generation", () => {
  const over = { policy: only("rds-generation") };
  const database = (attributes: JsonObject = {}) =>
    resource("aws_db_instance", "shop", {
      identifier: "shop",
      instance_class: "db.r5.xlarge",
      engine: "postgres",
      engine_version: "13.7",
      multi_az: false,
      status: "available",
      ...attributes,
    });

  test("a version that runs on Graviton gets its class: the service brings the image", async () => {
    const found = recommended(await run([database()], [], over), "rds-generation");
    expect(found).toMatchObject({
      from: "db.r5.xlarge",
      to: "db.r6g.xlarge",
      effort: "low",
      changes: [expect.objectContaining({ path: ["instance_class"], to: "db.r6g.xlarge" })],
    });
    expect(Number(found.monthlySavings.list)).toBeGreaterThan(0);
  });

  test.each([
    ["postgres", "12.2"],
    ["postgres", "12"],
    ["mysql", "8.0.16"],
    ["mysql", "5.7.38"],
    ["mariadb", "10.3.35"],
    ["postgres", "latest"],
  ])("%s %s is not known to run on Graviton", async (engine, version) => {
    const analysis = await run([database({ engine, engine_version: version })], [], over);
    expect(analysis.recommendations.map(({ to }) => to)).not.toContain("db.r6g.xlarge");
  });

  test("Multi-AZ is priced as such, and an engine without prices is left alone", async () => {
    const price = async (multiAz: boolean) =>
      Number(
        recommended(await run([database({ multi_az: multiAz })], [], over), "rds-generation").monthlySavings
          .list,
      );
    expect(await price(true)).toBeGreaterThan(1.9 * (await price(false)));
    const oracle = await run([database({ engine: "oracle-ee" })], [], over);
    expect(oracle.recommendations).toEqual([]);
  });
});

test("a class that only the user's synced prices know is a newer class too", async () => {
  const prices = priceBook([
    {
      service: "rds",
      region: "us-east-1",
      variant: "PostgreSQL Single-AZ",
      origin: "synced",
      date: "2026-06-01",
      licence: "",
      rows: "db.m7i.large 0.1",
    },
  ]);
  const attributes = { identifier: "shop", instance_class: "db.m6i.large", engine: "postgres" };
  const analysis = await analyze({
    resources: [resource("aws_db_instance", "shop", attributes)],
    profiles: [],
    costs: [],
    window: WINDOW,
    policy: only("rds-generation"),
    prices,
  });
  expect(recommended(analysis, "rds-generation").to).toBe("db.m7i.large");
});

const AL2023 = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

describe("ec2-graviton", () => {
  const policy = only("ec2-graviton");
  const observed = (...imageArchitectures: string[]) =>
    instance("m6i.xlarge", { observed: { at: "2026-06-15T00:00:00Z", imageArchitectures } });

  test("only an image that is known for arm64 is moved, and never by changing the type alone", async () => {
    const found = recommended(await run([observed("x86_64", "arm64")], [], { policy }), "ec2-graviton");
    expect(found).toMatchObject({ from: "m6i.xlarge", effort: "medium", changes: [] });
    expect(found.to).toMatch(/^m[78]g\.xlarge$/);
    expect(found.evidence.notes.join()).toContain("No edit is written");
    expect(found.unknowns.join()).toContain("software");
    expect(reasonOf(await run([observed("x86_64")], [], { policy }), "ec2-graviton")).toBe(
      "its image is only for x86_64",
    );
    expect(reasonOf(await run([instance("m6i.large")], [], { policy }), "ec2-graviton")).toContain(
      "is not known",
    );
  });

  test("a little less disk is enough where it was measured, and not where it was not", async () => {
    const machine = {
      ...instance("m6i.large"),
      observed: { at: "2026-06-15T00:00:00Z", imageArchitectures: ["x86_64", "arm64"] },
    };
    const unseen = await run([machine], [profile("i-1", series("cpu_percent", 20))], { policy });
    expect(reasonOf(unseen, "ec2-graviton")).toContain("no Graviton type");
    const seen = await run([machine], [profile("i-1", ...modestIo())], { policy });
    const found = recommended(seen, "ec2-graviton");
    expect(found.to).toBe("m6g.large");
    expect(found.summary).toContain("has enough of everything");
    expect(found.evidence.notes.join()).toMatch(/It has less of .*EBS throughput/);
  });

  test("Windows, GPUs and what runs on arm64 already are no case for it", async () => {
    const machine = instance("m6i.large");
    const windows = { ...machine, attributes: { ...machine.attributes, platform: "windows" } };
    for (const one of [windows, instance("g5.xlarge"), instance("m7g.large")]) {
      const analysis = await run([one], [], { policy });
      expect([...analysis.recommendations, ...analysis.abstentions]).toEqual([]);
    }
  });

  const group = resource("aws_autoscaling_group", "workers", {
    name: "workers",
    min_size: 2,
    max_size: 6,
    launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
  });
  const template = (image: string) =>
    resource("aws_launch_template", "lt-1", {
      name: "workers",
      instance_type: "m6i.xlarge",
      image_id: image,
    });

  test("an image named by a public parameter follows in the same edit where the policy allows arm64", async () => {
    const said = recommended(await run([group, template(AL2023)], [], { policy }), "ec2-graviton");
    expect(said.changes).toEqual([]);
    expect(said.evidence.notes.join()).toContain("candidates.architectures");
    const allowed = { ...policy, candidates: { ...policy.candidates, architectures: ["arm64"] } };
    const found = recommended(await run([group, template(AL2023)], [], { policy: allowed }), "ec2-graviton");
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["image_id"], from: AL2023, to: AL2023.replace("x86_64", "arm64") }),
      expect.objectContaining({ path: ["instance_type"], from: "m6i.xlarge", to: found.to }),
    ]);
  });

  test.each(["ami-0123456789abcdef0", "resolve:ssm:/ours/golden-x86_64"])(
    "%s says nothing of arm64",
    async (image) => {
      const analysis = await run([group, template(image)], [], { policy });
      expect(reasonOf(analysis, "ec2-graviton")).toContain("is not known");
    },
  );
});

test.each([
  ["ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2", "ami-amazon-linux-latest/amzn2-ami-hvm-arm64-gp2"],
  ["bottlerocket/aws-k8s-1.30/x86_64/latest/image_id", "bottlerocket/aws-k8s-1.30/arm64/latest/image_id"],
  [
    "canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    "canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id",
  ],
])("the twin of %s", (name, twin) => {
  expect(armTwinOf(`resolve:ssm:/aws/service/${name}`)).toBe(`resolve:ssm:/aws/service/${twin}`);
});
