/** The life of optimization pull requests: real Terraform, real git, and a GitHub that holds every call to its published description. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Decimal, decimal } from "@apex/core";
import type { Report } from "@apex/report";
import { aCostDifference, anOutcome, aReport } from "@apex/report/testing";
import { expect, onTestFinished, test } from "vitest";
import { openWorkplace, type Workplace } from "./testing/workplace.ts";

const MAIN = ["web", "db"]
  .map((name) => `resource "terraform_data" "${name}" {\n  input = "large" # ${name}\n}\n`)
  .join("\n");
const LINES = { web: 2, db: 6 } as const;

/** A report that makes resources of the repository smaller: real edits, which Terraform plans. */
function reportOf(
  sizes: Partial<Readonly<Record<keyof typeof LINES, string>>>,
  changes: { readonly saving?: string; readonly risk?: 0 | 3 } = {},
): Report {
  const outcomes = Object.entries(sizes).map(([name, to]) => {
    const address = `terraform_data.${name}`;
    const line = LINES[name as keyof typeof LINES];
    return anOutcome(
      {
        id: `ec2-resize:${name}:${to}`,
        address,
        resourceId: name,
        resourceType: "terraform_data",
        from: "large",
        to,
        // Each is a group of its own.
        risk: name === "db" ? 3 : (changes.risk ?? 0),
        monthlySavings: {
          list: (changes.saving ?? (name === "web" ? "140.16" : "90")) as Decimal,
          net: decimal("100.5"),
          currency: "USD",
          realised: "on-merge",
        },
        changes: [{ kind: "set-attribute", address, path: ["input"], from: "large", to }],
      },
      {
        edits: [
          {
            file: "main.tf",
            line,
            before: `  input = "large" # ${name}`,
            after: `  input = "${to}" # ${name}`,
          },
        ],
      },
    );
  });
  const costs = (side: string) => ({ "terraform_data.web": side, "terraform_data.db": side });
  return aReport({
    terraformDirectory: "infra",
    outcomes,
    cost: aCostDifference(costs("200"), costs("100")),
  });
}

async function openPlace(files: Readonly<Record<string, string>> = {}): Promise<Workplace> {
  const place = await openWorkplace({ "infra/main.tf": MAIN, ...files });
  onTestFinished(async () => {
    place.server.assertDescribed();
    await place[Symbol.asyncDispose]();
  });
  return place;
}

async function runWith(
  place: Workplace,
  report: Report,
  inputs: Readonly<Record<string, string>> = {},
  now?: string,
) {
  const name = `report-${Math.abs(JSON.stringify(report).length)}.json`;
  await writeFile(path.join(place.checkout, "..", name), JSON.stringify(report));
  const told = await place.run({ path: "infra", report: `../${name}`, ...inputs }, now);
  return { ...told, kinds: told.results.results.map(({ action }) => action.kind) };
}

const pulls = ({ server }: Workplace) =>
  server.state.pullRequests.map(({ number, state }) => `#${number} ${state}`);

function branches(place: Workplace): readonly string[] {
  place.git("fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*");
  return place
    .git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin/apex")
    .trim()
    .split("\n")
    .filter(Boolean);
}

function diffOf(place: Workplace, branch: string): readonly string[] {
  return place
    .git("diff", "-U0", `origin/main...origin/${branch}`)
    .split("\n")
    .filter((line) => /^[-+]/.test(line));
}

test("a branch holds exactly the edit, its pull request says why, and a second run writes nothing", async () => {
  const place = await openPlace({ ".github/CODEOWNERS": "* @grace @nobody\n" });
  place.server.state.collaborators.add("grace");
  const first = await runWith(place, reportOf({ web: "small" }));
  expect(first.kinds).toEqual(["open"]);
  const [branch = ""] = branches(place);
  expect(diffOf(place, branch)).toEqual([
    "--- a/infra/main.tf",
    "+++ b/infra/main.tf",
    '-  input = "large" # web',
    '+  input = "small" # web',
  ]);
  const [pull] = place.server.state.pullRequests;
  expect(pull).toMatchObject({ headBranch: branch, baseBranch: "main", isDraft: false });
  expect([...(pull?.labels ?? [])]).toEqual(["apex"]);
  expect([...(pull?.reviewers ?? [])]).toEqual(["grace"]);
  expect(first.results.results[0]?.refusedReviewers).toEqual(["nobody"]);
  expect(pull?.title).toContain("terraform_data.web");
  expect(place.git("log", "-1", "--format=%B", `origin/${branch}`)).toContain("Apex-Group: ");
  expect(first.outputs).toContain("140.16");
  place.writes();
  expect((await runWith(place, reportOf({ web: "small" }))).kinds).toEqual(["leave"]);
  expect(place.writes()).toEqual([]);
});

test("new data update it in place: text alone where the edit is the same, and the branch where it is not", async () => {
  const place = await openPlace();
  await runWith(place, reportOf({ web: "small" }));
  const [branch = ""] = branches(place);
  place.writes();
  await runWith(place, reportOf({ web: "small" }, { saving: "150" }));
  expect(place.writes()).toEqual(["pulls/update"]);
  await runWith(place, reportOf({ web: "medium" }));
  expect(branches(place)).toEqual([branch]);
  expect(diffOf(place, branch).at(-1)).toBe('+  input = "medium" # web');
  expect(pulls(place)).toEqual(["#1 open"]);
  place.writes();
  await runWith(place, reportOf({ web: "medium" }));
  expect(place.writes()).toEqual([]);
});

