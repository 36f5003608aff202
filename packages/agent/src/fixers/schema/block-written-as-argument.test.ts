import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { blockWrittenAsArgument } from "./block-written-as-argument.ts";

const SIZE = {
  volume_size: { type: "number", optional: true },
  encrypted: { type: "bool", optional: true },
} as const;

const AWS: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: { ami: { type: "string", required: true } },
      block_types: {
        root_block_device: { nesting_mode: "list", max_items: 1, block: { attributes: SIZE } },
        ebs_block_device: { nesting_mode: "set", block: { attributes: SIZE } },
        timeouts: {
          nesting_mode: "single",
          block: { attributes: { create: { type: "string", optional: true } } },
        },
        launch: {
          nesting_mode: "list",
          max_items: 1,
          block: {
            attributes: { name: { type: "string", optional: true } },
            block_types: { disk: { nesting_mode: "list", block: { attributes: SIZE } } },
          },
        },
      },
    },
  },
};

function inInstance(lines: string): string | null {
  const text = `resource "aws_instance" "web" {\n${lines}\n}\n`;
  const after = proposed(blockWrittenAsArgument, "unsupported-argument", text, AWS);
  return after?.startsWith("resource") === true ? after.split("\n").slice(1, -2).join("\n") : after;
}

it.each([
  ['  «timeouts» = {\n    create = "1h"\n  }', '  timeouts {\n    create = "1h"\n  }'],
  ['  «timeouts» = { create = "1h" }', '  timeouts {\n    create = "1h"\n  }'],
  [
    "  «root_block_device» = { volume_size = 20, encrypted : true }",
    "  root_block_device {\n    volume_size = 20\n    encrypted = true\n  }",
  ],
  [
    "  «rootBlockDevice» = {\n    volume_size = 20 # GiB\n  }",
    "  root_block_device {\n    volume_size = 20 # GiB\n  }",
  ],
  [
    "  «root_block_device» = {\n    volume_size = 20, # GiB\n    encrypted   = true,\n  }",
    "  root_block_device {\n    volume_size = 20 # GiB\n    encrypted   = true\n  }",
  ],
  [
    "  «root_block_device» = [{ volume_size = var.size }]",
    "  root_block_device {\n    volume_size = var.size\n  }",
  ],
  [
    "  «ebs_block_device» = [{ volume_size = 1 }, { volume_size = 2 }]",
    "  ebs_block_device {\n    volume_size = 1\n  }\n  ebs_block_device {\n    volume_size = 2\n  }",
  ],
  [
    '  «launch» = {\n    name = "a"\n    disk = [{ volume_size = 1 }]\n  }',
    '  launch {\n    name = "a"\n    disk {\n      volume_size = 1\n    }\n  }',
  ],
  ["  «lifecycle» = {\n    prevent_destroy = true\n  }", "  lifecycle {\n    prevent_destroy = true\n  }"],
])("%s is a block", (lines, after) => {
  expect(inInstance(lines)).toBe(after);
});

it.each([
  // Computed values.
  ["  «root_block_device» = var.disk", "unsure: root_block_device"],
  ["  «ebs_block_device» = [for s in var.sizes : { volume_size = s }]", "unsure: ebs_block_device"],
  ["  «root_block_device» = { (var.a) = 1 }", "unsure: root_block_device"],
  // More blocks than allowed, none, or names that the block does not have.
  ["  «root_block_device» = [{ volume_size = 1 }, { volume_size = 2 }]", "unsure: root_block_device"],
  ["  «root_block_device» = { volume_size = 1 }\n  root_block_device {}", "unsure: root_block_device"],
  ["  «ebs_block_device» = []", "unsure: ebs_block_device"],
  ["  «root_block_devic» = { size = 1 }", null],
  ["  «ebs_block_device» = [{ volume_size = 1 }, # first\n {}]", "unsure: ebs_block_device"],
  // Not a block at all.
  ["  «instance_typ» = {}", null],
])("%s is left alone", (lines, after) => {
  expect(inInstance(lines)).toBe(after);
});
