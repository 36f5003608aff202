import type { Patch } from "@apex/core";
import { expect, test } from "vitest";
import type { Configuration } from "../configuration/read-configuration.ts";
import { changedLines, configure, patchEach, set } from "../testing/configure.ts";

const SMALL = ["m5.large", "t3.small"] as const;
const NANO = ["m5.large", "t3.nano"] as const;

function outcome(configuration: Configuration, changes: Parameters<typeof patchEach>[1]): readonly string[] {
  const { patches, files } = patchEach(configuration, changes);
  const refusals = patches.flatMap((patch: Patch) =>
    patch.kind === "refused" ? [`refused: ${patch.reason}`] : [],
  );
  return [...changedLines(configuration, files), ...refusals];
}

const SHARED = `variable "type" {
  default = "m5.large"
}
resource "aws_instance" "a" {
  instance_type = var.type
}
resource "aws_instance" "b" {
  instance_type = var.type # same
}
`;

test("one token is edited once when everything it feeds is to change alike", () => {
  const configuration = configure({ "main.tf": SHARED });
  const { patches, files } = patchEach(configuration, [
    set("aws_instance.a", "instance_type", SMALL),
    set("aws_instance.b", "instance_type", SMALL),
  ]);
  expect(changedLines(configuration, files)).toEqual([
    'main.tf - default = "m5.large"',
    'main.tf + default = "t3.small"',
  ]);
  expect(patches.map((patch) => patch.kind === "edits" && patch.addresses)).toEqual([
    ["aws_instance.a", "aws_instance.b"],
    ["aws_instance.a", "aws_instance.b"],
  ]);
});

test("a reference is replaced by a literal where the token also feeds others", () => {
  expect(outcome(configure({ "main.tf": SHARED }), [set("aws_instance.b", "instance_type", SMALL)])).toEqual([
    "main.tf - instance_type = var.type # same",
    'main.tf + instance_type = "t3.small" # same',
  ]);
});

test("instances of one token that must differ get literals of their own", () => {
  expect(
    outcome(configure({ "main.tf": SHARED }), [
      set("aws_instance.a", "instance_type", SMALL),
      set("aws_instance.b", "instance_type", NANO),
    ]),
  ).toEqual([
    "main.tf - instance_type = var.type",
    "main.tf - }",
    'main.tf - resource "aws_instance" "b" {',
    "main.tf - instance_type = var.type # same",
    'main.tf + instance_type = "t3.small"',
    "main.tf + }",
    'main.tf + resource "aws_instance" "b" {',
    'main.tf + instance_type = "t3.nano" # same',
  ]);
});

const SET = `variable "type" {
  default = "m5.large"
}
resource "aws_instance" "web" {
  for_each      = toset(["a", "b", "c"])
  instance_type = var.type
}
`;

test("a common expression under for_each is split by a condition on the key", () => {
  expect(
    outcome(configure({ "main.tf": SET }), [set('aws_instance.web["c"]', "instance_type", SMALL)]),
  ).toEqual([
    "main.tf - instance_type = var.type",
    'main.tf + instance_type = each.key == "c" ? "t3.small" : var.type',
  ]);
});

test("several keys share one condition, other values get their own", () => {
  expect(
    outcome(configure({ "main.tf": SET }), [
      set('aws_instance.web["c"]', "instance_type", SMALL),
      set('aws_instance.web["a"]', "instance_type", SMALL),
      set('aws_instance.web["b"]', "instance_type", NANO),
    ]),
  ).toEqual([
    "main.tf - instance_type = var.type",
    'main.tf + instance_type = contains(["a", "c"], each.key) ? "t3.small" : each.key == "b" ? "t3.nano" : var.type',
  ]);
});

