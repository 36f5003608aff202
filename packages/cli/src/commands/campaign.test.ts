import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { decimal } from "@apex/core";
import { type Report, renderJson } from "@apex/report";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { aRunReport } from "@apex/store/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { goneRuns } from "../campaign/gone-runs.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

let home: string;
let cwd: string;
let store: OpenRecordStores;

const MAIN = `provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "m5.xlarge"
}
`;
const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "a",
  outputs: {},
  resources: [],
};
const MAPPING =
  "schema: apex.workloads/v1\nworkloads:\n  - address: aws_instance.web\n    files: [web.log]\n";

/** A minute of requests, five a second. */
function accessLog(): string {
  const lines = Array.from({ length: 300 }, (_, index) => {
    const stamp = `10/Nov/2026:06:00:${String(Math.floor(index / 5)).padStart(2, "0")} +0000`;
    return `10.0.0.1 - - [${stamp}] "GET /a HTTP/1.1" 200 100 "-" "-"`;
  });
  return `${lines.join("\n")}\n`;
}

function aReport(): Report {
  const report = aRunReport();
  const edits = [
    {
      file: "main.tf",
      line: 7,
      before: '  instance_type = "m5.xlarge"',
      after: '  instance_type = "m5.large"',
    },
  ];
  const recommendations = report.recommendations.map((each) =>
    each.status === "planned" ? { ...each, edits } : each,
  );
  return { ...report, recommendations };
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-campaign-home-"));
  cwd = await mkdtemp(path.join(tmpdir(), "apex-campaign-cwd-"));
  await mkdir(path.join(cwd, "infra"));
  await mkdir(path.join(cwd, "out"));
  await writeFile(path.join(cwd, "infra/main.tf"), MAIN);
  await writeFile(path.join(cwd, "terraform.tfstate"), JSON.stringify(STATE));
  await writeFile(path.join(cwd, "web.log"), accessLog());
  await writeFile(path.join(cwd, "metrics.json"), "{}");
  await writeFile(path.join(cwd, "workloads.yaml"), MAPPING);
  await writeFile(path.join(cwd, "out/report.json"), renderJson(aReport()));
  // Keeps the embedded server running from command to command.
  store = openRecordStores({ directory: home });
  await store.connection();
});

afterAll(async () => {
  await store?.close();
  await rm(home, { recursive: true, force: true });
  await rm(cwd, { recursive: true, force: true });
});

afterEach(async () => {
  // A campaign of another test must not take the runs of the next one's.
  for (const { id, state } of await store.campaigns.campaigns("default", 100)) {
    if (state === "running" || state === "paused") await store.campaigns.cancel("default", id);
  }
});

async function apex(...argv: readonly string[]) {
  const io = recordedIo({ cwd, env: { APEX_HOME: home, APEX_DOCKER: "off" }, now: () => new Date() });
  return { exitCode: await runCli(argv, io), stdout: io.stdout(), stderr: io.stderr() };
}

const CREATE = [
  "campaign",
  "create",
  "--terraform",
  "infra",
  "--state",
  "terraform.tfstate",
  "--metrics",
  "metrics.json",
  "--workloads",
  "workloads.yaml",
] as const;

interface Shown {
  readonly campaign: { readonly id: string; readonly state: string; readonly quote: string };
  readonly runs: readonly { readonly runId: string; readonly target: string; readonly state: string }[];
}

async function created(...more: readonly string[]): Promise<Shown> {
  const { exitCode, stdout, stderr } = await apex(...CREATE, "--report", "out", "--json", ...more);
  expect([exitCode, stderr]).toEqual([EXIT_CODES.done, ""]);
  return JSON.parse(stdout) as Shown;
}

test("a campaign is created with its quote, and says how to start it", async () => {
  const { exitCode, stdout } = await apex(...CREATE, "--report", "out/report.json", "--name", "Night");
  expect(exitCode).toBe(EXIT_CODES.done);
  expect(stdout).toMatch(/At most \$\S+ for 1 run of Night/);
  expect(stdout).toContain("m5.xlarge → m5.large");
  expect(stdout).toContain("could not be written (the value is computed)");
  expect(stdout).toMatch(/Start it with: apex campaign start cmp-[0-9a-f]+\n/);
});

