import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DAY_MS, decimal, type MetricSeries, type Resource } from "@apex/core";
import { openStore, withRound } from "@apex/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

const START_MS = Date.UTC(2026, 10, 1);
const PERIOD_MS = 300_000;
const PERIODS = (14 * DAY_MS) / PERIOD_MS;
const REGIONS = ["eu-west-1", "us-east-1"] as const;

let cwd: string;

function machine(index: number): Resource {
  return {
    id: `i-0000000${index}`,
    provider: "aws",
    type: "aws_instance",
    aliases: [],
    region: REGIONS[index % 2] ?? REGIONS[0],
    account: "111122223333",
    tags: { Name: `web-${index}`, team: index < 2 ? "shop" : "data" },
    attributes: { instance_type: "m5.2xlarge", instance_state: "running", tenancy: "default" },
  };
}

/** A noisy tenth of the machine is used, of CPU and memory. */
function* samples(ids: readonly string[]): Generator<MetricSeries> {
  const timestampsMs = Float64Array.from({ length: PERIODS }, (_, at) => START_MS + at * PERIOD_MS);
  for (const resourceId of ids) {
    for (const metric of ["cpu_percent", "memory_used_percent"] as const) {
      const values = timestampsMs.map((_, at) => 8 + ((at * 7) % 5));
      yield { resourceId, metric, statistic: "maximum", periodMs: PERIOD_MS, timestampsMs, values };
    }
  }
}

/** Four machines of two regions, three of them measured; of two the cloud has an opinion. */
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), "apex-analyze-"));
  const directory = path.join(cwd, ".apex/collection");
  const machines = [0, 1, 2, 3].map(machine);
  const opinion = {
    source: "aws-compute-optimizer",
    finding: "Overprovisioned",
    reasonCodes: [],
    target: "t3.large",
    monthlySavings: decimal("70.08"),
    currency: "USD",
    at: "2026-11-15T00:00:00Z",
  } as const;
  await withRound(directory, "aws", { nowMs: START_MS }, async (round) => {
    await round.begin();
    const part = round.part("aws/ec2", "EC2");
    for (const resource of machines) await part.add({ kind: "resource", resource });
    for (const index of [1, 3]) {
      await part.add({ kind: "opinion", opinion: { ...opinion, resourceId: machine(index).id } });
    }
    await part.commit();
    await round.markDone(["aws/ec2"]);
    await round.end(START_MS);
  });
  const store = await openStore({ directory });
  await store.samples.write(samples(machines.slice(0, 3).map(({ id }) => id)));
  await store.close();
});

afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function analyze(...args: readonly string[]) {
  const io = recordedIo({ cwd });
  const exitCode = await runCli(["analyze", "--quiet", ...args], io);
  return { exitCode, out: io.stdout(), err: io.stderr(), flat: io.stdout().replaceAll(/\s+/g, " ") };
}

test("what saves most first, where it is, and what the cloud's own recommender says of it and of others", async () => {
  const { exitCode, flat } = await analyze();
  expect(exitCode).toBe(EXIT_CODES.done);
  expect(flat).toContain("4 resources looked at:");
  expect(flat).toContain("i-00000001 web-1 (us-east-1, 111122223333)");
  expect(flat).toContain(
    "AWS Compute Optimizer: t3.large, $70.08 a month, agrees that it is too large, with another type",
  );
  expect(flat).toMatch(/Next: `apex optimize/);
});

test("JSON tells where each resource is and what the filter was", async () => {
  const { out } = await analyze("--format", "json", "--regions", "eu-west-1", "--tag", "team=shop");
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    schema: "apex.analysis/v1",
    resources: 4,
    filter: { regions: ["eu-west-1"], accounts: [], rules: [], tags: ["team=shop"] },
    recommendations: [
      { resourceId: "i-00000000", region: "eu-west-1", label: "web-0", account: "111122223333" },
    ],
  });
});

test("--out adds a page with drawings, Markdown and JSON", async () => {
  const { out } = await analyze("--format", "json", "--out", "out");
  expect(await readFile(path.join(cwd, "out/analysis.json"), "utf8")).toBe(out);
  const page = await readFile(path.join(cwd, "out/analysis.html"), "utf8");
  expect(page).toContain("i-00000001 web-1");
  expect(page).toContain("<svg");
  expect(await readFile(path.join(cwd, "out/analysis.md"), "utf8")).toContain("| resource | a month |");
});

test("a filter that nothing is in says so, and is exit code 1; a rule that does not exist is wrong use", async () => {
  const { exitCode, flat } = await analyze("--regions", "eu-wst-1");
  expect(exitCode).toBe(EXIT_CODES.nothingToDo);
  expect(flat).toContain("no resource has the region eu-wst-1. There are eu-west-1, us-east-1.");
  const wrong = await analyze("--rules", "ec2-idel");
  expect(wrong.exitCode).toBe(EXIT_CODES.wrongUse);
  expect(wrong.err).toContain("there is no rule ec2-idel");
});

test("--limit shows so many and tells of the others", async () => {
  const { flat } = await analyze("--limit", "1");
  expect(flat).toMatch(/… and \d+ more: --limit shows more, --format json has all/);
});
