import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { newCheckout } from "../testing/checkout.ts";
import { estimateHere } from "../testing/estimate-here.ts";

const MACHINE = `
variable "type" {}
resource "aws_instance" "this" {
  ami           = "ami-1"
  instance_type = var.type
}
`;
const MANIFEST = {
  Modules: [
    { Key: "", Source: "", Dir: "." },
    {
      Key: "web",
      Source: "registry.terraform.io/acme/web/aws",
      Version: "1.2.0",
      Dir: ".terraform/modules/web",
    },
  ],
};

function caller(type: string, version = "~> 1.0"): string {
  return `provider "aws" {\n  region = "us-east-1"\n}\nmodule "web" {\n  source  = "acme/web/aws"\n  version = "${version}"\n  type    = "${type}"\n}\n`;
}

/** A change of a root module that calls a module of a registry, after `terraform get` in the checkout. */
async function estimated(base: string, head: string) {
  const home = await makeDirectory(onTestFinished);
  const checkout = await newCheckout(path.join(home, "checkout"));
  const baseSha = await checkout.commit({ "live/main.tf": base });
  await checkout.commit({ "live/main.tf": head });
  const installed = path.join(checkout.directory, "live/.terraform/modules");
  await mkdir(path.join(installed, "web"), { recursive: true });
  await writeFile(path.join(installed, "web/main.tf"), MACHINE);
  // Whoever wrote the module shows how it is called: no root module of this repository's, though git does not ignore it.
  await mkdir(path.join(installed, "web/example"));
  await writeFile(path.join(installed, "web/example/main.tf"), caller("m5.large"));
  await writeFile(path.join(installed, "modules.json"), JSON.stringify(MANIFEST));
  const report = await estimateHere(checkout, { base: baseSha });
  expect(report.untouched + report.projects.length).toBe(1);
  return report.projects[0];
}

test("modules that the checkout has fetched count before the change, too", async () => {
  const project = await estimated(caller("m5.large"), caller("m5.xlarge"));
  expect(project?.problems).toEqual([]);
  expect(project?.difference?.delta).toBe("70.08");
});

test("but not where the change calls another version: what the former one costs is unknown", async () => {
  const project = await estimated(caller("m5.large", "0.9.0"), caller("m5.large"));
  expect(project?.difference).toBeNull();
  expect(project?.problems).toMatchObject([
    {
      summary: "Before the change: Module web is called with another source or version",
      detail: expect.stringContaining("`base`"),
    },
  ]);
});
