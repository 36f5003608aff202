import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { COMMITTED_PRICES } from "@apex/catalog";
import { expect, onTestFinished, test } from "vitest";
import { openProgress } from "../progress.ts";
import { recordedIo } from "../testing.ts";
import { loadPolicy } from "./load-policy.ts";
import { optimize } from "./optimize.ts";

const HEAD = 'provider "aws" {\n  region = "us-east-1"\n}\n';
const OFFICE = '\n# The old office.\nresource "aws_eip" "office" {\n  domain = "vpc"\n}\n';
const NAMED = '\nresource "aws_eip" "named" {\n  domain = "vpc"\n}\n';
const OUTPUT = '\noutput "named" {\n  value = aws_eip.named.public_ip\n}\n';

function address(name: string, publicIp: string) {
  const id = `eipalloc-${name}`;
  return {
    address: `aws_eip.${name}`,
    mode: "managed",
    type: "aws_eip",
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    schema_version: 0,
    values: {
      id,
      allocation_id: id,
      arn: `arn:aws:ec2:us-east-1:210987654321:elastic-ip/${id}`,
      public_ip: publicIp,
      domain: "vpc",
      region: "us-east-1",
      association_id: "",
      instance: "",
      network_interface: "",
    },
  };
}

/** One sample, for there must be a window. */
const METRICS =
  "resource_id,metric,timestamp,value,statistic,unit\ni-1,CPUUtilization,2026-11-20T00:00:00Z,1,Average,Percent\n";

test("an address that nothing names goes out of the configuration, and Terraform plans to destroy it alone", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-release-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const terraformDirectory = path.join(home, "infra");
  const [stateFile, metricFile] = [path.join(home, "state.json"), path.join(home, "metrics.csv")];
  const resources = [address("office", "203.0.113.7"), address("named", "203.0.113.8")];
  await mkdir(terraformDirectory);
  await writeFile(path.join(terraformDirectory, "main.tf"), `${HEAD}${OFFICE}${NAMED}${OUTPUT}`);
  const state = {
    format_version: "1.0",
    values: {
      outputs: { named: { value: "203.0.113.8", type: "string", sensitive: false } },
      root_module: { resources },
    },
  };
  await writeFile(stateFile, JSON.stringify(state));
  await writeFile(metricFile, METRICS);
  const io = recordedIo({ cwd: home, env: { APEX_DOCKER: "off" } });
  const { policy } = await loadPolicy(undefined, terraformDirectory);
  const { report, after } = await optimize(
    io,
    {
      terraformDirectory,
      stateFile,
      policy,
      varFiles: [],
      costFiles: [],
      metricFiles: [metricFile],
      prices: COMMITTED_PRICES,
      storeDirectory: path.join(home, "store"),
      apply: false,
    },
    openProgress(io),
  );
  const told = report.recommendations.map(({ address: of, status, reason }) => [of, status, reason]);
  expect(told).toEqual([
    ["aws_eip.office", "planned", undefined],
    [
      "aws_eip.named",
      "not-applicable",
      "aws_eip.named cannot be removed: output.named (main.tf:15) still names it",
    ],
  ]);
  expect(Object.fromEntries(after)).toEqual({ "main.tf": `${HEAD}${NAMED}${OUTPUT}` });
  expect(report.plan.changes).toMatchObject([{ address: "aws_eip.office", actions: ["delete"] }]);
});
