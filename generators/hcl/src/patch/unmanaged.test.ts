import { expect, test } from "vitest";
import { configure, set } from "../testing/configure.ts";
import { patchConfiguration } from "./patch-configuration.ts";

const group = (body: string) =>
  configure({ "main.tf": `resource "aws_autoscaling_group" "a" {\n  min_size = 8\n${body}}\n` });
const floor = set("aws_autoscaling_group.a", "min_size", [8, 4]);
const desired = {
  ...set("aws_autoscaling_group.a", "desired_capacity", [8, 4]),
  whenUnmanaged: "saves-as-it-scales",
} as const;

test.each([
  ["is ignored", "  desired_capacity = 8\n  lifecycle {\n    ignore_changes = [desired_capacity]\n  }\n"],
  ["is ignored and not set", "  lifecycle {\n    ignore_changes = [desired_capacity]\n  }\n"],
  ["is not set", ""],
  ["is null", "  desired_capacity = null\n"],
])("a change that others do without is left out when its attribute %s, and said", (_name, body) => {
  const patch = patchConfiguration(group(body), [{ id: "1", changes: [floor, desired] }]).get("1");
  expect(patch).toMatchObject({
    kind: "edits",
    edits: [{ line: 2, before: "  min_size = 8", after: "  min_size = 4" }],
    skipped: [desired],
  });
});

test("the same change is made when Terraform manages the attribute", () => {
  const patch = patchConfiguration(group("  desired_capacity = 8\n"), [
    { id: "1", changes: [floor, desired] },
  ]).get("1");
  expect(patch).toMatchObject({ kind: "edits", skipped: [] });
  expect(patch?.kind === "edits" ? patch.edits : []).toHaveLength(2);
});

test("a request of which nothing is left is refused", () => {
  const patch = patchConfiguration(group(""), [{ id: "1", changes: [desired] }]).get("1");
  expect(patch).toMatchObject({ kind: "refused", reason: "the request changes nothing" });
});
