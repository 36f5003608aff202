import { createRequire } from "node:module";
import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import hcl2 from "hcl2-parser";
import { expect, test } from "vitest";
import { readConfiguration } from "./configuration/read-configuration.ts";
import { loadHclParser } from "./node.ts";
import { patchConfiguration } from "./patch/patch-configuration.ts";
import { applyTextEdits } from "./patch/text-edits.ts";
import { set } from "./testing/configure.ts";

/** A root module of a small company: about 600 lines. */
const RESOURCES = 30;

const resource = (at: number): string => `# Service ${at}
resource "aws_instance" "service_${at}" {
  ami                    = data.aws_ami.base.id
  instance_type          = var.types["service_${at}"] # sized in spring
  subnet_id              = element(var.subnets, ${at})
  vpc_security_group_ids = [aws_security_group.base.id]
  monitoring             = var.environment == "prod" ? true : false

  root_block_device {
    volume_type = "gp2"
    volume_size = ${20 + at}
  }

  tags = merge(local.tags, {
    Name = "\${var.environment}-service-${at}"
  })
}
`;
const types = Array.from({ length: RESOURCES }, (_, at) => `    service_${at} = "m5.large"\n`).join("");
const text = `variable "environment" {
  default = "prod"
}
variable "subnets" {
  default = ["a", "b"]
}
variable "types" {
  default = {
${types}  }
}
locals {
  tags = { Team = "core" }
}
${Array.from({ length: RESOURCES }, (_, at) => resource(at)).join("\n")}`;
const files = new Map([["main.tf", text]]);

// Its type declarations bring the browser's globals into every file of the repository; one function is all we need.
const require = createRequire(import.meta.url);
const cdktf = require("@cdktf/hcl2json") as {
  parse(file: string, text: string): Promise<object>;
};
const parser = await loadHclParser();

test(`parse a file of ${text.split("\n").length} lines`, async ({ bench }) => {
  await bench("tree-sitter, every token with its place", () => {
    expect(parser.parse("main.tf", text).diagnostics).toEqual([]);
  }).run(BENCH_RUNS);
  await bench("hcl2-parser, values only", () => {
    expect(hcl2.parseToObject(text)[0]).not.toBeNull();
  }).run(BENCH_RUNS);
  await bench("@cdktf/hcl2json, values only", async () => {
    expect(await cdktf.parse("main.tf", text)).toHaveProperty("resource");
  }).run(BENCH_RUNS);
});

test(`read, trace, edit and re-check ${RESOURCES} instances`, async ({ bench }) => {
  const changes = Array.from({ length: RESOURCES }, (_, at) => ({
    id: String(at),
    changes: [set(`aws_instance.service_${at}`, "instance_type", ["m5.large", "m5.xlarge"])],
  }));
  await bench("one edit", () => {
    const configuration = readConfiguration(parser, { files });
    const patch = patchConfiguration(configuration, changes.slice(0, 1)).get("0");
    expect(applyTextEdits(files, patch?.kind === "edits" ? patch.textEdits : []).get("main.tf")).not.toBe(
      text,
    );
  }).run(BENCH_RUNS);
  await bench(`${RESOURCES} edits`, () => {
    const patches = patchConfiguration(readConfiguration(parser, { files }), changes);
    expect([...patches.values()].every(({ kind }) => kind === "edits")).toBe(true);
  }).run(BENCH_RUNS);
});
