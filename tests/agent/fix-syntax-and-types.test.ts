import { expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import { mend } from "./mend.ts";

const MISTAKES_OF_SYNTAX: Readonly<Record<string, readonly [string, string]>> = {
  "fence.tf": ["```hcl\nlocals {\n  fence = 1\n}\n```\n", "locals {\n  fence = 1\n}\n"],
  "colon.tf": [
    'resource "terraform_data" "colon" {\n  input: "x",\n}\n',
    'resource "terraform_data" "colon" {\n  input = "x"\n}\n',
  ],
  "comma-after.tf": [
    'resource "terraform_data" "comma_after" {\n  input = "x",\n}\n',
    'resource "terraform_data" "comma_after" {\n  input = "x"\n}\n',
  ],
  "missing-brace.tf": [
    'resource "terraform_data" "missing_brace"\n  input = "x"\n}\n',
    'resource "terraform_data" "missing_brace" {\n  input = "x"\n}\n',
  ],
  "quote.tf": [
    'resource "terraform_data" "quote" {\n  input = "x\n}\n',
    'resource "terraform_data" "quote" {\n  input = "x"\n}\n',
  ],
  "curly.tf": [
    "resource “terraform_data” “curly” {\n  input = “x”\n}\n",
    'resource "terraform_data" "curly" {\n  input = "x"\n}\n',
  ],
  "comma.tf": [
    'resource "terraform_data" "comma" {\n  input = [\n    "a"\n    "b",\n  ]\n}\n',
    'resource "terraform_data" "comma" {\n  input = [\n    "a",\n    "b",\n  ]\n}\n',
  ],
  "line.tf": [
    'variable "line" { type = string, default = "x" }\n',
    'variable "line" {\n  type = string\n  default = "x"\n}\n',
  ],
  "brace.tf": [
    'resource "aws_instance" "brace" {\n  ami = "ami-1"\n  root_block_device {\n    volume_size = 20\n  instance_type = "t3.micro"\n}\n',
    'resource "aws_instance" "brace" {\n  ami = "ami-1"\n  root_block_device {\n    volume_size = 20\n  }\n  instance_type = "t3.micro"\n}\n',
  ],
  "equals.tf": [
    'resource "aws_vpc" "equals" {\n  cidr_block "10.0.0.0/16"\n}\n',
    'resource "aws_vpc" "equals" {\n  cidr_block = "10.0.0.0/16"\n}\n',
  ],
  "allman.tf": [
    'resource "terraform_data" "allman"\n{\n  input = 1\n}\n',
    'resource "terraform_data" "allman" {\n  input = 1\n}\n',
  ],
  "words.tf": [
    'resource "terraform_data" "words" {\n  input = true and not false\n}\n',
    'resource "terraform_data" "words" {\n  input = true && !false\n}\n',
  ],
  "heredoc.tf": [
    'resource "terraform_data" "heredoc" {\n  input = <<-EOT\n    a\n      b\n}\n',
    'resource "terraform_data" "heredoc" {\n  input = <<-EOT\n    a\n      b\n  EOT\n}\n',
  ],
  "shell.tf": [
    'resource "terraform_data" "shell" {\n  input = <<-EOT\n    for f in *; do mv $f ${f%.txt}; done\n    curl -w %{http_code}\n  EOT\n}\n',
    'resource "terraform_data" "shell" {\n  input = <<-EOT\n    for f in *; do mv $f $${f%.txt}; done\n    curl -w %%{http_code}\n  EOT\n}\n',
  ],
  "escape.tf": [
    'resource "terraform_data" "escape" {\n  input = replace("a 1", "/\\s\\d/", "")\n}\n',
    'resource "terraform_data" "escape" {\n  input = replace("a 1", "/\\\\s\\\\d/", "")\n}\n',
  ],
  "labels.tf": [
    'variable "string" "labels" {\n  default = "x"\n}\nresource "terraform_data" "labels" {\n  input = var.labels\n}\n',
    'variable "labels" {\n  type = string\n  default = "x"\n}\nresource "terraform_data" "labels" {\n  input = var.labels\n}\n',
  ],
  "python.tf": [
    'resource "terraform_data" "python" {\n  input = [True, None]\n}\n',
    'resource "terraform_data" "python" {\n  input = [true, null]\n}\n',
  ],
  "plus.tf": [
    'resource "terraform_data" "plus" {\n  input = "v-" + var.line\n}\n',
    'resource "terraform_data" "plus" {\n  input = "v-${var.line}"\n}\n',
  ],
};

const MISTAKES_OF_TYPES: Readonly<Record<string, readonly [string, string]>> = {
  "bool.tf": [
    'resource "aws_lb" "bool" {\n  internal = "no"\n}\n',
    'resource "aws_lb" "bool" {\n  internal = false\n}\n',
  ],
  "unit.tf": [
    'resource "aws_ebs_volume" "unit" {\n  availability_zone = "eu-west-1a"\n  size = "20 GB"\n}\n',
    'resource "aws_ebs_volume" "unit" {\n  availability_zone = "eu-west-1a"\n  size = 20\n}\n',
  ],
  "whole.tf": [
    'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\nresource "aws_subnet" "whole" {\n  vpc_id = aws_vpc.v\n  cidr_block = "10.0.1.0/24"\n}\n',
    'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\nresource "aws_subnet" "whole" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = "10.0.1.0/24"\n}\n',
  ],
  "list.tf": [
    'resource "aws_db_subnet_group" "list" {\n  subnet_ids = aws_subnet.whole.id\n}\n',
    'resource "aws_db_subnet_group" "list" {\n  subnet_ids = [aws_subnet.whole.id]\n}\n',
  ],
  "one.tf": [
    'resource "aws_instance" "one" {\n  ami = "ami-1"\n  instance_type = "t3.micro"\n  subnet_id = [aws_subnet.whole.id]\n}\n',
    'resource "aws_instance" "one" {\n  ami = "ami-1"\n  instance_type = "t3.micro"\n  subnet_id = aws_subnet.whole.id\n}\n',
  ],
  "json.tf": [
    'resource "aws_iam_role" "json" {\n  assume_role_policy = {\n    Version = "2012-10-17"\n    Statement = []\n  }\n}\n',
    'resource "aws_iam_role" "json" {\n  assume_role_policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = []\n  })\n}\n',
  ],
  "each.tf": [
    'locals {\n  names = ["a", "b"]\n}\nresource "terraform_data" "each" {\n  for_each = local.names\n}\n',
    'locals {\n  names = ["a", "b"]\n}\nresource "terraform_data" "each" {\n  for_each = toset(local.names)\n}\n',
  ],
  "count.tf": [
    'variable "on" {\n  type = boolean\n  default = "yes"\n}\nresource "terraform_data" "count" {\n  count = var.on\n}\n',
    'variable "on" {\n  type = bool\n  default = true\n}\nresource "terraform_data" "count" {\n  count = var.on ? 1 : 0\n}\n',
  ],
  "depends.tf": [
    'resource "terraform_data" "depends" {\n  depends_on = [aws_vpc.v.id]\n}\n',
    'resource "terraform_data" "depends" {\n  depends_on = [aws_vpc.v]\n}\n',
  ],
  "twice.tf": [
    'resource "terraform_data" "twice" {\n  input = "x"\n  input = "x"\n}\nresource "terraform_data" "twice" {\n  input = "x"\n}\n',
    'resource "terraform_data" "twice" {\n  input = "x"\n}\n',
  ],
  "name.tf": ['resource "terraform_data" "1st" {\n}\n', 'resource "terraform_data" "_1st" {\n}\n'],
  "version.tf": [
    'terraform {\n  required_version = "1.x"\n}\n',
    'terraform {\n  required_version = "~> 1.0"\n}\n',
  ],
};

test.each([
  ["syntax", MISTAKES_OF_SYNTAX],
  ["types, duplicates and names", MISTAKES_OF_TYPES],
])("mistakes of %s are mended to what was meant, as real Terraform plans it", async (_, mistakes) => {
  const meant = Object.fromEntries(Object.entries(mistakes).map(([file, [, text]]) => [file, text]));
  const broken = Object.fromEntries(Object.entries(mistakes).map(([file, [text]]) => [file, text]));
  const { files, now } = await mend(broken);
  expect(files).toEqual(meant);
  const intended = await diagnose(meant);
  expect(intended.plan?.resources.length).toBeGreaterThan(0);
  expect(now.plan).toEqual(intended.plan);
});