test("the same inputs are the same run; --again, another change or other resources make another", async () => {
  const runId = async (...more: readonly string[]) => (await created(...more)).runs[0]?.runId;
  const first = await runId();
  expect(await runId()).toBe(first);
  const others = [await runId("--again"), await runId("--minutes", "6"), await runId("--cores", "64")];
  await writeFile(path.join(cwd, "infra/other.tf"), "locals {\n  a = 1\n}\n");
  others.push(await runId());
  await rm(path.join(cwd, "infra/other.tf"));
  expect(new Set([first, ...others]).size).toBe(5);
  expect(await runId()).toBe(first);
});

test("what a worker gets is the change alone, and all files by their content", async () => {
  const { campaign, runs } = await created("--again", "--start");
  expect(campaign.state).toBe("running");
  const [run] = await store.campaigns.waitingRuns();
  expect(run).toMatchObject({ runId: runs[0]?.runId, campaignId: campaign.id });
  const outcome = await store.campaigns.claim(
    { tenant: "default", runId: runs[0]?.runId ?? "" },
    { id: "w", host: "h" },
  );
  if (outcome.kind !== "claimed") throw new Error(outcome.kind);
  const job = JSON.parse(outcome.claim.job) as {
    readonly change: readonly { readonly path: string; readonly sha256: string }[];
  };
  const file = path.join(cwd, "changed.tf");
  await store.inputFiles.get("default", job.change[0]?.sha256 ?? "", file);
  expect(await readFile(file, "utf8")).toBe(MAIN.replace("m5.xlarge", "m5.large"));
  await rm(file);
  await store.campaigns.end(outcome.claim, { kind: "failed", message: "It broke.", mayConverge: false });
});

test("a campaign is started, paused, resumed and cancelled, and its report tells what came of it", async () => {
  const { campaign } = await created("--again");
  const { id } = campaign;
  expect((await apex("campaign", "start", id)).stdout).toContain("started");
  expect((await apex("campaign", "start", id)).stderr).toContain("only a draft can be started");
  expect((await apex("campaign", "status", id)).stdout).toContain("1 waiting");
  expect((await apex("campaign", "pause", id)).exitCode).toBe(EXIT_CODES.done);
  const status = JSON.parse((await apex("campaign", "status", id, "--json")).stdout) as Shown;
  expect(status.campaign.state).toBe("paused");
  expect((await apex("campaign", "resume", id)).stdout).toContain("goes on");
  expect((await apex("campaign", "cancel", id)).stdout).toContain("cancelled");
  const watched = await apex("campaign", "status", id, "--watch");
  expect(watched.exitCode).toBe(EXIT_CODES.undecided);
  const out = path.join(cwd, "report");
  const report = await apex("campaign", "report", id, "--out", out, "--format", "json");
  expect(report.exitCode).toBe(EXIT_CODES.undecided);
  expect(JSON.parse(report.stdout)).toMatchObject({ schema: "apex.campaign/v1", campaign: { id } });
  expect((await readdir(out)).toSorted()).toEqual(["campaign.html", "campaign.json", "campaign.md"]);
  expect((await apex("campaign", "list")).stdout).toContain(id);
});

test("what is cancelled is forgotten, but not what another campaign waits for as well", async () => {
  const [first, second] = [
    await created("--minutes", "7", "--start"),
    await created("--minutes", "7", "--start"),
  ];
  const gone = async ({ campaign: { id } }: Shown) => goneRuns(store, { tenant: "default", id });
  await apex("campaign", "cancel", first.campaign.id);
  expect(await gone(first)).toEqual([]);
  await apex("campaign", "cancel", second.campaign.id);
  expect(await gone(second)).toEqual(second.runs.map(({ runId }) => runId));
});

test("recommendations of the store are filtered, and come with their edits", async () => {
  await store.records.recordRun(aReport());
  const stored = [...CREATE, "--stored", "--json"];
  const { stdout } = await apex(...stored, "--rule", "ec2-resize", "--address", "aws_instance.*");
  expect((JSON.parse(stdout) as Shown).runs).toMatchObject([{ target: "aws_instance.web" }]);
  const dear = await apex(...stored, "--min-saving", "1000");
  expect([dear.exitCode, dear.stderr]).toEqual([
    EXIT_CODES.nothingToDo,
    expect.stringContaining("nothing to validate"),
  ]);
  await writeFile(path.join(cwd, "infra/main.tf"), MAIN.replace("m5.xlarge", "m5.2xlarge"));
  const moved = await apex(...stored);
  await writeFile(path.join(cwd, "infra/main.tf"), MAIN);
  expect(moved.stderr).toContain("main.tf:7 is not what the recommendation was made from");
});

