import type { ResourceSchema, TerraformSchemas } from "@apex/core";
import { type Configuration, readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { textOf } from "@apex/generators-hcl/syntax";
import { describe, expect, it } from "vitest";
import type { FilePlace } from "../diagnostics/problem.ts";
import { declarationsIn } from "./declared.ts";
import {
  attributeAt,
  attributeNamePlace,
  enclosingBlocks,
  expressionAt,
  labelPlaces,
  schemaOfBody,
} from "./locate.ts";

const parser = await loadHclParser();

function configure(files: Readonly<Record<string, string>>): Configuration {
  return readConfiguration(parser, { files: new Map(Object.entries(files)) });
}

/** The place of a piece of main.tf that stands there once. */
function at(configuration: Configuration, piece: string): FilePlace {
  const start = configuration.source.files.get("main.tf")?.indexOf(piece) ?? -1;
  if (start < 0) throw new Error(`no ${piece}`);
  return { file: "main.tf", start, end: start + piece.length };
}

const TEXT = `resource "aws_instance" /* here */ web {
  ami = var.image
  ebs_block_device {
    size = 1
  }
  dynamic "ebs_block_device" {
    for_each = var.disks
    content {
      size = ebs_block_device.value.size + 2
    }
  }
  lifecycle {
    ignore_changes = [tags]
  }
}
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = {}
  }
}
`;

describe("finding the syntax at a place", () => {
  const configuration = configure({ "main.tf": TEXT });
  const types = (piece: string): readonly string[] =>
    enclosingBlocks(configuration, at(configuration, piece)).map(({ type }) => type);

  it("tells the blocks around a place, headers included", () => {
    expect(types("size = 1")).toEqual(["resource", "ebs_block_device"]);
    expect(types('"aws_instance"')).toEqual(["resource"]);
    expect(types("ebs_block_device.value")).toEqual(["resource", "dynamic", "content"]);
    expect(types("\nprovider")).toEqual([]);
    expect(enclosingBlocks(configuration, { file: "other.tf", start: 0, end: 1 })).toEqual([]);
    expect(enclosingBlocks(configuration, { file: "main.tf", start: TEXT.length, end: TEXT.length })).toEqual(
      [],
    );
  });

  it("tells the attribute and the smallest expression that hold a place", () => {
    const place = at(configuration, "ebs_block_device.value");
    expect(attributeAt(configuration, place)?.name).toBe("size");
    const expression = expressionAt(configuration, place);
    expect(expression && textOf(expression)).toBe("ebs_block_device.value");
    const sum = expressionAt(configuration, at(configuration, "value.size + 2"));
    expect(sum?.kind).toBe("binary");
    expect(expressionAt(configuration, at(configuration, "ami"))).toBeUndefined();
    expect(attributeAt(configuration, at(configuration, "lifecycle"))).toBeUndefined();
  });

  it("tells an empty place as the character after it", () => {
    const { file, start } = at(configuration, "{\n  ami");
    expect(enclosingBlocks(configuration, { file, start, end: start }).map(({ type }) => type)).toEqual([
      "resource",
    ]);
  });

  it("finds blocks beside one that cannot be read", () => {
    const broken = configure({
      "main.tf": 'resource "a" "b" {\n  x = = 1\n}\nvariable "v" {\n  type = string\n}\n',
    });
    expect(enclosingBlocks(broken, at(broken, "string")).map(({ labels }) => labels)).toEqual([["v"]]);
  });

  it("tells where labels and names stand", () => {
    const [block] = enclosingBlocks(configuration, at(configuration, "web {"));
    const texts = block && labelPlaces(block).map(({ start, end }) => TEXT.slice(start, end));
    expect(texts).toEqual(['"aws_instance"', "web"]);
    const attribute = attributeAt(configuration, at(configuration, "var.image"));
    const name = attribute && attributeNamePlace(attribute);
    expect(TEXT.slice(name?.start, name?.end)).toBe("ami");
  });

  it("tells what a body may hold", () => {
    const instance: ResourceSchema = {
      version: 0,
      block: {
        attributes: { ami: { type: "string" } },
        block_types: {
          ebs_block_device: { nesting_mode: "list", block: { attributes: { size: { type: "number" } } } },
        },
      },
    };
    const provider: ResourceSchema = {
      version: 0,
      block: {
        block_types: {
          default_tags: {
            nesting_mode: "list",
            block: { attributes: { tags: { type: ["map", "string"] } } },
          },
        },
      },
    };
    const schemas: TerraformSchemas = {
      resource: (type) => (type === "aws_instance" ? instance : undefined),
      dataSource: () => undefined,
      provider: (name) => (name === "aws" ? provider : undefined),
      resourceTypes: () => ["aws_instance"],
      dataSourceTypes: () => [],
    };
    const world = { configuration, schemas, machineTypes: {}, state: [] };
    const names = (piece: string): readonly string[] | undefined => {
      const schema = schemaOfBody(world, enclosingBlocks(configuration, at(configuration, piece)));
      return schema && Object.keys(schema.attributes ?? {});
    };
    expect(names("ami")).toEqual(["ami"]);
    expect(names("size = 1")).toEqual(["size"]);
    expect(names("ebs_block_device.value")).toEqual(["size"]);
    expect(names("for_each")).toBeUndefined();
    expect(names("ignore_changes")).toBeUndefined();
    expect(names("tags = {}")).toEqual(["tags"]);
    expect(schemaOfBody(world, [])).toBeUndefined();
  });
});

describe("declarationsIn", () => {
  it("lists everything that a directory declares, duplicates too", () => {
    const configuration = configure({
      "main.tf": TEXT.replace('"aws" {', '"aws" {\n  alias = "eu"'),
      "more.tf":
        'resource "aws_instance" "web" {}\ndata "aws_ami" "a" {}\nlocals {\n  x = 1\n  y = 2\n}\nvariable {}\n',
      "modules/a/main.tf":
        'output "id" {\n  value = 1\n}\nmodule "b" {\n  source = "./b"\n}\nvariable "v" {}\n',
    });
    expect(declarationsIn(configuration, "").map(({ kind, key }) => [kind, key])).toEqual([
      ["resource", "aws_instance.web"],
      ["provider", "aws.eu"],
      ["resource", "aws_instance.web"],
      ["data", "data.aws_ami.a"],
      ["local", "local.x"],
      ["local", "local.y"],
    ]);
    expect(
      declarationsIn(configuration, "modules/a").map(({ kind, key, name }) => [kind, key, name]),
    ).toEqual([
      ["output", "output.id", "id"],
      ["module", "module.b", "b"],
      ["variable", "var.v", "v"],
    ]);
  });
});
