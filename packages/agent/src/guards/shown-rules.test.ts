import { describe, expect, test } from "vitest";
import { brokenRules, problemAt, review, type Texts } from "./testing/text-changes.ts";

const M = "main.tf";

describe("a rule for everyone beside one for the office", () => {
  const files: Texts = {
    [M]: `variable "office" {
  default = "10.1.0.0/16"
}
locals {
  anywhere = ["0.0.0.0/0"]
}
resource "aws_security_group" "a" {
  ingress {
    from_port = 443
    to_port = 443
    protocol = "tcp"
    cidr_blocks = local.anywhere
  }
  ingress {
    from_port = 22
    to_port = 22
    protocol = "tcp"
    cidr_blocks = [var.ofice]
  }
  egress {
    from_port = 0
    to_port = 0
    protocol = "-1"
    cidr_blocks = local.anywhere
  }
}
`,
  };
  const problem = problemAt(files, "var.ofice", { class: "undeclared-variable", names: { name: "ofice" } });
  const whole = `cidr_blocks = [var.ofice]\n  }`;

  test("may have its slip mended", () => {
    expect(review(files, [[M, "var.ofice", "var.office"]], [problem])).toEqual([]);
  });

  test.each([
    ["its network", "[var.ofice]", "local.anywhere"],
    [
      "a port",
      `to_port = 22\n    protocol = "tcp"\n    ${whole}`,
      `to_port = 443\n    protocol = "tcp"\n    cidr_blocks = [var.office]\n  }`,
    ],
    ["a protocol", `protocol = "tcp"\n    ${whole}`, `protocol = "-1"\n    cidr_blocks = [var.office]\n  }`],
    ["itself", whole, `cidr_blocks = [var.office]\n    self = true\n  }`],
    [
      "another direction",
      whole,
      `cidr_blocks = [var.office]\n  }\n  ingress {\n    from_port = 0\n    to_port = 0\n    protocol = "-1"\n    cidr_blocks = local.anywhere\n  }`,
    ],
  ])("does not lend it %s", (_, old, now) => {
    expect(brokenRules(files, [[M, old, now]], [problem])).toContain("access-widened");
  });
});

test("groups that let two others in do not change places", () => {
  const rule = (port: number, group: string): string =>
    `  ingress {\n    from_port = ${port}\n    to_port = ${port}\n    protocol = "tcp"\n    security_groups = [aws_security_group.${group}.id]\n  }\n`;
  const files: Texts = {
    [M]: `resource "aws_security_group" "admin" {}\nresource "aws_security_group" "lb" {}\nresource "aws_security_group" "a" {\n${rule(22, "admin")}${rule(443, "lb")}}\n`,
  };
  const swapped = [
    [M, rule(22, "admin"), rule(22, "lb")],
    [M, rule(443, "lb"), rule(443, "admin")],
  ] as const;
  expect(brokenRules(files, swapped)).toContain("access-widened");
});

describe("the statements of a policy", () => {
  const files: Texts = {
    [M]: `resource "aws_s3_bucket" "pub" {}
resource "aws_s3_bucket" "priv" {}
resource "aws_iam_role_policy" "p" {
  role = "r"
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = "\${aws_s3_bucket.priv.arn}/*" },
    { Effect = "Allow", Action = ["s3:GetObject", "s3:DeleteObject"], Resource = "\${aws_s3_bucket.pbu.arn}/*" },
  ] })
}
`,
  };
  const problem = problemAt(files, "aws_s3_bucket.pbu", {
    class: "undeclared-resource",
    names: { type: "aws_s3_bucket", name: "pbu" },
  });

  test("may have a slip mended", () => {
    expect(review(files, [[M, "pbu", "pub"]], [problem])).toEqual([]);
  });

  test.each([
    ["an action", `["s3:GetObject"]`, `["s3:GetObject", "s3:DeleteObject"]`],
    ["a resource", "aws_s3_bucket.pbu", "aws_s3_bucket.priv"],
  ])("do not lend each other %s", (_, old, now) => {
    expect(brokenRules(files, [[M, old, now]], [problem])).toContain("access-widened");
  });
});

test("of two equal documents with a denial one may go", () => {
  const document = `data "aws_iam_policy_document" "a" {\n  statement {\n    effect = "Deny"\n    actions = ["s3:*"]\n    condition {\n      test = "Bool"\n    }\n  }\n}\n`;
  const files: Texts = { [M]: `${document}locals {}\n${document}output "x" {\n  value = 1\n}\n` };
  const problem = problemAt(files, `data "aws_iam_policy_document" "a"`, {
    class: "duplicate-declaration",
    names: { kind: "data", type: "aws_iam_policy_document", name: "a" },
  });
  expect(review(files, [[M, `locals {}\n${document}`, "locals {}\n"]], [problem])).toEqual([]);
});
