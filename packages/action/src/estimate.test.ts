import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type ActionResult, makeDirectory, runBundle } from "./testing/action-run.ts";
import { type Checkout, checkoutAt, machineFiles, newCheckout } from "./testing/checkout.ts";
import { GitHubServer } from "./testing/github-server.ts";

const DIRECTORIES = ["live/a", "live/b", "live/c"];
/** us-east-1, Linux, on demand: m5.large 0.096, m5.xlarge 0.192 an hour, 730 hours; 10 GB of gp3 0.80. */
const BEFORE = "70.88";
const LARGER = "70.08";

/** What the log says where a run failed. */
function failureOf({ exitCode, log }: ActionResult): string {
  return exitCode === 0 ? "" : log;
}

interface Scene {
  readonly home: string;
  readonly server: GitHubServer;
  readonly checkout: Checkout;
  readonly number: number;
  readonly baseSha: string;
  readonly headSha: string;
}

/** A pull request on GitHub that changes a file of one of three root modules, and the merge that actions/checkout brings of it. */
async function pullRequest(change: Readonly<Record<string, string>>, title = "Larger"): Promise<Scene> {
  const home = await makeDirectory(onTestFinished);
  const server = await GitHubServer.start();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const baseSha = await server.commit("main", machineFiles(DIRECTORIES, "m5.large"));
  const headSha = await server.commit("feature", change, { from: "main" });
  const pull = await server.openPullRequest({ head: "feature", title });
  const directory = path.join(home, "checkout");
  await mkdir(directory);
  const checkout = checkoutAt(directory);
  await checkout.git("clone", "--quiet", server.gitDirectory, ".");
  await checkout.git("checkout", "--quiet", "--detach", baseSha);
  await checkout.git("merge", "--quiet", "--no-ff", "--message", "Merge", headSha);
  return { home, server, checkout, number: pull.number, baseSha, headSha };
}

function payload(scene: Scene, more: { readonly repository?: string; readonly ref?: string } = {}): unknown {
  const base = { full_name: "acme/infrastructure" };
  return {
    action: "synchronize",
    repository: { full_name: "acme/infrastructure", default_branch: "main" },
    pull_request: {
      number: scene.number,
      title: "Larger",
      updated_at: "2026-11-22T12:00:00Z",
      head: {
        sha: scene.headSha,
        ref: more.ref ?? "feature",
        repo: { full_name: more.repository ?? base.full_name },
      },
      base: { sha: scene.baseSha, ref: "main", repo: base },
    },
  };
}

/** Most tests plan the same few configurations. */
let sharedCache = "";
beforeAll(async () => {
  sharedCache = await mkdtemp(path.join(tmpdir(), "apex-action-cache-"));
});
afterAll(() => rm(sharedCache, { recursive: true, force: true }));

async function estimate(
  scene: Scene,
  inputs: Readonly<Record<string, string>> = {},
  more: Parameters<typeof payload>[1] = {},
): Promise<ActionResult> {
  return runBundle(scene.home, {
    workspace: scene.checkout.directory,
    event: "pull_request",
    payload: payload(scene, more),
    inputs: { "cache-directory": sharedCache, ...inputs },
    apiUrl: scene.server.url,
  });
}

function comments({ server }: Scene): readonly string[] {
  return server.requests
    .filter(({ method, path: place }) => method !== "GET" && place.includes("/comments"))
    .map(({ method }) => method);
}

const CHANGE = machineFiles(["live/b"], "m5.xlarge");

