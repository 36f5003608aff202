import { expect, test } from "vitest";
import { brokenRules, problemAt, review, type Texts } from "../testing/text-changes.ts";

const M = "main.tf";

test.each(["external", "http", "aws_ami"])("a check gets no data source, of type %s or any", (type) => {
  const files: Texts = {
    [M]: `resource "aws_instance" "web" {}\ncheck "health" {\n  assert {\n    condition = aws_instance.wbe.ami == "a"\n    error_message = "x"\n  }\n}\n`,
  };
  const problem = problemAt(files, "aws_instance.wbe", {
    class: "undeclared-resource",
    names: { type: "aws_instance", name: "wbe" },
  });
  const mended = [M, "wbe", "web"] as const;
  expect(review(files, [mended], [problem])).toEqual([]);
  const data = [M, `"health" {\n`, `"health" {\n  data "${type}" "x" {\n    a = 1\n  }\n`] as const;
  expect(brokenRules(files, [mended, data], [problem])).toContain("code-execution");
});

test("an action that a change sets off does not come", () => {
  const files: Texts = {
    [M]: `resource "aws_instance" "a" {\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n`,
  };
  const trigger = `= true\n    action_trigger {\n      events = [before_create]\n    }\n`;
  expect(brokenRules(files, [[M, "= true\n", trigger]])).toContain("code-execution");
});

test("what a condition compares with becomes no constant, and not what it is compared with", () => {
  const files: Texts = {
    [M]: `variable "least" {}\nvariable "n" {\n  validation {\n    condition = var.n == var.leest\n    error_message = "x"\n  }\n}\n`,
  };
  const problem = problemAt(files, "var.leest", { class: "undeclared-variable", names: { name: "leest" } });
  expect(review(files, [[M, "var.leest", "var.least"]], [problem])).toEqual([]);
  for (const now of ["0", `"a"`, "var.n", "true"]) {
    expect(brokenRules(files, [[M, "var.leest", now]], [problem])).toContain("check-removed");
  }
});
