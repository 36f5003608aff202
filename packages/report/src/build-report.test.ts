import { readFileSync } from "node:fs";
import { decimal, type IntendedChange, InvariantError, type SavingsRealisation } from "@apex/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import { plannedChanges } from "./build-report.ts";
import { renderJson } from "./render-json.ts";
import type { Report } from "./report.ts";
import { reportJsonSchema, reportSchema } from "./report-schema.ts";
import { aCostDifference, anOutcome, aReport } from "./testing.ts";
import { realisationSentence, verdict } from "./verdict.ts";

function saving(list: string, net: string | null, realised: SavingsRealisation = "on-merge") {
  return { list: decimal(list), net: net === null ? null : decimal(net), currency: "USD", realised };
}

describe("totals", () => {
  test("add up exactly what is in the patch, apart by when it is realised", () => {
    const report = aReport({
      outcomes: [
        anOutcome({ id: "a", monthlySavings: saving("0.1", "0.1") }),
        anOutcome({ id: "b", monthlySavings: saving("0.2", "0.05") }, { status: "applied" }),
        anOutcome({ id: "c", monthlySavings: saving("7.000000000000000001", "7", "after-hold") }),
        anOutcome({ id: "e", monthlySavings: saving("5", "4", "as-it-scales") }),
        anOutcome(
          { id: "d", monthlySavings: saving("999", "999") },
          { status: "not-applicable", reason: "no" },
        ),
      ],
    });
    expect(report.summary.savings).toEqual({
      currency: "USD",
      onMerge: { list: "0.3", net: "0.15", netKnown: "0.15", netUnknown: 0 },
      asItScales: { list: "5", net: "4", netKnown: "4", netUnknown: 0 },
      afterHold: { list: "7.000000000000000001", net: "7", netKnown: "7", netUnknown: 0 },
      total: { list: "12.300000000000000001", net: "11.15", netKnown: "11.15", netUnknown: 0 },
    });
    expect(report.summary.recommendations).toEqual({ total: 5, applied: 1, planned: 3, notApplicable: 1 });
    expect(report.recommendations.map(({ id }) => id)).toEqual(["c", "e", "b", "a", "d"]);
  });

  test("have no net saving when one is not known, and say what is known", () => {
    const report = aReport({
      outcomes: [
        anOutcome({ id: "a", monthlySavings: saving("1", "0.4") }),
        anOutcome({ id: "b", monthlySavings: saving("1", null) }),
      ],
    });
    expect(report.summary.savings.total).toEqual({ list: "2", net: null, netKnown: "0.4", netUnknown: 1 });
  });

  test("rows of one saving are ordered by address, and numbers in it by value", () => {
    const addresses = ["x.n[10]", "x.n[2]", "x.n[1]", "a.n[30]"];
    const report = aReport({
      outcomes: addresses.map((address, index) => anOutcome({ id: `${9 - index}`, address })),
    });
    expect(report.recommendations.map(({ address }) => address)).toEqual([
      "a.n[30]",
      "x.n[1]",
      "x.n[2]",
      "x.n[10]",
    ]);
  });

  test("refuse parts that contradict each other", () => {
    expect(() => aReport({ outcomes: [anOutcome(), anOutcome()] })).toThrow(InvariantError);
    expect(() => aReport({ outcomes: [anOutcome({}, { status: "not-applicable" })] })).toThrow(
      InvariantError,
    );
    expect(() =>
      aReport({
        outcomes: [
          anOutcome({ id: "a" }),
          anOutcome({ id: "b", monthlySavings: { ...saving("1", "1"), currency: "EUR" } }),
        ],
      }),
    ).toThrow(InvariantError);
  });
});

describe("the cost of the configuration", () => {
  test("has no difference when a resource has a price on one side only", () => {
    const lost = aReport({ cost: aCostDifference({ "aws_instance.a": "100" }, { "aws_instance.a": null }) });
    expect(lost.cost).toMatchObject({ before: "100", after: "0", delta: null });
    expect(lost.cost.unpriced.map(({ address }) => address)).toEqual(["aws_instance.a"]);
    const added = aReport({ cost: aCostDifference({}, { "aws_instance.a": null }) });
    expect(added.cost.delta).toBeNull();
  });

  test("has a difference when what has no price stays as it is", () => {
    expect(aReport().cost).toMatchObject({ before: "840.96", after: "700.8", delta: "-140.16" });
  });

  test("is unknown without a plan, not zero", () => {
    const report = aReport({ cost: null });
    expect(report.cost).toMatchObject({ before: null, after: null, delta: null, resources: [] });
  });

  test("keeps line items only where they differ", () => {
    const { resources } = aReport().cost;
    expect(
      resources.filter(({ lineItems }) => lineItems !== undefined).map(({ address }) => address),
    ).toEqual(['module.web["eu"].aws_instance.web["a"]']);
  });
});

test("the changes of a plan are its managed resources that are not left alone", () => {
  const resource = {
    mode: "managed" as const,
    type: "aws_instance",
    name: "x",
    providerName: "registry.terraform.io/hashicorp/aws",
    before: null,
    after: null,
    afterUnknown: false,
    changedAttributes: ["instance_type"],
  };
  const changes = plannedChanges({
    terraformVersion: "1.11.4",
    resources: [
      { ...resource, address: "aws_instance.b", actions: ["update"] },
      { ...resource, address: "aws_instance.a", actions: ["delete", "create"] },
      { ...resource, address: "aws_instance.c", actions: ["no-op"] },
      { ...resource, mode: "data", address: "data.aws_ami.x", actions: ["read"] },
    ],
  });
  expect(changes).toEqual([
    { address: "aws_instance.a", actions: ["delete", "create"], attributes: ["instance_type"] },
    { address: "aws_instance.b", actions: ["update"], attributes: ["instance_type"] },
  ]);
});

