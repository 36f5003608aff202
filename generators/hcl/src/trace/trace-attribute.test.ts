import type { JsonPath } from "@apex/core";
import { expect, test } from "vitest";
import type { Configuration } from "../configuration/read-configuration.ts";
import { configure } from "../testing/configure.ts";
import { traceAttribute } from "./trace-attribute.ts";

/** The trace as text: value, token and its place, the chain, and what else the token feeds. */
function trace(configuration: Configuration, address: string, ...path: JsonPath): string[] {
  const traced = traceAttribute(configuration, { address, path });
  if (traced.kind === "absent") return ["absent", ...traced.chain];
  if (traced.kind === "untraceable") return [traced.diagnostic.summary, traced.diagnostic.detail ?? ""];
  const { value, token, chain, feeds } = traced;
  const text = configuration.source.files.get(token.file)?.slice(token.start, token.end);
  expect(text).toBe(token.text);
  return [
    `${JSON.stringify(value)} at ${token.file}:${token.line}:${token.column} ${token.text}`,
    chain.join(" → "),
    ...feeds.map((feed) => `also ${feed}`),
  ];
}

const instance = (body: string): string => `resource "aws_instance" "web" {\n  ${body}\n}\n`;

test("a literal decides itself", () => {
  const configuration = configure({ "main.tf": `# é🎉\n${instance('instance_type = "m5.large"')}` });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:3:19 "m5.large"",
      "aws_instance.web.instance_type → "m5.large" (main.tf:3)",
    ]
  `);
});

test("an attribute that is not set is absent", () => {
  const configuration = configure({ "main.tf": instance('ami = "a"') });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      "absent",
      "aws_instance.web.instance_type",
      "not set in the block at main.tf:1",
    ]
  `);
  expect(
    trace(configuration, "aws_instance.web", "root_block_device", 0, "volume_type"),
  ).toMatchInlineSnapshot(`
    [
      "absent",
      "aws_instance.web.root_block_device[0].volume_type",
      "no root_block_device block at main.tf:1",
    ]
  `);
});

const TYPED = `variable "type" {\n  type = string\n  default = "m5.large"\n}\n${instance("instance_type = var.type")}`;

test("a variable is decided by its default when nothing sets it", () => {
  expect(trace(configure({ "main.tf": TYPED }), "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:3:13 "m5.large"",
      "aws_instance.web.instance_type → var.type default (main.tf:3) → "m5.large" (main.tf:3)",
    ]
  `);
});

test.each([
  ["terraform.tfvars", {}, { "terraform.tfvars": `type = "t1"\n` }],
  [
    "an .auto.tfvars wins over terraform.tfvars, the last by name",
    {},
    {
      "terraform.tfvars": `type = "t1"\n`,
      "a.auto.tfvars": `type = "t2"\n`,
      "b.auto.tfvars": `type = "t3"\n`,
      "sub/c.auto.tfvars": `type = "t4"\n`,
    },
  ],
  [
    "the last -var-file wins over automatic files",
    { variableFiles: ["x/prod.tfvars", "y.tfvars"] },
    {
      "b.auto.tfvars": `type = "t3"\n`,
      "x/prod.tfvars": `type = "t4"\n`,
      "y.tfvars": `other = 1\n`,
    },
  ],
  [
    "JSON variables",
    { variableFiles: ["prod.tfvars.json"] },
    {
      "terraform.tfvars.json": `{"type": "t1"}`,
      "prod.tfvars.json": `\uFEFF{\n  "other": ["\${x}", 1],\n  "type": "t\\u0035"\n}\n`,
    },
  ],
] as const)("variables files: %s", (_, options, files) => {
  const configuration = configure({ "main.tf": TYPED, ...files }, options);
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchSnapshot();
});

test("-var on the command line is outside of the files", () => {
  const configuration = configure({ "main.tf": TYPED }, { variables: { type: "t9" } });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      "aws_instance.web.instance_type is decided by -var type on the command line, not by one token",
      "aws_instance.web.instance_type → -var type on the command line",
    ]
  `);
});

