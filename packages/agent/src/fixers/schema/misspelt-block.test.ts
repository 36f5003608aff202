import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { misspeltBlock } from "./misspelt-block.ts";

const PORTS = {
  from_port: { type: "number", required: true },
  to_port: { type: "number", optional: true },
} as const;

const AWS: SmallProvider = {
  resources: {
    aws_security_group: {
      attributes: {
        name: { type: "string", optional: true },
        filters: { type: ["list", "string"], optional: true },
        rules: { type: ["set", ["object", { port: "number" }]], optional: true },
      },
      block_types: {
        ingress: { nesting_mode: "set", block: { attributes: PORTS } },
        egress: { nesting_mode: "set", block: { attributes: PORTS } },
        health_check: {
          nesting_mode: "list",
          max_items: 1,
          block: { attributes: { path: { type: "string", optional: true } } },
        },
      },
    },
  },
};

it("does not stumble over a label that is no name", () => {
  const text = '«dynamic "ingres("» {\n    for_each = []\n    content {\n      from_port = 1\n    }\n  }';
  expect(inGroup(`  ${text}`)).toContain('dynamic "ingress" {');
});

function inGroup(lines: string): string | null {
  const text = `resource "aws_security_group" "web" {\n${lines}\n}\n`;
  const after = proposed(misspeltBlock, "unsupported-block", text, AWS);
  return after?.startsWith("resource") === true ? after.split("\n").slice(1, -2).join("\n") : after;
}

it.each([
  ['  «health_ceck» {\n    path = "/"\n  }', '  health_check {\n    path = "/"\n  }'],
  ['  «healthCheck» {\n    path = "/"\n  }', '  health_check {\n    path = "/"\n  }'],
  ["  «lifecyle» {\n    prevent_destroy = true\n  }", "  lifecycle {\n    prevent_destroy = true\n  }"],
  [
    '  dynamic «"health_chek"» {\n    for_each = var.a\n    content {\n      path = health_check.value\n    }\n  }',
    '  dynamic "health_check" {\n    for_each = var.a\n    content {\n      path = health_check.value\n    }\n  }',
  ],
  [
    '  dynamic «"health_chek"» {\n    for_each = var.a\n    content {\n      path = "${health_chek.value}/${health_chek.key}"\n    }\n  }',
    '  dynamic "health_check" {\n    for_each = var.a\n    content {\n      path = "${health_check.value}/${health_check.key}"\n    }\n  }',
  ],
  // Attributes that may be written as blocks, content in another style too, and an argument that is to be a block.
  ["  «ruels» {\n    port = 1\n  }", "  rules {\n    port = 1\n  }"],
  ['  «healthCheck» {\n    Path = "/"\n  }', '  health_check {\n    Path = "/"\n  }'],
])("%s is a slip", (lines, after) => {
  expect(inGroup(lines)).toBe(after);
});

it.each([
  // As near to the one as to the other.
  ["  «igress» {\n    from_port = 1\n  }", "unsure: ingress, egress"],
  // The content belongs to something else.
  ["  «health_ceck» {\n    port = 1\n  }", "unsure: health_check"],
  ["  «health_ceck» {\n    path = [1]\n  }", "unsure: health_check"],
  // One more than allowed.
  ["  «health_ceck» {}\n  health_check {}", "unsure: health_check"],
  // An argument.
  ["  «filter» {\n    a = 1\n  }", "unsure: filters"],
  [
    '  dynamic «"health_chek"» {\n    for_each = var.a\n    content {\n      path = "${health_chek.value}${health_check.key}"\n    }\n  }',
    "unsure: health_check",
  ],
])("%s is left alone", (lines, after) => {
  expect(inGroup(lines)).toBe(after);
});

it.each([
  ["«local» {\n  a = 1\n}\n", "locals {\n  a = 1\n}\n"],
  ['«outputs» "a" {\n  value = 1\n}\n', 'output "a" {\n  value = 1\n}\n'],
  ['«varaible» "a" {\n  type = string\n}\n', 'variable "a" {\n  type = string\n}\n'],
  [
    '«resorce» "aws_security_group" "a" {\n  name = "a"\n}\n',
    'resource "aws_security_group" "a" {\n  name = "a"\n}\n',
  ],
  ['«resorce» "aws_security_group" "a" {\n  nam = "a"\n}\n', "unsure: resource"],
  ["«variables» {\n  a = 1\n}\n", "unsure: variable"],
  ['«outputs» "a" {\n  description = 1\n  default = 2\n}\n', "unsure: output"],
  ['«job» "a" {\n}\n', null],
])("top level: %s", (text, after) => {
  expect(proposed(misspeltBlock, "unsupported-block", text, AWS)).toBe(after);
});
