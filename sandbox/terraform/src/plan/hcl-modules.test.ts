import { expect, test } from "vitest";
import { jsonModuleCalls, moduleCalls, outwardPaths } from "./hcl-modules.ts";

test("finds the sources of module calls and nothing that only looks like one", () => {
  const text = `
# module "comment" { source = "./no" }
/* module "block" {
  source = "./no" } */
module "a" {
  source = "./modules/a" // here
  name   = "source = \\"./no\\""
}
resource "x" "y" {
  source = "./no"
  text = <<-EOT
    module "heredoc" {
      source = "./no"
    }
  EOT
}
module "b" {
  providers = { source = "no" }
  nested {
    source = "./no"
  }
  label = "\${lookup(var.m, "}{", "module")}"
  source="../b"
}
module c {
  source = "./unquoted"
}
`;
  expect(moduleCalls(text)).toEqual([
    { name: "a", source: "./modules/a" },
    { name: "b", source: "../b" },
    { name: "c", source: "./unquoted" },
  ]);
});

test("text that ends too early, or is no HCL at all, gives what was complete", () => {
  expect(moduleCalls('module "a" {\n source = "./a')).toEqual([{ name: "a", source: "./a" }]);
  expect(moduleCalls('}}}} module "a" { source = "./a" }')).toEqual([{ name: "a", source: "./a" }]);
  expect(moduleCalls("<<EOT\nno end")).toEqual([]);
  expect(moduleCalls("\u0000\uFFFF{{{{")).toEqual([]);
  expect(moduleCalls("")).toEqual([]);
});

test("reads JSON syntax", () => {
  expect(jsonModuleCalls('{"module": {"a": {"source": "./a", "x": 1}, "b": {}}}')).toEqual([
    { name: "a", source: "./a" },
  ]);
  expect(jsonModuleCalls("{")).toEqual([]);
  expect(jsonModuleCalls("[1]")).toEqual([]);
});

test("finds paths that lead out of their directory, up to the first interpolation", () => {
  const text = `
a = file("\${path.module}/../shared/a.json")
b = templatefile("../t/b.tpl", {})
c = file("../policies/\${var.name}.json")
d = "no/way/out"
e = "\${path.root}/../../e"
`;
  expect(outwardPaths(text)).toEqual(["../shared/a.json", "../t/b.tpl", "../policies/", "../../e"]);
});