test("for_each over a map of objects in a local that refers to a variable", () => {
  const configuration = configure({
    "main.tf": `resource "aws_instance" "web" {
  for_each      = local.web
  instance_type = each.value.type
  tags          = { Name = "web-\${each.key}-\${each.value.type}" }
}
`,
    "locals.tf": `locals {
  web = {
    a = { type = var.web_type }
    b = { type = "t3.micro" }
  }
}
`,
    "variables.tf": `variable "web_type" {\n\n  default = "m5.large"\n}\n`,
  });
  expect(trace(configuration, 'aws_instance.web["a"]', "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at variables.tf:3:13 "m5.large"",
      "aws_instance.web["a"].instance_type → each.value.type → local.web (locals.tf:2) → var.web_type default (variables.tf:3) → "m5.large" (variables.tf:3)",
      "also aws_instance.web["a"]#tags.Name",
    ]
  `);
  expect(trace(configuration, 'aws_instance.web["b"]', "instance_type")).toMatchInlineSnapshot(`
    [
      ""t3.micro" at locals.tf:4:18 "t3.micro"",
      "aws_instance.web["b"].instance_type → each.value.type → local.web (locals.tf:2) → "t3.micro" (locals.tf:4)",
      "also aws_instance.web["b"]#tags.Name",
    ]
  `);
});

test("for_each over a map of strings and over a set", () => {
  const configuration = configure({
    "main.tf": `resource "aws_instance" "m" {
  for_each      = { a = "m5.large", b = "t3.micro" }
  instance_type = each.value
}
resource "aws_instance" "s" {
  for_each      = toset(["t3.micro", "m5.large"])
  instance_type = each.key
}
`,
  });
  expect(trace(configuration, 'aws_instance.m["b"]', "instance_type")).toMatchInlineSnapshot(`
    [
      ""t3.micro" at main.tf:2:41 "t3.micro"",
      "aws_instance.m["b"].instance_type → each.value → "t3.micro" (main.tf:2)",
    ]
  `);
  expect(trace(configuration, 'aws_instance.s["m5.large"]', "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:6:38 "m5.large"",
      "aws_instance.s["m5.large"].instance_type → each.key → "m5.large" (main.tf:6)",
      "also aws_instance.s#repetition",
    ]
  `);
});

test("count.index into a list", () => {
  const configuration = configure({
    "main.tf": `variable "types" {\n  default = ["m5.large", "m5.xlarge"]\n}
resource "aws_instance" "web" {
  count         = length(var.types)
  instance_type = var.types[count.index]
}
`,
  });
  expect(trace(configuration, "aws_instance.web[1]", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.xlarge" at main.tf:2:26 "m5.xlarge"",
      "aws_instance.web[1].instance_type → var.types default (main.tf:2) → "m5.xlarge" (main.tf:2)",
    ]
  `);
});

test("arguments through nested local modules", () => {
  const configuration = configure({
    "main.tf": `module "eu" {\n  source = "./modules/site"\n  size   = "m5.large"\n}
module "us" {\n  source = "./modules/site"\n  size   = local.size\n}
locals {\n  size = "m5.xlarge"\n}\n`,
    "modules/site/main.tf": `variable "size" {}
module "web" {\n  source   = "../../../shared/web"\n  for_each = toset(["x", "y"])\n  type     = var.size\n}
output "type" {\n  value = module.web["x"].type\n}\n`,
    "../shared/web/main.tf": `variable "type" {}\n${instance("instance_type = var.type")}output "type" {\n  value = aws_instance.web.instance_type\n}\n`,
    "out.tf": `resource "aws_instance" "copy" {\n  instance_type = module.us.type\n}\n`,
  });
  expect(
    trace(configuration, 'module.eu.module.web["y"].aws_instance.web', "instance_type"),
  ).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:3:12 "m5.large"",
      "module.eu.module.web["y"].aws_instance.web.instance_type → var.type from module.eu.module.web["y"] (modules/site/main.tf:5) → var.size from module.eu (main.tf:3) → "m5.large" (main.tf:3)",
      "also module.eu.module.web["x"].aws_instance.web#instance_type",
    ]
  `);
  expect(trace(configuration, "aws_instance.copy", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.xlarge" at main.tf:10:10 "m5.xlarge"",
      "aws_instance.copy.instance_type → module.us.type output (modules/site/main.tf:8) → module.us.module.web["x"].type output (../shared/web/main.tf:6) → module.us.module.web["x"].aws_instance.web.instance_type (../shared/web/main.tf:3) → var.type from module.us.module.web["x"] (modules/site/main.tf:5) → var.size from module.us (main.tf:7) → local.size (main.tf:10) → "m5.xlarge" (main.tf:10)",
      "also module.us.module.web["x"].aws_instance.web#instance_type",
      "also module.us.module.web["y"].aws_instance.web#instance_type",
    ]
  `);
});

test("a conditional on known values leads into the side that holds", () => {
  const configuration = configure(
    {
      "main.tf": `variable "env" {}\n${instance(`instance_type = var.env == "prod" ? "m5.large" : "t3.micro"`)}`,
      "prod.tfvars": `env = "prod"\n`,
    },
    { variableFiles: ["prod.tfvars"] },
  );
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:3:39 "m5.large"",
      "aws_instance.web.instance_type → condition is true (main.tf:3) → "m5.large" (main.tf:3)",
    ]
  `);
});

