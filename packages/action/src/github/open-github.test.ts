import { AdapterError } from "@apex/core";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { TEST_TOKEN } from "../testing/github-server.ts";
import { startGitHub } from "../testing/start-github.ts";
import { openGitHub } from "./open-github.ts";

async function failureOf(promise: Promise<unknown>): Promise<AdapterError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdapterError);
  return error as AdapterError;
}

test("all pages of comments are read, oldest first", async () => {
  const { server, github } = await startGitHub();
  for (let number = 0; number < 250; number += 1) server.state.addComment(1, "grace", `comment ${number}`);
  const comments = await github.listComments(1);
  expect(comments.map(({ body }) => body)).toEqual(
    Array.from({ length: 250 }, (_, number) => `comment ${number}`),
  );
  expect(server.callsOf("issues/list-comments").map(({ query }) => query)).toEqual([
    "?per_page=100&page=1",
    "?per_page=100&page=2",
    "?per_page=100&page=3",
  ]);
});

test("a server error is asked again with growing pauses, and then told", async () => {
  const { server, github, waits } = await startGitHub();
  server.faults.add("issues/list-comments", { kind: "status", status: 502, isHtml: true }, { times: 2 });
  await expect(github.listComments(1)).resolves.toEqual([]);
  expect(waits).toEqual([1500, 3000]);

  server.faults.add("issues/list-comments", { kind: "status", status: 503 }, { times: 4 });
  const failure = await failureOf(github.listComments(1));
  expect(failure.kind).toBe("unavailable");
  expect(failure.message).toMatch(
    /^GitHub did not manage to list the comments on pull request 1 of acme\/infrastructure at http:.*: 503 Server Error \(request APEX:\d+\)\. Run it again later/,
  );
});

const LOST_ANSWERS = [
  ["an answer of something in between", { kind: "status", status: 200, isDone: true, isHtml: true }, 1],
  ["a server error after the comment was made", { kind: "status", status: 502, isDone: true }, 1],
  ["a server error before the comment was made", { kind: "status", status: 502 }, 2],
  ["a connection that ends after the comment was made", { kind: "drop", isDone: true }, 1],
  ["a connection that ends before the comment was made", { kind: "drop" }, 2],
] as const;

test.for(LOST_ANSWERS)("%s leaves one comment", async ([, fault, calls]) => {
  const { server, github } = await startGitHub();
  server.faults.add("issues/create-comment", fault);
  const comment = await github.createComment(1, "Costs $3 more.");
  expect(server.state.comments.map(({ id, body }) => ({ id, body }))).toEqual([
    { id: comment.id, body: "Costs $3 more." },
  ]);
  expect(server.callsOf("issues/create-comment")).toHaveLength(calls);
});

test.for(LOST_ANSWERS)("%s: a pull request is opened once, too", async ([, fault]) => {
  const { server, github } = await startGitHub();
  await server.commit("apex/one", { "main.tf": "# three\n" });
  server.faults.add("pulls/create", fault);
  const request = { title: "Smaller", body: "", branch: "apex/one", base: "main", isDraft: false };
  const pull = await github.createPullRequest(request);
  const again = await github.createPullRequest(request);
  expect([pull.number, again.number]).toEqual([2, 2]);
  expect(server.state.pullRequests.map(({ headBranch }) => headBranch)).toEqual(["change", "apex/one"]);
});

test("a refused pull request is told with GitHub's reasons", async () => {
  const { server, github } = await startGitHub();
  await server.commit("apex/one", {});
  const request = { title: "Smaller", body: "", base: "main", isDraft: false };
  const nothing = await failureOf(github.createPullRequest({ ...request, branch: "apex/gone" }));
  expect(nothing.message).toContain("422 Validation Failed; head is invalid");
  server.state.mayActionsOpenPullRequests = false;
  const denied = await failureOf(github.createPullRequest({ ...request, branch: "apex/one" }));
  expect(denied.kind).toBe("denied");
  expect(denied.message).toContain("Allow it in the repository's settings");
});

