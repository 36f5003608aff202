/** Mode `optimize` on a repository of several root modules: real Terraform, real git, and a GitHub that holds calls to its description. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Decimal, decimal } from "@apex/core";
import type { Report } from "@apex/report";
import { aCostDifference, anOutcome, aReport } from "@apex/report/testing";
import { expect, onTestFinished, test } from "vitest";
import { openWorkplace, type Workplace } from "./testing/workplace.ts";

const MAIN = `resource "terraform_data" "web" {\n  input = "large"\n}\n`;
const PATHS = { path: "live/*", report: "apex-report.json" };

/** What a report recommends: the web server of a root module smaller. */
interface Wish {
  readonly saving: string;
  readonly to?: string;
  readonly currency?: string;
  /** Where the edited line is, relative to the root module. */
  readonly file?: string;
  readonly address?: string;
}

function reportOf(directory: string, wish: Wish | null): Report {
  const { saving = "0", to = "small", currency = "USD", file = "main.tf" } = wish ?? {};
  const address = wish?.address ?? "terraform_data.web";
  const outcome = anOutcome(
    {
      // The same in every root module, as addresses are.
      id: `ec2-resize:${address}:${to}`,
      address,
      resourceId: address,
      resourceType: "terraform_data",
      from: "large",
      to,
      monthlySavings: { list: saving as Decimal, net: decimal(saving), currency, realised: "on-merge" },
      changes: [{ kind: "set-attribute", address, path: ["input"], from: "large", to }],
    },
    { edits: [{ file, line: 2, before: '  input = "large"', after: `  input = "${to}"` }] },
  );
  return aReport({
    terraformDirectory: directory,
    outcomes: wish === null ? [] : [outcome],
    cost: aCostDifference({ [address]: "200" }, { [address]: "100" }),
  });
}

async function openPlace(files: Readonly<Record<string, string>>): Promise<Workplace> {
  const place = await openWorkplace(files);
  onTestFinished(async () => {
    place.server.assertDescribed();
    await place[Symbol.asyncDispose]();
  });
  return place;
}

/** A repository of root modules, each a directory of `live` with the same resource. */
function fleet(...names: readonly string[]): Promise<Workplace> {
  return openPlace(Object.fromEntries(names.map((name) => [`live/${name}/main.tf`, MAIN])));
}

/** Leaves reports beside root modules, as a job before this one would; a text is no report. */
async function leaveReports(place: Workplace, wishes: Readonly<Record<string, Wish | string | null>>) {
  for (const [name, wish] of Object.entries(wishes)) {
    const directory = `live/${name}`;
    const text = typeof wish === "string" ? wish : JSON.stringify(reportOf(directory, wish));
    await mkdir(path.join(place.checkout, directory), { recursive: true });
    await writeFile(path.join(place.checkout, directory, "apex-report.json"), text);
  }
}

const pulls = ({ server }: Workplace) =>
  server.state.pullRequests.map(({ title, state }) => `${title.split(":")[0]} ${state}`).toSorted();

const outputOf = (outputs: string, name: string) =>
  new RegExp(`^${name}<<(\\S+)\\n([^]*?)\\n?\\1$`, "m").exec(outputs)?.[2];

function changedFiles(place: Workplace): readonly string[] {
  place.git("fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*");
  const refs = place.git("for-each-ref", "--format=%(refname)", "refs/remotes/origin/apex").trim();
  return refs.split("\n").map((ref) => place.git("diff", "--name-only", `origin/main...${ref}`).trim());
}

test("the largest savings of all root modules are opened up to one limit, and a second run writes nothing", async () => {
  // Names that are alike for as long as a branch has them.
  const alike = ["payments-europe-west-1", "payments-europe-west-2"] as const;
  const place = await fleet("dev", ...alike);
  await leaveReports(place, {
    dev: { saving: "10" },
    [alike[0]]: { saving: "90" },
    [alike[1]]: { saving: "40" },
  });
  const limit = { ...PATHS, "max-open": "2" };
  const first = await place.run(limit);
  expect(first.failures).toEqual([]);
  expect(pulls(place)).toEqual(alike.map((name) => `live/${name} open`));
  expect(changedFiles(place).toSorted()).toEqual(alike.map((name) => `live/${name}/main.tf`));
  const branches = place.server.state.pullRequests.map(({ headBranch }) => headBranch);
  expect(new Set(branches).size).toBe(2);
  expect(new Set(branches.map((name) => name.replace(/[^.]*$/, ""))).size).toBe(1);
  const whys = first.results.results.map(({ action }) => action.why);
  expect(whys).toContain("2 pull requests are open, and the limit is 2");
  expect(first.log).toMatch(/live\/dev: the root module +not opened/);
  expect(outputOf(first.outputs, "savings")).toBe("130");
  expect(outputOf(first.outputs, "pull-requests")?.split("\n")).toHaveLength(2);
  place.writes();
  const second = await place.run(limit);
  expect(second.results.results.map(({ action }) => action.kind)).toEqual(["leave", "leave", "hold"]);
  expect(place.writes()).toEqual([]);
});

