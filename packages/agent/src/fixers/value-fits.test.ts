import type { TypeConstraint } from "@apex/core";
import { expect, it } from "vitest";
import { scopeAt, typeOf } from "./expression-type.ts";
import { schemasOf, smallWorld } from "./testing/propose.ts";
import { valueFits } from "./value-fits.ts";

const FILES = {
  "main.tf": `
variable "plain" {}
variable "name" {
  type = string
}
variable "sizes" {
  type = map(object({ size = number, unit = optional(string) }))
}
locals {
  names = ["a", "b"]
  loop  = local.loop
}
module "m" {
  source = "./m"
}
resource "aws_vpc" "one" {
}
resource "aws_vpc" "many" {
  count = 2
}
`,
  "m/main.tf": 'output "url" {\n  value = "u"\n}\n',
};

const WORLD = smallWorld(
  FILES,
  schemasOf({
    resources: {
      aws_vpc: {
        attributes: { id: { type: "string", computed: true } },
        block_types: {
          disk: { nesting_mode: "list", block: { attributes: { size: { type: "number", optional: true } } } },
        },
      },
    },
  }),
);
const SCOPE = scopeAt(WORLD, "main.tf");

function of(text: string) {
  if (SCOPE === undefined) throw new Error("main.tf belongs to no module");
  return { expression: WORLD.configuration.parser.parseExpression("main.tf", text), scope: SCOPE };
}

it.each<[string, TypeConstraint | undefined]>([
  ['"a"', "string"],
  ['"${1 + 1}"', "number"],
  ['"x${1}"', "string"],
  ["var.plain", "dynamic"],
  ["var.name", "string"],
  ['var.sizes["a"].size', "number"],
  ["local.names[0]", "string"],
  ["module.m.url", "string"],
  ["aws_vpc.one.id", "string"],
  ["aws_vpc.one.disk[0].size", "number"],
  ["aws_vpc.many[*].id", ["list", "string"]],
  ["length(var.plain)", "number"],
  ["!var.plain", "bool"],
  // Not known: a cycle, an undeclared name, a name of a loop.
  ["local.loop", undefined],
  ["var.absent", undefined],
  ["item.a", undefined],
])("the type of %s", (text, type) => {
  const { expression, scope } = of(text);
  expect(typeOf(expression, scope)).toEqual(type);
});

it.each<[string, TypeConstraint, string]>([
  ['"20"', "number", "yes"],
  ['"20 GB"', "number", "no"],
  ["20", "string", "yes"],
  ['"true"', "bool", "yes"],
  ["1", "bool", "no"],
  ["null", "number", "yes"],
  ["var.name", "number", "unknown"],
  ["var.plain", ["list", "string"], "unknown"],
  ['["a", 1]', ["set", "string"], "yes"],
  ['["a"]', ["list", "number"], "no"],
  ['"a"', ["list", "string"], "no"],
  ["{ a = 1 }", ["map", "string"], "yes"],
  ["{ a = [] }", ["map", "string"], "no"],
  ["{ a = 1 }", ["object", { a: "number", b: "number" }], "no"],
  ["{ a = 1 }", ["object", { a: "number", b: "number" }, ["b"]], "yes"],
  ['var.plain ? "a" : []', "string", "no"],
  ["anything.at.all", "dynamic", "yes"],
])("%s as %j", (text, wanted, fit) => {
  const { expression, scope } = of(text);
  expect(valueFits(expression, wanted, scope)).toBe(fit);
});
