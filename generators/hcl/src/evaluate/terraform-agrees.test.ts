import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { configure } from "../testing/configure.ts";
import { hasTerraform, planWithTerraform } from "../testing/terraform-plan.ts";
import { createInterpreter, rootInstance } from "./create-interpreter.ts";
import { toJson } from "./value.ts";

const DECLARATIONS = `
variable "env" {
  default = "prod"
}
variable "sizes" {
  type    = map(number)
  default = { a = "1", b = 2.5 }
}
variable "fleet" {
  type = map(object({
    type  = optional(string, "t3.micro")
    disk  = optional(object({ size = optional(number, 8), kind = optional(string) }), {})
    tags  = optional(map(string), { team = "core" })
    spare = optional(bool)
  }))
  default = {
    web   = { type = "m5.large", dropped = true }
    batch = { disk = { size = "100" }, tags = null }
    empty = {}
  }
}
variable "zones" {
  type    = set(string)
  default = ["c", "a", "b", "a"]
}
locals {
  list  = ["x", "y", "z"]
  mixed = [1, "two", true, null]
  map   = { k1 = "v1", k2 = "v2", "k-3" = "v3" }
  none  = null
}
`;

const EXPRESSIONS: readonly string[] = [
  "var.fleet",
  "var.sizes",
  "var.zones",
  `[for k, v in var.fleet : "\${k}=\${v.type}"]`,
  `{ for k, v in local.map : upper(k) => v if v != "v2" }`,
  `{ for v in ["a", "b", "a"] : v => length(v)... }`,
  `[for i, v in local.list : "\${i}\${v}"]`,
  `[for v in toset(["b", "a"]) : v]`,
  "[for k, v in var.sizes : v * 2]",
  "local.list[1]",
  "local.list.0",
  `local.map["k-3"]`,
  "local.map.k1",
  "local.list[*]",
  "local.none[*]",
  "var.env[*]",
  "values(var.fleet)[*].type",
  "values(var.fleet).*.disk.size",
  `var.env == "prod" ? "big" : "small"`,
  `var.env == "dev" ? 1 : var.env == "prod" ? 2 : 3`,
  "1 + 2 * 3 - 4 / 2 % 3",
  "-(1 + 2) < 3 && !false || false",
  "10 / 4",
  "0.1 + 0.2",
  "1e3 == 1000 ? 1 : 2",
  `"1" == 1`,
  `1 == 1.0`,
  `[1, 2] == [1, 2]`,
  `{ a = 1 } == { a = 1 }`,
  "local.none == null",
  `"a-\${var.env}-\${1 + 1}-\${true}"`,
  `"$\${not} %%{this} \\"q\\" \\u00e9 \\t|"`,
  `"%{ if var.env == "prod" }yes%{ else }no%{ endif }"`,
  `"%{ for v in local.list ~} \${v} %{ endfor ~} end"`,
  `"  \${~ var.env ~}  !"`,
  `<<EOT\n  first \${var.env}\n second $\${x}\nEOT\n`,
  `<<-EOT\n    indented \${var.env}\n      more\n\n    end\n  EOT\n`,
  `<<EOT\r\nx $\${y}\r\n  %%{z}\r\nEOT\r\n`,
  `<<-EOT\n    x\n\n      y\n   z\n  EOT\n`,
  `<<-EOT\n    \${1}\n      y \${2}\n  EOT\n`,
  `<<-EOT\n  %{ for v in local.list ~}\n  - \${v}\n  %{ endfor ~}\n  EOT\n`,
  `"x $$\${z} %%%{y} e\u0301"`,
  `[for k, v in { b = 1, a = 2 } : k]`,
  `[for i, v in ["a", "b"] : i]`,
  `[for k, v in toset(["a", "b"]) : k]`,
  `merge({ a = { x = 1 } }, { a = { y = 2 } })`,
  `concat(["a"], tolist(toset(["c", "b"])))`,
  `{ for k, v in var.fleet : k => merge({ n = 1 }, v).type }`,
  `local.none == null ? "none" : local.none`,

  `try(tonumber("x"), -1)`,
  `lookup({ a = null }, "a", "d")`,
  `coalesce(lookup({ a = null }, "a", "d"), "e")`,
  `element([1, 2, 3], 5)`,
  `flatten([for k, v in var.sizes : [for i in range(2) : "\${k}\${i}"]])`,
  `lookup(local.map, "k1", "d")`,
  `lookup(local.map, "nope", "d")`,
  `merge({ a = 1, b = 2 }, { b = 3 }, null)`,
  "element(local.list, 4)",
  `concat(local.list, ["w"], [])`,
  `toset(["b", "a", "b"])`,
  `tolist(toset(["b", "a"]))`,
  `tomap({ a = "x" })`,
  "keys(local.map)",
  "values(local.map)",
  `contains(local.list, "y")`,
  `contains(local.list, "q")`,
  `coalesce(null, "", "x")`,
  `coalescelist([], ["a"])`,
  `try(local.map.nope, "fallback")`,
  `try(local.list[9], local.map["nope"], "fallback")`,
  `can(local.map.nope)`,
  `can(local.map.k1)`,
  `length("héllo")`,
  `length("👨‍👩‍👧 x")`,
  "length(local.map)",
  `format("%s-%03d-%v-%t-%q-%.2f-%5s|%-5s|%%", "a", 7, 1.5, true, "q", 3.14159, "r", "l")`,
  `formatlist("%s.example", local.list)`,
  `join("-", local.list)`,
  `split(",", "a,b,,c")`,
  `lower("ABC")`,
  `upper("abc")`,
  `title("hello world")`,
  `replace("1.2.3", ".", "-")`,
  "range(3)",
  "range(1, 4)",
  "range(3, 0)",
  "range(0, 1, 0.25)",
  "flatten([[1, [2]], 3, []])",
  `zipmap(["a", "b"], [1, 2])`,
  `setunion(["b"], ["a", "c"])`,
  `setintersection(["a", "b"], ["b", "c"])`,
  `setsubtract(["a", "b"], ["b"])`,
  "min(3, 1, 2)",
  "max(3, 1, 2)",
  "tostring(1.5)",
  "tostring(true)",
  `tonumber("12")`,
  `tobool("true")`,
  `jsonencode({ b = [1, "<&>", null], a = { c = true } })`,
  `jsondecode("{\\"a\\":[1,2.5,\\"x\\",null]}")`,
  `distinct(["a", "b", "a"])`,
  "reverse(local.list)",
  "slice(local.list, 1, 3)",
  `sort(["b", "a", "C"])`,
  `compact(["a", "", null, "b"])`,
  `one(["x"])`,
  "one([])",
  "sum([1, 2, 3.5])",
  `index(local.list, "z")`,
  "abs(-3)",
  "ceil(1.2)",
  "floor(-1.2)",
  "pow(2, 10)",
  `parseint("ff", 16)`,
  `substr("hello", 1, 3)`,
  `substr("hello", -3, -1)`,
  `trimspace("  a ")`,
  `trimprefix("helloworld", "hello")`,
  `trimsuffix("helloworld", "world")`,
  `trim("xxaxx", "x")`,
  `startswith("hello", "he")`,
  `endswith("hello", "lo")`,
  `strcontains("hello", "ell")`,
  `strrev("abc")`,
  `chomp("a\\n")`,
  "terraform.workspace",
  "path.module",
  `max([1, 5, 3]...)`,
  `{ (var.env) = 1, "x\${var.env}" = 2 }`,
  `{ a : 1, "b c" : 2 }`,
  "(local.list)[0]",
  `[for s in var.zones : s if s != "b"]`,
  `"\${var.env}"`,
  `"\${local.list}"[0]`,
  "local.mixed",
  "100000000000000000",
  `true ? "a" : 1`,
  `[true, "a"][1]`,
  "signum(-5)",
];

const OUTPUTS = EXPRESSIONS.map((text, at) => `output "o${at}" {\n  value = ${text}\n}\n`).join("");

/** The planned outputs by Terraform itself, one per expression. */
function byTerraform(): JsonObject {
  const { outputs } = planWithTerraform({ "main.tf": DECLARATIONS + OUTPUTS });
  return Object.fromEntries(Object.entries(outputs ?? {}).map(([name, { value }]) => [name, value ?? null]));
}

describe.skipIf(!hasTerraform)("evaluated values are what Terraform itself plans", () => {
  const expected = hasTerraform ? byTerraform() : {};
  const configuration = configure({ "main.tf": DECLARATIONS + OUTPUTS });
  const interpreter = createInterpreter(configuration);
  const module = rootInstance(configuration)!;

  test.each(EXPRESSIONS.map((text, at) => [text, at] as const))("%s", (_, at) => {
    const value = interpreter.evaluate(module.definition.outputs.get(`o${at}`)!.value, { module });
    const json = toJson(value);
    expect(json === undefined ? value : json).toEqual(expected[`o${at}`]);
  });
});
