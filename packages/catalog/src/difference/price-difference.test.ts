import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { planOf, type ResourceInput } from "../testing/plan-builder.ts";
import { priceDifference } from "./price-difference.ts";
import { between, boundsText, created, machine, onlyChange } from "./testing.ts";

const DATABASE = { instance_class: "db.m5.large", engine: "mysql", allocated_storage: 100 };

describe("what is compared", () => {
  test("one plan: its before against its after, with what decides the price", () => {
    const difference = priceDifference({
      head: planOf({
        address: "aws_instance.web",
        before: machine("m5.4xlarge", { tags: { A: "1" } }),
        after: machine("m5.8xlarge", { tags: { A: "2" } }),
      }),
    });
    // 0.768 and 1.536 an hour; the volume costs 4.00 on both sides.
    expect(difference).toMatchObject({
      before: "564.64",
      after: "1125.28",
      delta: "560.64",
      currency: "USD",
    });
    expect(boundsText(difference)).toBe("");
    const resource = onlyChange(difference);
    expect(resource).toMatchObject({ address: "aws_instance.web", kind: "changed", delta: "560.64" });
    expect(resource.lineItems.map(({ kind, delta }) => [kind, delta])).toEqual([
      ["changed", "560.64"],
      ["same", "0"],
    ]);
    expect(resource.lineItems[0]?.before).toMatchObject({
      name: "Instance usage (Linux, on-demand, m5.4xlarge)",
      quantity: "730",
      unit: "hours",
      region: "us-east-1",
      priceDate: "2026-07-20",
    });
    expect(resource.attributes).toEqual([{ path: "instance_type", from: "m5.4xlarge", to: "m5.8xlarge" }]);
  });

  test("two plans of no state: their outcomes, resource by resource", () => {
    const difference = between(
      [created("aws_instance.a", machine("m5.large")), created("aws_eip.old", {})],
      [
        created("aws_instance.a", machine("m5.large")),
        created("aws_nat_gateway.new[10]", {}),
        created("aws_nat_gateway.new[2]", {}),
      ],
    );
    expect(difference.resources.map(({ address, kind, delta }) => [address, kind, delta])).toEqual([
      ["aws_eip.old", "removed", "-3.65"],
      ["aws_instance.a", "same", "0"],
      ["aws_nat_gateway.new[2]", "added", "32.85"],
      ["aws_nat_gateway.new[10]", "added", "32.85"],
    ]);
    expect(difference.delta).toBe("62.05");
  });

  test("a replacement is one, be it for nothing, and no news when the base makes it as well", () => {
    const replaced = (type: string): ResourceInput => ({
      address: "aws_instance.a",
      before: machine("m5.large"),
      after: machine(type),
      actions: ["delete", "create"],
    });
    expect(onlyChange(priceDifference({ head: planOf(replaced("m5.large")) }))).toMatchObject({
      kind: "replaced",
      delta: "0",
    });
    expect(
      onlyChange(between([created("aws_instance.a", machine("m5.large"))], [replaced("m5.large")])).kind,
    ).toBe("replaced");
    expect(onlyChange(between([replaced("m5.large")], [replaced("m5.xlarge")])).kind).toBe("changed");
  });

  test("what is only forgotten goes on costing", () => {
    const forgotten: ResourceInput = {
      address: "aws_instance.a",
      before: machine("m5.large"),
      after: null,
      actions: ["forget"],
    };
    expect(priceDifference({ head: planOf(forgotten) })).toMatchObject({
      delta: "0",
      before: "74.08",
      after: "74.08",
    });
  });

  test("a resource that a base's plan destroys is new in a head that keeps it", () => {
    const gone: ResourceInput = { address: "aws_eip.a", before: {}, after: null };
    expect(onlyChange(between([gone], [{ address: "aws_eip.a", before: {} }]))).toMatchObject({
      kind: "added",
      delta: "3.65",
    });
  });
});

