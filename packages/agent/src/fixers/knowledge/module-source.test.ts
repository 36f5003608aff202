import { describe, expect, it } from "vitest";
import { moduleSource } from "./module-source.ts";
import { providerAlias } from "./provider-alias.ts";
import { sensitiveOutput } from "./sensitive-output.ts";
import { fixedBy } from "./testing.ts";

const NETWORK = 'variable "cidr" {}\nvariable "zones" {\n  default = 2\n}\n';

function call(source: string, more = '  cidr   = "10.0.0.0/16"\n'): string {
  return `module "net" {\n  source = "${source}"\n${more}}\n`;
}

describe("the source of a module", () => {
  const notFound = { class: "module-not-found", names: { name: "net" } } as const;
  const fix = (main: string, others: Readonly<Record<string, string>>): string | null =>
    fixedBy(moduleSource, { "main.tf": main, ...others }, notFound);

  it("is written with ./ where the directory is there", () => {
    expect(fix(call("modules/network"), { "modules/network/main.tf": NETWORK })).toBe(
      call("./modules/network"),
    );
    expect(fix(call("modules/network"), {})).toBe(call("./modules/network"));
    expect(fix(call("network/aws/vpc"), {})).toBeNull();
    expect(fix(call("network/aws/vpc"), { "network/aws/vpc/main.tf": NETWORK })).toBe(
      call("./network/aws/vpc"),
    );
    expect(fix(call("github.com/network"), {})).toBeNull();
    expect(fix(call("modules/network", ""), { "modules/network/main.tf": NETWORK })).toMatch(
      /^unsure: .*needs cidr/,
    );
    expect(fix(call("git::https://example.com/network"), { "network/main.tf": NETWORK })).toBeNull();
  });

  it("is the one directory that it is a slip of and that takes the arguments", () => {
    const files = { "modules/network/main.tf": NETWORK, "modules/queue/main.tf": "" };
    expect(fix(call("./modules/netwrok"), files)).toBe(call("./modules/network"));
    expect(fix(call("./modules/netwrok", "  size = 1\n"), files)).toMatch(/^unsure: .*no variable size/);
    expect(fix(call("./modules/storage"), files)).toMatch(/^unsure: /);
    expect(fix(call("./netwrok"), files)).toMatch(/^unsure: /);
    const mail = { "modules/mail/main.tf": NETWORK };
    expect(fix(call("./modules/main"), mail)).toMatch(/^unsure: /);
    const two = { "modules/network1/main.tf": NETWORK, "modules/network2/main.tf": NETWORK };
    expect(fix(call("./modules/network3"), two)).toMatch(/^unsure: /);
  });

  it("has no version where it is a directory", () => {
    const text = call("./m", '  version = "1.0.0"\n');
    const problem = { class: "module-source", names: { why: "version" }, at: '"./m"' } as const;
    expect(fixedBy(moduleSource, { "main.tf": text, "m/main.tf": "" }, problem)).toBe(call("./m", ""));
    const registry = call("a/b/c", '  version = "1.x"\n');
    expect(fixedBy(moduleSource, registry, { ...problem, at: '"a/b/c"' })).toBeNull();
  });
});

describe("the alias of a provider", () => {
  const providers =
    'provider "aws" {}\nprovider "aws" {\n  alias = "virginia"\n}\nprovider "aws" {\n  alias = "main"\n}\nprovider "aws" {\n  alias = "us_east_1"\n}\nprovider "aws" {\n  alias = "australia"\n}\nprovider "google" {\n  alias = "ohio"\n}\n';
  const fix = (alias: string): string | null => {
    const text = `${providers}resource "aws_vpc" "b" {\n  provider = ${alias}\n}\n`;
    const name = /\.(\w+)/.exec(alias)?.[1] ?? "";
    const names = {
      resource: "aws_vpc.b",
      provider: `provider["registry.terraform.io/hashicorp/aws"].${name}`,
    };
    const fixed = fixedBy(providerAlias, text, { class: "provider-not-configured", names });
    return fixed?.startsWith(providers) === true ? fixed.slice(providers.length) : fixed;
  };

  it("is the declared one that it is a slip of", () => {
    expect(fix("aws.virgina")).toContain("provider = aws.virginia\n");
    expect(fix('"aws.virgina"')).toContain('provider = "aws.virginia"\n');
    expect(fix("aws.us_east_2")).toMatch(/^unsure: /);
    expect(fix("aws.mail")).toMatch(/^unsure: /);
    expect(fix("aws.austria")).toMatch(/^unsure: /);
    expect(fix("aws.ohioo")).toMatch(/^unsure: /);
    expect(fix("aws.frankfurt")).toMatch(/^unsure: /);
  });

  it("is looked for in the module of the resource", () => {
    const module = 'provider "aws" {\n  alias = "west"\n}\ndata "aws_ami" "b" {\n  provider = aws.wset\n}\n';
    const names = { resource: 'module.m["x"].data.aws_ami.b', provider: 'module.m.provider["x"].wset' };
    const files = { "main.tf": `${call("./m").replace("net", "m")}${providers}`, "m/main.tf": module };
    const problem = { class: "provider-not-configured", names, shown: "m/main.tf" } as const;
    expect(fixedBy(providerAlias, files, problem)).toBe(module.replace("wset", "west"));
  });
});

it("marks an output as sensitive, unless it says itself what it is", () => {
  const problem = { class: "sensitive-output", at: 'output "o"' } as const;
  expect(fixedBy(sensitiveOutput, 'output "o" {\n  value = var.p\n}\n', problem)).toBe(
    'output "o" {\n  value = var.p\n  sensitive = true\n}\n',
  );
  expect(fixedBy(sensitiveOutput, 'output "o" { value = var.p }\n', problem)).toBe(
    'output "o" {\n  value = var.p\n  sensitive = true\n}\n',
  );
  const told = 'output "o" {\n  value     = var.p\n  sensitive = false\n}\n';
  expect(fixedBy(sensitiveOutput, told, problem)).toMatch(/^unsure: /);
});