test("what is no longer recommended is closed with the reason and its branch deleted; bad data close nothing", async () => {
  const place = await openPlace();
  await runWith(place, reportOf({ web: "small" }));
  const bad = {
    ...reportOf({}),
    diagnostics: [{ severity: "error" as const, code: "x", summary: "No metrics" }],
  };
  expect((await runWith(place, bad)).kinds).toEqual(["leave"]);
  expect((await runWith(place, reportOf({}))).kinds).toEqual(["close"]);
  expect(pulls(place)).toEqual(["#1 closed"]);
  expect(branches(place)).toEqual([]);
  expect(place.server.state.comments.map(({ body }) => body).join()).toContain("no longer true");
  place.writes();
  await runWith(place, reportOf({}));
  expect(place.writes()).toEqual([]);
});

test("what a person closed stays closed until another target is proposed; never is remembered for every target", async () => {
  const place = await openPlace();
  await runWith(place, reportOf({ web: "small", db: "small" }));
  const { state } = place.server;
  state.close(state.pullRequest(1), "grace");
  state.collaborators.add("grace");
  state.addComment(2, "grace", "/apex never It is the vendor's size.");
  expect((await runWith(place, reportOf({ web: "small", db: "small" }))).kinds).toEqual(["close"]);
  expect([...state.pullRequest(2).labels]).toContain("apex: never");
  expect(branches(place)).toHaveLength(1);
  place.writes();
  const told = await runWith(place, reportOf({ web: "small", db: "tiny" }));
  expect(told.results.withheld).toHaveLength(2);
  expect(place.writes()).toEqual([]);
  await runWith(place, reportOf({ web: "tiny", db: "tiny" }));
  expect(pulls(place)).toEqual(["#1 closed", "#2 closed", "#3 open"]);
});

test("a configuration that cannot be planned as it is leaves all as it is, with Terraform's reason", async () => {
  const place = await openPlace();
  await runWith(place, reportOf({ web: "small" }));
  place.writes();
  await writeFile(path.join(place.checkout, "infra/more.tf"), `resource "terraform_data" {}\n`);
  await expect(runWith(place, reportOf({ web: "small", db: "small" }))).rejects.toThrow(
    /^Terraform cannot plan the configuration as it is: .*Missing name for resource/,
  );
  expect(place.writes()).toEqual([]);
  expect(pulls(place)).toEqual(["#1 open"]);
});

test("a branch with a person's commit is left alone, which is said once", async () => {
  const place = await openPlace();
  await runWith(place, reportOf({ web: "small" }));
  const [branch = ""] = branches(place);
  const head = await place.server.commit(branch, { "infra/main.tf": MAIN.replace("large", "mine") });
  place.server.state.addComment(1, "mallory", "/apex never");
  const noted = await runWith(place, reportOf({ web: "medium" }));
  expect(noted.kinds).toEqual(["note"]);
  expect(noted.log).toContain('mallory on #1: "/apex never" counts from people with write access only.');
  place.writes();
  expect((await runWith(place, reportOf({ web: "tiny" }))).kinds).toEqual(["leave"]);
  expect(place.writes()).toEqual([]);
  expect(place.server.state.pullRequest(1).headSha).toBe(head);
});

test("a change that plans otherwise than it says, or lies elsewhere, is not opened, and told", async () => {
  const place = await openPlace();
  const report = reportOf({ web: "small", db: "small" });
  const broken = {
    ...report,
    recommendations: report.recommendations.map((each) =>
      each.address === "terraform_data.web"
        ? {
            ...each,
            changes: (each.changes ?? []).map((change) => ({ ...change, address: "terraform_data.other" })),
          }
        : { ...each, edits: each.edits.map((edit) => ({ ...edit, file: "../../etc/main.tf" })) },
    ),
  } as Report;
  const told = await runWith(place, broken);
  expect(told.kinds).toEqual(["hold", "hold"]);
  const whys = told.results.results.map(({ action }) => action.why);
  expect(whys).toContain("../../etc/main.tf lies outside of the repository");
  expect(whys.join("\n")).toMatch(
    /^It does not plan to exactly its change: terraform_data.web would also change in input/,
  );
  expect(place.writes()).toEqual([]);
});

test("a dry run tells what it would do, as a table and as JSON, and writes nothing", async () => {
  const place = await openPlace();
  const told = await runWith(place, reportOf({ web: "small", db: "small" }), {
    "dry-run": "true",
    "max-open": "1",
  });
  expect(told.kinds).toEqual(["open", "hold"]);
  expect(told.summary).toContain("A dry run: nothing was written.");
  expect(told.log).toMatch(/terraform_data\.web.*\$140\.16 +would be opened/);
  expect(place.writes()).toEqual([]);
});

test("two runs at the same time come to one pull request, and the next one has nothing to do", async () => {
  const place = await openPlace();
  const report = reportOf({ web: "small" });
  const outcomes = await Promise.allSettled([runWith(place, report), runWith(place, report)]);
  expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  expect(pulls(place)).toEqual(["#1 open"]);
  await runWith(place, report);
  place.writes();
  expect((await runWith(place, report)).kinds).toEqual(["leave"]);
  expect(place.writes()).toEqual([]);
  expect(await readFile(path.join(place.checkout, "infra/main.tf"), "utf8")).toBe(MAIN);
});