describe("renames", () => {
  const volume = { type: "gp3", size: 100 };

  test("without a moved block are one removed and one added", () => {
    const difference = between(
      [created("aws_ebs_volume.data[0]", volume)],
      [created('aws_ebs_volume.data["a"]', volume)],
    );
    expect(difference.resources.map(({ kind }) => kind).sort()).toEqual(["added", "removed"]);
    expect(difference.delta).toBe("0");
  });

  test("that Terraform follows are the same resource, also a chain and a swap", () => {
    const moved = (address: string, previousAddress: string, size: number) => ({
      ...planOf({ address, before: { type: "gp3", size } }).resources[0],
      previousAddress,
    });
    const base = planOf(
      { address: "aws_ebs_volume.a", before: volume },
      { address: "aws_ebs_volume.b", before: { type: "gp3", size: 10 } },
    );
    const resources = [
      moved("aws_ebs_volume.b", "aws_ebs_volume.a", 100),
      moved("aws_ebs_volume.a", "aws_ebs_volume.b", 20),
    ];
    const difference = priceDifference({
      base,
      head: { ...base, resources: resources as typeof base.resources },
    });
    expect(
      difference.resources.map(({ address, kind, previousAddress, delta }) => [
        address,
        kind,
        previousAddress,
        delta,
      ]),
    ).toEqual([
      ["aws_ebs_volume.a", "changed", "aws_ebs_volume.b", "0.8"],
      ["aws_ebs_volume.b", "same", "aws_ebs_volume.a", "0"],
    ]);
  });

  test("that moved blocks tell of plans without a state are, too, with modules", () => {
    const difference = priceDifference(
      {
        base: planOf(created("aws_ebs_volume.data[0]", volume), created("module.old.aws_eip.a", {})),
        head: planOf(created('aws_ebs_volume.data["a"]', volume), created('module.new["x"].aws_eip.a', {})),
      },
      {
        moves: [
          { from: "aws_ebs_volume.data[0]", to: 'aws_ebs_volume.data["a"]' },
          { from: "module.old", to: "module.mid" },
          { from: "module.mid", to: 'module.new["x"]' },
        ],
      },
    );
    expect(difference.resources.map(({ kind, previousAddress }) => [kind, previousAddress])).toEqual([
      ["same", "aws_ebs_volume.data[0]"],
      ["same", "module.old.aws_eip.a"],
    ]);
  });
});

describe("line items", () => {
  function lines(before: JsonObject, after: JsonObject) {
    return onlyChange(
      priceDifference({ head: planOf({ address: "aws_instance.a", before, after }) }),
    ).lineItems.map(({ kind, before: from, after: to }) => [kind, from?.name ?? null, to?.name ?? null]);
  }

  test("volumes are told apart by their devices", () => {
    const volume = (device: string, size: number) => ({
      device_name: device,
      volume_type: "gp3",
      volume_size: size,
    });
    const found = lines(
      machine("m5.large", { ebs_block_device: [volume("/dev/sdb", 10), volume("/dev/sdc", 20)] }),
      machine("m5.large", { ebs_block_device: [volume("/dev/sdc", 30)] }),
    );
    expect(found.map(([kind, from]) => [kind, from])).toEqual([
      ["same", "Instance usage (Linux, on-demand, m5.large)"],
      ["same", "Root volume: storage (general purpose SSD, gp3)"],
      ["changed", "Volume /dev/sdc: storage (general purpose SSD, gp3)"],
      ["removed", "Volume /dev/sdb: storage (general purpose SSD, gp3)"],
    ]);
  });

  test("a change that nets to zero is still one", () => {
    // 0.08 a GB-month of gp3, 0.005 an IOPS above 3,000: ten GB less and 160 IOPS more.
    const difference = priceDifference({
      head: planOf({
        address: "aws_ebs_volume.a",
        before: { type: "gp3", size: 110, iops: 3000 },
        after: { type: "gp3", size: 100, iops: 3160 },
      }),
    });
    expect(onlyChange(difference)).toMatchObject({
      kind: "changed",
      delta: "0",
      lineItems: [
        { kind: "changed", delta: "-0.8" },
        { kind: "added", before: null, delta: "0.8" },
      ],
      attributes: [
        { path: "size", from: "110", to: "100" },
        { path: "iops", from: "3000", to: "3160" },
      ],
    });
  });

  test.each([
    ["aws_lb.a", { internal: true, subnets: ["a", "b"] }, "internal", false],
    ["aws_db_instance.a", { ...DATABASE, engine_version: "8.0.39" }, "engine_version", "8.4.6"],
    ["aws_db_instance.a", { ...DATABASE, publicly_accessible: false }, "publicly_accessible", true],
  ])("what is switched or supported otherwise is told: of %s beside %j %s", (address, before, name, to) => {
    const after = { ...before, [name]: to };
    const { attributes } = onlyChange(priceDifference({ head: planOf({ address, before, after }) }));
    expect(attributes).toEqual([
      expect.objectContaining({ path: expect.stringMatching(`^${name}`) as string }),
    ]);
  });

  test("another region changes every line and says so", () => {
    const difference = priceDifference({
      head: planOf({
        address: "aws_eip.a",
        before: { region: "us-east-1" },
        after: { region: "eu-west-1" },
      }),
    });
    expect(onlyChange(difference).lineItems[0]).toMatchObject({
      kind: "changed",
      before: { region: "us-east-1" },
      after: { region: "eu-west-1" },
    });
  });
});
test("usage that is told counts under the address of before a move as well", () => {
  const moves = [{ from: "aws_nat_gateway.a", to: "aws_nat_gateway.b" }];
  const plans = {
    base: planOf(created("aws_nat_gateway.a", {})),
    head: planOf(created("aws_nat_gateway.b", {})),
  };
  const usage = {
    of: ({ address }: { readonly address: string }) =>
      address === "aws_nat_gateway.b" ? { monthly_data_processed_gb: 100 } : undefined,
  };
  // 32.85 and 0.045 for each of 100 GB.
  expect(priceDifference(plans, { moves, usage })).toMatchObject({
    before: "37.35",
    after: "37.35",
    delta: "0",
  });
});