test("an expression that already splits is split further", () => {
  const main = SET.replace("= var.type", '= each.key == "a" ? "t3.nano" : var.type');
  expect(
    outcome(configure({ "main.tf": main }), [set('aws_instance.web["c"]', "instance_type", SMALL)]),
  ).toEqual([
    'main.tf - instance_type = each.key == "a" ? "t3.nano" : var.type',
    'main.tf + instance_type = each.key == "c" ? "t3.small" : each.key == "a" ? "t3.nano" : var.type',
  ]);
});

test("the first instances of a count are named by their number, others by a list", () => {
  const main = SET.replace('for_each      = toset(["a", "b", "c"])', "count         = 4");
  expect(main).not.toBe(SET);
  const changes = (...indexes: readonly number[]) =>
    outcome(
      configure({ "main.tf": main }),
      indexes.map((index) => set(`aws_instance.web[${index}]`, "instance_type", SMALL)),
    )[1];
  expect(changes(1, 0)).toBe('main.tf + instance_type = count.index < 2 ? "t3.small" : var.type');
  expect(changes(0)).toBe('main.tf + instance_type = count.index == 0 ? "t3.small" : var.type');
  expect(changes(1, 2)).toBe(
    'main.tf + instance_type = contains([1, 2], count.index) ? "t3.small" : var.type',
  );
});

test("a common expression under count is split by count.index", () => {
  const main = `resource "aws_instance" "web" {\n  count         = 3\n  instance_type = "m5.large"\n}\n`;
  expect(
    outcome(configure({ "main.tf": main }), [set("aws_instance.web[1]", "instance_type", SMALL)]),
  ).toEqual([
    'main.tf - instance_type = "m5.large"',
    'main.tf + instance_type = count.index == 1 ? "t3.small" : "m5.large"',
  ]);
});

test("numbers keep their type under a condition", () => {
  const main = `resource "aws_ebs_volume" "d" {\n  count = 2\n  size  = 100\n}\n`;
  expect(outcome(configure({ "main.tf": main }), [set("aws_ebs_volume.d[0]", "size", [100, 50])])).toEqual([
    "main.tf - size  = 100",
    "main.tf + size  = count.index == 0 ? 50 : 100",
  ]);
});

const LOOKUP = `locals {
  web = {
    a = {
      size = 1,
    }
    b = { size = 2, type = "m5.large" }
    c = {}
  }
}
resource "aws_instance" "web" {
  for_each      = local.web
  instance_type = lookup(each.value, "type", "m5.large")
}
`;

test("where a default stands in, the key is added to the instance's own entry", () => {
  expect(
    outcome(configure({ "main.tf": LOOKUP }), [set('aws_instance.web["a"]', "instance_type", SMALL)]),
  ).toEqual(['main.tf + type = "t3.small",']);
  expect(
    outcome(configure({ "main.tf": LOOKUP }), [set('aws_instance.web["c"]', "instance_type", SMALL)]),
  ).toEqual(["main.tf - c = {}", 'main.tf + c = { type = "t3.small" }']);
});

test.each(['try(each.value.type, "m5.large")', 'try(each.value["type"], "m5.large")'])(
  "the same for %s",
  (expression) => {
    const main = LOOKUP.replace('lookup(each.value, "type", "m5.large")', expression);
    expect(
      outcome(configure({ "main.tf": main }), [set('aws_instance.web["a"]', "instance_type", SMALL)]),
    ).toEqual(['main.tf + type = "t3.small",']);
  },
);

test("the default is edited when all that rely on it change alike", () => {
  expect(
    outcome(configure({ "main.tf": LOOKUP }), [
      set('aws_instance.web["a"]', "instance_type", SMALL),
      set('aws_instance.web["c"]', "instance_type", SMALL),
    ]),
  ).toEqual([
    'main.tf - instance_type = lookup(each.value, "type", "m5.large")',
    'main.tf + instance_type = lookup(each.value, "type", "t3.small")',
  ]);
});

