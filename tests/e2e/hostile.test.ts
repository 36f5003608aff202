/** The main job under users who are unlucky or hostile: nothing of theirs is lost, and what went wrong is said. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { EXIT_CODES, type Io, runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import type { Report } from "@apex/report";
import { afterEach, beforeEach, expect, test } from "vitest";

const INSTANCE = "i-0123456789abcdef0";
const PASSWORDS = { inState: "in-state-hunter2", inVariable: "in-variable-hunter2" };

const CONFIGURATION = `provider "aws" {
  region = "us-east-1"
}

variable "password" {
  type      = string
  sensitive = true
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.4xlarge" # sized in 2022
}

resource "aws_db_instance" "main" {
  identifier          = "main"
  instance_class      = "db.m5.large"
  engine              = "postgres"
  allocated_storage   = 20
  username            = "admin"
  password            = var.password
  skip_final_snapshot = true
}
`;

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 7,
  lineage: "11111111-2222-3333-4444-555555555555",
  outputs: {},
  resources: [
    stateResource("aws_instance", "web", {
      id: INSTANCE,
      ami: "ami-1",
      instance_type: "m5.4xlarge",
      availability_zone: "us-east-1a",
    }),
    stateResource("aws_db_instance", "main", {
      id: "db-1",
      identifier: "main",
      instance_class: "db.m5.large",
      engine: "postgres",
      allocated_storage: 20,
      username: "admin",
      password: PASSWORDS.inState,
      skip_final_snapshot: true,
    }),
  ],
};

function stateResource(type: string, name: string, attributes: object): object {
  const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
  return { mode: "managed", type, name, provider, instances: [{ schema_version: 1, attributes }] };
}

/** A week of five-minute samples of a machine that is far too large. */
function metrics(): string {
  const lines = ["resource_id,metric,timestamp,value,statistic,unit"];
  for (let index = 0; index < 7 * 288; index += 1) {
    const time = new Date(Date.UTC(2026, 9, 20) + index * 300_000).toISOString();
    lines.push(`${INSTANCE},CPUUtilization,${time},${6 + (index % 5)},Maximum,Percent`);
    lines.push(`${INSTANCE},mem_used_percent,${time},${7 + (index % 3)},Maximum,Percent`);
  }
  return `${lines.join("\n")}\n`;
}

let directory: string;
let main: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex hostile (copy) "));
  main = path.join(directory, "infra/main.tf");
  await mkdir(path.join(directory, "infra"));
  await writeFile(main, CONFIGURATION);
  await writeFile(path.join(directory, "secret.tfvars"), `password = "${PASSWORDS.inVariable}"\n`);
  await writeFile(path.join(directory, "state"), JSON.stringify(STATE));
  await writeFile(path.join(directory, "metrics.csv"), metrics());
});

afterEach(() => rm(directory, { recursive: true, force: true }));

// Nobody listens on port 1: the records are not what these tests are about, and starting their server takes seconds.
const NO_RECORDS = "postgres://apex:url-hunter2@127.0.0.1:1/apex";

async function optimize(options: string, overrides: Partial<Io> = {}) {
  const env = { APEX_HOME: path.join(directory, "home"), DATABASE_URL: NO_RECORDS };
  const io = recordedIo({ cwd: directory, env, ...overrides });
  const given = "--terraform infra --state state --metrics metrics.* --var-file secret.tfvars --out out";
  const exitCode = await runCli(["optimize", ...`${given} ${options}`.trim().split(" ")], io);
  return { exitCode, stdout: io.stdout(), stderr: io.stderr() };
}

/** An `err` that does something the first time that progress says `words`. */
function whenSaid(words: string, action: () => void): Pick<Io, "err" | "isTerminal"> {
  let isDone = false;
  const err = (text: string) => {
    if (isDone || !text.includes(`… ${words}`)) return;
    isDone = true;
    action();
  };
  return { err, isTerminal: true };
}