test.each([
  [["--report", "out", "--tenant", "nobody"], EXIT_CODES.badInput, "there is no tenant"],
  [["--report", "nowhere"], EXIT_CODES.badInput, "cannot be read"],
  [["--report", "metrics.json"], EXIT_CODES.badInput, "is no apex.report/v1"],
  [["--stored", "none"], EXIT_CODES.badInput, "the store holds no such run"],
  [[], EXIT_CODES.wrongUse, "give --report"],
  [["--report", "out", "--stored"], EXIT_CODES.wrongUse, "cannot be used with"],
  [["--report", "out", "--deadline", "tomorrow"], EXIT_CODES.wrongUse, "give an instant with its zone"],
  [["--report", "out", "--deadline", "2020-01-01T00:00:00Z"], EXIT_CODES.badInput, "is over"],
  [["--report", "out", "--deadline", "99999999999999999999h"], EXIT_CODES.wrongUse, "before the year 10000"],
  [["--report", "out", "--deadline", "3650000d"], EXIT_CODES.wrongUse, "before the year 10000"],
  [["--report", "out", "--budget", "much"], EXIT_CODES.wrongUse, "give an amount"],
  [["--report", "out", "--budget", "1e999"], EXIT_CODES.badInput, "20 digits before them"],
  [["--report", "out", "--budget", "1e-19"], EXIT_CODES.badInput, "more than 18 places"],
  [["--report", "out", "--minutes", "1e9"], EXIT_CODES.badInput, "60000000300 seconds"],
  [["--report", "out", "--memory", "1e12"], EXIT_CODES.badInput, "bytes of memory"],
  [["--report", "out", "--cores", "1e15"], EXIT_CODES.badInput, "cores"],
  [["--report", "out", "--name", "two\nlines"], EXIT_CODES.badInput, "--name is one line"],
  [["--report", "out", "--name", ""], EXIT_CODES.badInput, "--name is one line"],
  [["--report", "out", "--priority", "11"], EXIT_CODES.badInput, "priority"],
  [["--report", "out", "--minutes", "0.1"], EXIT_CODES.nothingToDo, "0.1 minutes are too short"],
  [["--report", "out", "--workloads", "infra/main.tf"], EXIT_CODES.badInput, "main.tf"],
] as const)("%j is refused, and says why", async (more, exitCode, message) => {
  const refused = await apex(...CREATE, ...more);
  expect(refused.stderr).toContain(message);
  expect(refused.exitCode).toBe(exitCode);
});

test("a load that no host could compare anything with is left out now, and what to do is said", async () => {
  await writeFile(path.join(cwd, "web.log"), accessLog().split("\n").slice(0, 10).join("\n"));
  await writeFile(
    path.join(cwd, "sparse.yaml"),
    `${MAPPING}    window: 2026-11-10T06:00:00Z/2026-11-10T06:00:05Z\n`,
  );
  const refused = await apex(...CREATE, "--report", "out", "--workloads", "sparse.yaml");
  await writeFile(path.join(cwd, "web.log"), accessLog());
  expect(refused.stderr).toMatch(/a replay of \S+ s would hold 10 requests, too few to compare/);
  expect(refused.exitCode).toBe(EXIT_CODES.nothingToDo);
});

test("what is wrong with a load that is mapped is told before what no load is mapped to", async () => {
  const report = aReport();
  const [planned] = report.recommendations.filter(({ status }) => status === "planned");
  const others = Array.from({ length: 12 }, (_, index) => ({
    ...planned!,
    id: `other-${index}`,
    address: `aws_instance.other[${index}]`,
  }));
  await mkdir(path.join(cwd, "many"));
  await writeFile(
    path.join(cwd, "many/report.json"),
    renderJson({ ...report, recommendations: [...others, planned!] }),
  );
  const { exitCode, stderr } = await apex(...CREATE, "--report", "many", "--minutes", "0.1");
  expect(stderr).toMatch(/can be replayed\n {2}aws_instance\.web: .*0\.1 minutes are too short/);
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
});

test("a deadline may be a span from now, and a budget an amount", async () => {
  const { campaign } = await created("--deadline", "90m", "--budget", "0.50", "--priority", "1");
  const kept = await store.campaigns.campaign("default", campaign.id);
  const inMs = Date.parse(kept?.deadline ?? "") - Date.parse(kept?.createdAt ?? "");
  expect(Math.abs(inMs - 90 * 60_000)).toBeLessThan(60_000);
  expect(kept).toMatchObject({ budget: decimal("0.5"), priority: 1 });
});

test("a machine without an engine is no worker, and says what to do", async () => {
  const { exitCode, stderr } = await apex("worker", "--once");
  expect(stderr).toContain("unset it to use the engine");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});
