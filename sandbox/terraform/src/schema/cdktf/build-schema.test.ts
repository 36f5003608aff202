import { expect, test } from "vitest";
import { generatedVolume } from "../testing/generated-volume.ts";
import { buildSchema } from "./build-schema.ts";
import { parseGenerated } from "./parse-generated.ts";

function build(text: string) {
  const unit = parseGenerated(text);
  if (!unit) throw new Error("the text declares nothing");
  return buildSchema(unit);
}

test("each form of generated member becomes the attribute it was generated from", () => {
  expect(build(generatedVolume()).block.attributes).toEqual({
    arn: { type: "string", computed: true },
    get_password_data: { type: "bool", optional: true },
    peers: { type: ["set", "string"], computed: true },
    zones: { type: ["list", "string"], optional: true, computed: true },
    size: { type: "number", required: true },
    rule: { type: ["set", ["object", { ports: ["set", "number"] }]], optional: true, computed: true },
    attachments: { type: ["list", ["map", "string"]], computed: true },
  });
});

test("a required block that holds one struct is a list of exactly one; timeouts are single", () => {
  expect(build(generatedVolume()).block.block_types).toEqual({
    disk: {
      nesting_mode: "list",
      min_items: 1,
      max_items: 1,
      block: {
        attributes: { kind: { type: "string", required: true }, id: { type: "string", computed: true } },
      },
    },
    timeouts: {
      nesting_mode: "single",
      block: { attributes: { create: { type: "string", optional: true } } },
    },
  });
});

test("a block that the package cuts to `any` is left out and named", () => {
  expect(build(generatedVolume()).gaps).toEqual(["statement: a block whose content is not told"]);
});

test("a value of unknown type that is only read is dynamic, and named", () => {
  const text = generatedVolume().replace(
    "this.getStringAttribute('arn')",
    "this.interpolationForAttribute('arn')",
  );
  const { block, gaps } = build(text);
  expect(block.attributes?.["arn"]).toEqual({ type: "dynamic", computed: true });
  expect(gaps[0]).toMatch(/^arn: type not told, taken as dynamic/);
});

test("a struct that contains itself is written out three deep, and named once", () => {
  const text = generatedVolume()
    .replace(
      /^(export interface VolumeDisk \{)$/m,
      "$1\n  /**\n  * disk block\n  *\n  * Docs at Terraform Registry: {@link https://x#disk Volume#disk}\n  */\n  readonly disk?: VolumeDisk;",
    )
    .replace(
      /^(export class VolumeDiskOutputReference .*)$/m,
      '$1\n  // disk - computed: false, optional: true, required: false\n  private _disk = new VolumeDiskOutputReference(this, "disk");\n  public get disk() {\n    return this._disk;\n  }',
    )
    .replace(
      /^(export function volumeDiskToHclTerraform.*\n.*)$/m,
      '$1\n    disk: {\n      value: x,\n      isBlock: true,\n      type: "list",\n      storageClassType: "VolumeDiskList",\n    },',
    );
  const { block, gaps } = build(text);
  const outer = block.block_types?.["disk"];
  const third = outer?.block.block_types?.["disk"]?.block.block_types?.["disk"];
  expect(third?.block.attributes).toHaveProperty("kind");
  expect(third?.block.block_types).toBeUndefined();
  expect(gaps.filter((gap) => gap.includes("inside itself"))).toEqual([
    "disk.disk.disk.disk: inside itself more than 3 times, cut off",
  ]);
});
