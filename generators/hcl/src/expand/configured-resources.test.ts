import { expect, test } from "vitest";
import { configure } from "../testing/configure.ts";
import { configuredResources } from "./configured-resources.ts";

test("what the files do not tell stands as its expression, in the one place that is not known", () => {
  const configuration = configure({
    "main.tf": `
locals {
  statement = { Effect = "Allow", Action = ["s3:*"], Resource = "\${aws_s3_bucket.b.arn}/*" }
}
variable "ports" {
  default = [22, 443]
}
resource "aws_s3_bucket" "b" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [local.statement] })
  tags   = merge({ a = "b" }, { id = aws_s3_bucket.b.id })
  lifecycle {
    ignore_changes = [tags]
  }
}
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      cidr_blocks = ["10.0.0.0/8", aws_s3_bucket.b.id]
    }
  }
}
provider "aws" {
  region = "eu-west-1"
}
`,
  });
  const { resources, providers } = configuredResources(configuration);
  expect(resources.get("aws_iam_policy.p")?.values).toEqual({
    policy: '{"Statement":[{"Action":["s3:*"],"Effect":"Allow","Resource":"${aws_s3_bucket.b.arn}/*"}]}',
    tags: { a: "b", id: "${aws_s3_bucket.b.id}" },
  });
  expect(resources.get("aws_iam_policy.p")?.ignores(["tags", "id"])).toBe(true);
  expect(resources.get("aws_security_group.g")?.values).toEqual({
    ingress: [22, 443].map((port) => ({
      from_port: port,
      cidr_blocks: ["10.0.0.0/8", "${aws_s3_bucket.b.id}"],
    })),
  });
  expect(providers.get("provider.aws")).toEqual({ region: "eu-west-1" });
});

test("a key that JavaScript has a meaning for is a key like any other", () => {
  const { resources } = configuredResources(
    configure({
      "main.tf": `
resource "aws_s3_bucket" "b" {
  tags = merge({ "__proto__" = "a" }, { id = aws_s3_bucket.c.id })
}
resource "aws_s3_bucket" "c" {}
`,
    }),
  );
  const { tags } = resources.get("aws_s3_bucket.b")?.values ?? {};
  expect(JSON.stringify(tags)).toBe('{"__proto__":"a","id":"${aws_s3_bucket.c.id}"}');
});
