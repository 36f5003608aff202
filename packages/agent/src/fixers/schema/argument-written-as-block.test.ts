import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { argumentWrittenAsBlock } from "./argument-written-as-block.ts";

const AWS: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: {
        ami: { type: "string", required: true },
        tags: { type: ["map", "string"], optional: true },
        ports: { type: ["map", "number"], optional: true },
        status: { type: ["map", "string"], computed: true },
        input: { type: "dynamic", optional: true },
        ingress: { type: ["set", ["object", { from: "number", to: "number" }]], optional: true },
        hosts: { type: ["list", "string"], optional: true },
      },
    },
  },
};

function inInstance(lines: string): string | null {
  const text = `resource "aws_instance" "web" {\n${lines}\n}\n`;
  const after = proposed(argumentWrittenAsBlock, "unsupported-block", text, AWS);
  return after?.startsWith("resource") === true ? after.split("\n").slice(1, -2).join("\n") : after;
}

it.each([
  ["  «tags» {\n    Name = var.a # why\n  }", "  tags = {\n    Name = var.a # why\n  }"],
  ['  «tags»{ Name = "a" }', '  tags = { Name = "a" }'],
  ["  «tags» {}", "  tags = {}"],
  [
    "  «input» {\n    a = 1\n    b {\n      c = 2\n    }\n  }",
    "  input = {\n    a = 1\n    b = {\n      c = 2\n    }\n  }",
  ],
  ["  «ingress» {\n    from = 1\n    to = 2\n  }", "  ingress = [{\n    from = 1\n    to = 2\n  }]"],
])("%s is an argument", (lines, after) => {
  expect(inInstance(lines)).toBe(after);
});

it.each([
  ['  dynamic «"tags"» {\n    for_each = {}\n    content {}\n  }', "unsure: tags"],
  ['  «tags» "a" {\n  }', "unsure: tags"],
  ["  «tags» {\n    a = 1\n  }\n  tags {\n    b = 2\n  }", "unsure: tags"],
  ["  «tags» {\n    a = [1]\n  }", "unsure: tags"],
  ["  «tags» {\n    a {\n      b = 1\n    }\n  }", "unsure: tags"],
  ['  «ports» {\n    a = "high"\n  }', "unsure: ports"],
  ["  «ingress» {\n    from = 1\n  }", "unsure: ingress"],
  ["  «hosts» {\n    from = 1\n  }", "unsure: hosts"],
  ["  «status» {\n    a = 1\n  }", "unsure: status"],
  ["  «tag» {\n    a = 1\n  }", null],
])("%s is left alone", (lines, after) => {
  expect(inInstance(lines)).toBe(after);
});