test("a rate limit is waited for where it is short", async () => {
  const { server, github, waits } = await startGitHub();
  server.faults.add("issues/create-comment", { kind: "secondary-rate-limit", retryAfterSeconds: 7 });
  server.faults.add("issues/create-comment", { kind: "secondary-rate-limit", retryAfterSeconds: null });
  server.faults.add("issues/create-comment", { kind: "rate-limit", resetSeconds: 30 });
  await github.createComment(1, "Costs $3 more.");
  expect(server.state.comments).toHaveLength(1);
  expect(waits.slice(0, 2)).toEqual([7500, 61_000]);
  expect(waits[2]).toBeGreaterThan(31_000);
  expect(waits[2]).toBeLessThan(35_000);
});

test("a rate limit that lasts is told with its end", async () => {
  const { server, github, waits } = await startGitHub();
  server.faults.add("issues/create-comment", { kind: "rate-limit", resetSeconds: 1800 });
  const failure = await failureOf(github.createComment(1, "Costs $3 more."));
  expect(failure.kind).toBe("throttled");
  expect(failure.message).toMatch(
    /403 API rate limit exceeded .* resets at \d{4}-\d\d-\d\dT[\d:.]+Z; run it again then\.$/,
  );
  expect(waits).toEqual([]);
});

test("a token that only reads is told what it lacks and why a fork's does", async () => {
  const reader = {
    login: "github-actions[bot]",
    kind: "actions",
    permissions: { contents: "read", pull_requests: "read" },
  } as const;
  const { github } = await startGitHub({ tokens: new Map([[TEST_TOKEN, reader]]) });
  const failure = await failureOf(github.createComment(1, "Costs $3 more."));
  expect(failure.kind).toBe("denied");
  expect(failure.message).toContain("it needs issues: write or pull-requests: write");
  expect(failure.message).toContain("Pull requests from forks get a token that only reads");
});

test("a token that is not valid is told, and stands nowhere in the error", async () => {
  const token = "ghp_SECRETSECRETSECRET";
  const { github } = await startGitHub({}, { credentials: { kind: "token", token } });
  const failure = await failureOf(github.createComment(1, "Costs $3 more."));
  expect(failure.message).toContain("401 Bad credentials");
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain("SECRET");
});

test("a request without an answer is given up and asked again", async () => {
  const { server, github } = await startGitHub({}, { requestMillisecondsMax: 150 });
  server.faults.add("issues/list-comments", { kind: "slow", milliseconds: 400 });
  await expect(github.listComments(1)).resolves.toEqual([]);
  server.faults.add("issues/list-comments", { kind: "slow", milliseconds: 400 }, { times: 4 });
  const failure = await failureOf(github.listComments(1));
  expect(failure.message).toContain(": no answer in time. Check GITHUB_API_URL and the network");
});

test("a server that is not there is told with what to check", async () => {
  const { github } = await startGitHub({}, { apiUrl: "http://127.0.0.1:9" });
  const failure = await failureOf(github.listComments(1));
  expect(failure.kind).toBe("unavailable");
  expect(failure.message).toMatch(/no answer \(.*\)\. Check GITHUB_API_URL and the network; behind a proxy/);
});

test("what does not exist is told apart from what goes wrong", async () => {
  const { github } = await startGitHub();
  await expect(github.updateComment(999, "text")).resolves.toBeUndefined();
  await expect(github.deleteComment(999)).resolves.toBeUndefined();
  await expect(github.removeLabel(1, "apex")).resolves.toBeUndefined();
  await expect(github.branchHead("gone")).resolves.toBeUndefined();
  await expect(github.deleteBranch("gone")).resolves.toBeUndefined();
  const failure = await failureOf(github.getPullRequest(99));
  expect(failure.kind).toBe("not-found");
});

test("a run that is cancelled ends with the signal's reason", async () => {
  const controller = new AbortController();
  const { server, github } = await startGitHub({}, { signal: controller.signal });
  server.faults.add("issues/list-comments", {
    kind: "before",
    act: () => controller.abort(new Error("cancelled")),
  });
  await expect(github.listComments(1)).rejects.toThrow("cancelled");
});