test("an optional() default is overridden in a variables file of JSON", () => {
  const configuration = configure({
    "main.tf": `variable "fleet" {
  type = map(object({ type = optional(string, "m5.large"), size = optional(number) }))
}
resource "aws_instance" "web" {
  for_each      = var.fleet
  instance_type = each.value.type
}
`,
    "terraform.tfvars.json": `{\n  "fleet": {\n    "a": {\n      "size": 1\n    },\n    "b": {}\n  }\n}`,
  });
  expect(outcome(configuration, [set('aws_instance.web["a"]', "instance_type", SMALL)])).toEqual([
    'terraform.tfvars.json - "size": 1',
    'terraform.tfvars.json + "size": 1,',
    'terraform.tfvars.json + "type": "t3.small"',
  ]);
  expect(outcome(configuration, [set('aws_instance.web["b"]', "instance_type", SMALL)])).toEqual([
    'terraform.tfvars.json - "b": {}',
    'terraform.tfvars.json + "b": {"type": "t3.small"}',
  ]);
});

const MODULES = {
  "main.tf": `variable "type" {
  default = "m5.large"
}
module "eu" {
  source = "./web"
  type   = var.type
}
module "us" {
  source = "./web"
  type   = var.type
}
module "many" {
  source   = "./web"
  for_each = toset(["x", "y"])
  type     = var.type
}
`,
  "web/main.tf": `variable "type" {}
resource "aws_instance" "web" {
  count         = 2
  instance_type = var.type
}
`,
};

test("an argument of one module call is edited when it feeds only the intended instances", () => {
  expect(
    outcome(configure(MODULES), [
      set("module.eu.aws_instance.web[0]", "instance_type", SMALL),
      set("module.eu.aws_instance.web[1]", "instance_type", SMALL),
    ]),
  ).toEqual(["main.tf - type   = var.type", 'main.tf + type   = "t3.small"']);
});

test("a module call with for_each is split by its own key", () => {
  expect(
    outcome(configure(MODULES), [
      set('module.many["y"].aws_instance.web[0]', "instance_type", SMALL),
      set('module.many["y"].aws_instance.web[1]', "instance_type", SMALL),
    ]),
  ).toEqual([
    "main.tf - type     = var.type",
    'main.tf + type     = each.key == "y" ? "t3.small" : var.type',
  ]);
});

test("one instance of a module that is used several times is refused, and what else would change is named", () => {
  expect(outcome(configure(MODULES), [set("module.eu.aws_instance.web[0]", "instance_type", SMALL)])).toEqual(
    [
      'refused: the place that decides it also feeds module.eu.aws_instance.web[1].instance_type, module.us.aws_instance.web[0].instance_type, module.us.aws_instance.web[1].instance_type, module.many["x"].aws_instance.web[0].instance_type, module.many["x"].aws_instance.web[1].instance_type and 2 more, and no place on the way feeds only what is to change',
    ],
  );
});

test("a refused request does not leave its half of a shared edit behind", () => {
  const configuration = configure({
    "main.tf": `${SHARED}resource "aws_instance" "c" {\n  instance_type = var.type\n  lifecycle {\n    ignore_changes = [instance_type]\n  }\n}\n`,
  });
  expect(
    outcome(configuration, [
      set("aws_instance.a", "instance_type", SMALL),
      set("aws_instance.b", "instance_type", ["m5.xlarge", "t3.small"]),
    ]),
  ).toEqual([
    "main.tf - instance_type = var.type",
    'main.tf + instance_type = "t3.small"',
    'refused: aws_instance.b.instance_type is "m5.large" in the configuration, where "m5.xlarge" was expected',
  ]);
});

test("a token that also makes a name is not edited: the text made of it would change", () => {
  const configuration = configure({
    "main.tf": `locals {\n  type = "m5.large"\n}
resource "aws_instance" "web" {
  instance_type = local.type
  tags          = { Name = "web-\${local.type}", Json = jsonencode({ t = local.type }) }
}
`,
  });
  expect(outcome(configuration, [set("aws_instance.web", "instance_type", SMALL)])).toEqual([
    "main.tf - instance_type = local.type",
    'main.tf + instance_type = "t3.small"',
  ]);
});

