/** The main job on the example fleet, as a user runs it, held to what its owners expect of each machine. */
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { machineType, type MachineType, rdsInstanceClass } from "@apex/catalog";
import { EXIT_CODES, runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { disagreements, type Expectation } from "@apex/example-acme/expectation";
import { type Report, reportSchema } from "@apex/report";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const EXAMPLE = path.resolve(import.meta.dirname, "../../examples/acme");
const { expectations } = JSON.parse(await readFile(path.join(EXAMPLE, "expected.json"), "utf8")) as {
  expectations: readonly Expectation[];
};

let work: string;
let report: Report;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "apex-acme-"));
  await cp(EXAMPLE, path.join(work, "acme"), { recursive: true });
  execFileSync("git", ["init", "-q"], { cwd: work });
  const io = recordedIo({ cwd: work, env: { APEX_HOME: path.join(work, "home") } });
  const options = [
    "--terraform acme/terraform --state acme/terraform.tfstate --var-file acme/terraform/envs/prod.tfvars",
    "--policy acme/apex.yaml --cost acme/data/cost/* --metrics acme/data/metrics/* --out out --format json",
  ];
  const exitCode = await runCli(["optimize", ...options.join(" ").split(" ")], io);
  if (exitCode !== EXIT_CODES.done) throw new Error(`apex optimize ended with ${exitCode}: ${io.stderr()}`);
  report = JSON.parse(io.stdout()) as Report;
});

afterAll(() => rm(work, { recursive: true, force: true }));

function shape(name: string): MachineType | undefined {
  return machineType("aws", name) ?? machineType("gcp", name) ?? rdsInstanceClass(name);
}

/** How much of one machine's CPU another one has: by CoreMark, which counts newer cores for more, else by vCPUs. */
function cpuShare(after: MachineType, before: MachineType): number {
  return after.coremark !== undefined && before.coremark !== undefined
    ? after.coremark / before.coremark
    : after.vcpu / before.vcpu;
}

test("the expected decisions hold, machine by machine", () => {
  expect(disagreements(expectations, report.recommendations)).toEqual([]);
});

test.each(
  expectations.filter(({ notBelow }) => notBelow !== undefined).map((line) => [line.address, line] as const),
)("%s is not made smaller than it needs", (address, { from = "", notBelow = {} }) => {
  const found = report.recommendations.filter((entry) => entry.address === address);
  for (const { to } of found.filter(({ action }) => action === "resize")) {
    const [before, after] = [shape(from), shape(to)];
    if (before === undefined || after === undefined) continue;
    expect(cpuShare(after, before)).toBeGreaterThanOrEqual(notBelow["cpuShare"] ?? 0);
    expect(after.memoryGib).toBeGreaterThanOrEqual(notBelow["memoryGib"] ?? 0);
    expect(after.gpu?.count ?? 0).toBeGreaterThanOrEqual(notBelow["gpus"] ?? 0);
  }
  for (const { to } of found.filter(({ action }) => action === "set-capacity")) {
    expect(Number(/\d+/.exec(to)?.[0])).toBeGreaterThanOrEqual(notBelow["instances"] ?? 0);
  }
});

describe("the report", () => {
  test("obeys its schema", () => {
    expect(reportSchema.safeParse(report).error?.issues).toBeUndefined();
  });

  test("is drawn as one page that loads nothing and runs nothing", async () => {
    const page = await readFile(path.join(work, "out/report.html"), "utf8");
    expect(page.match(/<svg class="chart"/g)?.length).toBeGreaterThan(20);
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\//);
  });

  test("says that the stand-in planned, and that the plan changes only what is recommended", () => {
    expect(report.plan.providers).toBe("stand-in");
    const planned = report.recommendations.filter(({ status }) => status === "planned");
    expect(report.plan.changes.length).toBeGreaterThan(0);
    expect(report.plan.changes.length).toBeLessThanOrEqual(planned.length * 2);
    const released = new Set(
      planned.flatMap(({ action, address }) => (action === "release" ? [address] : [])),
    );
    for (const { address, actions } of report.plan.changes) {
      const allowed = released.has(address) ? [["delete"]] : [["update"], ["create"]];
      expect(allowed).toContainEqual(actions);
    }
  });

  test("claims exactly the savings that the two plans show", () => {
    const delta = report.cost.delta;
    expect(delta).not.toBeNull();
    expect(-Number(delta)).toBeCloseTo(Number(report.summary.savings.onMerge.list), 2);
  });

  test("every saving has its evidence, and confidence is never certainty", () => {
    for (const { evidence, confidence } of report.recommendations) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(0.93);
      expect(evidence.notes.length + evidence.dimensions.length).toBeGreaterThan(0);
    }
  });
});

test("the patch applies with git and makes exactly the configuration that was planned", async () => {
  execFileSync("git", ["apply", "--whitespace=nowarn", "out/patch.diff"], { cwd: work });
  const io = recordedIo({ cwd: work });
  const options =
    "--state acme/terraform.tfstate --var-file acme/terraform/envs/prod.tfvars --format json".split(" ");
  const exitCode = await runCli(["plan", "acme/terraform", ...options], io);
  expect(exitCode).toBe(EXIT_CODES.done);
  const { changes } = JSON.parse(io.stdout()) as { changes: readonly { address: string }[] };
  expect(changes.map(({ address }) => address).toSorted()).toEqual(
    report.plan.changes.map(({ address }) => address).toSorted(),
  );
  execFileSync("git", ["apply", "-R", "--whitespace=nowarn", "out/patch.diff"], { cwd: work });
});
