import { describe, expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { misspeltArgument } from "./misspelt-argument.ts";

const AWS: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: {
        ami: { type: "string", required: true },
        instance_type: { type: "string", optional: true },
        subnet_id: { type: "string", optional: true },
        security_groups: { type: ["set", "string"], optional: true },
        vpc_security_group_ids: { type: ["set", "string"], optional: true },
        ipv6_address_count: { type: "number", optional: true },
        ebs_optimized: { type: "bool", optional: true },
        http_endpoint: { type: "string", optional: true },
        instance_state: { type: "string", computed: true },
        tags: { type: ["map", "string"], optional: true },
        volume_tags: { type: ["map", "string"], optional: true },
      },
      block_types: {
        root_block_device: {
          nesting_mode: "list",
          max_items: 1,
          block: { attributes: { volume_size: { type: "number", optional: true } } },
        },
      },
    },
    aws_lb: {
      attributes: {
        subnets: { type: ["set", "string"], optional: true },
        name: { type: "string", optional: true },
        name_prefix: { type: "string", optional: true },
        min_size: { type: "number", optional: true },
        max_size: { type: "number", optional: true },
      },
    },
  },
};

function inInstance(line: string): string | null {
  const text = `resource "aws_instance" "web" {\n  ${line}\n}\n`;
  const after = proposed(misspeltArgument, "unsupported-argument", text, AWS);
  return after?.startsWith("unsure") === false ? (after.split("\n")[1]?.trim() ?? null) : after;
}

function inBalancer(line: string): string | null {
  const text = `resource "aws_lb" "web" {\n  ${line}\n}\n`;
  const after = proposed(misspeltArgument, "unsupported-argument", text, AWS);
  return after?.startsWith("unsure") === false ? (after.split("\n")[1]?.trim() ?? null) : after;
}

describe("a slip of one name", () => {
  it.each([
    ['«instance_typ» = "t3.micro"', 'instance_type = "t3.micro"'],
    ['«instanceType» = "t3.micro"', 'instance_type = "t3.micro"'],
    ['«instance-type» = "t3.micro"', 'instance_type = "t3.micro"'],
    ['«Instance_Type» = "t3.micro"', 'instance_type = "t3.micro"'],
    ['«instanec_type» = "t3.micro"', 'instance_type = "t3.micro"'],
    ['«insatnce_tpye» = "t3.micro"', 'instance_type = "t3.micro"'],
    ["«ebs_optimised» = true", "ebs_optimized = true"],
    ["«tag» = { a = 1 }", "tags = { a = 1 }"],
    ["«for-each» = toset([])", "for_each = toset([])"],
    ["«dependsOn» = []", "depends_on = []"],
  ])("%s", (line, after) => {
    expect(inInstance(line)).toBe(after);
  });

  it("in a nested block is judged by that block", () => {
    const text = 'resource "aws_instance" "web" {\n  root_block_device {\n    «volume_sizes» = 20\n  }\n}\n';
    expect(proposed(misspeltArgument, "unsupported-argument", text, AWS)).toContain(" volume_size = 20");
  });

  it("keeps the column of the equals sign", () => {
    const text = 'resource "aws_instance" "web" {\n  ami          = "a"\n  «instance_typ» = "b"\n}\n';
    expect(proposed(misspeltArgument, "unsupported-argument", text, AWS)).toContain(
      '\n  instance_type = "b"',
    );
  });
});

describe("it does not act", () => {
  it.each([
    // Two names have these words.
    ["«security_group» = [aws_security_group.a.id]", "unsure: security_groups, vpc_security_group_ids"],
    // A list where one is wanted, and the other way round.
    ["«subnet_ids» = [var.a]", "unsure: subnet_id"],
    ['«tag» = "a"', "unsure: tags"],
    // Nothing tells that the value is a single one.
    ["«subnet_ids» = var.unknown", "unsure: subnet_id"],
    // Another digit, another word.
    ["«ipv4_address_count» = 2", "unsure: ipv6_address_count"],
    ['«https_endpoint» = "enabled"', "unsure: http_endpoint"],
    // Decided by the provider, or a value of another type.
    ['«instance_stat» = "running"', "unsure: instance_state"],
    ['«ebs_optimised» = "sometimes"', "unsure: ebs_optimized"],
    // A block is not an argument.
    ["«root_block_devic» = { volume_size = 1 }", "unsure: root_block_device"],
    ['«location» = "westeurope"', null],
  ])("%s", (line, after) => {
    expect(inInstance(line)).toBe(after);
  });

  it.each([
    ["«mix_size» = 1", "unsure: max_size, min_size"],
    ["«mn_size» = 1", "unsure: min_size, max_size"],
    ["«size» = 1", null],
    ['«nam_prefix» = "a"', 'name_prefix = "a"'],
  ])("%s", (line, after) => {
    expect(inBalancer(line)).toBe(after);
  });

  it("on a name that is set already", () => {
    const text = 'resource "aws_instance" "web" {\n  instance_type = "a"\n  «instance_typ» = "b"\n}\n';
    expect(proposed(misspeltArgument, "unsupported-argument", text, AWS)).toBe("unsure: instance_type");
  });
});

describe("inputs of a module", () => {
  const call = (line: string): string => `module "m" {\n  source = "./m"\n  ${line}\n}\n`;
  const module = 'variable "region" {\n  type = string\n}\nvariable "sizes" {\n  type = list(string)\n}\n';

  it("are the variables that it declares", () => {
    const after = proposed(misspeltArgument, "unsupported-argument", call('«regoin» = "a"'), {
      files: { "m/main.tf": module },
    });
    expect(after).toContain('region = "a"');
  });

  it("are left alone where the module uses what it does not declare", () => {
    const text = `${module}output "o" {\n  value = var.regoin\n}\n`;
    const after = proposed(misspeltArgument, "unsupported-argument", call('«regoin» = "a"'), {
      files: { "m/main.tf": text },
    });
    expect(after).toBeNull();
  });
});