test("a token that decides how many instances there are is not edited for another attribute", () => {
  const configuration = configure({
    "main.tf": `locals {\n  n = 2\n}\nresource "aws_ebs_volume" "d" {\n  count = local.n\n  size  = local.n\n}\n`,
  });
  expect(
    outcome(configuration, [
      set("aws_ebs_volume.d[0]", "size", [2, 1]),
      set("aws_ebs_volume.d[1]", "size", [2, 1]),
    ]),
  ).toEqual(["main.tf - size  = local.n", "main.tf + size  = 1"]);
});

test("the one part of a template that differs is edited", () => {
  const main = (text: string): string =>
    `variable "size" {\n  default = "large"\n}\nresource "aws_instance" "web" {\n  instance_type = "${text}"\n}\n`;
  expect(
    outcome(configure({ "main.tf": main("m5.${var.size}") }), [
      set("aws_instance.web", "instance_type", ["m5.large", "m5.xlarge"]),
    ]),
  ).toEqual(['main.tf - default = "large"', 'main.tf + default = "xlarge"']);
  expect(
    outcome(configure({ "main.tf": main("m5.${var.size}") }), [
      set("aws_instance.web", "instance_type", ["m5.large", "c5.large"]),
    ]),
  ).toEqual(['main.tf - instance_type = "m5.${var.size}"', 'main.tf + instance_type = "c5.${var.size}"']);
  expect(
    outcome(configure({ "main.tf": main("m5.${var.size}") }), [
      set("aws_instance.web", "instance_type", SMALL),
    ]),
  ).toEqual(['main.tf - instance_type = "m5.${var.size}"', 'main.tf + instance_type = "t3.small"']);
});

test("a conditional on the environment is edited on the side that holds for it", () => {
  const configuration = configure(
    {
      "main.tf": `variable "env" {}\nresource "aws_instance" "web" {\n  instance_type = var.env == "prod" ? "m5.large" : "t3.micro"\n}\n`,
      "prod.tfvars": `env = "prod"`,
    },
    { variableFiles: ["prod.tfvars"] },
  );
  expect(outcome(configuration, [set("aws_instance.web", "instance_type", SMALL)])).toEqual([
    'main.tf - instance_type = var.env == "prod" ? "m5.large" : "t3.micro"',
    'main.tf + instance_type = var.env == "prod" ? "t3.small" : "t3.micro"',
  ]);
});

test("count indexes into a list: each instance has its own token", () => {
  const configuration = configure({
    "main.tf": `variable "types" {\n  default = [ "m5.large" , "m5.large" ]\n}\nresource "aws_instance" "web" {\n  count = 2\n  instance_type = element(var.types, count.index)\n}\n`,
  });
  expect(outcome(configuration, [set("aws_instance.web[1]", "instance_type", SMALL)])).toEqual([
    'main.tf - default = [ "m5.large" , "m5.large" ]',
    'main.tf + default = [ "m5.large" , "t3.small" ]',
  ]);
});

test("a for expression that builds the map behind for_each is followed to each entry", () => {
  const configuration = configure({
    "main.tf": `locals {
  raw = [{ name = "a", type = "m5.large" }, { name = "b", type = "m5.large", off = true }]
}
resource "aws_instance" "web" {
  for_each      = { for vm in local.raw : vm.name => vm if !lookup(vm, "off", false) }
  instance_type = each.value.type
}
`,
  });
  expect(outcome(configuration, [set('aws_instance.web["a"]', "instance_type", SMALL)])).toEqual([
    'main.tf - raw = [{ name = "a", type = "m5.large" }, { name = "b", type = "m5.large", off = true }]',
    'main.tf + raw = [{ name = "a", type = "t3.small" }, { name = "b", type = "m5.large", off = true }]',
  ]);
});

