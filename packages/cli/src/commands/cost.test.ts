import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

const PLAN = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  planned_values: {},
  configuration: { root_module: {} },
  resource_changes: ["ec2", "address"].map((name) => ({
    address: `aws_${name === "ec2" ? "instance" : "eip"}.${name}`,
    mode: "managed",
    type: `aws_${name === "ec2" ? "instance" : "eip"}`,
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    change: {
      actions: ["create"],
      before: null,
      after:
        name === "ec2"
          ? { instance_type: "m5.large", availability_zone: "us-east-1a" }
          : { region: "us-east-1" },
      after_unknown: {},
    },
  })),
};

async function cost(contract: string | undefined, file: string, ...words: readonly string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), "apex-cost-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, "plan.json"), JSON.stringify(PLAN));
  if (contract !== undefined) await writeFile(path.join(folder, file), contract);
  const io = recordedIo({ cwd: folder });
  const exitCode = await runCli(["cost", "--plan", "plan.json", ...words], io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

const CONTRACT = "discounts:\n  - { service: ec2, percent: 25 }\n";

it("counts by the contract that lies beside, and says which prices are the contract's", async () => {
  const list = await cost(undefined, "apex.prices.yaml");
  // 0.096 and 0.005 an hour.
  expect(list.out).toContain("$73.73 a month (730 h, on-demand list prices)");
  const { out } = await cost(CONTRACT, "apex.prices.yaml");
  expect(out).toContain("$56.21 a month (730 h, on-demand prices by contract, else by the list)");
  expect(out).toContain("EC2 us-east-1 linux at 25 % off the list price by apex.prices.yaml");
  expect(out).toContain("AWS public price list, us-east-1 20");
});

it("takes the contract that is named, and refuses one that is not there or not right", async () => {
  const named = await cost(CONTRACT, "ours.yaml", "--prices", "ours.yaml", "--format", "json");
  expect(JSON.parse(named.out)).toMatchObject({ total: "56.21" });
  const missing = await cost(undefined, "", "--prices", "ours.yaml");
  expect(missing.exitCode).toBeGreaterThan(0);
  expect(missing.err).toContain("ours.yaml is no file");
  const wrong = await cost("discounts: [{ percent: 200 }]\n", "apex.prices.yaml");
  expect(wrong.exitCode).toBeGreaterThan(0);
  expect(wrong.err).toContain("apex.prices.yaml has mistakes");
});
