import { expect, it } from "vitest";
import { proposed, type SmallProvider } from "../testing/propose.ts";
import { misplacedArgument } from "./misplaced-argument.ts";

const TEXT = { type: "string", optional: true } as const;
const NUMBER = { type: "number", optional: true } as const;
const AWS: SmallProvider = {
  resources: {
    aws_instance: {
      attributes: { ami: TEXT, instance_type: TEXT },
      block_types: {
        root_block_device: {
          nesting_mode: "list",
          max_items: 1,
          block: { attributes: { volume_size: NUMBER, encrypted: TEXT } },
        },
        ebs_block_device: {
          nesting_mode: "set",
          block: { attributes: { device_name: TEXT, encrypted: TEXT, kms_ami: TEXT } },
        },
        launch: {
          nesting_mode: "list",
          block: { block_types: { disk: { nesting_mode: "list", block: { attributes: { image: TEXT } } } } },
        },
      },
    },
  },
};

function of(lines: string): string | null {
  const text = `resource "aws_instance" "web" {\n${lines}\n}\n`;
  const after = proposed(misplacedArgument, "unsupported-argument", text, AWS);
  return after?.startsWith("resource") === true ? after.split("\n").slice(1, -2).join("\n") : after;
}

it.each([
  [
    "  «volume_size» = 20\n  root_block_device {\n    encrypted = true\n  }",
    "  root_block_device {\n    encrypted = true\n    volume_size = 20\n  }",
  ],
  ["  «volume_size» = 20\n  root_block_device {}", "  root_block_device {\n    volume_size = 20\n  }"],
  [
    '  root_block_device {\n    «instance_type» = "a"\n  }',
    '  root_block_device {\n  }\n  instance_type = "a"',
  ],
  [
    '  «image» = "a"\n  launch {\n    disk {\n    }\n  }',
    '  launch {\n    disk {\n      image = "a"\n    }\n  }',
  ],
  [
    '  root_block_device {\n    «device_name» = "a"\n  }\n  ebs_block_device {\n  }',
    '  root_block_device {\n  }\n  ebs_block_device {\n    device_name = "a"\n  }',
  ],
])("%s", (lines, after) => {
  expect(of(lines)).toBe(after);
});

it.each([
  // Several blocks take it, whichever is written.
  [
    "  «encrypted» = true\n  root_block_device {\n  }",
    "unsure: ebs_block_device.encrypted, root_block_device.encrypted",
  ],
  // No block to take it, or more than one, or one made by dynamic.
  ["  «volume_size» = 20", "unsure: root_block_device.volume_size"],
  [
    '  «device_name» = "a"\n  ebs_block_device {\n  }\n  ebs_block_device {\n  }',
    "unsure: ebs_block_device.device_name",
  ],
  [
    '  «device_name» = "a"\n  dynamic "ebs_block_device" {\n    for_each = []\n    content {}\n  }',
    "unsure: ebs_block_device.device_name",
  ],
  // The short form of a name that the body knows.
  ['  ebs_block_device {\n    «ami» = "a"\n  }', "unsure: ami"],
  // Set already, or a value that is not known to fit.
  [
    "  «volume_size» = 20\n  root_block_device {\n    volume_size = 1\n  }",
    "unsure: root_block_device.volume_size",
  ],
  ["  «volume_size» = var.a\n  root_block_device {\n  }", "unsure: root_block_device.volume_size"],
  ['  «location» = "a"', null],
])("is left alone: %s", (lines, after) => {
  expect(of(lines)).toBe(after);
});
