import { expect, test } from "vitest";
import { changedLines, configure, patchEach, set } from "../testing/configure.ts";

const SMALL = ["m5.large", "t3.small"] as const;

test("a literal is edited where it stands, and nothing else changes", () => {
  const configuration = configure({
    "main.tf": `# keep\nresource "aws_instance" "web" {\n  ami           = "a" // odd\n  instance_type="m5.large"   # why\n}\n`,
  });
  const { patches, files } = patchEach(configuration, [set("aws_instance.web", "instance_type", SMALL)]);
  expect(patches[0]).toMatchObject({ kind: "edits", addresses: ["aws_instance.web"] });
  expect(changedLines(configuration, files)).toEqual([
    'main.tf - instance_type="m5.large"   # why',
    'main.tf + instance_type="t3.small"   # why',
  ]);
});

test("a variable's default is edited when no file sets the variable", () => {
  const configuration = configure({
    "main.tf": `variable "type" {\n  default = "m5.large"\n}\nresource "aws_instance" "web" {\n  instance_type = var.type\n}\n`,
  });
  const { files } = patchEach(configuration, [set("aws_instance.web", "instance_type", SMALL)]);
  expect(changedLines(configuration, files)).toEqual([
    'main.tf - default = "m5.large"',
    'main.tf + default = "t3.small"',
  ]);
});

test("the variables file that wins is edited, not the default", () => {
  const configuration = configure(
    {
      "main.tf": `variable "type" {\n  default = "m5.xlarge"\n}\nresource "aws_instance" "web" {\n  instance_type = var.type\n}\n`,
      "terraform.tfvars": `type = "m5.2xlarge"\n`,
      "prod.tfvars": `# prod\ntype = "m5.large"\n`,
    },
    { variableFiles: ["prod.tfvars"] },
  );
  const { files } = patchEach(configuration, [set("aws_instance.web", "instance_type", SMALL)]);
  expect(changedLines(configuration, files)).toEqual([
    'prod.tfvars - type = "m5.large"',
    'prod.tfvars + type = "t3.small"',
  ]);
});

const FLEET = {
  "main.tf": `locals {
  web = {
    a = { type = var.web_type, size = 20 }
    b = { type = "m5.large", size = 30 }
  }
}
variable "web_type" {
  default = "m5.large"
}
resource "aws_instance" "web" {
  for_each      = local.web
  instance_type = each.value.type
  root_block_device {
    volume_size = each.value.size
  }
}
`,
};

test("a for_each entry is edited for its own instance only", () => {
  const configuration = configure(FLEET);
  const { files } = patchEach(configuration, [
    set('aws_instance.web["b"]', "instance_type", SMALL),
    set('aws_instance.web["a"]', ["root_block_device", 0, "volume_size"], [20, 10]),
  ]);
  expect(changedLines(configuration, files)).toEqual([
    "main.tf - a = { type = var.web_type, size = 20 }",
    'main.tf - b = { type = "m5.large", size = 30 }',
    "main.tf + a = { type = var.web_type, size = 10 }",
    'main.tf + b = { type = "t3.small", size = 30 }',
  ]);
});

test("a for_each entry that refers to a variable is traced to the variable", () => {
  const configuration = configure(FLEET);
  const { files } = patchEach(configuration, [set('aws_instance.web["a"]', "instance_type", SMALL)]);
  expect(changedLines(configuration, files)).toEqual([
    'main.tf - default = "m5.large"',
    'main.tf + default = "t3.small"',
  ]);
});
