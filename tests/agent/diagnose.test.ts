import { expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

it("asks the real Terraform, and shows a fixer the same texts", async () => {
  const files = {
    "main.tf": 'resource "aws_instance" "web" {\n  ami = "ami-1"\n  instance_typ = "t3.micro"\n}\n',
  };
  const { diagnostics, plan, world } = await diagnose(files);
  expect(plan).toBeNull();
  expect(diagnostics.map(({ summary }) => summary)).toContain("Unsupported argument");
  expect(diagnostics[0]?.range?.filename).toBe("main.tf");
  expect(world.configuration.modules.get("")?.resources.has("aws_instance.web")).toBe(true);
});
