import type { TerraformDiagnostic } from "@apex/core";
import { type Configuration, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { describe, expect, it } from "vitest";
import { classifyDiagnostics } from "./classify.ts";
import type { Problem } from "./problem.ts";

const parser = await loadHclParser();

function configure(files: Readonly<Record<string, string>>): Configuration {
  return readConfiguration(parser, { files: new Map(Object.entries(files)) });
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A diagnostic on a piece of a text, with the bytes and lines that Terraform counts. */
function on(filename: string, text: string, piece: string): TerraformDiagnostic {
  const start = text.indexOf(piece);
  const position = (offset: number): { line: number; column: number; byte: number } => ({
    line: text.slice(0, offset).split("\n").length,
    column: 1,
    byte: bytes(text.slice(0, offset)),
  });
  const range = { filename, start: position(start), end: position(start + piece.length) };
  return {
    severity: "error",
    summary: "Unsupported argument",
    detail: 'An argument named "x" is not expected here.',
    range,
  };
}

function problemOn(configuration: Configuration, diagnostic: TerraformDiagnostic): Problem {
  const [problem] = classifyDiagnostics([diagnostic], configuration);
  if (problem === undefined) throw new Error("an error must become a problem");
  return problem;
}

const TEXT = `resource "aws_instance" "web" {
  tags = { Name = "größe 🚀" }
  x    = 1
}
`;

describe("the place of a problem", () => {
  it.each([
    ["characters of several bytes", TEXT],
    ["a byte order mark", `\uFEFF${TEXT}`],
    ["Windows line ends", TEXT.replaceAll("\n", "\r\n")],
  ])("is counted in code units behind %s", (_what, text) => {
    const { place } = problemOn(configure({ "main.tf": text }), on("main.tf", text, "x    = 1"));
    expect(text.slice(place?.start, place?.end)).toBe("x    = 1");
  });

  it("ends with the text where Terraform points past it", () => {
    const diagnostic = on("main.tf", TEXT, "");
    const end = { line: 5, column: 1, byte: bytes(TEXT) };
    const range = { filename: "main.tf", start: end, end: { ...end, byte: end.byte + 1 } };
    const { place } = problemOn(configure({ "main.tf": TEXT }), { ...diagnostic, range });
    expect(place).toEqual({ file: "main.tf", start: TEXT.length, end: TEXT.length });
  });

  it.each([
    ["a file that is none of the configuration's", on("other.tf", TEXT, "x    = 1")],
    ["a file of the machine's", on("/etc/main.tf", TEXT, "x    = 1")],
    ["a text that is not the one Terraform read", on("main.tf", `# more\n${TEXT}`, "x    = 1")],
    ["bytes beyond the text", on("main.tf", TEXT + TEXT, "}\nresource")],
  ])("is not told for %s", (_what, diagnostic) => {
    expect(problemOn(configure({ "main.tf": TEXT }), diagnostic)).not.toHaveProperty("place");
  });

  it("is not told within a character", () => {
    const diagnostic = on("main.tf", TEXT, "ö");
    const start = { line: 2, column: 1, byte: (diagnostic.range?.start.byte ?? 0) + 1 };
    const range = { filename: "main.tf", start, end: { ...start, byte: start.byte + 1 } };
    expect(problemOn(configure({ "main.tf": TEXT }), { ...diagnostic, range })).not.toHaveProperty("place");
  });

  it.each([
    "modules/web/main.tf",
    "./modules/web/main.tf",
    "modules\\web\\main.tf",
    "modules/x/../web/main.tf",
  ])("is found in a module that Terraform calls %s", (filename) => {
    const configuration = configure({
      "main.tf": 'module "a" {\n  source = "./modules/web"\n}\n',
      "modules/web/main.tf": TEXT,
    });
    const problem = problemOn(configuration, on(filename, TEXT, "x    = 1"));
    expect(problem.place?.file).toBe("modules/web/main.tf");
    expect(problem.address).toBe("module.a.aws_instance.web");
  });
});

describe("the address and path of a problem", () => {
  const text = `locals {
  size = 1
}
variable "v" {
  default = 2
}
resource "aws_instance" "web" {
  ebs_block_device {
    one = 3
  }
  ebs_block_device {
    two = 4
  }
  dynamic "ebs_block_device" {
    for_each = []
    content {
      three = 5
    }
  }
  lifecycle {
    ignore_changes = [six]
  }
}
provider "aws" {
  region = "seven"
}
moved {
  from = a.eight
  to   = a.b
}
`;
  const configuration = configure({ "main.tf": text });
  const subject = (piece: string): readonly unknown[] => {
    const { address, path } = problemOn(configuration, on("main.tf", text, piece));
    return [address, path];
  };

  it("are told by the blocks around its place", () => {
    expect(subject("1")).toEqual(["local.size", undefined]);
    expect(subject("2")).toEqual(["var.v", ["default"]]);
    expect(subject('"web"')).toEqual(["aws_instance.web", undefined]);
    expect(subject("3")).toEqual(["aws_instance.web", ["ebs_block_device", 0, "one"]]);
    expect(subject("two")).toEqual(["aws_instance.web", ["ebs_block_device", 1, "two"]]);
    expect(subject("5")).toEqual(["aws_instance.web", ["ebs_block_device"]]);
    expect(subject("six")).toEqual(["aws_instance.web", ["lifecycle", "ignore_changes"]]);
    expect(subject("seven")).toEqual(["provider.aws", ["region"]]);
    expect(subject("eight")).toEqual([undefined, undefined]);
  });

  it("name an argument that is missing", () => {
    const problem = problemOn(configuration, {
      ...on("main.tf", text, "{\n    one"),
      summary: "Missing required argument",
      detail: 'The argument "size" is required, but no definition was found.',
    });
    expect(problem.path).toEqual(["ebs_block_device", 0, "size"]);
  });

  it("have no instance keys, whoever tells them", () => {
    const diagnostic = { ...on("main.tf", text, "3"), address: 'module.m["a].x"].aws_instance.web[0]' };
    expect(problemOn(configuration, diagnostic).address).toBe("module.m.aws_instance.web");
  });

  it("are not told for a module that several calls lead to, or that calls itself", () => {
    const shared = configure({
      "main.tf": 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n',
      "m/main.tf": TEXT,
      "loop/main.tf": `module "again" {\n  source = "../loop"\n}\n${TEXT}`,
    });
    expect(problemOn(shared, on("m/main.tf", TEXT, "x    = 1")).address).toBeUndefined();
    const looping = `module "again" {\n  source = "../loop"\n}\n${TEXT}`;
    expect(problemOn(shared, on("loop/main.tf", looping, "x    = 1")).address).toBeUndefined();
  });
});
