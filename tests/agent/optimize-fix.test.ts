import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

const ID = "i-0123456789abcdef0";
const BROKEN = `provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.2xlarge"
  monitorin     = false
}

output "address" {
  value = aws_instance.wbe.private_ip
}
`;
const REPAIRED = BROKEN.replace("monitorin ", "monitoring").replace("wbe", "web");
const STEP_MS = 300_000;
const DAYS = 14;

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-optimize-fix-"));
  await mkdir(path.join(home, "infra"));
  await writeFile(path.join(home, "infra/main.tf"), BROKEN);
  const values = {
    id: ID,
    arn: `arn:aws:ec2:us-east-1:210987654321:instance/${ID}`,
    ami: "ami-1",
    instance_type: "m5.2xlarge",
    instance_state: "running",
    monitoring: false,
    region: "us-east-1",
  };
  const web = {
    address: "aws_instance.web",
    mode: "managed",
    type: "aws_instance",
    name: "web",
    provider_name: "registry.terraform.io/hashicorp/aws",
    schema_version: 1,
    values,
  };
  const state = { format_version: "1.0", values: { root_module: { resources: [web] } } };
  await writeFile(path.join(home, "state.json"), JSON.stringify(state));
  await writeFile(path.join(home, "metrics.csv"), idleMetrics());
});

afterEach(() => rm(home, { recursive: true, force: true }));

/** Two weeks of a machine that has far more than it needs, up to the tests' own now. */
function idleMetrics(): string {
  const start = Date.UTC(2026, 10, 7);
  const rows = Array.from({ length: (DAYS * 86_400_000) / STEP_MS }, (_, index) => {
    const at = new Date(start + index * STEP_MS).toISOString();
    return ["CPUUtilization", "mem_used_percent"].flatMap((metric) =>
      ["Maximum", "Average"].map(
        (statistic) => `${ID},${metric},${at},${8 + (index % 5)},${statistic},Percent`,
      ),
    );
  });
  return ["resource_id,metric,timestamp,value,statistic,unit", ...rows.flat(), ""].join("\n");
}

async function optimize(...args: readonly string[]) {
  // Records of runs are not what is tried here: a database that is not there costs a warning.
  const env = {
    APEX_HOME: path.join(home, ".apex"),
    APEX_DOCKER: "off",
    DATABASE_URL: "postgres://127.0.0.1:1/none",
  };
  const io = recordedIo({ cwd: home, env });
  const inputs = ["--terraform", "infra", "--state", "state.json", "--metrics", "metrics.csv"];
  const code = await runCli(["optimize", ...inputs, ...args], io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

test("what does not plan is an error that says what apex fix would mend, and repairs nothing by itself", async () => {
  const { code, stdout, stderr } = await optimize();
  expect([code, stdout]).toEqual([4, ""]);
  expect(stderr).toContain("apex fix infra would mend it:\n  ");
  expect(stderr).toMatch(
    /monitorin.*\n.*aws_instance\.web is meant|aws_instance\.web is meant.*\n.*monitorin/,
  );
  expect(stderr).toContain("With --fix such repairs come first");
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(BROKEN);
});

test("with --fix repairs stand beside the recommendations, as a patch of their own that comes first", async () => {
  const { code, stderr } = await optimize("--fix", "--out", "out");
  if (code !== 0) throw new Error(stderr);
  const report = JSON.parse(await readFile(path.join(home, "out/report.json"), "utf8"));
  expect(report.plan.notes[0]).toMatch(/^Terraform could not plan the configuration as it was/);
  expect(report.plan.notes.filter((note: string) => note.startsWith("Repaired ("))).toHaveLength(2);
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(BROKEN);
  const apply = (patch: string) => execFileSync("git", ["apply", `out/${patch}`], { cwd: home });
  apply("repair.diff");
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(REPAIRED);
  apply("patch.diff");
  const written = await readFile(path.join(home, "infra/main.tf"), "utf8");
  expect(written).not.toContain("m5.2xlarge");
  expect(written.replace(/instance_type = "[^"]+"/, 'instance_type = "m5.2xlarge"')).toBe(REPAIRED);
});

test("where nothing is recommended --apply writes no repair either, and --quiet tells none on the way", async () => {
  await writeFile(path.join(home, "state.json"), '{"format_version":"1.0","values":{"root_module":{}}}');
  const { code, stdout, stderr } = await optimize("--fix", "--apply", "--quiet");
  expect(code).toBe(1);
  expect(stdout).toContain("Repaired (misspelt-argument)");
  expect(stderr).not.toContain("✎");
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(BROKEN);
});