async function everythingWritten(): Promise<string> {
  const names = await readdir(path.join(directory, "out"));
  const texts = await Promise.all(names.map((name) => readFile(path.join(directory, "out", name), "utf8")));
  return texts.join("\n");
}

test("a database that does not answer costs the record of the run, not its result; no secret is shown", async () => {
  const { exitCode, stdout, stderr } = await optimize("--format json");
  expect(exitCode).toBe(EXIT_CODES.done);
  const report = JSON.parse(stdout) as Report;
  expect(report.recommendations.map(({ address, status }) => [address, status])).toContainEqual([
    "aws_instance.web",
    "planned",
  ]);
  expect(stderr).toContain("this run is not recorded: no connection to DATABASE_URL");
  const written = await everythingWritten();
  expect(written).toContain("aws_instance.web");
  expect(`${stdout}${stderr}${written}`).not.toContain("hunter2");
});

test("--apply does not overwrite what the user typed while Apex was at work, and then writes nothing at all", async () => {
  const typed = `${CONFIGURATION}# typed meanwhile\n`;
  let typing: Promise<void> = Promise.resolve();
  const { exitCode } = await optimize(
    "--apply",
    whenSaid("Writing the changes", () => {
      typing = writeFile(main, typed);
    }),
  );
  await typing;
  expect(await readFile(main, "utf8")).toBe(typed);
  expect(exitCode).toBe(EXIT_CODES.badInput);
  expect(await readdir(path.join(directory, "out"))).toEqual([]);
});

test.each(["Reading state", "Writing the changes", "Pricing both plans"])(
  "Ctrl-C while it says '%s' stops with 130, and no file is written, not even with --apply",
  async (step) => {
    const interruption = new AbortController();
    const { exitCode } = await optimize("--apply", {
      signal: interruption.signal,
      ...whenSaid(step, () => interruption.abort(new Error("stopped by SIGINT"))),
    });
    expect(exitCode).toBe(EXIT_CODES.interrupted);
    expect(await readFile(main, "utf8")).toBe(CONFIGURATION);
    expect((await readdir(directory)).toSorted()).toEqual(
      ["home", "infra", "metrics.csv", "secret.tfvars", "state"].toSorted(),
    );
    expect(await readdir(path.join(directory, "home/runs"))).toEqual([]);
  },
);

test("Ctrl-C after the files were written shows what was written", async () => {
  const interruption = new AbortController();
  const stopping = whenSaid("Writing and recording", () => setImmediate(() => interruption.abort()));
  const env = { APEX_HOME: path.join(directory, "home") };
  const { exitCode, stdout } = await optimize("--apply", { signal: interruption.signal, env, ...stopping });
  expect(exitCode).toBe(EXIT_CODES.interrupted);
  expect(await readFile(main, "utf8")).not.toBe(CONFIGURATION);
  expect(stdout).toContain("aws_instance.web");
});

test("bills of which nothing can be read are bad input, not no cost", async () => {
  await writeFile(path.join(directory, "bill.csv.gz"), gzipSync("BilledCost\n".repeat(999)).subarray(0, 20));
  const { exitCode, stdout, stderr } = await optimize("--format json --cost bill.csv.gz");
  expect(stderr).toMatch(/nothing of --cost could be used:\n.*bill.csv.gz is damaged/);
  expect(stdout).toBe("");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test("what --apply wrote is not recommended again against the state of before", async () => {
  expect((await optimize("--apply")).exitCode).toBe(EXIT_CODES.done);
  const applied = await readFile(main, "utf8");
  const edited = (size: string) => CONFIGURATION.replace("m5.4xlarge", size);
  expect(applied).toBe(edited(/instance_type = "(.*)"/.exec(applied)?.[1] ?? ""));
  expect(applied).not.toBe(CONFIGURATION);
  const { exitCode, stdout } = await optimize("--apply --format json");
  const { recommendations } = JSON.parse(stdout) as Report;
  expect(recommendations.map(({ status }) => status)).toEqual(["not-applicable"]);
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(await readFile(main, "utf8")).toBe(applied);
});
