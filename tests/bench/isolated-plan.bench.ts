/** What isolation costs: the plan of 60 resources by a Terraform of this machine, and by one in a locked-down container. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerDescribe } from "@apex/core/testing";
import { dockerIsolation, ensureImages, openDocker } from "@apex/sandbox-docker";
import { openPlanner, type Planner } from "@apex/sandbox-terraform";
import { afterAll, beforeAll, expect, test } from "vitest";

const INSTANCES = 5;
const SERVICES = ["web", "api", "jobs", "search"];
const RESOURCES = INSTANCES * SERVICES.length * 3;
const ITERATIONS = Number(process.env["APEX_BENCH_ITERATIONS"] ?? 3);
const RUNS = { iterations: ITERATIONS, time: 0, warmup: true, warmupIterations: 1, warmupTime: 0 } as const;
const TIMEOUT_MS = 180_000;
const ROOT = join(import.meta.dirname, "../..");
const NAMES = JSON.stringify(Array.from({ length: INSTANCES }, (_, index) => `n${index}`));

const SERVICE = `
resource "aws_instance" "node" {
  for_each      = toset(${NAMES})
  ami           = "ami-1"
  instance_type = "m5.large"
}
resource "aws_ebs_volume" "data" {
  for_each          = aws_instance.node
  availability_zone = "eu-west-1a"
  size              = 100
}
resource "aws_volume_attachment" "data" {
  for_each    = aws_instance.node
  device_name = "/dev/xvdf"
  instance_id = each.value.id
  volume_id   = aws_ebs_volume.data[each.key].id
}
`;

dockerDescribe("the cost of isolation", () => {
  let directory: string;
  let onHost: Planner;
  let isolated: Planner;

  beforeAll(async () => {
    // Not before: without an engine nothing would remove it.
    directory = mkdtempSync(join(tmpdir(), "apex-bench-"));
    const engine = await openDocker();
    const { terraform: image } = await ensureImages(engine, {
      twinDirectory: join(ROOT, "sandbox/twin/src"),
      terraform: "terraform",
      cacheDirectory: join(directory, "cache"),
    });
    const calls = SERVICES.map((name) => `module "${name}" {\n  source = "./service"\n}\n`);
    mkdirSync(join(directory, "root/service"), { recursive: true });
    writeFileSync(
      join(directory, "root/main.tf"),
      `provider "aws" {\n  region = "eu-west-1"\n}\n${calls.join("")}`,
    );
    writeFileSync(join(directory, "root/service/main.tf"), SERVICE);
    onHost = await openPlanner();
    const isolation = dockerIsolation(engine, { image, runId: `bench-isolation-${process.pid}` });
    isolated = await openPlanner({ isolation });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await onHost?.close();
    await isolated?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test(`a plan of ${RESOURCES} resources`, { timeout: TIMEOUT_MS }, async ({ bench }) => {
    const plan = async (planner: Planner) => {
      const { changes } = await planner.plan({ directory: join(directory, "root") });
      expect(changes).toHaveLength(RESOURCES);
    };
    const results = await bench.compare(
      bench("on this machine", () => plan(onHost)),
      bench("in a container", () => plan(isolated)),
      RUNS,
    );
    const mean = (name: "on this machine" | "in a container") => results.get(name).latency.mean;
    const difference = mean("in a container") - mean("on this machine");
    console.log(
      `plan of ${RESOURCES} resources: ${mean("on this machine").toFixed(0)} ms on this machine, ` +
        `${mean("in a container").toFixed(0)} ms in a container (${difference.toFixed(0)} ms more)`,
    );
  });
});
