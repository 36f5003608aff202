import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { newCheckout } from "../testing/checkout.ts";
import { estimateHere } from "../testing/estimate-here.ts";

test("a variable file that the change adds counts after it alone", async () => {
  const home = await makeDirectory(onTestFinished);
  const checkout = await newCheckout(path.join(home, "checkout"));
  const configuration = `
provider "aws" { region = "us-east-1" }
variable "type" { default = "m5.large" }
resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = var.type
}
`;
  const base = await checkout.commit({ "main.tf": configuration });
  await checkout.commit({ "prod.tfvars": 'type = "m5.xlarge"\n' });
  const { projects } = await estimateHere(checkout, { base, "var-files": "prod.tfvars" });
  expect(projects.map(({ problems, difference }) => [problems, difference?.delta])).toEqual([[[], "70.08"]]);
});
