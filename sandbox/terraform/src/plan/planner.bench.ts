import { expect, test } from "vitest";
import { PROVIDERS, writeFiles } from "../testing/configuration.ts";
import { openPlanner } from "./planner.ts";

/** Instances per service; each of the four services has as many volumes and attachments. */
const INSTANCES = 5;
const SERVICES = ["web", "api", "jobs", "search"];
const RESOURCES = INSTANCES * SERVICES.length * 3;
const RUNS = { iterations: 5, time: 0, warmup: true, warmupIterations: 1, warmupTime: 0 } as const;

const NAMES = JSON.stringify(Array.from({ length: INSTANCES }, (_, index) => `n${index}`));

const AWS_MODULE = `
variable "name" {
  type = string
}
variable "type" {
  type = string
}
resource "aws_instance" "node" {
  for_each      = toset(${NAMES})
  ami           = "ami-1"
  instance_type = var.type
  tags = {
    Name = "\${var.name}-\${each.key}"
  }
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

/** The same shape in Terraform's built-in resource: what Terraform itself costs. */
const BUILTIN_MODULE = `
variable "name" {
  type = string
}
variable "type" {
  type = string
}
resource "terraform_data" "node" {
  for_each = toset(${NAMES})
  input    = { type = var.type, name = "\${var.name}-\${each.key}" }
}
resource "terraform_data" "data" {
  for_each = terraform_data.node
  input    = { size = 100 }
}
resource "terraform_data" "attachment" {
  for_each = terraform_data.node
  input    = { instance = each.value.id, volume = terraform_data.data[each.key].id }
}
`;

function stack(head: string, module: string): string {
  const calls = SERVICES.map(
    (name) => `module "${name}" {\n  source = "./service"\n  name   = "${name}"\n  type   = "m5.large"\n}\n`,
  );
  return writeFiles({ "main.tf": `${head}\n${calls.join("\n")}`, "service/main.tf": module });
}

test(`a plan of ${RESOURCES} resources in modules with for_each, against Terraform's own cost`, async ({
  bench,
}) => {
  const standIn = stack(PROVIDERS, AWS_MODULE);
  const builtIn = stack("", BUILTIN_MODULE);
  const empty = writeFiles({ "main.tf": "" });
  const planner = await openPlanner();
  const plan = async (directory: string, resources: number) => {
    const result = await planner.plan({ directory });
    expect(result.changes).toHaveLength(resources);
  };
  const results = await bench.compare(
    bench("stand-in provider", () => plan(standIn, RESOURCES)),
    bench("built-in resources", () => plan(builtIn, RESOURCES)),
    bench("empty configuration", () => plan(empty, 0)),
    RUNS,
  );
  const mean = (name: "stand-in provider" | "built-in resources" | "empty configuration") =>
    results.get(name).latency.mean;
  const ratio = mean("stand-in provider") / mean("built-in resources");
  console.log(
    `plan of ${RESOURCES} resources: ${mean("stand-in provider").toFixed(0)} ms; the same with built-in resources ` +
      `${mean("built-in resources").toFixed(0)} ms (ratio ${ratio.toFixed(2)}); empty ${mean("empty configuration").toFixed(0)} ms`,
  );
  await planner.close();
});
