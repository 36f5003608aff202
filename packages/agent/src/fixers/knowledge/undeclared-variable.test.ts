import { describe, expect, it } from "vitest";
import { fixedBy } from "./testing.ts";
import { misspeltValue } from "./misspelt-value.ts";
import { undeclaredVariable } from "./undeclared-variable.ts";

const USE = 'resource "t" "a" {\n  zones = var.zones\n}\n';

function undeclared(name: string, file?: string) {
  const where = file === undefined ? {} : { file };
  return { class: "undeclared-variable", names: { name }, at: `var.${name}`, ...where } as const;
}

describe("the root module", () => {
  it("declares what a variables file gives a value to, with the type of a constant", () => {
    const fix = (value: string): string | null =>
      fixedBy(
        undeclaredVariable,
        { "main.tf": USE, "prod.auto.tfvars": `zones = ${value}\n` },
        undeclared("zones"),
      );
    expect(fix('["a", "b"]')).toBe(`${USE}\nvariable "zones" {\n  type = list(string)\n}\n`);
    expect(fix("3")).toBe(`${USE}\nvariable "zones" {\n  type = number\n}\n`);
    expect(fix('["a", 1]')).toBe(`${USE}\nvariable "zones" {}\n`);
    expect(fix("{ a = 1 }")).toBe(`${USE}\nvariable "zones" {}\n`);
    expect(fix("null")).toBe(`${USE}\nvariable "zones" {}\n`);
  });

  it("puts it where the other declarations are", () => {
    const tfvars = { "terraform.tfvars": 'zones = "a"\n' };
    const variable = 'variable "zones" {\n  type = string\n}\n';
    const inVariables = { "main.tf": USE, "variables.tf": "", ...tfvars };
    expect(proposedIn("variables.tf", inVariables)).toBe(variable);
    const inputs = 'variable "size" {}\n\noutput "o" {\n  value = 1\n}\n';
    expect(proposedIn("inputs.tf", { "main.tf": USE, "inputs.tf": inputs, ...tfvars })).toBe(
      inputs.replace("{}\n", `{}\n\n${variable}`),
    );
    const windows = USE.replaceAll("\n", "\r\n");
    expect(proposedIn("main.tf", { "main.tf": windows, ...tfvars })).toBe(
      `${windows}\r\n${variable.replaceAll("\n", "\r\n")}`,
    );
  });

  it("is not sure without a value, of a list on the command line, or beside a declared name that is near", () => {
    expect(fixedBy(undeclaredVariable, USE, undeclared("zones"))).toMatch(/^unsure: no variables file/);
    const unread = { "main.tf": USE, "prod.tfvars": 'zones = "a"\n' };
    expect(fixedBy(undeclaredVariable, unread, undeclared("zones"))).toMatch(/^unsure: no variables file/);
    const inModule = { "main.tf": USE, "m/terraform.tfvars": 'zones = "a"\n' };
    expect(fixedBy(undeclaredVariable, inModule, undeclared("zones"))).toMatch(/^unsure: no variables file/);
    const given = (text: string): string | null =>
      fixedBy(undeclaredVariable, USE, undeclared("zones"), { variables: { zones: text } });
    expect(given("a")).toBe(`${USE}\nvariable "zones" {}\n`);
    expect(given('["a"]')).toMatch(/^unsure: the type/);
    const near = { "main.tf": `variable "zone" {}\n${USE}`, "terraform.tfvars": 'zones = "a"\n' };
    expect(fixedBy(undeclaredVariable, near, undeclared("zones"))).toMatch(/^unsure: zones has a value, but/);
    expect(fixedBy(undeclaredVariable, `variable "zone" {}\n${USE}`, undeclared("zones"))).toBeNull();
  });
});

function proposedIn(file: string, files: Readonly<Record<string, string>>): string | null {
  const problem = { ...undeclared("zones"), shown: file };
  return fixedBy(undeclaredVariable, files, problem);
}