test("a pull request of a run for one root module is the same one in a run for several", async () => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: { saving: "10" }, prod: { saving: "90" } });
  await place.run({ path: "live/prod", report: "live/prod/apex-report.json" });
  const [before] = place.server.state.pullRequests;
  await place.run({ ...PATHS, path: "prod\ndev", "working-directory": "live" });
  const [after] = place.server.state.pullRequests;
  expect(pulls(place)).toEqual(["live/dev open", "live/prod open"]);
  expect([after?.headBranch, after?.headSha]).toEqual([before?.headBranch, before?.headSha]);
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ["a report that is none", "{}", {}],
  ["a configuration that cannot be planned", "", { "live/prod/more.tf": `resource "terraform_data" {}\n` }],
])(
  "%s leaves the pull requests of its root module alone, and the others are kept up to date",
  async (_, text, files) => {
    const place = await fleet("dev", "prod", "test");
    await leaveReports(place, { dev: { saving: "10" }, prod: { saving: "90" }, test: null });
    await place.run(PATHS);
    expect(pulls(place)).toEqual(["live/dev open", "live/prod open"]);
    const wish = { saving: "80", to: "tiny" };
    await leaveReports(place, { dev: null, prod: text || wish, test: { saving: "20" } });
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(place.checkout, name), content);
    const head = place.server.state.pullRequest(1).headSha;
    const broken = await place.run(PATHS);
    expect(pulls(place)).toEqual(["live/dev closed", "live/prod open", "live/test open"]);
    expect(place.server.state.pullRequest(1).headSha).toBe(head);
    expect(broken.failures).toEqual([expect.stringMatching(/^live\/prod could not be analysed: /)]);
    expect(broken.summary).toContain("live/prod could not be analysed");
    expect(broken.results.problems.map(({ directory }) => directory)).toEqual(["live/prod"]);
    // What its pull request saves is not known now, and so is the sum.
    expect(outputOf(broken.outputs, "savings")).toBe("");
    place.writes();
    await place.run(PATHS);
    expect(place.writes()).toEqual([]);
  },
);

test("a pull request of a root module that cannot be analysed counts for the limit, and is closed when a person says so", async () => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: null, prod: { saving: "90" } });
  await place.run(PATHS);
  await leaveReports(place, { dev: { saving: "10" }, prod: "{}" });
  const limit = { ...PATHS, "max-open": "1" };
  await place.run(limit);
  expect(pulls(place)).toEqual(["live/prod open"]);
  place.server.state.collaborators.add("grace");
  place.server.state.addComment(1, "grace", "/apex never");
  await place.run(limit);
  expect(pulls(place)).toEqual(["live/dev open", "live/prod closed"]);
});

test("an open pull request of a root module that is there no more is told, for it takes up the limit", async () => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: { saving: "10" }, prod: { saving: "90" } });
  const limit = { ...PATHS, "max-open": "1" };
  const before = await place.run(limit);
  expect(before.log).not.toContain("this run does not have");
  await rm(path.join(place.checkout, "live/prod"), { recursive: true });
  place.writes();
  const after = await place.run(limit);
  expect(after.log).toContain("#1 is of a root module that this run does not have: it counts for the limit");
  expect(place.writes()).toEqual([]);
});

test("what a person says of a resource holds for its root module, and for no other one's of the same address", async () => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: { saving: "10" }, prod: { saving: "90" } });
  const one = (name: string) => place.run({ path: `live/${name}`, report: `live/${name}/apex-report.json` });
  await one("prod");
  place.server.state.collaborators.add("grace");
  place.server.state.addComment(1, "grace", "/apex never");
  await one("prod");
  expect((await one("dev")).results.results.map(({ action }) => action.kind)).toEqual(["open"]);
  const all = await place.run(PATHS);
  expect(all.results.withheld).toEqual([
    expect.stringMatching(/^live\/prod: terraform_data\.web is not proposed\. A label says "never"/),
  ]);
});

