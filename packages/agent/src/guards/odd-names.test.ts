import { expect, test } from "vitest";
import { brokenRules, problemAt, review } from "./testing/text-changes.ts";

test("names that every object of JavaScript has are names like any other", () => {
  const text = `resource "aws_instance" "a" {
  ami = "ami-1"
  tags = { constructor = "x", toString = "y", valueOf = ["z"] }
}
resource "google_project_iam_member" "a" {
  role = "constructor"
  member = "user:a@example.com"
}
resource "google_project_iam_member" "b" {
  role = "constructor"
  member = "user:b@example.com"
}
`;
  const files = { "main.tf": text };
  const problem = problemAt(files, "google_project_iam_member", { class: "unclassified" });
  expect(review(files, [["main.tf", `"ami-1"`, `"ami-1" `]], [problem])).toEqual([]);
  expect(
    brokenRules(files, [["main.tf", `"user:a@example.com"`, `"user:c@example.com"`]], [problem]),
  ).toContain("access-widened");
});

test("a block of a kind that no keyword is may not go, whatever it is called", () => {
  const files = { "main.tf": `constructor "a" {\n  name = 1\n}\nlocals {\n  a = 1\n}\n` };
  const problem = problemAt(files, "constructor", {
    class: "unsupported-block",
    names: { name: "constructor" },
  });
  expect(brokenRules(files, [["main.tf", `constructor "a" {\n  name = 1\n}\n`, ""]], [problem])).toEqual([
    "declaration-removed",
  ]);
});
