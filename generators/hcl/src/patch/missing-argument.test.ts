import { expect, test } from "vitest";
import { changedLines, configure, patchEach, set } from "../testing/configure.ts";

const MODULE = `variable "type" {
  type    = string
  default = "m5.large"
}
variable "disks" {
  type    = list(object({ size = number }))
  default = [{ size = 10 }]
}
resource "aws_instance" "w" {
  instance_type = var.type
  root_block_device {
    volume_size = var.disks[0].size
  }
}
`;
const SMALL = ["m5.large", "t3.small"] as const;

function patched(main: string, changes: Parameters<typeof patchEach>[1]): readonly string[] {
  const configuration = configure({ "main.tf": main, "m/main.tf": MODULE });
  const { patches, files } = patchEach(configuration, changes);
  const reasons = patches.flatMap((patch) => (patch.kind === "refused" ? [patch.reason] : []));
  return [...changedLines(configuration, files), ...reasons];
}

const TWO = `module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n`;

test("one of two modules that rely on a default is given the argument", () => {
  expect(patched(TWO, [set("module.b.aws_instance.w", "instance_type", SMALL)])).toEqual([
    'main.tf + type   = "t3.small"',
  ]);
});

test("the default itself is edited when all that rely on it are to change alike", () => {
  const changes = ["a", "b"].map((name) => set(`module.${name}.aws_instance.w`, "instance_type", SMALL));
  expect(patched(TWO, changes)).toEqual([
    'm/main.tf - default = "m5.large"',
    'm/main.tf + default = "t3.small"',
  ]);
});

test("a module that is repeated gets no argument for one of its instances", () => {
  const main = `module "a" {\n  source = "./m"\n  count  = 2\n}\n`;
  expect(patched(main, [set("module.a[0].aws_instance.w", "instance_type", SMALL)])).toEqual([
    "the place that decides it also feeds module.a[1].aws_instance.w.instance_type, and no place on the way feeds only what is to change",
  ]);
});

test("a part of a default that is a collection cannot be given alone", () => {
  const change = set("module.a.aws_instance.w", ["root_block_device", 0, "volume_size"], [10, 20]);
  expect(patched(TWO, [change])).toEqual(
    ["the place that decides it also feeds module.b.aws_instance.w.root_block_device[0].volume_size"].map(
      (text) => `${text}, and no place on the way feeds only what is to change`,
    ),
  );
});

test("an argument that is null is rewritten, not given twice", () => {
  const main = TWO.replace('"./m"', '"./m"\n  type   = null').replace("\n}\nmodule", "\n}\nmodule");
  const result = patched(main, [set("module.a.aws_instance.w", "instance_type", [null, "t3.small"])]);
  expect(result).toEqual(["main.tf - type   = null", 'main.tf + type   = "t3.small"']);
});
