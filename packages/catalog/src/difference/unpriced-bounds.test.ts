import type { JsonObject, ResourceDifference } from "@apex/core";
import { describe, expect, test } from "vitest";
import { planOf, type ResourceInput } from "../testing/plan-builder.ts";
import { priceDifference } from "./price-difference.ts";
import { between, boundsText, created, machine, onlyChange } from "./testing.ts";

describe("what has no price", () => {
  const unpriced = { size: 10, mode: "x", name: "n", tags: {} };
  const known = machine("m5.large");
  /** The size of the root volume is decided by the image. */
  const inPart = { ami: "a", instance_type: "m5.large" };
  const without = machine("m5.unheard-of");

  /** Between two plans that know no state: of one plan the side after takes from the side before what is not set. */
  function compare(
    type: string,
    before: JsonObject | null,
    after: JsonObject | null,
  ): ResourceDifference | undefined {
    const side = (values: JsonObject | null) => (values === null ? [] : [created(`${type}.a`, values)]);
    return between(side(before), side(after)).resources[0];
  }

  test.each([
    ["nothing → in part", [null, inPart], ["70.08", "more"]],
    ["in part → nothing", [inPart, null], ["-70.08", "less"]],
    ["nothing → without", [null, without], [null, "more"]],
    ["without → nothing", [without, null], [null, "less"]],
    ["whole → whole", [known, machine("m5.xlarge")], ["70.08", ""]],
    ["whole → in part", [known, inPart], ["-4", "more"]],
    ["in part → whole", [inPart, known], ["4", "less"]],
    ["whole → without", [known, without], [null, "more and less"]],
    ["without → whole", [without, known], [null, "more and less"]],
    ["in part → without", [inPart, without], [null, "more and less"]],
    ["in part, another machine", [inPart, { ...inPart, instance_type: "m5.xlarge" }], ["70.08", ""]],
    ["without, another one without", [without, machine("m5.unheard-too")], [null, "more and less"]],
    ["without, unchanged", [without, without], [null, ""]],
  ] as const)("aws_instance: %s", (_name, [before, after], [delta, bounds]) => {
    const resource = compare("aws_instance", before, after);
    expect([resource?.delta, resource && boundsText(resource)]).toEqual([delta, bounds]);
  });

  test.each([
    ["is no matter when unchanged", unpriced, "", "same"],
    ["nor when only renamed or tagged", { ...unpriced, name: "m", tags: { A: "1" } }, "", "same"],
    ["may cost more with a larger number", { ...unpriced, size: 20 }, "more", "changed"],
    ["may cost less with a smaller one", { ...unpriced, size: 5 }, "less", "changed"],
    ["may go either way with another mode", { ...unpriced, mode: "y" }, "more and less", "changed"],
  ] as const)("a type that is not priced %s", (_name, after, expected, kind) => {
    const resource = compare("aws_unheard_of", unpriced, after);
    expect(resource).toMatchObject({ delta: null, kind });
    expect(resource && boundsText(resource)).toBe(expected);
    expect(resource?.attributes.length).toBe(kind === "changed" ? 1 : 0);
  });

  test("a group of machines whose volumes the image decides may differ by more than their price", () => {
    const group = (count: number): readonly ResourceInput[] => [
      {
        address: "aws_launch_template.a",
        before: { id: "lt-1", name: "l", instance_type: "m5.large", latest_version: 1, default_version: 1 },
      },
      {
        address: "aws_autoscaling_group.a",
        before: { desired_capacity: count, launch_template: [{ id: "lt-1", version: "1" }] },
      },
    ];
    const difference = between(group(2), group(5));
    expect(onlyChange(difference)).toMatchObject({ address: "aws_autoscaling_group.a", delta: "210.24" });
    expect(boundsText(difference)).toBe("more");
    expect(boundsText(between(group(5), group(2)))).toBe("less");
  });

  test("is stated when it is known only after apply", () => {
    const resource = onlyChange(
      priceDifference({
        head: planOf({
          address: "aws_ebs_volume.a",
          before: { type: "gp3", size: 10 },
          after: { type: "gp3" },
          unknown: { size: true, id: true, arn: true },
        }),
      }),
    );
    expect(resource.attributes).toEqual([{ path: "size", from: "10", to: "(known after apply)" }]);
    expect(resource.after?.unpriced).toContain("known");
    expect(boundsText(resource)).toBe("more and less");
  });

  test("is the same on both sides where its empty blocks are: two plans hold two lists", () => {
    const odd = () =>
      created("aws_instance.a", machine("m99.huge", { credit_specification: [], network_interface: [] }));
    const difference = between([odd()], [odd()]);
    expect(difference.resources).toMatchObject([
      { kind: "same", attributes: [], after: { monthlyCost: null } },
    ]);
    expect(boundsText(difference)).toBe("");
  });

  test.each([
    ["a rename", [inPart], [{ ...inPart, tags: { Name: "b" } }], ["0", ""]],
    ["a rename of what has no price at all", [without], [without], ["0", ""]],
    ["two that become one", [inPart, inPart], [inPart], ["-70.08", "less"]],
    ["one that becomes two", [inPart], [inPart, inPart], ["70.08", "more"]],
    [
      "another image, whose volume may be another",
      [inPart],
      [{ ...inPart, ami: "b" }],
      ["0", "more and less"],
    ],
    [
      "another machine, too",
      [inPart],
      [{ ...inPart, instance_type: "m5.xlarge" }],
      ["70.08", "more and less"],
    ],
  ] as const)("without `moved`, %s", (_name, before, after, expected) => {
    const side = (name: string, all: readonly JsonObject[]) =>
      all.map((values, index) => created(`aws_instance.${name}[${index}]`, values));
    const difference = between(side("a", before), side("b", after));
    expect([difference.delta, boundsText(difference)]).toEqual(expected);
  });
});
