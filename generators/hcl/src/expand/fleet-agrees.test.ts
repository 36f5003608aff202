import type { JsonValue } from "@apex/core";
import { describe, expect, test } from "vitest";
import { configure, patchEach, set } from "../testing/configure.ts";
import { hasTerraform, planWithTerraform } from "../testing/terraform-plan.ts";
import { indexSites } from "../trace/site-index.ts";
import { instances } from "./fleet.ts";

/** Modules in modules, every kind of repetition, and every kind of variables file; `terraform_data` needs no provider. */
const FILES: Readonly<Record<string, string>> = {
  "main.tf": `variable "fleet" {
  type = map(object({
    type  = optional(string, "m5.large")
    count = optional(number, 1)
  }))
}
variable "sizes" {
  type    = list(string)
  default = ["s", "m"]
}
locals {
  enabled = { for k, v in var.fleet : k => v if v.count > 0 }
}
resource "terraform_data" "each" {
  for_each = local.enabled
  input    = each.value.type
}
resource "terraform_data" "count" {
  count = length(var.sizes)
  input = "\${var.sizes[count.index]}-\${count.index}"
}
resource "terraform_data" "copy" {
  input = terraform_data.each["web"].input
}
module "site" {
  source   = "./modules/site"
  for_each = toset(keys(local.enabled))
  name     = each.key
  type     = local.enabled[each.key].type
  copies   = local.enabled[each.key].count
}
resource "terraform_data" "first" {
  input = module.site["web"].types[0]
}
`,
  "modules/site/main.tf": `variable "name" {}
variable "type" {}
variable "copies" {}
module "node" {
  source = "../node"
  count  = var.copies
  type   = var.name == "db" ? "r5.large" : var.type
}
output "types" {
  value = module.node[*].type
}
`,
  "modules/node/main.tf": `variable "type" {
  type    = string
  default = "never"
}
resource "terraform_data" "node" {
  input = var.type
}
output "type" {
  value = terraform_data.node.input
}
`,
  "terraform.tfvars": `fleet = {}\n`,
  "one.auto.tfvars.json": `{"fleet": {"gone": {}}}`,
  "prod.tfvars": `fleet = {
  web = { count = 2 }
  db  = { type = "m5.xlarge" }
  off = { count = 0 }
}
`,
};

/** The planned `input` of every resource by Terraform itself. */
function plannedInputs(files: Readonly<Record<string, string>>): Map<string, JsonValue> {
  const inputs = new Map<string, JsonValue>();
  const pending = [planWithTerraform(files, ["-var-file=prod.tfvars"]).root_module];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    for (const { address, values } of module.resources ?? []) inputs.set(address, values.input ?? null);
    pending.push(...(module.child_modules ?? []));
  }
  return inputs;
}

const options = { variableFiles: ["prod.tfvars"] };
const sorted = <T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));

describe.skipIf(!hasTerraform)("what is expanded is what Terraform plans", () => {
  const planned = hasTerraform ? plannedInputs(FILES) : new Map<string, JsonValue>();

  test("the same instances with the same values", () => {
    const configuration = configure(FILES, options);
    expect(configuration.diagnostics).toEqual([]);
    const listed = instances(configuration);
    expect(listed.diagnostics).toEqual([]);
    expect(listed.instances.map(({ address }) => address).toSorted()).toEqual([...planned.keys()].toSorted());
    const { values } = indexSites(configuration);
    const inputs = sorted(planned).map(([address, value]) => [address, JSON.stringify(value)]);
    expect(inputs.map(([address]) => [address, values.get(`${address}#input`)])).toEqual(inputs);
  });

  test("what another resource copies cannot be changed without the copy", () => {
    const change = set('terraform_data.each["web"]', "input", ["m5.large", "t3.small"]);
    const { patches } = patchEach(configure(FILES, options), [change]);
    expect(patches[0]).toMatchObject({ kind: "refused" });
    expect(patches[0]?.kind === "refused" && patches[0].reason).toContain("terraform_data.copy.input");
  });

  test("after an edit Terraform plans exactly what was intended", () => {
    const configuration = configure(FILES, options);
    const { patches, files } = patchEach(configuration, [
      set('terraform_data.each["web"]', "input", ["m5.large", "t3.small"]),
      set("terraform_data.copy", "input", ["m5.large", "t3.small"]),
      set("terraform_data.count[1]", "input", ["m-1", "l-1"]),
    ]);
    expect(patches.map(({ kind }) => kind)).toEqual(["edits", "edits", "edits"]);
    const after = plannedInputs(files);
    const different = sorted(after).filter(([address, value]) => planned.get(address) !== value);
    expect(different).toEqual([
      ["terraform_data.copy", "t3.small"],
      ["terraform_data.count[1]", "l-1"],
      ['terraform_data.each["web"]', "t3.small"],
    ]);
    expect([...after.keys()].toSorted()).toEqual([...planned.keys()].toSorted());
  });
});
