import { expect, test } from "vitest";
import { patchConfiguration } from "./patch-configuration.ts";

import { configure, patchEach, set } from "../testing/configure.ts";

const SMALL = ["m5.large", "t3.small"] as const;

function reason(main: string, change: Parameters<typeof patchEach>[1][number]): string {
  const configuration = configure({ "main.tf": main });
  const { patches, files } = patchEach(configuration, [change]);
  expect(files["main.tf"]).toBe(main);
  const [patch] = patches;
  return patch?.kind === "refused" ? patch.reason : "not refused";
}

const web = (body: string): string => `resource "aws_instance" "web" {\n  ${body}\n}\n`;
const resize = set("aws_instance.web", "instance_type", SMALL);

test.each([
  ["instance_type", "[instance_type]"],
  ["all", "all"],
  ["instance_type", '["instance_type"]'],
  ["all", '["all"]'],
])("a change under ignore_changes is refused, since Terraform would ignore it (%s in %s)", (entry, list) => {
  const main = web(`instance_type = "m5.large"\n  lifecycle {\n    ignore_changes = ${list}\n  }`);
  expect(reason(main, resize)).toBe(
    `aws_instance.web.instance_type is under lifecycle.ignore_changes (${entry}) of the block at main.tf:1: Terraform would ignore the change`,
  );
});

test("ignore_changes of a whole nested block covers its attributes", () => {
  const main = web(
    `root_block_device {\n    volume_type = "gp2"\n  }\n  lifecycle {\n    ignore_changes = [root_block_device, tags["x"]]\n  }`,
  );
  const change = set("aws_instance.web", ["root_block_device", 0, "volume_type"], ["gp2", "gp3"]);
  expect(reason(main, change)).toContain("lifecycle.ignore_changes (root_block_device)");
});

test("an instance that ignores changes does not stand in the way of others", () => {
  const main = `locals {\n  t = "m5.large"\n}\n${web("instance_type = local.t")}resource "aws_instance" "other" {\n  instance_type = local.t\n  lifecycle {\n    ignore_changes = [instance_type]\n  }\n}\n`;
  const { files } = patchEach(configure({ "main.tf": main }), [resize]);
  expect(files["main.tf"]).toBe(main.replace('"m5.large"', '"t3.small"'));
});

test("prevent_destroy is noted in the trace", () => {
  const main = web(`instance_type = "m5.large"\n  lifecycle {\n    prevent_destroy = true\n  }`);
  const { patches } = patchEach(configure({ "main.tf": main }), [resize]);
  expect(patches[0]?.kind === "edits" && patches[0].trace.join()).toContain("prevent_destroy");
});

test.each([
  ["a value that is not what was expected", web('instance_type = "m5.xlarge"'), '"m5.large" was expected'],
  ["a data source", web("instance_type = data.x.y.z"), "data.x.y is read from the provider"],
  ["a function result", web('instance_type = join("", ["m5.large"])'), "join() (main.tf:2)"],
  ["a variable without a value", `variable "t" {}\n${web("instance_type = var.t")}`, "var.t has no default"],
  ["a collection", web('instance_type = ["m5.large"]'), "is a collection"],
  ["an instance that is not there", web("count = 0"), "not among the instances"],
  ["an unknown for_each", web("for_each = data.x.y.z"), "not among the instances"],
])("%s is refused with the reason", (_, main, expected) => {
  expect(reason(main, resize)).toContain(expected);
});

test("an unknown for_each is named for the instances that it hides", () => {
  const main = web('for_each = data.x.y.z\n  instance_type = "m5.large"');
  expect(reason(main, set('aws_instance.web["a"]', "instance_type", SMALL))).toBe(
    'aws_instance.web["a"] is not among the instances that the configuration declares: The instances of aws_instance.web cannot be told: data.x.y is read from the provider',
  );
});

test("a value given by -var is not overridden in the files", () => {
  const main = `variable "t" {}\n${web("instance_type = var.t")}`;
  const configuration = configure({ "main.tf": main }, { variables: { t: "m5.large" } });
  const { patches } = patchEach(configuration, [resize]);
  expect(patches[0]).toMatchObject({ kind: "refused" });
  expect(patches[0]?.kind === "refused" && patches[0].reason).toContain("-var t on the command line");
});

test("a file with a syntax error is not edited; other files are", () => {
  const configuration = configure({
    "bad.tf": `${web('instance_type = "m5.large"')}resource "a" "b" {\n  x = = 1\n}\n`,
    "good.tf": `resource "aws_instance" "good" {\n  instance_type = "m5.large"\n}\n`,
  });
  expect(configuration.diagnostics[0]).toMatchObject({
    code: "hcl-syntax",
    source: { file: "bad.tf", line: 5, column: 7 },
  });
  const { patches } = patchEach(configuration, [resize, set("aws_instance.good", "instance_type", SMALL)]);
  expect(patches[0]).toMatchObject({
    kind: "refused",
    reason: "bad.tf has errors, so it is not edited: Syntax error: something is missing (line 5)",
  });
  expect(patches[1]).toMatchObject({ kind: "edits" });
});

test("a request is carried out whole or not at all", () => {
  const configuration = configure({ "main.tf": web('instance_type = "m5.large"\n  x = "1"') });
  const request = { id: "r", changes: [resize, set("aws_instance.web", "x", ["2", "3"])] };
  expect(patchConfiguration(configuration, [request]).get("r")).toMatchObject({ kind: "refused" });
});

test("a change that is already written says so, instead of missing what it expected", () => {
  expect(reason(web('instance_type = "t3.small"'), resize)).toBe(
    'aws_instance.web.instance_type is already "t3.small" in the configuration: run terraform apply',
  );
});
