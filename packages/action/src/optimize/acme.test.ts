/** Mode `optimize` on the example fleet: real recommendations of the command line, real Terraform, real git. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Report, reportSchema } from "@apex/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkplace, type Told, type Workplace } from "./testing/workplace.ts";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const INPUTS = { path: "terraform", state: "terraform.tfstate", "var-files": "terraform/envs/prod.tfvars" };
const LIMIT = { "max-open": "2" };

let place: Workplace;
let first: Told;
let report: Report;
let branches: readonly string[];

beforeAll(async () => {
  const owners = { ".github/CODEOWNERS": "/terraform/ @acme/platform\n/terraform/api.tf @api-lead\n" };
  place = await openWorkplace(owners, path.join(ROOT, "examples/acme"));
  place.server.state.teams.add("platform");
  const made = { policy: "apex.yaml", metrics: "data/metrics/cloudwatch-asg.json.gz" };
  first = await place.run({ ...INPUTS, ...LIMIT, ...made });
  const text = await readFile(path.join(first.temporary, "apex-report.json"), "utf8");
  report = reportSchema.parse(JSON.parse(text));
  place.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*");
  const refs = place.git("for-each-ref", "--format=%(refname)", "refs/remotes/origin/apex");
  branches = refs.trim().split("\n");
}, 300_000);

afterAll(() => place[Symbol.asyncDispose]());

/** The lines that a branch takes away and adds. */
function changedLines(branch: string): readonly string[] {
  const diff = place.git("diff", "-U0", `origin/main...${branch}`);
  return diff.split("\n").filter((line) => /^[-+](?![-+])/.test(line));
}

/** What the edits of a report change, as a diff shows it. */
function linesOf(
  recommendations: readonly Pick<Report["recommendations"][number], "edits">[],
): ReadonlySet<string> {
  const lines = (text: string, sign: string) =>
    text === "" ? [] : text.split("\n").map((line) => `${sign}${line}`);
  const edits = recommendations.flatMap((each) => each.edits);
  return new Set(edits.flatMap(({ before, after }) => [...lines(before, "-"), ...lines(after, "+")]));
}

test("as many pull requests as the limit allows are open, and the others wait with the reason", () => {
  const kinds = first.results.results.map(({ action }) => action.kind);
  expect(kinds.filter((kind) => kind === "open")).toHaveLength(2);
  expect(kinds.filter((kind) => kind === "hold").length).toBeGreaterThan(0);
  expect(first.summary).toContain("2 pull requests are open, and the limit is 2");
  expect(branches).toHaveLength(2);
  place.server.assertDescribed();
});

test("each branch changes lines that the report changes, and the branches together merge without a conflict", () => {
  const wanted = linesOf(report.recommendations);
  for (const branch of branches) {
    const lines = changedLines(branch).map((line) => line.replace(/\r$/, ""));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !wanted.has(line))).toEqual([]);
    place.git("merge", "-q", "--no-edit", branch);
  }
  const changed = place.git("diff", "--name-only", "origin/main", "HEAD").trim().split("\n");
  expect(changed.filter((file) => !file.startsWith("terraform/"))).toEqual([]);
  place.git("reset", "-q", "--hard", "origin/main");
});

test("a branch plans to exactly the addresses of its pull request", () => {
  // The one that changes a module: resizes alone, so that each address is one of a recommendation.
  const branch = branches.find((name) => name.includes("module")) ?? "";
  const lines = new Set(changedLines(branch));
  const proposed = report.recommendations.filter(
    ({ status, edits }) => status === "planned" && [...linesOf([{ edits }])].every((line) => lines.has(line)),
  );
  place.git("checkout", "-q", "--detach", branch);
  const args = "plan terraform --state terraform.tfstate --var-file terraform/envs/prod.tfvars --format json";
  const plan: unknown = JSON.parse(
    execFileSync(process.execPath, [path.join(ROOT, "packages/cli/src/main.ts"), ...args.split(" ")], {
      cwd: place.checkout,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  place.git("checkout", "-q", "main");
  const { changes } = plan as { changes: readonly { address: string }[] };
  const addresses = proposed.flatMap(({ address }) => address ?? []);
  expect(addresses.length).toBeGreaterThan(0);
  expect(changes.map(({ address }) => address).toSorted()).toEqual(addresses.toSorted());
});

test("a second run on the same report writes nothing", async () => {
  place.writes();
  const second = await place.run({
    ...INPUTS,
    ...LIMIT,
    report: path.join(first.temporary, "apex-report.json"),
  });
  expect(second.results.results.filter(({ action }) => action.kind === "leave")).toHaveLength(2);
  expect(place.writes()).toEqual([]);
});
