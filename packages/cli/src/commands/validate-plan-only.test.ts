import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

const MAIN = `provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.xlarge"
}
`;
const LOG = ["2026-10-14T17:00:00Z,GET,/a", "2026-10-14T17:05:00Z,GET,/b"];

let home: string;

async function write(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(home, name)), { recursive: true });
  await writeFile(path.join(home, name), text);
}

const patch = (attribute: string, value: string) =>
  `--- a/main.tf\n+++ b/main.tf\n@@ -5,4 +5,4 @@\n resource "aws_instance" "web" {\n   ami           = "ami-1"\n-  instance_type = "m5.xlarge"\n+  ${attribute} = "${value}"\n }\n`;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-plan-only-"));
  await write("infra/main.tf", MAIN);
  await write("state.json", '{"format_version":"1.0","values":{"root_module":{}}}');
  await write("metrics.csv", "resource_id,metric,timestamp,value,statistic,unit\n");
  await write("log.csv", `timestamp,method,path\n${LOG.join("\n")}\n`);
  await write("p.diff", patch("instance_type", "m5.large"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function validate(...more: readonly string[]) {
  const io = recordedIo({ cwd: home, env: { APEX_DOCKER: "off" } });
  const options =
    "--terraform infra --state state.json --metrics metrics.csv --patch p.diff --workload log.csv".split(" ");
  const exitCode = await runCli(["validate", ...options, ...more], io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

test("a change that plans is undecided without an engine, in all formats and files", async () => {
  const { exitCode, stdout } = await validate("--format", "json", "--out", "out");
  expect(exitCode).toBe(EXIT_CODES.undecided);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    schema: "apex.plan-validation/v1",
    verdict: "inconclusive",
    reasons: [{ code: "plan-only" }, { code: "no-engine" }],
    changes: [{ address: "aws_instance.web" }],
  });
  expect((await readdir(path.join(home, "out"))).toSorted()).toEqual(["validation.json", "validation.md"]);
  expect(await readFile(path.join(home, "out/validation.json"), "utf8")).toBe(stdout);
  const table = await validate();
  expect(table.stdout).toContain("INCONCLUSIVE: The change plans");
  expect(table.stdout).toContain("APEX_DOCKER=off");
});

test("what Terraform refuses in the change is the change's fault, and only text in Markdown", async () => {
  await write("p.diff", patch("instance_typ_x", "@everyone <b>"));
  const { exitCode, stdout, stderr } = await validate("--format", "markdown");
  expect(exitCode).toBe(EXIT_CODES.planRefused);
  expect(stderr).toContain("apex fix infra, once the change is applied there, ");
  expect(stderr).toContain("With --fix such repairs come first");
  expect(stdout).toMatch(/^### Apex: fail, planned only\n/);
  expect(stdout).toContain("Terraform refuses the change");
  expect(stdout).not.toMatch(/@everyone|<b>/);
});

test("a configuration that does not plan by itself is not blamed on the change", async () => {
  await write("infra/other.tf", 'resource "aws_instance" "bad" {\n  instance_typ = "m5.large"\n}\n');
  const { exitCode, stdout, stderr } = await validate();
  expect(exitCode).toBe(EXIT_CODES.planRefused);
  expect(stdout).toBe("");
  expect(stderr).toContain("Unsupported argument (other.tf:2)");
  expect(stderr).toContain("cannot plan the configuration as it is");
  expect(stderr).toContain(
    "apex fix infra would mend it:\n  misspelt-argument: instance_typ is instance_type",
  );
});

test("the command that it names plans as this one does", async () => {
  await write("infra/other.tf", 'variable "size" {\n  typ = string\n}\n');
  await write("an owner's.tfvars", 'size = "m5.large"\n');
  const { stderr } = await validate("--var-file", "an owner's.tfvars", "--trust");
  expect(stderr).toContain("apex fix infra --var-file 'an owner'\\''s.tfvars' --trust would mend it");
});

test("with --fix the files and the change are repaired first, and both repairs can be read and applied", async () => {
  await write("infra/main.tf", MAIN.replace('region = "us-east-1"', 'regio = "us-east-1"'));
  await write("p.diff", patch("instance_typ", "m5.large"));
  const { exitCode, stdout, stderr } = await validate(
    "--fix",
    "--no-model",
    "--format",
    "json",
    "--out",
    "out",
  );
  if (exitCode !== EXIT_CODES.undecided) throw new Error(stderr);
  const { notes, changes } = JSON.parse(stdout);
  expect(notes[0]).toContain("repair.diff comes first, patch.diff is the change that was tried");
  expect(notes[1]).toMatch(/^Repaired \(.*regio/);
  expect(notes[2]).toMatch(/^Repaired \(.*instance_typ/);
  expect(changes).toMatchObject([{ address: "aws_instance.web" }]);
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toContain("regio =");
  for (const diff of ["repair.diff", "patch.diff"])
    execFileSync("git", ["apply", `out/${diff}`], { cwd: home });
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(
    MAIN.replace("m5.xlarge", "m5.large"),
  );
});

test("what --fix would have to mend where the change is made is left to people", async () => {
  await write("infra/main.tf", MAIN.replace("instance_type", "instance_typo"));
  const change = patch("instance_typa", "m5.large").replace("-  instance_type", "-  instance_typo");
  await write("p.diff", change);
  const { exitCode, stdout, stderr } = await validate("--fix", "--no-model");
  expect([exitCode, stdout]).toEqual([EXIT_CODES.planRefused, ""]);
  expect(stderr).toContain("what mends it touches the text that the change touches");
});

test("what --fix cannot mend ends with why, and changes nothing", async () => {
  await write("p.diff", patch("nobody_knows_what", "x"));
  const { exitCode, stdout, stderr } = await validate("--fix", "--no-model");
  expect([exitCode, stdout]).toEqual([EXIT_CODES.planRefused, ""]);
  expect(stderr).toContain("Terraform cannot plan the change, and it could not be repaired");
  expect(await readFile(path.join(home, "infra/main.tf"), "utf8")).toBe(MAIN);
});

test.each([
  [["--slo", "none.yaml"], "none.yaml does not exist", EXIT_CODES.badInput],
  [["--workload", "main.tf"], "matches no file", EXIT_CODES.badInput],
  [["--window", "2026-10-15T00:00:00Z/2026-10-16T00:00:00Z"], "no request of the log", EXIT_CODES.badInput],
  [["--minutes", "0.5"], "--minutes 0.5: too short", EXIT_CODES.wrongUse],
  [["--out", "state.json/out"], "part of its path is a file", EXIT_CODES.badInput],
])("%j is found without an engine too", async (argv, message, expected) => {
  const { exitCode, stdout, stderr } = await validate(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(expected);
  expect(stdout).toBe("");
});

test("what was used comes from files or from a collection, and from one of them at least", async () => {
  const io = recordedIo({ cwd: home, env: { APEX_DOCKER: "off" } });
  const words = "validate --terraform infra --state state.json --patch p.diff --workload log.csv".split(" ");
  expect(await runCli(words, io)).toBe(EXIT_CODES.wrongUse);
  expect(io.stderr()).toMatch(/^apex: name the utilisation: files with --metrics, or with --from/);
  expect(await runCli([...words, "--from", "nowhere"], io)).toBe(EXIT_CODES.badInput);
  expect(io.stderr()).toContain("nowhere; `apex collect` makes a collection");
  await mkdir(path.join(home, "collection/sources"), { recursive: true });
  expect(await runCli([...words, "--from", "collection"], io)).toBe(EXIT_CODES.undecided);
});
