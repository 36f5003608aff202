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

test("it lives where its neighbour lives: the same provider, region and project", () => {
  const beside = (arguments_: string): string =>
    `resource "aws_ebs_volume" "data" {\n${arguments_}  size = 1\n}\n`;
  const added = (main: string, address = "aws_ebs_volume.data"): string | undefined =>
    patchEach(configure({ "main.tf": main }), [snapshot(address)]).files["main.tf"]?.slice(main.length - 1);
  expect(added(beside("  provider = aws.west # Oregon\n  region = var.region\n"))).toMatchInlineSnapshot(`
    "

    resource "aws_ebs_snapshot" "before_delete" {
      provider    = aws.west
      region      = var.region
      volume_id   = aws_ebs_volume.data.id
      description = "kept by Apex"
      tags        = { Name = "x" }
    }
    "
  `);
  const each = beside('  for_each = { "eu-west-1" = "z" }\n  region = each.key\n');
  expect(added(each, 'aws_ebs_volume.data["eu-west-1"]')).toContain('region      = "eu-west-1"\n');
  const unknown = beside("  count = 1\n  region = data.x.y.z[count.index]\n");
  const { patches } = patchEach(configure({ "main.tf": unknown }), [snapshot("aws_ebs_volume.data[0]")]);
  expect(patches[0]).toMatchObject({
    kind: "refused",
    reason: "the region of aws_ebs_volume.data[0], in which the new resource has to be too, is not known",
  });
  const disk = 'resource "google_compute_disk" "d" {\n  project = "p"\n  region = "r"\n}\n';
  const change: IntendedChange = {
    kind: "add-resource",
    besideAddress: "google_compute_disk.d",
    type: "google_compute_snapshot",
    name: "last",
    attributes: { source_disk: "d" },
  };
  expect(patchEach(configure({ "main.tf": disk }), [change]).files["main.tf"]).toContain(
    '"last" {\n  project     = "p"\n  source_disk = "d"\n}',
  );
});

test("it stands before a comment that runs on from its neighbour's last line, not inside of it", () => {
  const main = 'resource "aws_ebs_volume" "data" {\n} /* of\nb */\nb {\n}\n';
  const { patches, files } = patchEach(configure({ "main.tf": main }), [snapshot("aws_ebs_volume.data")]);
  expect(patches[0]).toMatchObject({ kind: "edits" });
  expect(files["main.tf"]).toMatch(
    /^resource "aws_ebs_volume" "data" \{\n\}\n\nresource [^/]*\n\} \/\* of\nb \*\/\nb/,
  );
});

test("a map whose one key is ref is a map, unless it names an attribute", () => {
  const main = 'resource "aws_ebs_volume" "data" {\n}\n';
  const change = { ...snapshot("aws_ebs_volume.data"), attributes: { tags: { ref: "id }\n evil {" } } };
  expect(patchEach(configure({ "main.tf": main }), [change as IntendedChange]).files["main.tf"]).toContain(
    '  tags = { ref = "id }\\n evil {" }\n',
  );
});
