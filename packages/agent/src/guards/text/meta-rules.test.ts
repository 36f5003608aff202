import { expect, test } from "vitest";
import { brokenRules, problemAt, review, type Texts } from "../testing/text-changes.ts";

const M = "main.tf";

const FILES: Texts = {
  [M]: `resource "aws_subnet" "a" {}
resource "aws_instance" "web" {
  instanc_type = "t3.small"
  count = length(aws_subnet.a[*].id)
  depends_on = [aws_subnet.a]
}
output "a" {
  value = aws_instance.web[0].arn
  descripton = "x"
}
variable "n" {
  default = 2
  validation {
    condition = lenght(var.n) > 1
    error_message = "x"
  }
}
`,
};

test.each([
  ["how many there are", "instanc_type", "aws_subnet.a[*].id)", "aws_subnet.a[*].id) * 0"],
  [
    "how many a filter leaves",
    "instanc_type",
    "length(aws_subnet.a[*].id)",
    "length([for s in aws_subnet.a : s if false])",
  ],
  ["what comes first", "instanc_type", "  depends_on = [aws_subnet.a]\n", ""],
  ["what an output gives", "descripton", "web[0].arn", "web[0].id"],
  ["what a variable is when nobody sets it", "lenght", "default = 2", "default = 3"],
])("%s does not change beside a misspelt %s", (_, name, old, now) => {
  const isFunction = name === "lenght";
  const problem = problemAt(FILES, name, {
    class: isFunction ? "unknown-function" : "unsupported-argument",
    names: { name },
  });
  const placed = isFunction ? { ...problem, path: ["validation", 0, "condition"] } : problem;
  const mended = { instanc_type: "instance_type", descripton: "description", lenght: "length" }[name] ?? "";
  expect(review(FILES, [[M, name, mended]], [placed])).toEqual([]);
  expect(
    brokenRules(
      FILES,
      [
        [M, name, mended],
        [M, old, now],
      ],
      [placed],
    ),
  ).toContain("outside-intention");
});

test("what asks for a repetition gets one, and a cycle may lose what it waits for", () => {
  const files: Texts = {
    [M]: `resource "aws_eip" "a" {\n  instance = each.key\n  depends_on = [aws_eip.a]\n}\n`,
  };
  const asks = problemAt(files, "each.key", { class: "no-repetition", names: { name: "each" } });
  expect(
    review(files, [[M, "  depends_on = [aws_eip.a]\n", ""]], [{ ...asks, class: "self-reference" }]),
  ).toEqual([]);
});