test("two root modules that change the same line of a module of both do so one after the other", async () => {
  const call = `module "web" {\n  source = "../../modules/web"\n}\n`;
  const files = { "live/dev/main.tf": call, "live/prod/main.tf": call, "modules/web/main.tf": MAIN };
  const place = await openPlace(files);
  const shared = { file: "../../modules/web/main.tf", address: "module.web.terraform_data.web" };
  await leaveReports(place, { dev: { saving: "10", ...shared }, prod: { saving: "90", ...shared } });
  const held = expect.stringMatching(/^it changes lines of modules\/web\/main\.tf that live-prod\./);
  const told = await place.run(PATHS);
  expect(told.results.results.map(({ action }) => [action.kind, action.why])).toEqual([
    ["open", undefined],
    ["hold", held],
  ]);
  place.writes();
  const again = await place.run(PATHS);
  expect(again.results.results.map(({ action }) => action.kind)).toEqual(["leave", "hold"]);
  expect(place.writes()).toEqual([]);
});

test("each root module is analysed with its own state, and one that has none stops no other", async () => {
  const provider = `provider "aws" {\n  region = "us-east-1"\n}\n`;
  const volume = { availability_zone: "us-east-1a", size: 1000, type: "gp2" };
  const written = Object.entries(volume).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}\n`);
  const main = `${provider}\nresource "aws_ebs_volume" "data" {\n${written.join("")}}\n`;
  const place = await openPlace({ "live/dev/main.tf": main, "live/prod/main.tf": main });
  const instances = [{ schema_version: 0, attributes: { id: "vol-1", iops: 3000, ...volume } }];
  const aws = 'provider["registry.terraform.io/hashicorp/aws"]';
  const resources = [{ mode: "managed", type: "aws_ebs_volume", name: "data", provider: aws, instances }];
  const state = { version: 4, terraform_version: "1.9.0", serial: 1, lineage: "x", outputs: {}, resources };
  await writeFile(path.join(place.checkout, "live/prod/apex.tfstate"), JSON.stringify(state));
  const told = await place.run({ path: "live/*", state: "apex.tfstate" });
  expect(told.failures).toEqual(["live/dev could not be analysed: state: there is no live/dev/apex.tfstate"]);
  expect(pulls(place)).toEqual(["live/prod open"]);
  expect(place.server.state.pullRequest(1).title).toMatch(/aws_ebs_volume\.data.* gp3/);
  const kept = path.join(told.temporary, "live/prod/apex-report.json");
  expect(JSON.parse(await readFile(kept, "utf8"))).toMatchObject({ terraformDirectory: "live/prod" });
});

test("what an open pull request saves is not known when its root module has bad data, and so is the output", async () => {
  const place = await fleet("prod");
  await leaveReports(place, { prod: { saving: "90" } });
  const inputs = { path: "live/prod", report: "live/prod/apex-report.json" };
  expect(outputOf((await place.run(inputs)).outputs, "savings")).toBe("90");
  const bad = { severity: "error" as const, code: "x", summary: "No metrics" };
  const text = JSON.stringify({ ...reportOf("live/prod", null), diagnostics: [bad] });
  await leaveReports(place, { prod: text });
  expect(outputOf((await place.run(inputs)).outputs, "savings")).toBe("");
  expect(pulls(place)).toEqual(["Resize terraform_data.web to small open"]);
});

test("savings of another currency have no place in one order", async () => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: { saving: "10" }, prod: { saving: "90", currency: "EUR" } });
  const told = await place.run(PATHS);
  expect(pulls(place)).toEqual(["live/dev open"]);
  expect(told.failures).toEqual([
    "live/prod could not be analysed: its savings are in EUR, and those of live/dev in USD: run the Action once for each currency",
  ]);
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ["one report for all", { report: "/exports/apex-report.json" }, /^report: .* is of one root module/],
  ["a state that lies elsewhere", { report: "", state: "../prod.tfstate" }, /^state: .* is of one root mod/],
  ["a report that none has", { report: "report.json" }, /^report: none of the root modules \(live\/dev, li/],
  ["a state that none has", { report: "", state: "a.tfstate" }, /^state: none of the root modules/],
  ["plans", { "plan-json": "plan.json" }, /^plan-json: mode optimize plans each root module/],
  ["nothing to go by", { report: "" }, /^mode optimize needs `report` or `state`/],
  ["a pattern of nothing", { path: "life/*" }, /^path: "life\/\*" holds no root module: name directories/],
  ["a path outside", { path: "live/dev\n../other" }, /^path: "\.\.\/other" lies outside of the repository/],
])("%s is refused before anything is analysed", async (_, inputs, message) => {
  const place = await fleet("dev", "prod");
  await leaveReports(place, { dev: { saving: "10" } });
  await expect(place.run({ ...PATHS, ...inputs })).rejects.toThrow(message);
  expect(place.writes()).toEqual([]);
});