test("changing what is both key and value of for_each would replace the instance: it is split off instead", () => {
  const configuration = configure({
    "main.tf": `resource "aws_instance" "web" {\n  for_each      = toset(["m5.large"])\n  instance_type = each.key\n}\n`,
  });
  expect(outcome(configuration, [set('aws_instance.web["m5.large"]', "instance_type", SMALL)])).toEqual([
    "main.tf - instance_type = each.key",
    'main.tf + instance_type = "t3.small"',
  ]);
});

test("two requests that contradict each other: the second is refused", () => {
  expect(
    outcome(configure({ "main.tf": SHARED }), [
      set("aws_instance.a", "instance_type", SMALL),
      set("aws_instance.a", "instance_type", NANO),
    ]),
  ).toEqual([
    "main.tf - instance_type = var.type",
    'main.tf + instance_type = "t3.small"',
    'refused: two requests want aws_instance.a.instance_type to be "t3.small" and "t3.nano"',
  ]);
});

test("a reference in a template is not replaced by a string in a string", () => {
  const main = `locals {\n  t = "m5.large"\n}\nresource "a" "b" {\n  x = "\${local.t}"\n  y = local.t\n  z = "\${local.t}-z"\n}\n`;
  expect(outcome(configure({ "main.tf": main }), [set("a.b", "x", SMALL)])).toEqual([
    'main.tf - x = "${local.t}"',
    'main.tf + x = "t3.small"',
  ]);
  expect(outcome(configure({ "main.tf": main }), [set("a.b", "z", ["m5.large-z", "t3.small-z"])])).toEqual([
    'main.tf - z = "${local.t}-z"',
    'main.tf + z = "t3.small-z"',
  ]);
});

test("a launch template and its group are edited each at their own token", () => {
  const configuration = configure({
    "asg.tf": `variable "workers" {
  default = { type = "m5.large", min = 4, max = 8 }
}
resource "aws_launch_template" "workers" {
  name_prefix   = "workers-"
  instance_type = var.workers.type
}
resource "aws_autoscaling_group" "workers" {
  min_size         = var.workers["min"]
  max_size         = var.workers.max
  desired_capacity = var.workers.min
  launch_template {
    id      = aws_launch_template.workers.id
    version = aws_launch_template.workers.latest_version
  }
  mixed_instances_policy {
    launch_template {
      override {
        instance_type = "m5a.large"
      }
    }
  }
}
`,
  });
  const group = "aws_autoscaling_group.workers";
  const override = ["mixed_instances_policy", 0, "launch_template", 0, "override", 0, "instance_type"];
  expect(
    outcome(configuration, [
      set("aws_launch_template.workers", "instance_type", SMALL),
      set(group, "min_size", [4, 2]),
      set(group, override, ["m5a.large", "t3a.small"]),
    ]),
  ).toEqual(
    expect.arrayContaining([
      'asg.tf + default = { type = "t3.small", min = 4, max = 8 }',
      "asg.tf + min_size         = 2",
      "asg.tf + desired_capacity = var.workers.min",
      'asg.tf + instance_type = "t3a.small"',
    ]),
  );
});

test("what repeats over other resources depends on their keys, not on their attributes", () => {
  const main = `variable "web" {
  default = { a = { type = "m5.large" }, b = { type = "m5.large" } }
}
resource "aws_instance" "web" {
  for_each      = var.web
  instance_type = each.value.type
}
resource "aws_lb_target_group_attachment" "web" {
  for_each  = aws_instance.web
  target_id = each.value.id
}
`;
  expect(
    outcome(configure({ "main.tf": main }), [set('aws_instance.web["a"]', "instance_type", SMALL)]),
  ).toEqual([
    'main.tf - default = { a = { type = "m5.large" }, b = { type = "m5.large" } }',
    'main.tf + default = { a = { type = "t3.small" }, b = { type = "m5.large" } }',
  ]);
});
