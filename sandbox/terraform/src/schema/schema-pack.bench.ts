import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import { expect, test } from "vitest";
import { decodeSchemaPack } from "./schema-pack.ts";

/** What a web tier with a database uses of the largest provider. */
const USED = [
  "aws_instance",
  "aws_launch_template",
  "aws_autoscaling_group",
  "aws_db_instance",
  "aws_ebs_volume",
  "aws_security_group",
  "aws_iam_role",
  "aws_lb",
  "aws_subnet",
  "aws_vpc",
];

test("opening the aws pack", async ({ bench }) => {
  const path = join(import.meta.dirname, "../../data/aws.schema-pack");
  await bench("open", () => {
    decodeSchemaPack(readFileSync(path), "aws");
  }).run(BENCH_RUNS);
  await bench("open and read ten types", () => {
    const pack = decodeSchemaPack(readFileSync(path), "aws");
    for (const type of USED) expect(pack.resourceSchema(type)).toBeDefined();
  }).run(BENCH_RUNS);
  await bench("open and read every type", () => {
    const pack = decodeSchemaPack(readFileSync(path), "aws");
    for (const type of pack.resourceTypes()) pack.resourceSchema(type);
    for (const type of pack.dataSourceTypes()) pack.dataSourceSchema(type);
  }).run(BENCH_RUNS);
});
