import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AgentEvent } from "@apex/agent";
import { COMMITTED_PRICES } from "@apex/catalog";
import { AdapterError } from "@apex/core";
import { expect, onTestFinished, test } from "vitest";
import { openProgress } from "../progress.ts";
import { recordedIo } from "../testing.ts";
import { loadPolicy } from "./load-policy.ts";
import { optimize } from "./optimize.ts";
import type { ValidateChange } from "./try-change.ts";

const MAIN = `provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.2xlarge"
}
`;
const VALUES = {
  id: "i-0123456789abcdef0",
  arn: "arn:aws:ec2:us-east-1:210987654321:instance/i-0123456789abcdef0",
  ami: "ami-1",
  instance_type: "m5.2xlarge",
  instance_state: "running",
  region: "us-east-1",
  availability_zone: "us-east-1a",
};
const START_MS = Date.UTC(2026, 10, 7);
const STEP_MS = 300_000;
const SAMPLES = (14 * 86_400_000) / STEP_MS;

/** Two weeks of a machine that has far more than it needs. */
function metrics(): string {
  const lines = ["resource_id,metric,timestamp,value,statistic,unit"];
  for (let index = 0; index < SAMPLES; index += 1) {
    const at = new Date(START_MS + index * STEP_MS).toISOString();
    for (const [metric, value] of [
      ["CPUUtilization", 5 + (index % 7)],
      ["mem_used_percent", 12 + (index % 3)],
    ]) {
      lines.push(`${VALUES.id},${metric},${at},${value},Maximum,Percent`);
      lines.push(`${VALUES.id},${metric},${at},${value},Average,Percent`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** One machine that is too large, as `--apply` would write it. */
async function applied(
  validateChange?: ValidateChange,
  {
    ami = VALUES.ami,
    main = MAIN,
    ...changes
  }: { ami?: string; main?: string; metricFiles?: readonly string[] } = {},
  onEvent?: (event: AgentEvent) => void,
) {
  const home = await mkdtemp(path.join(tmpdir(), "apex-optimize-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const io = recordedIo({ cwd: home, env: { APEX_DOCKER: "off" } });
  const web = {
    address: "aws_instance.web",
    mode: "managed",
    type: "aws_instance",
    name: "web",
    provider_name: "registry.terraform.io/hashicorp/aws",
    schema_version: 1,
    values: { ...VALUES, ami },
  };
  const state = { format_version: "1.0", values: { root_module: { resources: [web] } } };
  const terraformDirectory = path.join(home, "infra");
  const [stateFile, metricFile] = [path.join(home, "state.json"), path.join(home, "metrics.csv")];
  await mkdir(terraformDirectory);
  await writeFile(path.join(terraformDirectory, "main.tf"), main.replace(VALUES.ami, ami));
  await writeFile(stateFile, JSON.stringify(state));
  await writeFile(metricFile, metrics());
  const { policy } = await loadPolicy(undefined, terraformDirectory);
  const inputs = {
    terraformDirectory,
    stateFile,
    policy,
    varFiles: [],
    costFiles: [],
    metricFiles: [metricFile],
    prices: COMMITTED_PRICES,
    storeDirectory: path.join(home, "store"),
    apply: true,
    ...changes,
  };
  return optimize(io, inputs, openProgress(io), {
    ...(validateChange === undefined ? {} : { validateChange }),
    ...(onEvent === undefined ? {} : { onEvent }),
  });
}

test("a validation that cannot be done leaves the report and the patch, and applies nothing", async () => {
  const result = await applied(() => Promise.reject(new AdapterError("unavailable", "The engine broke.")));
  expect(result.tried.kind).toBe("not-validated");
  expect(result.after.size).toBeGreaterThan(0);
  const { applied: done, planned } = result.report.summary.recommendations;
  expect([done, planned > 0]).toEqual([0, true]);
  expect(result.report.diagnostics).toContainEqual({
    severity: "error",
    code: "not-validated",
    summary: "The change was not validated by load: The engine broke",
  });
});

test("where the files cannot be written, a report in which nothing is applied is at hand", async () => {
  const { tried, report, reportUnwritten } = await applied();
  expect(tried.kind).toBe("not-asked");
  expect(report.summary.recommendations.applied).toBeGreaterThan(0);
  expect(reportUnwritten.summary.recommendations).toMatchObject({
    applied: 0,
    planned: report.summary.recommendations.applied,
  });
});

test("both plans are priced with the operating system that is told", async () => {
  const image = "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base";
  const { report } = await applied(undefined, { ami: image });
  // (0.384 + 8 × 0.046) × 730
  expect(report.cost?.before).toBe("548.96");
});

/** The agents in the order in which they ended, and how. */
function endings(events: readonly AgentEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === "agent_completed") return [`${event.agent} ${event.data.status}`];
    return event.type === "agent_error" ? [`${event.agent} failed`] : [];
  });
}

test("the run is one of agents, whose events tell what each did", async () => {
  const events: AgentEvent[] = [];
  await applied(undefined, {}, (event) => events.push(event));
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const ended = endings(events);
  expect(ended).toHaveLength(7);
  expect(ended).toEqual(expect.arrayContaining(["triage success", "data success", "configuration success"]));
  // Without a bill the net savings are not known.
  expect(ended).toContain("optimization partial");
  expect(ended.slice(-3)).toEqual(["actions success", "reporting success", "supervisor partial"]);
  const tools = events.flatMap((event) => (event.type === "tool_completed" ? [event.data.tool] : []));
  expect(tools.toSorted()).toEqual([
    "analysis.run",
    "data.read",
    "patch.write",
    "report.build",
    "terraform.plan",
  ]);
});

test("without samples it says what to collect, and goes on with what a state alone tells", async () => {
  const events: AgentEvent[] = [];
  const { report } = await applied(undefined, { metricFiles: [] }, (event) => events.push(event));
  expect(endings(events)).toContain("data-gathering partial");
  expect(report.recommendations.map(({ rule }) => rule)).toEqual(["ec2-generation"]);
  expect(report.diagnostics.map(({ code }) => code)).toEqual(
    expect.arrayContaining(["triage-no-samples", "triage-no-bills"]),
  );
  expect(report.inputs.window).toBeNull();
});

test("a configuration that Terraform cannot plan ends all of it, and every span is closed", async () => {
  const events: AgentEvent[] = [];
  const main = MAIN.replace("instance_type", "instance_kind_of");
  await expect(applied(undefined, { main }, (event) => events.push(event))).rejects.toThrow(/cannot plan/);
  expect(endings(events)).toEqual(expect.arrayContaining(["configuration failed", "supervisor failed"]));
  const open = events.filter(({ type }) => type === "agent_started" || type === "tool_executing").length;
  expect(events.filter(({ type }) => /completed|error/.test(type))).toHaveLength(open);
});