test("lookup, merge and index of known maps", () => {
  const configuration = configure({
    "main.tf": `locals {
  base = { web = "m5.large", db = "r5.large" }
  all  = merge(local.base, { web = "m5.xlarge" })
}
resource "aws_instance" "a" { instance_type = lookup(local.all, "web", "x") }
resource "aws_instance" "b" { instance_type = local.all["db"] }
resource "aws_instance" "c" { instance_type = lookup(local.all, "cache", "t3.micro") }
`,
  });
  expect(trace(configuration, "aws_instance.a", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.xlarge" at main.tf:3:36 "m5.xlarge"",
      "aws_instance.a.instance_type → local.all (main.tf:3) → "m5.xlarge" (main.tf:3)",
    ]
  `);
  expect(trace(configuration, "aws_instance.b", "instance_type")).toMatchInlineSnapshot(`
    [
      ""r5.large" at main.tf:2:35 "r5.large"",
      "aws_instance.b.instance_type → local.all (main.tf:3) → local.base (main.tf:2) → "r5.large" (main.tf:2)",
    ]
  `);
  expect(trace(configuration, "aws_instance.c", "instance_type")).toMatchInlineSnapshot(`
    [
      ""t3.micro" at main.tf:7:74 "t3.micro"",
      "aws_instance.c.instance_type → lookup() default → "t3.micro" (main.tf:7)",
    ]
  `);
});

test("optional() attribute defaults", () => {
  const configuration = configure({
    "main.tf": `variable "fleet" {
  type = map(object({
    type = optional(string, "t3.micro")
  }))
  default = { a = {}, b = { type = "m5.large" } }
}
resource "aws_instance" "web" {
  for_each      = var.fleet
  instance_type = each.value.type
}
`,
  });
  expect(trace(configuration, 'aws_instance.web["a"]', "instance_type")).toMatchInlineSnapshot(`
    [
      ""t3.micro" at main.tf:3:29 "t3.micro"",
      "aws_instance.web["a"].instance_type → each.value.type → var.fleet default (main.tf:5) → optional() default (main.tf:3) → "t3.micro" (main.tf:3)",
    ]
  `);
});

test("nested and dynamic blocks", () => {
  const configuration = configure({
    "main.tf": `locals {\n  disks = { "/dev/b" = { size = 100, type = "gp2" } }\n}
resource "aws_instance" "web" {
  root_block_device {
    volume_type = "gp2"
  }
  ebs_block_device {
    volume_size = 5
  }
  dynamic "ebs_block_device" {
    for_each = local.disks
    iterator = disk
    content {
      device_name = disk.key
      volume_type = disk.value.type
    }
  }
}
`,
  });
  expect(
    trace(configuration, "aws_instance.web", "root_block_device", 0, "volume_type"),
  ).toMatchInlineSnapshot(`
    [
      ""gp2" at main.tf:6:19 "gp2"",
      "aws_instance.web.root_block_device[0].volume_type → "gp2" (main.tf:6)",
    ]
  `);
  expect(trace(configuration, "aws_instance.web", "root_block_device", "volume_type")).toMatchInlineSnapshot(`
    [
      ""gp2" at main.tf:6:19 "gp2"",
      "aws_instance.web.root_block_device.volume_type → "gp2" (main.tf:6)",
    ]
  `);
  expect(
    trace(configuration, "aws_instance.web", "ebs_block_device", 1, "volume_type"),
  ).toMatchInlineSnapshot(`
    [
      ""gp2" at main.tf:2:45 "gp2"",
      "aws_instance.web.ebs_block_device[1].volume_type → disk.value.type → local.disks (main.tf:2) → "gp2" (main.tf:2)",
    ]
  `);
});

test("a template is decided where it is written", () => {
  const configuration = configure({
    "main.tf": `variable "size" {\n  default = "large"\n}\n${instance(`instance_type = "m5.\${var.size}"`)}`,
  });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      ""m5.large" at main.tf:5:19 "m5.\${var.size}"",
      "aws_instance.web.instance_type → "m5.\${var.size}" (main.tf:5)",
    ]
  `);
});

test.each([
  ["a data source", `instance_type = data.aws_ec2_instance_type.x.id`],
  ["an attribute that the provider computes", `instance_type = aws_x.y.id`],
  ["a function result", `instance_type = join(".", ["m5", "large"])`],
  ["a function that is not covered", `instance_type = file("type.txt")`],
  ["a variable without a value", `instance_type = var.unset`],
  ["arithmetic", `instance_type = 1 + 1`],
  ["a remote module", `instance_type = module.remote.type`],
  ["a missing key", `instance_type = local.map.nope`],
  ["a cycle", `instance_type = local.a`],
])("untraceable, with the chain that was followed: %s", (_, body) => {
  const configuration = configure({
    "main.tf": `variable "unset" {}
resource "aws_x" "y" {}
data "aws_ec2_instance_type" "x" {}
module "remote" {\n  source = "terraform-aws-modules/ec2-instance/aws"\n}
locals {\n  map = {}\n  a = local.b\n  b = [local.c][0]\n  c = local.a\n}\n${instance(body)}`,
  });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchSnapshot();
});

test("an override file decides what it overrides", () => {
  const configuration = configure({
    "main.tf": TYPED,
    "override.tf": instance(`instance_type = "c5.large"`),
  });
  expect(trace(configuration, "aws_instance.web", "instance_type")).toMatchInlineSnapshot(`
    [
      ""c5.large" at override.tf:2:19 "c5.large"",
      "aws_instance.web.instance_type → "c5.large" (override.tf:2)",
    ]
  `);
});
