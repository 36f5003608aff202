import { type JsonObject, valueAt } from "@apex/core";
import { describe, expect, test } from "vitest";
import { pricePlan } from "../price-plan.ts";
import { planOf } from "../testing/plan-builder.ts";
import { parseUsageFile, type UsageFile } from "./parse-usage-file.ts";
import { usageQuantities } from "./usage-quantities.ts";
import { usageWarnings } from "./usage-warnings.ts";

function fileOf(sections: JsonObject): UsageFile {
  const parsed = parseUsageFile({ version: 0.1, ...sections });
  if (parsed.kind === "mistakes") throw new Error(parsed.mistakes.join("\n"));
  return parsed.file;
}

function mistakesIn(sections: JsonObject, version: string | number = 0.1): readonly string[] {
  const parsed = parseUsageFile({ version, ...sections }, (path) => path.join(" › "));
  return parsed.kind === "mistakes" ? parsed.mistakes : [];
}

describe("whose quantities count", () => {
  const file = fileOf({
    resource_type_default_usage: {
      aws_s3_bucket: { standard: { storage_gb: 1, monthly_tier_1_requests: 2 }, object_tags: 3 },
    },
    resource_usage: {
      "aws_s3_bucket.a[*]": { standard: { storage_gb: 10 } },
      'aws_s3_bucket.a["x"]': { standard: { storage_gb: 100 } },
      "module.m[*].aws_s3_bucket.a[*]": { object_tags: 5 },
      'module.m["p"].aws_s3_bucket.a[*]': { object_tags: 7 },
    },
  });
  test.each([
    ["aws_s3_bucket.other", 1, 2, 3],
    ["aws_s3_bucket.a[0]", 10, 2, 3],
    ['aws_s3_bucket.a["x"]', 100, 2, 3],
    ['module.m["q"].aws_s3_bucket.a["x"]', 1, 2, 5],
    ['module.m["p"].aws_s3_bucket.a["x"]', 1, 2, 7],
  ])("of %s, key by key", (address, ...expected) => {
    const quantities = usageQuantities(file).of({ address, type: "aws_s3_bucket" });
    const paths = [["standard", "storage_gb"], ["standard", "monthly_tier_1_requests"], ["object_tags"]];
    expect(paths.map((path) => valueAt(quantities, path))).toEqual(expected);
  });

  test("none count for a type that the file does not name", () => {
    expect(usageQuantities(file).of({ address: "aws_eip.a", type: "aws_eip" })).toBeUndefined();
  });

  test("a name of many stars is matched in no time", () => {
    const stars = fileOf({ resource_usage: { [`aws_eip.${"a*".repeat(300)}b`]: { x: 1 } } });
    const address = `aws_eip.${"a".repeat(20_000)}`;
    expect(usageQuantities(stars).of({ address, type: "aws_eip" })).toBeUndefined();
  });
});

describe("what is understood", () => {
  test("numbers with underscores, merged maps, entries of nothing", () => {
    const file = fileOf({
      resource_usage: {
        "aws_eip.a": {
          "<<": [
            { x: 1, y: 1 },
            { y: 2, z: "1_000.5" },
          ],
          x: 3,
          unset: null,
        },
        "aws_eip.b": null,
      },
    });
    expect(file.entries).toEqual([
      { scope: "address", name: "aws_eip.a", quantities: { x: 3, y: 1, z: "1000.5" } },
    ]);
  });

  test.each([
    [
      "a negative number",
      { "aws_eip.a": { monthly_requests: -1 } },
      "resource_usage › aws_eip.a › monthly_requests: monthly_requests must be a number of zero or more, not -1",
    ],
    [
      "a word for a number",
      { "aws_eip.a": { s: { monthly_gb: "lots" } } },
      'resource_usage › aws_eip.a › s › monthly_gb: monthly_gb must be a number of zero or more, not "lots"',
    ],
    ["a list", { "aws_eip.a": { monthly_gb: [1] } }, "not [1]"],
    ["no map", { "aws_eip.a": 7 }, "must have a map of quantities, not 7"],
    [
      "too deep a nesting",
      { "aws_eip.a": { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } },
      "nested deeper than 8",
    ],
  ])("%s is refused where it stands", (_name, usage, message) => {
    expect(mistakesIn({ resource_usage: usage }).join("\n")).toContain(message);
  });

  test("a type counts in either section, and what can be no address is told", () => {
    const file = fileOf({ resource_usage: { aws_eip: { x: 1 }, "aws_eip.a.b": { x: 2 } } });
    expect(usageQuantities(file).of({ address: "aws_eip.a", type: "aws_eip" })).toEqual({ x: 1 });
    expect(file.warnings).toEqual([
      '"aws_eip.a.b" can be no resource\'s address: write addresses as the plan does: module.a["x"].aws_lambda_function.b',
    ]);
  });

  test("other versions and kinds of files are refused, an unknown section is told with its nearest name", () => {
    expect(mistakesIn({}, "0.2")).toEqual(['version: version must be 0.1, not "0.2"']);
    expect(mistakesIn({}, "0.1")).toEqual([]);
    expect(parseUsageFile([]).kind).toBe("mistakes");
    expect(fileOf({ resource_usages: {} }).warnings).toEqual([
      '"resource_usages" says nothing in a usage file; did you mean resource_usage?',
    ]);
  });
});

describe("what becomes of it", () => {
  const plan = planOf(
    { address: "aws_nat_gateway.a", before: {} },
    { address: "aws_nat_gateway.b", before: {} },
    {
      address: "aws_instance.w",
      before: {
        ami: "a",
        instance_type: "m5.large",
        root_block_device: [{ volume_type: "gp3", volume_size: 10 }],
      },
    },
    { address: "aws_unheard_of.u", before: {} },
  );
  const file = fileOf({
    resource_type_default_usage: { aws_lambda_function: { monthly_requests: 5 } },
    resource_usage: {
      "aws_nat_gateway.a": { monthly_data_processed_gb: 100, monthly_data_lost_gb: 0 },
      "aws_nat_gateway.b": { monthly_data_procesed_gb: 1 },
      "aws_nat_gateway.gone": { monthly_data_processed_gb: 1 },
      "aws_instance.w": { operating_system: "windows", reserved_instance_term: "1_year" },
      "aws_unheard_of.u": { monthly_requests: 1 },
    },
  });

  test("is told entry by entry: what was used, what no resource has, what no price reads and why", () => {
    const usage = usageQuantities(file);
    const { resources } = pricePlan(plan, "after", { usage });
    const costs = resources.map(({ monthlyCost }) => monthlyCost);
    // 32.85 and 100 GB at 0.045; 0.096 and two vCPU of Windows at 0.046, an hour, and 10 GB at 0.08.
    expect(costs).toEqual(["37.35", "32.85", "138.04", null]);
    expect(usage.report().unmatchedTypes).toEqual(["aws_lambda_function"]);
    expect(usage.report().used).toEqual(["aws_nat_gateway.a", "aws_instance.w"]);
    expect(usageWarnings(usage.report())).toEqual([
      "aws_nat_gateway.gone: no resource of this name is in the plan",
      "aws_nat_gateway.b: monthly_data_procesed_gb: no price of aws_nat_gateway reads it; did you mean monthly_data_processed_gb?",
      "aws_instance.w: reserved_instance_term: it is ignored: prices are on demand, without commitments",
      "aws_unheard_of.u: monthly_requests: aws_unheard_of has no price that depends on use",
    ]);
  });
});
