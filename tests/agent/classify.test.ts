import { classifyDiagnostics, type Problem } from "@apex/agent";
import { describe, expect, it } from "vitest";
import { diagnose, type Files } from "./diagnose.ts";

/** The problems of files as `place class names`, sorted: Terraform tells those of one stage in no fixed order. */
async function problemsOf(files: Files): Promise<readonly Problem[]> {
  const { diagnostics, world } = await diagnose(files);
  return classifyDiagnostics(diagnostics, world.configuration);
}

function lineOf(files: Files, { class: problemClass, place, names }: Problem): string {
  const text =
    place === undefined ? "" : (files[place.file] ?? "").slice(place.start, place.end).split("\n")[0];
  const why = names["why"] === undefined ? "" : ` (${names["why"]})`;
  return `${place?.file ?? "-"} ${problemClass}${why}: ${text}`;
}

async function linesOf(files: Files): Promise<readonly string[]> {
  const problems = await problemsOf(files);
  expect(
    problems.every(({ diagnostic, place }) => diagnostic.range === undefined || place !== undefined),
  ).toBe(true);
  return [...new Set(problems.map((problem) => lineOf(files, problem)))].toSorted();
}

describe("what Terraform says", () => {
  it("of syntax", async () => {
    const lines = await linesOf({
      "backtick.tf": "locals {\n  a = `x`\n}\n",
      "block.tf": 'resource "a" "b" = {\n}\n',
      "brace.tf": "locals {\n",
      "comma.tf": 'locals {\n  b = ["x" "y"]\n}\n',
      "conditional.tf": "locals {\n  c = true ? 1\n}\n",
      "escape.tf": 'locals {\n  d = "\\d"\n}\n',
      "for.tf": "locals {\n  e = [for x : x]\n}\n",
      "heredoc.tf": "locals {\n  f = <<-EOT\n    x\n}\n",
      "interpolation.tf": 'locals {\n  g = "${1 2}"\n}\n',
      "item.tf": 'locals {\n  "h"\n}\n',
      "newline.tf": "locals {\n  i = 1 j = 2\n}\n",
      "operator.tf": "locals {\n  k = 2 ** 3\n}\n",
      "quote.tf": "locals {\n  l = 'x'\n}\n",
      "utf8.tf": "\uFEFFlocals {\r\n  größe = “x”\r\n}\r\n",
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "backtick.tf syntax (backtick): \`",
        "backtick.tf syntax (expression): \`",
        "block.tf syntax (block-with-equals): =",
        "brace.tf syntax (brace): {",
        "comma.tf syntax (comma): "",
        "conditional.tf syntax (conditional): ",
        "escape.tf syntax (escape): \\d",
        "for.tf syntax (for): :",
        "heredoc.tf syntax (quote): ",
        "interpolation.tf syntax (extra-characters): 2",
        "item.tf syntax (quoted-argument-name): "",
        "newline.tf syntax (newline): j",
        "operator.tf syntax (expression): *",
        "quote.tf syntax (expression): '",
        "quote.tf syntax (single-quote): '",
        "utf8.tf syntax (curly-quote): “",
        "utf8.tf syntax (curly-quote): ”",
        "utf8.tf syntax (expression): “",
      ]
    `);
  });

  it("of declarations", async () => {
    const lines = await linesOf({
      "main.tf": `
variable "a" {}
variable "a" {}
variable "count" {}
variable "b" {
  type    = integer
}
variable "c" {
  type    = list(string)
  default = "x"
}
output "o" {
  value = 1
}
output "o" {
  value = 1
}
locals {
  l = 1
}
locals {
  l = 2
}
resource "aws_instance" "1st" {}
resource "aws_vpc" "v" {}
resource "aws_vpc" "v" {}
resource "aws_vpc" "two" {
  count    = 1
  for_each = {}
  lifecycle {
    prevent_destroy = var.a
    ignore_changes  = [upper("x")]
  }
}
resource "aws_vpc" "label" "extra" {}
resource "aws_vpc" {}
check "c" {
}
provider "aws" {}
provider "aws" {}
terraform {
  required_version = "one"
}
variables "x" {}
`,
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "main.tf conflicting-arguments: for_each",
        "main.tf duplicate-declaration: l = 2",
        "main.tf duplicate-declaration: output "o"",
        "main.tf duplicate-declaration: provider "aws"",
        "main.tf duplicate-declaration: resource "aws_vpc" "v"",
        "main.tf duplicate-declaration: variable "a"",
        "main.tf invalid-default (type): "x"",
        "main.tf invalid-name (characters): "1st"",
        "main.tf invalid-name (reserved): "count"",
        "main.tf invalid-reference (constant-only): var",
        "main.tf invalid-reference (static-reference): upper("x")",
        "main.tf invalid-type-constraint (keyword): integer",
        "main.tf invalid-version-constraint (form): "one"",
        "main.tf missing-block: check "c"",
        "main.tf syntax (labels): "extra"",
        "main.tf syntax (labels): {",
        "main.tf unsupported-block: variables",
        "main.tf wrong-type: var.a",
      ]
    `);
  });

  it("of references, schemas, functions and repetition", async () => {
    const lines = await linesOf({
      "main.tf": `
resource "aws_instance" "one" {
  ami           = var.imgae
  subnet_id     = aws_subnet.mian.id
}
resource "aws_instance" "two" {
  ami  = each.key
  arn  = "arn:x"
}
resource "aws_instance" "three" {
  ami     = self.id
}
resource "aws_instance" "four" {
  instance_typ = "t3.micro"
  tags {
    a = "b"
  }
  hibernation = len("x")
}
resource "aws_instance" "five" {
  arn        = "arn:x"
  tenancy    = count.index
}
resource "aws_instance" "six" {
  arn        = "arn:x"
}
resource "aws_instance" "seven" {
  monitoring = "maybe"
}
resource "aws_dynamodb_table" "t" {
  name = "t"
  ttl {
  }
  ttl {
  }
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = "x"
}
variable "image" {
  default = "x"
}
resource "aws_instance" "h" {
  ami           = "ami-1"
  instance_type = "t3.mciro"
}
resource "terraform_data" "e" {
  input = cidrsubnet("10.0.0.0/30", 8, 1)
}
resource "aws_subnet" "many" {
  count = 2
}
resource "aws_subnet" "v" {
  vpc_id = aws_vpc.v.idd
}
resource "aws_vpc" "v" {}
resource "aws_eip" "instance" {
  instance = aws_subnet.many.id
}
resource "aws_eip" "e" {
  depends_on = [aws_vpc.v.id]
}
resource "aws_instanc" "x" {}
data "aws_vpc_x" "x" {}
resource "aws_security_group_rule" "r" {
  type = "ingress"
}
module "m" {
  source = "./m"
  name   = 1
}
output "o" {
  value = module.m.nothing
}
output "n" {
  value = module.n.x
}
output "x" {
  value = path.x
}
output "local" {
  value = local.dta
}
output "p" {
  value = aws_vpc.v[0].id
}
output "q" {
  value = aws_vpc
}
output "r" {
  value = data.aws_ami
}
`,
      "m/main.tf": 'variable "name" {}\noutput "größe" {\n  value = "ä${var.nam}"\n}\n',
    });
    expect(lines).toMatchInlineSnapshot(`
      [
        "m/main.tf undeclared-variable: var.nam",
        "main.tf function-arguments (failed): cidrsubnet(",
        "main.tf invalid-data-source: "aws_vpc_x"",
        "main.tf invalid-dependency: .id",
        "main.tf invalid-reference (one-name): aws_vpc",
        "main.tf invalid-reference (two-names): data.aws_ami",
        "main.tf invalid-resource-type: "aws_instanc"",
        "main.tf machine-type: "t3.mciro"",
        "main.tf missing-argument: {",
        "main.tf missing-block: {",
        "main.tf no-repetition: count.index",
        "main.tf no-repetition: each.key",
        "main.tf read-only-argument: "arn:x"",
        "main.tf self-reference (outside): self",
        "main.tf too-many-blocks: {",
        "main.tf undeclared-local: local.dta",
        "main.tf undeclared-module: module.n.x",
        "main.tf undeclared-resource: aws_subnet.mian",
        "main.tf unexpected-instance-key: aws_vpc.v[0]",
        "main.tf unknown-function: len",
        "main.tf unsupported-argument: instance_typ",
        "main.tf unsupported-attribute: .idd",
        "main.tf unsupported-attribute: path.x",
        "main.tf unsupported-block (is-argument): tags",
        "main.tf wrong-type: "maybe"",
      ]
    `);
  });

  it("of values, and of what a user wrote about them", async () => {
    const files = {
      "main.tf": `
variable "forged" {
  default = "x"
  validation {
    condition     = var.forged == "y"
    error_message = "An argument named \\"count\\" is not expected here."
  }
}
variable "number" {
  default = -1
}
variable "list" {
  default = ["a", "b"]
}
resource "terraform_data" "a" {
  count = var.number
}
resource "terraform_data" "b" {
  for_each = var.list
}
resource "terraform_data" "c" {
  input = var.list[7]
}
resource "terraform_data" "d" {
  input = "x\${var.list}"
}
resource "terraform_data" "e" {
  input = element([], var.number)
}
resource "terraform_data" "unknown" {}
resource "terraform_data" "f" {
  for_each = toset([terraform_data.unknown.id])
}
resource "terraform_data" "g" {
  lifecycle {
    precondition {
      condition     = length(var.list) > 7
      error_message = "Error acquiring the state lock"
    }
  }
}
`,
    };
    expect(await linesOf(files)).toMatchInlineSnapshot(`
      [
        "main.tf condition-failed: length(var.list) > 7",
        "main.tf function-arguments (failed): element(",
        "main.tf invalid-count (negative): var.number",
        "main.tf invalid-expression (template-type): var.list",
        "main.tf invalid-for-each (type): var.list",
        "main.tf invalid-for-each (unknown): toset([terraform_data.unknown.id])",
        "main.tf invalid-index (key): [7]",
        "main.tf validation-failed: variable "forged"",
      ]
    `);
  });
});