describe("a local module", () => {
  const CALL = 'module "a" {\n  source = "./m"\n  zones  = ["x"]\n}\n';

  it("declares what every call gives, told by either diagnostic", () => {
    const files = { "main.tf": CALL, "m/main.tf": USE };
    const after = `${USE}\nvariable "zones" {\n  type = list(string)\n}\n`;
    expect(fixedBy(undeclaredVariable, files, undeclared("zones", "m/main.tf"))).toBe(after);
    const argument = { class: "unsupported-argument", names: { name: "zones" }, at: "zones" } as const;
    expect(fixedBy(undeclaredVariable, files, { ...argument, shown: "m/main.tf" })).toBe(after);
  });

  it("does nothing where the module has no use for it, or a call gives none", () => {
    const argument = { class: "unsupported-argument", names: { name: "zones" }, at: "zones" } as const;
    expect(fixedBy(undeclaredVariable, { "main.tf": CALL, "m/main.tf": "" }, argument)).toBeNull();
    const two = { "main.tf": `${CALL}module "b" {\n  source = "./m"\n}\n`, "m/main.tf": USE };
    expect(fixedBy(undeclaredVariable, two, undeclared("zones", "m/main.tf"))).toMatch(
      /^unsure: not every call/,
    );
    const resource = { "main.tf": USE, "terraform.tfvars": 'zones = "a"\n' };
    expect(fixedBy(undeclaredVariable, resource, argument)).toBeNull();
  });
});

describe("a value under another name", () => {
  const files = (tfvars: string, more = ""): Readonly<Record<string, string>> => ({
    "main.tf": `variable "instance_type" {}\n${more}`,
    "terraform.tfvars": tfvars,
  });
  const problem = { class: "no-value-for-variable", names: { name: "instance_type" } } as const;

  it("is a slip of the variable that has none", () => {
    const fix = (given: string): string | null =>
      fixedBy(misspeltValue, files(given), { ...problem, shown: "terraform.tfvars" });
    expect(fix('a = 1\ninstance_typ = "t3.micro"\n')).toBe('a = 1\ninstance_type = "t3.micro"\n');
    expect(fix('instance_size = "t3.micro"\n')).toBeNull();
    const json = {
      "main.tf": 'variable "instance_type" {}\n',
      "a.auto.tfvars.json": '{ "instanceType": "x" }',
    };
    expect(fixedBy(misspeltValue, json, { ...problem, shown: "a.auto.tfvars.json" })).toBe(
      '{ "instance_type": "x" }',
    );
  });

  it("is left where both names are words that somebody means, or one is for several and nothing tells that it fits", () => {
    const fix = (declared: string, tfvars: string): string | null =>
      fixedBy(
        misspeltValue,
        { "main.tf": declared, "terraform.tfvars": tfvars },
        {
          class: "no-value-for-variable",
          names: { name: /"(.*?)"/.exec(declared)?.[1] ?? "" },
          shown: "terraform.tfvars",
        },
      );
    expect(fix('variable "main_server" {}\n', 'mail_server = "a"\n')).toBeNull();
    expect(fix('variable "zones" {}\n', 'zone = "a"\n')).toMatch(/^unsure: /);
    const list = 'variable "zones" {\n  type = list(string)\n}\n';
    expect(fix(list, 'zone = "a"\n')).toMatch(/^unsure: /);
    expect(fix(list, 'zone = ["a"]\n')).toBe('zones = ["a"]\n');
  });

  it("is left where it may be meant for another variable, or another value for this one", () => {
    const other = files('instance_tye = "a"\n', 'variable "instance_tyre" {\n  default = 1\n}\n');
    expect(fixedBy(misspeltValue, other, problem)).toBeNull();
    const odd = {
      "main.tf": 'variable "instance_type" {}\n',
      "a.auto.tfvars.json": '{ "instance.typ+": "x" }',
    };
    expect(fixedBy(misspeltValue, odd, problem)).toBeNull();
    const two = files('instance_typ = "a"\ninstance_tpe = "b"\n');
    expect(fixedBy(misspeltValue, two, problem)).toMatch(/^unsure: /);
  });
});
