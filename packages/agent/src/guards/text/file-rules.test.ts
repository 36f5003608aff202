import { expect, test } from "vitest";
import { brokenRules, problemAt, review, type Texts } from "../testing/text-changes.ts";

test("a variables file that this run does not read is another run's", () => {
  const files: Texts = {
    "main.tf": `variable "protect" {\n  type = bool\n}\nresource "aws_db_instance" "a" {\n  deletion_protection = var.protect\n}\n`,
    "prod.tfvars": "protect = true\n",
    "terraform.tfvars": `protect = "yes"\n`,
  };
  const problem = problemAt(files, `"yes"`, {
    class: "invalid-variable-value",
    names: { name: "protect" },
    file: "terraform.tfvars",
  });
  expect(review(files, [["terraform.tfvars", `"yes"`, "true"]], [problem])).toEqual([]);
  expect(brokenRules(files, [["prod.tfvars", "true", "false"]], [problem])).toEqual(["outside-intention"]);
});
