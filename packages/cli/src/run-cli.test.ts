import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT_CODES } from "./exit-codes.ts";
import { runCli } from "./run-cli.ts";
import { recordedIo } from "./testing.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-cli-"));
  await mkdir(path.join(directory, "infra"));
  await mkdir(path.join(directory, "nothing"));
  await writeFile(path.join(directory, "state.json"), '{"format_version":"1.0","values":{"root_module":{}}}');
  await writeFile(
    path.join(directory, "infra/main.tf"),
    'provider "aws" {\n  region = "us-east-1"\n}\n\nresource "aws_instance" "web" {\n  ami           = "ami-1"\n  instance_type = "m5.xlarge"\n}\n',
  );
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const io = recordedIo({ cwd: directory });
  return { exitCode: await runCli(argv, io), stdout: io.stdout(), stderr: io.stderr() };
}

test("help is an answer, not an error", async () => {
  const { exitCode, stdout } = await run("--help");
  expect(exitCode).toBe(EXIT_CODES.done);
  expect(stdout).toContain("optimize");
});

test.each([
  [["frobnicate"], "unknown command"],
  [["plan"], "missing required argument"],
  [["cost"], "either --terraform DIR or --plan FILE"],
  [["plan", "infra", "--format", "yaml"], "Allowed choices are table, json"],
])("%j is wrong use", async (argv, message) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(EXIT_CODES.wrongUse);
});

test.each([
  [["plan", "nowhere"], "nowhere does not exist"],
  [["plan", "infra/main.tf"], "is not a directory"],
  [["plan", "infra", "--state", "missing.tfstate"], "missing.tfstate does not exist"],
  [["cost", "--plan", "infra/main.tf"], "is not JSON"],
  [["cost", "--plan", "state.json"], "is a state, not a plan"],
  [["plan", "nothing"], "holds no .tf file"],
  [["cost", "--terraform", "nothing"], "holds no .tf file"],
  [["plan", "infra", "--fixtures", "none.json"], "none.json does not exist"],
])("%j is bad input, and says which", async (argv, message) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test("plan prints the documented JSON and leaves the directory as it was", async () => {
  const { exitCode, stdout } = await run("plan", "infra", "--format", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    providers: "stand-in",
    diagnostics: [],
    changes: [{ address: "aws_instance.web", actions: ["create"], attributes: [] }],
  });
  expect(exitCode).toBe(EXIT_CODES.done);
  expect(await readdir(path.join(directory, "infra"))).toEqual(["main.tf"]);
});

test("a configuration that Terraform refuses exits with 4 and Terraform's own words", async () => {
  await writeFile(
    path.join(directory, "infra/bad.tf"),
    'resource "aws_instance" "bad" {\n  instance_typ = "m5.large"\n}\n',
  );
  const { exitCode, stdout } = await run("plan", "infra");
  expect(exitCode).toBe(EXIT_CODES.planRefused);
  expect(stdout).toContain("Error: Unsupported argument (bad.tf:2)");
  expect(stdout).toContain('Did you mean "instance_type"?');
});

test("cost prints exact decimals in the documented JSON", async () => {
  const { stdout } = await run("cost", "--terraform", "infra", "--format", "json");
  const estimate = JSON.parse(stdout);
  const web = estimate.resources.find(({ address }: { address: string }) => address === "aws_instance.web");
  expect(web.lineItems[0]).toMatchObject({
    unit: "hours",
    quantity: "730",
    unitPrice: "0.192",
    monthlyCost: "140.16",
  });
});

test("a terminal never receives control characters from a configuration", async () => {
  await writeFile(
    path.join(directory, "infra/evil.tf"),
    'output "a" {\n  value = var.\u001b]0;owned\u0007\n}\n',
  );
  const { stdout, stderr } = await run("plan", "infra");
  expect(`${stdout}${stderr}`).not.toContain("\u001b");
  expect(`${stdout}${stderr}`).not.toContain("\u0007");
});

test("a mirror serves the user's own terraform", async () => {
  const { exitCode, stdout, stderr } = await run("mirror", "mirror");
  expect(exitCode).toBe(EXIT_CODES.done);
  expect(stdout).toMatch(/^aws \d+\.\d+\.\d+$/m);
  expect(stderr).toContain("-plugin-dir=");
  const terraform = (...argv: string[]) =>
    execFileSync("terraform", argv, {
      cwd: path.join(directory, "infra"),
      encoding: "utf8",
      env: { ...process.env, TF_DISABLE_PLUGIN_TLS: "1", CHECKPOINT_DISABLE: "1" },
    });
  terraform("init", "-backend=false", `-plugin-dir=${path.join(directory, "mirror")}`);
  expect(terraform("validate")).toContain("Success");
});

test("data sources take the values that the user gives", async () => {
  await writeFile(
    path.join(directory, "infra/data.tf"),
    'data "aws_ssm_parameter" "size" {\n  name = "/size"\n}\n\nresource "aws_instance" "sized" {\n  ami           = "ami-1"\n  instance_type = nonsensitive(data.aws_ssm_parameter.size.value)\n}\n',
  );
  const fixture = {
    type: "aws_ssm_parameter",
    match: { name: "/size" },
    attributes: { name: "/size", value: "m5.large" },
  };
  await writeFile(path.join(directory, "fixtures.json"), JSON.stringify([fixture]));
  const { stdout } = await run(
    "cost",
    "--terraform",
    "infra",
    "--fixtures",
    "fixtures.json",
    "--format",
    "json",
  );
  const found = JSON.parse(stdout).resources.find(
    ({ address }: { address: string }) => address === "aws_instance.sized",
  );
  expect(found.lineItems[0].monthlyCost).toBe("70.08");
});

test.skipIf(process.getuid?.() === 0)("a file that may not be read is bad input, not a crash", async () => {
  await chmod(path.join(directory, "infra/main.tf"), 0o000);
  const { exitCode, stderr } = await run("plan", "infra");
  expect(stderr).toContain("main.tf");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test.each([
  [true, "\r\u001b[2Kapex: "],
  [false, "apex: "],
])("an error stands on a line of its own; terminal: %s", async (isTerminal, start) => {
  const io = recordedIo({ cwd: directory, isTerminal });
  await runCli(["plan", "nowhere"], io);
  expect(io.stderr().startsWith(start)).toBe(true);
});

test("a disk without room is no bug, though no file is named", async () => {
  const io = recordedIo({
    cwd: directory,
    out: () => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        syscall: "write",
      });
    },
  });
  expect(await runCli(["permissions", "gcp"], io)).toBe(EXIT_CODES.badInput);
  expect(io.stderr()).toBe("apex: ENOSPC: no space left on device, write\n");
});
