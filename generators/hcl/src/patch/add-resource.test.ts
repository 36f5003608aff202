import type { IntendedChange } from "@apex/core";
import { expect, test } from "vitest";
import { configure, patchEach } from "../testing/configure.ts";
import { formatWithTerraform, hasTerraform } from "../testing/terraform-plan.ts";

function snapshot(besideAddress: string, name = "before_delete"): IntendedChange {
  return {
    kind: "add-resource",
    besideAddress,
    type: "aws_ebs_snapshot",
    name,
    attributes: { volume_id: { ref: "id" }, description: "kept by Apex", tags: { Name: "x" } },
  };
}

test("a block is added after its neighbour's, with a reference to it", () => {
  const main = `resource "aws_ebs_volume" "data" {\n  size = 1\n} # end\n# next\nresource "a" "b" {}\n`;
  const { patches, files } = patchEach(configure({ "main.tf": main }), [snapshot("aws_ebs_volume.data")]);
  expect(files["main.tf"]).toMatchInlineSnapshot(`
    "resource "aws_ebs_volume" "data" {
      size = 1
    } # end

    resource "aws_ebs_snapshot" "before_delete" {
      volume_id   = aws_ebs_volume.data.id
      description = "kept by Apex"
      tags        = { Name = "x" }
    }
    # next
    resource "a" "b" {}
    "
  `);
  expect(patches[0]).toMatchObject({
    addresses: ["aws_ebs_snapshot.before_delete"],
    edits: [{ line: 4, before: "" }],
  });
});

test("inside a module the reference is the module's own, and the name is unique", () => {
  const configuration = configure({
    "main.tf": `module "m" {\n  source = "./m"\n}\n`,
    "m/main.tf": `resource "aws_ebs_volume" "d" {\r\n  for_each = toset(["a", "b"])\r\n}`,
    "m/other.tf": `resource "aws_ebs_snapshot" "before_delete" {}\n`,
  });
  const { patches, files } = patchEach(configuration, [
    snapshot('module.m.aws_ebs_volume.d["a"]'),
    snapshot('module.m.aws_ebs_volume.d["b"]'),
    snapshot('module.m.aws_ebs_volume.d["b"]', "1 odd/name"),
  ]);
  expect(files["m/main.tf"]).toMatchInlineSnapshot(`
    "resource "aws_ebs_volume" "d" {
      for_each = toset(["a", "b"])
    }

    resource "aws_ebs_snapshot" "before_delete_2" {
      volume_id   = aws_ebs_volume.d["a"].id
      description = "kept by Apex"
      tags        = { Name = "x" }
    }

    resource "aws_ebs_snapshot" "before_delete_3" {
      volume_id   = aws_ebs_volume.d["b"].id
      description = "kept by Apex"
      tags        = { Name = "x" }
    }

    resource "aws_ebs_snapshot" "_1_odd_name" {
      volume_id   = aws_ebs_volume.d["b"].id
      description = "kept by Apex"
      tags        = { Name = "x" }
    }"
  `);
  expect(patches.map((patch) => patch.kind === "edits" && patch.addresses)).toEqual([
    ["module.m.aws_ebs_snapshot.before_delete_2"],
    ["module.m.aws_ebs_snapshot.before_delete_3"],
    ["module.m.aws_ebs_snapshot._1_odd_name"],
  ]);
});

test("in a module that is used more than once it is refused", () => {
  const configuration = configure({
    "main.tf": `module "m" {\n  source = "./m"\n  count  = 2\n}\n`,
    "m/main.tf": `resource "aws_ebs_volume" "d" {}\n`,
  });
  const { patches } = patchEach(configuration, [snapshot("module.m[0].aws_ebs_volume.d")]);
  expect(patches[0]).toMatchObject({
    kind: "refused",
    reason:
      "module.m[0].aws_ebs_volume.d is in module m, which is used 2 times: the new resource would be made in each",
  });
});

test("nested blocks are laid out as the formatter does", () => {
  const main = 'resource "aws_s3_bucket" "logs" {\n}\n';
  const change: IntendedChange = {
    kind: "add-resource",
    besideAddress: "aws_s3_bucket.logs",
    type: "aws_s3_bucket_lifecycle_configuration",
    name: "logs",
    attributes: { bucket: { ref: "id" } },
    blocks: [
      {
        type: "rule",
        attributes: { id: "abort", status: "Enabled" },
        blocks: [
          { type: "filter", attributes: {} },
          { type: "abort_incomplete_multipart_upload", attributes: { days_after_initiation: 7 } },
        ],
      },
    ],
  };
  const { patches, files } = patchEach(configure({ "main.tf": main }), [change]);
  expect(files["main.tf"]).toMatchInlineSnapshot(`
    "resource "aws_s3_bucket" "logs" {
    }

    resource "aws_s3_bucket_lifecycle_configuration" "logs" {
      bucket = aws_s3_bucket.logs.id

      rule {
        id     = "abort"
        status = "Enabled"

        filter {}

        abort_incomplete_multipart_upload {
          days_after_initiation = 7
        }
      }
    }
    "
  `);
  expect(patches[0]).toMatchObject({ addresses: ["aws_s3_bucket_lifecycle_configuration.logs"] });
  const formatted = hasTerraform ? formatWithTerraform(files["main.tf"] ?? "") : files["main.tf"];
  expect(formatted).toBe(files["main.tf"]);
});