describe("a pull request", () => {
  test("gets a comment, which a second run leaves alone and another change updates", async () => {
    const scene = await pullRequest(CHANGE);
    const first = await estimate(scene);
    expect(failureOf(first)).toBe("");
    expect(first.outputs).toMatchObject({
      "monthly-before": BEFORE,
      "monthly-after": "140.96",
      "monthly-delta": LARGER,
      savings: "0",
      "unpriced-count": "0",
    });
    expect(first.outputs["comment-url"]).toContain(`/pull/${scene.number}#issuecomment-`);
    expect(first.summary).toContain("adds $70.08 a month");
    expect(comments(scene)).toEqual(["POST"]);

    const second = await estimate(scene);
    expect(second.log).toContain("the comment says so already");
    expect(second.outputs["comment-url"]).toBe(first.outputs["comment-url"]);
    expect(comments(scene)).toEqual(["POST"]);

    await scene.checkout.commit(machineFiles(["live/c"], "m5.xlarge"));
    const third = await estimate(scene, { base: scene.baseSha });
    expect(third.outputs["monthly-delta"]).toBe("140.16");
    expect(comments(scene)).toEqual(["POST", "PATCH"]);
    expect(scene.server.violations).toEqual([]);
  });

  test("has only the root module planned that it touches, and from a cache nothing", async () => {
    const scene = await pullRequest(CHANGE);
    const inputs = { "cache-directory": path.join(scene.home, "cache"), behavior: "off" };
    const first = await estimate(scene, inputs);
    expect(first.log).toContain("root modules: 3, of which the change touches 1");
    expect(await readdir(path.join(scene.home, "cache/plans"))).toHaveLength(2);
    const second = await estimate(scene, inputs);
    expect(second.log).toContain("live/b: known from the cache");
    expect(second.outputs["monthly-delta"]).toBe(LARGER);

    for (const entry of await readdir(path.join(scene.home, "cache/plans"))) {
      await writeFile(path.join(scene.home, "cache/plans", entry), "{");
    }
    const third = await estimate(scene, inputs);
    expect(third.log).toMatch(/live\/b: planned in/);
    expect(third.outputs["monthly-delta"]).toBe(LARGER);
    expect(scene.server.requests).toEqual([]);
  });

  test("is posted before fail-on fails the step", async () => {
    const scene = await pullRequest(CHANGE);
    const result = await estimate(scene, { "fail-on": "increase>50, unpriced" });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("::error title=Apex::fail-on increase>50: the cost grows by 70.08 a month");
    expect(result.log).not.toContain("fail-on unpriced");
    expect(comments(scene)).toEqual(["POST"]);
  });

  test("that changes nothing in what it costs makes no noise", async () => {
    const scene = await pullRequest({ "README.md": "# Hello\n" });
    const result = await estimate(scene);
    expect(failureOf(result)).toBe("");
    expect(result.log).toContain("root modules: 3, of which the change touches 0");
    expect(comments(scene)).toEqual([]);
  });

  test("names what cannot be planned beside what can", async () => {
    const scene = await pullRequest({ ...CHANGE, "live/a/main.tf": 'resource "aws_instance" {\n' });
    const result = await estimate(scene, { "fail-on": "problems" });
    expect(result.exitCode).toBe(1);
    expect(result.outputs["monthly-delta"]).toBe(LARGER);
    expect(result.log).toMatch(/::error title=[^:]*,file=live\/a\/main\.tf,line=\d+::/);
  });

  test("of hostile names does nothing but show them", async () => {
    const title = "x\n::set-output name=a::b\n\u001b[31m$(touch pwned)";
    const scene = await pullRequest({
      ...CHANGE,
      'live/b/$(touch pwned)\n::error::"; touch pwned.tf': "# \u001b[31m::set-env name=PATH::/tmp\n",
    });
    const result = await estimate(scene, { base: "--upload-pack=touch pwned" }, { ref: "$(touch pwned)" });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("is no branch, tag, commit or directory");
    const accepted = await estimate(scene, {}, { ref: title });
    expect(failureOf(accepted)).toBe("");
    expect(accepted.outputs["monthly-delta"]).toBe(LARGER);
    expect(accepted.log).not.toMatch(/^::(?!add-mask|group|endgroup)/m);
    expect(await readdir(scene.checkout.directory)).not.toContain("pwned");
  });

  test("never shows a secret", async () => {
    const scene = await pullRequest(CHANGE);
    const secret = "ghs_verysecret";
    const result = await estimate(scene, { "github-token": secret });
    expect(result.exitCode).toBe(1);
    const shown = result.log.split("\n").filter((line) => line !== `::add-mask::${secret}`);
    expect([...shown, result.summary].join("\n")).not.toContain(secret);
    expect(result.log).toContain("::error title=Apex::");
  });
});