test("a workflow's token acts as GitHub's bot, a person's as the person", async () => {
  const person = { login: "grace", kind: "user", permissions: { pull_requests: "write" } } as const;
  const { github } = await startGitHub();
  await expect(github.whoAmI()).resolves.toBe("github-actions[bot]");
  const { github: personal } = await startGitHub({ tokens: new Map([[TEST_TOKEN, person]]) });
  await expect(personal.whoAmI()).resolves.toBe("grace");
});

test("files of a pull request: all pages, with their names before a rename", async () => {
  const { server, github } = await startGitHub();
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, number) => [`modules/${number}.tf`, `# ${number}\n`]),
  );
  await server.commit("main", { "old.tf": "# a file with enough text\n# to be found again\n" });
  await server.commit("many", {
    ...files,
    "old.tf": null,
    "new.tf": "# a file with enough text\n# to be found again\n",
  });
  const pull = await server.openPullRequest({ head: "many" });
  const { paths, isComplete } = await github.changedFiles(pull.number);
  expect(isComplete).toBe(true);
  expect(paths).toHaveLength(122);
  expect(paths).toContain("old.tf");
  expect(paths).toContain("new.tf");
});

test("pull requests of a prefix, open and closed, but no fork's", async () => {
  const { server, github } = await startGitHub();
  await server.commit("apex/one", { "main.tf": "# three\n" });
  const forked = await server.commit("forked", { "main.tf": "# four\n" });
  await server.openPullRequest({ head: "apex/one", author: "apex[bot]" });
  await server.openPullRequest({ head: "mallory:apex/two", headSha: forked, author: "mallory" });
  await github.updatePullRequest(2, { state: "closed", body: "Not now." });
  const pulls = await github.listPullRequests("apex/");
  expect(pulls.map(({ number, state, body }) => ({ number, state, body }))).toEqual([
    { number: 2, state: "closed", body: "Not now." },
  ]);
  await expect(github.closedBy(2)).resolves.toBe("github-actions[bot]");
  await expect(github.closedBy(1)).resolves.toBeUndefined();
});

test("reviewers whom GitHub refuses are returned, and the others asked", async () => {
  const { server, github } = await startGitHub();
  server.state.collaborators.add("ada");
  server.state.teams.add("platform");
  const refused = await github.requestReviewers(1, [
    "@ada",
    "stranger",
    "acme/platform",
    "other/team",
    "ada@acme.example",
  ]);
  expect(refused).toEqual(["other/team", "ada@acme.example", "stranger"]);
  const pull = server.state.pullRequest(1);
  expect([[...pull.reviewers], [...pull.teams]]).toEqual([["ada"], ["platform"]]);
});

test("labels are added and taken away", async () => {
  const { github } = await startGitHub();
  await github.addLabels(1, ["apex", "cost / savings"]);
  await github.removeLabel(1, "apex");
  const { labels } = await github.getPullRequest(1);
  expect(labels).toEqual(["cost / savings"]);
});

test("GitHub Enterprise is met at its base path", async () => {
  const { server, github } = await startGitHub({ basePath: "/api/v3" });
  const comment = await github.createComment(1, "Costs $3 more.");
  expect(comment.author).toBe("github-actions[bot]");
  await expect(github.whoAmI()).resolves.toBe("github-actions[bot]");
  expect(server.requests.at(-1)?.path).toBe("/api/graphql");
});

const WRONG_ADDRESSES = [
  "api.github.com",
  "https://name:secret@github.acme.example",
  "ftp://github.acme.example",
  "https://x.example/?a=b",
];

test.for(WRONG_ADDRESSES)("%s is no address of GitHub", (apiUrl) => {
  const open = () =>
    openGitHub({
      repository: { owner: "acme", name: "infrastructure" },
      credentials: { kind: "token", token: "x" },
      apiUrl,
    });
  expect(open).toThrow(AdapterError);
  expect(open).not.toThrow("secret");
});
