import { expect, it } from "vitest";
import { movedReference } from "./moved-reference.ts";
import { fixedBy } from "./testing.ts";

const NEW = 'resource "t" "new" {\n}\n';

function moved(from: string, to: string): string {
  return `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
}

function use(name: string): string {
  return `output "o" {\n  value = "\${t.${name}.id}, \${t.${name}[0].id}"\n}\n`;
}

function fix(rest: string): string | null {
  const problem = { class: "undeclared-resource", names: { type: "t", name: "old" }, at: "t.old" } as const;
  const fixed = fixedBy(movedReference, use("old") + rest, problem);
  return fixed?.endsWith(rest) === true ? fixed.slice(0, -rest.length) : fixed;
}

it("is to what was moved, over all moves", () => {
  expect(fix(moved("t.old", "t.new") + NEW)).toBe(use("new").replace("t.new[0]", "t.old[0]"));
  expect(fix(moved("t.middle", "t.new") + moved("t.old", "t.middle") + NEW)).toContain("${t.new.id}");
  const module = { class: "undeclared-module", names: { name: "old" }, at: "module.old" } as const;
  const text = `output "o" {\n  value = module.old.id\n}\n${moved("module.old", "module.new")}module "new" {\n  source = "./m"\n}\n`;
  expect(fixedBy(movedReference, text, module)).toBe(text.replace("module.old.id", "module.new.id"));
});

it("is left where the new name is not declared, an instance moved, or the move is another module's", () => {
  expect(fix(moved("t.old", "t.new"))).toBeNull();
  expect(fix(moved("t.old", "t.middle") + moved("t.middle", "t.old"))).toBeNull();
  expect(fix(moved("t.old[0]", "t.new") + NEW)).toBeNull();
  expect(fix(NEW)).toBeNull();
  const files = { "main.tf": use("old") + NEW, "m/main.tf": moved("t.old", "t.new") };
  const problem = { class: "undeclared-resource", names: { type: "t", name: "old" }, at: "t.old" } as const;
  expect(fixedBy(movedReference, files, problem)).toBeNull();
});