describe("a pull request of a fork", () => {
  const FORK = "mallory/infrastructure";

  async function fromFork(): Promise<{ readonly scene: Scene; readonly left: string }> {
    const scene = await pullRequest(CHANGE);
    const result = await estimate(scene, {}, { repository: FORK });
    expect(failureOf(result)).toBe("");
    expect(result.log).toContain("workflow_run");
    expect(comments(scene)).toEqual([]);
    return { scene, left: result.outputs["report-directory"] ?? "" };
  }

  async function post(scene: Scene, artifact: string, run: object): Promise<ActionResult> {
    return runBundle(scene.home, {
      workspace: scene.home,
      event: "workflow_run",
      payload: {
        workflow_run: {
          head_sha: scene.headSha,
          event: "pull_request",
          created_at: "2026-11-22T12:00:00Z",
          head_repository: { full_name: "acme/infrastructure" },
          ...run,
        },
      },
      inputs: { artifact },
      apiUrl: scene.server.url,
    });
  }

  test("leaves its estimate to a workflow that may write, which posts it", async () => {
    const { scene, left } = await fromFork();
    const posted = await post(scene, left, {});
    expect(failureOf(posted)).toBe("");
    expect(comments(scene)).toEqual(["POST"]);
    expect(posted.outputs["monthly-delta"]).toBe(LARGER);
    expect(scene.server.violations).toEqual([]);
  });

  test("cannot speak on another's pull request, nor with another form", async () => {
    const { scene, left } = await fromFork();
    const owner = path.join(left, "pull-request.json");
    const named = JSON.parse(await readFile(owner, "utf8")) as { readonly pullRequest: number };
    const forge = (claim: unknown) => writeFile(owner, JSON.stringify(claim));
    await scene.server.commit("other", { "live/c/x.tf": "# x\n" }, { from: "main" });
    const other = await scene.server.openPullRequest({ head: "other" });

    await forge({ ...named, pullRequest: other.number });
    const stranger = await post(scene, left, { head_repository: { full_name: FORK } });
    await forge({ ...named, headSha: "0".repeat(40) });
    const commit = await post(scene, left, {});
    await forge({ ...named, pullRequest: "1; touch pwned" });
    const form = await post(scene, left, {});
    await forge(named);
    await writeFile(path.join(left, "estimate.json"), '{"schema": "apex.estimate/v1"}');
    const report = await post(scene, left, {});
    expect([stranger, commit, form, report].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    expect(comments(scene)).toEqual([]);
  });
});

test.each([
  ["schedule", {}],
  ["push", { before: "0".repeat(40) }],
])("on %s the estimate is in the summary alone", async (event, more) => {
  const scene = await pullRequest(CHANGE);
  const result = await runBundle(scene.home, {
    workspace: scene.checkout.directory,
    event,
    payload: { repository: { default_branch: "main" }, ...more },
    inputs: { "cache-directory": sharedCache },
    apiUrl: scene.server.url,
  });
  expect(failureOf(result)).toBe("");
  expect(result.summary).toContain("adds $70.08 a month");
  expect(scene.server.requests).toEqual([]);
});

test("a shallow checkout gets the one commit that it lacks, or is told how", async () => {
  const home = await makeDirectory(onTestFinished);
  const origin = await newCheckout(path.join(home, "origin"));
  const baseSha = await origin.commit(machineFiles(DIRECTORIES, "m5.large"));
  await origin.git("checkout", "--quiet", "-b", "feature");
  const headSha = await origin.commit(CHANGE);
  await origin.git("checkout", "--quiet", "main");
  await origin.git("merge", "--quiet", "--no-ff", "--message", "Merge", "feature");
  const clone = checkoutAt(home);
  await clone.git("clone", "--quiet", "--depth=1", `file://${origin.directory}`, "shallow");
  const request = {
    workspace: path.join(home, "shallow"),
    event: "merge_group",
    payload: { merge_group: { base_sha: baseSha, head_sha: headSha } },
    inputs: { "cache-directory": sharedCache },
  };
  const fetched = await runBundle(home, request);
  expect(failureOf(fetched)).toBe("");
  expect(fetched.outputs["monthly-delta"]).toBe(LARGER);
  await checkoutAt(request.workspace).git("remote", "set-url", "origin", path.join(home, "gone"));
  const missing = await runBundle(home, { ...request, inputs: { base: headSha } });
  expect(missing.exitCode).toBe(1);
  expect(missing.log).toContain("fetch-depth: 0");
});

test("a sandbox without a record is refused before anything is planned", async () => {
  const home = await makeDirectory(onTestFinished);
  const result = await runBundle(home, {
    workspace: home,
    event: "workflow_dispatch",
    payload: {},
    inputs: { mode: "validate", metrics: "metrics.json" },
  });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("mode validate needs workload (recorded requests), state (what exists)");
});

test("plans that a job has made need neither Terraform nor a checkout", async () => {
  const home = await makeDirectory(onTestFinished);
  const machine = (instance_type: string) => ({
    ami: "ami-1",
    instance_type,
    availability_zone: "us-east-1a",
  });
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {},
    resource_changes: [
      {
        address: "aws_instance.web",
        mode: "managed",
        type: "aws_instance",
        name: "web",
        provider_name: "registry.terraform.io/hashicorp/aws",
        change: {
          actions: ["update"],
          before: machine("m5.xlarge"),
          after: machine("m5.large"),
          after_unknown: {},
        },
      },
    ],
  };
  await writeFile(path.join(home, "plan.json"), JSON.stringify(plan));
  const result = await runBundle(home, {
    workspace: home,
    event: "workflow_dispatch",
    payload: {},
    inputs: { "plan-json": "plan.json" },
    env: { PATH: "" },
  });
  expect(failureOf(result)).toBe("");
  expect(result.outputs).toMatchObject({ "monthly-delta": `-${LARGER}`, savings: LARGER });
});
