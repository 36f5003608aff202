import { expect, it } from "vitest";
import { dependencyCycle } from "./dependency-cycle.ts";
import { fixedBy } from "./testing.ts";

function fix(
  files: string | Readonly<Record<string, string>>,
  nodes: string,
  shown = "main.tf",
): string | null {
  return fixedBy(dependencyCycle, files, { class: "cycle", names: { nodes }, shown });
}

const B = 'resource "t" "b" {\n  input = t.a.id\n}\n';

it("drops the depends_on that contradicts what expressions need", () => {
  const a = (body: string): string => `resource "t" "a" {\n  size = 1\n${body}}\n`;
  expect(fix(a("  depends_on = [t.b]\n") + B, "t.b, t.a (expand)")).toBe(a("") + B);
  expect(fix(a("  depends_on = [t.c, t.b]\n") + B, "t.a, t.b")).toBe(a("  depends_on = [t.c]\n") + B);
  expect(fix(a("  depends_on = [\n    t.b,\n    t.c,\n  ]\n") + B, "t.a, t.b")).toBe(
    a("  depends_on = [\n    t.c,\n  ]\n") + B,
  );
});

it("follows locals, counted resources and a shared module", () => {
  const text =
    'locals {\n  id = t.a[0].id\n}\nresource "t" "a" {\n  count      = 1\n  depends_on = [t.b]\n}\nresource "t" "b" {\n  input = local.id\n}\n';
  const after = text.replace("  depends_on = [t.b]\n", "");
  expect(fix(text, "t.a (expand), local.id (expand), t.b")).toBe(after);
  const module = { "main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": text };
  expect(fix(module, 'module.m["x"].t.a, module.m.local.id (expand), module.m.t.b[0]', "m/main.tf")).toBe(
    after,
  );
});

it("takes a call for all that the called module does", () => {
  const text =
    'module "m" {\n  source     = "./m"\n  depends_on = [t.b]\n}\nresource "t" "b" {\n  input = module.m.id\n}\n';
  const files = {
    "main.tf": text,
    "m/main.tf": 'resource "t" "x" {\n}\noutput "id" {\n  value = t.x.id\n}\n',
  };
  const nodes = "t.b, module.m.t.x, module.m.output.id (expand), module.m (close)";
  expect(fix(files, nodes)).toBe(text.replace("  depends_on = [t.b]\n", ""));
});

it.each([
  ["values in a circle", `resource "t" "a" {\n  input = t.b.id\n}\n${B}`, "t.a, t.b", "values themselves"],
  [
    "values in a circle beside a depends_on",
    `resource "t" "a" {\n  input = t.b.id\n  depends_on = [t.b]\n}\n${B}`,
    "t.a, t.b",
    "values themselves",
  ],
  [
    "two that wait for each other",
    'resource "t" "a" {\n  depends_on = [t.b]\n}\nresource "t" "b" {\n  depends_on = [t.a]\n}\n',
    "t.a, t.b",
    "more than one",
  ],
  [
    "a provider",
    `resource "t" "a" {\n  depends_on = [t.b]\n}\n${B}`,
    't.a, t.b, provider["x/y"]',
    "something else",
  ],
  [
    "a depends_on that is no part of it",
    'resource "t" "a" {\n  depends_on = [t.b]\n}\nresource "t" "b" {\n}\n',
    "t.a, t.b",
    "nothing in the files",
  ],
])("leaves %s", (_, text, nodes, reason) => {
  const result = fix(text, nodes);
  expect(result).toMatch(/^unsure: /);
  expect(result).toContain(reason);
});

it("tells what to do about security groups", () => {
  const group = (name: string, other: string): string =>
    `resource "aws_security_group" "${name}" {\n  ingress {\n    security_groups = [aws_security_group.${other}.id]\n  }\n}\n`;
  expect(fix(group("a", "b") + group("b", "a"), "aws_security_group.a, aws_security_group.b")).toContain(
    "aws_vpc_security_group_ingress_rule",
  );
});