test("what the edits change in the plan is in the report and survives its schema, and nothing is without edits", () => {
  const beside = "aws_instance.demo";
  const rule = { type: "rule", attributes: { days: 30 }, blocks: [{ type: "filter", attributes: {} }] };
  const changes: readonly IntendedChange[] = [
    {
      kind: "set-attribute",
      address: beside,
      path: ["root_block_device", 0, "iops"],
      from: null,
      to: 3000,
      whenUnmanaged: "still-saves",
    },
    {
      kind: "add-resource",
      besideAddress: beside,
      type: "aws_ec2_instance_state",
      name: "stopped",
      attributes: { instance_id: { ref: "id" }, state: "stopped" },
      blocks: [rule],
    },
    { kind: "remove-resource", address: "aws_eip.old", names: ["198.51.100.7"] },
  ];
  const report = aReport({
    outcomes: [
      anOutcome({ id: "a", changes }),
      anOutcome({ id: "b", changes }, { edits: [], status: "not-applicable", reason: "it is ignored" }),
    ],
  });
  expect(
    reportSchema.parse(JSON.parse(renderJson(report))).recommendations.map((each) => each.changes),
  ).toEqual([changes, undefined]);
});

describe("the verdict", () => {
  test.each([
    ["nothing found", aReport({ outcomes: [] }), "Nothing to change: 1 check led to no recommendation"],
    [
      "nothing applicable",
      aReport({ outcomes: [anOutcome({}, { status: "not-applicable", reason: "locked" })] }),
      "No change could be made: 1 recommendation found, none applicable",
    ],
    [
      "a change that costs more",
      aReport({ outcomes: [anOutcome({ monthlySavings: saving("-3", "-3") }, { status: "applied" })] }),
      "1 change costs $3.00 a month more at list prices",
    ],
    [
      "a change that saves nothing",
      aReport({
        outcomes: [anOutcome({ monthlySavings: saving("0", "0") })],
        cost: null,
      }),
      "1 change would save nothing at list prices",
    ],
    [
      "a change that commitments eat up",
      aReport({ outcomes: [anOutcome({ monthlySavings: saving("9", "0") })] }),
      "1 change would save $9.00 a month at list prices; $0.00 after commitments",
    ],
    [
      "changes without a bill",
      aReport({ outcomes: [anOutcome({ monthlySavings: saving("9", null) }, { status: "applied" })] }),
      "1 change saves $9.00 a month at list prices; after commitments unknown",
    ],
    [
      "changes of which some have no bill",
      aReport({
        outcomes: [
          anOutcome({ monthlySavings: saving("9", null) }),
          anOutcome({ id: "b", monthlySavings: saving("1", "0.5") }),
        ],
      }),
      "2 changes would save $10.00 a month at list prices; $0.50 after commitments, unknown for 1 of them",
    ],
  ])("says it plainly: %s", (_name, report, sentence) => {
    expect(verdict(report)).toBe(sentence);
  });
});

test("savings that do not come with the merge are told apart, and add up to the verdict", () => {
  const one = (id: string, list: string, realised?: SavingsRealisation) =>
    anOutcome({ id, monthlySavings: saving(list, list, realised) });
  expect(realisationSentence(aReport({ outcomes: [one("a", "3")] }))).toBeNull();
  expect(realisationSentence(aReport({ outcomes: [one("a", "3"), one("b", "2", "as-it-scales")] }))).toBe(
    "$3.00 a month with the merge, $2.00 as autoscaling makes use of lower floors",
  );
  expect(realisationSentence(aReport({ outcomes: [one("a", "3", "after-hold")] }))).toBe(
    "$3.00 a month once what is snapshotted now is deleted in a second step",
  );
});

describe("JSON", () => {
  test("passes its own schema and comes back as it was", () => {
    const report = aReport();
    expect(JSON.parse(renderJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(reportSchema.safeParse(JSON.parse(renderJson(report))).success).toBe(true);
  });

  test("has one order of keys, however the parts were made", () => {
    const report = aReport();
    const shuffled = reverseKeys(report) as Report;
    expect(Object.keys(shuffled)[0]).toBe("diagnostics");
    expect(renderJson(shuffled)).toBe(renderJson(report));
    expect(renderJson(report).startsWith('{\n  "schema": "apex.report/v1",')).toBe(true);
  });

  test("refuses numbers that JSON would silently lose", () => {
    const report = aReport({ outcomes: [anOutcome({ confidence: Number.NaN })] });
    expect(() => renderJson(report)).toThrow(/recommendations\.0\.confidence/);
  });

  test("accepts fields that a later version adds", () => {
    const later = { ...aReport(), carbon: { before: "1" } };
    expect(reportSchema.safeParse(later).success).toBe(true);
  });

  test("the committed JSON Schema is the one the code makes", () => {
    const committed = readFileSync(new URL("../apex-report-v1.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(reportJsonSchema()));
  });

  test("schema and interface are the same type", () => {
    expectTypeOf<z.infer<typeof reportSchema>>().toEqualTypeOf<Report>();
  });
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  // The order inside priceDates and confidenceFactors is data of theirs.
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, key === "confidenceFactors" ? inner : reverseKeys(inner)]),
  );
}
