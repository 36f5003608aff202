import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/core";
import { expect, onTestFinished, test } from "vitest";
import { readActionEvent } from "../event/action-event.ts";
import { GitHubServer, type GitHubServerOptions, TEST_TOKEN } from "./github-server.ts";

const REPOSITORY = { owner: "acme", repo: "infrastructure" } as const;

async function started(options?: GitHubServerOptions) {
  const server = await GitHubServer.start(options);
  onTestFinished(() => server[Symbol.asyncDispose]());
  await server.commit("main", { "main.tf": "# one\n" });
  const octokit = new Octokit({ auth: TEST_TOKEN, baseUrl: server.url, log: silent() });
  return { server, octokit };
}

function silent() {
  const nothing = () => undefined;
  return { debug: nothing, info: nothing, warn: nothing, error: nothing };
}

test("a client that does what GitHub describes meets no violation", async () => {
  const { server, octokit } = await started();
  await server.commit("change", { "main.tf": "# two\n" });
  const { data: pull } = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
    ...REPOSITORY,
    title: "A change",
    head: "change",
    base: "main",
  });
  const { data: comment } = await octokit.request(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    {
      ...REPOSITORY,
      issue_number: pull.number,
      body: "Costs $3 more.",
    },
  );
  const { data: files } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
    ...REPOSITORY,
    pull_number: pull.number,
  });
  expect(comment.user?.login).toBe("github-actions[bot]");
  expect(files.map((file) => [file.filename, file.status])).toEqual([["main.tf", "modified"]]);
  await octokit.request("GET /repos/{owner}/{repo}", REPOSITORY);
  await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
    ...REPOSITORY,
    issue_number: 1,
  });
  await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...REPOSITORY, ref: "heads/change" });
  expect(server.violations).toEqual([]);
});

const ACTIONS = ["opened", "reopened", "synchronize", "closed"] as const;

test("payloads of events are what GitHub describes, and the Action reads them", async () => {
  const { server } = await started();
  await server.commit("change", { "main.tf": "# two\n" });
  const headSha = await server.commit("forked", { "main.tf": "# three\n" });
  await server.openPullRequest({ head: "change" });
  await server.openPullRequest({ head: "mallory:main", headSha, author: "mallory" });
  for (const action of ACTIONS) {
    const { occasion } = await readEvent(server, "pull_request", await server.pullRequestEvent(1, action));
    expect(occasion).toMatchObject({ kind: "pull-request", number: 1, baseRef: "main", isReadOnly: false });
  }
  const fork = await readEvent(server, "pull_request", await server.pullRequestEvent(2));
  expect(fork.occasion).toMatchObject({ headSha, isReadOnly: true });
  const run = await readEvent(server, "workflow_run", server.workflowRunEvent(2));
  expect(run.occasion).toMatchObject({
    headSha,
    headRepository: "mallory/infrastructure",
    startedBy: "pull_request",
  });
});

async function readEvent({ url }: GitHubServer, name: string, payload: object) {
  const directory = await mkdtemp(join(tmpdir(), "apex-event-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, "event.json");
  await writeFile(file, JSON.stringify(payload));
  return await readActionEvent({
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: file,
    GITHUB_REPOSITORY: "acme/infrastructure",
    GITHUB_API_URL: url,
  });
}

const WRONG_CALLS = [
  [
    "a missing field",
    "POST /repos/acme/infrastructure/pulls",
    { title: "A change", head: "change" },
    "body",
    "must have required property 'base'",
  ],
  ["a wrong type", "PATCH /repos/acme/infrastructure/pulls/1", { title: 5 }, "body/title", "must be string"],
  [
    "a field that GitHub does not know",
    "PATCH /repos/acme/infrastructure/git/refs/heads/main",
    { sha: "0", forced: true },
    "body/forced",
    "is no field of this operation",
  ],
  [
    "a value outside of a list",
    "PATCH /repos/acme/infrastructure/pulls/1",
    { state: "merged" },
    "body/state",
    "must be equal to one of the allowed values: open,closed",
  ],
  [
    "a number that is none",
    "GET /repos/acme/infrastructure/issues/one/comments",
    undefined,
    "path/issue_number",
    "must be integer",
  ],
  [
    "an unknown parameter",
    "GET /repos/acme/infrastructure/pulls?branch=main",
    undefined,
    "query/branch",
    "is no parameter of this operation",
  ],
  [
    "an unknown path",
    "GET /repos/acme/infrastructure/comments/1",
    undefined,
    "path",
    "GitHub's description has no such operation",
  ],
  [
    "an unknown method",
    "PUT /repos/acme/infrastructure/pulls/1",
    undefined,
    "path",
    "GitHub's description has no such operation",
  ],
] as const;

test.for(WRONG_CALLS)("%s is caught", async ([, call, body, path, reason]) => {
  const { server } = await started();
  const [method = "", target = ""] = call.split(" ");
  await fetch(`${server.url}${target}`, {
    method,
    headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(server.violations).toEqual([expect.objectContaining({ side: "request", path, reason })]);
});

const QUERIES = [
  [
    "an allowed query",
    { query: "query { viewer { login } }" },
    { data: { viewer: { login: "github-actions[bot]" } } },
    [],
  ],
  [
    "a field that GitHub lacks",
    { query: "query { viewer { handle } }" },
    { errors: [{ message: 'Cannot query field "handle" on type "User".' }] },
    [{ path: "body/query", reason: 'Cannot query field "handle" on type "User".' }],
  ],
  [
    "an object without its fields",
    { query: "{ viewer }" },
    { errors: [expect.anything()] },
    [{ path: "body/query", reason: expect.stringContaining("must have a selection of subfields") }],
  ],
  [
    "what is no GraphQL",
    { query: "query { viewer {" },
    { errors: [expect.anything()] },
    [{ path: "body/query", reason: expect.stringContaining("Syntax Error") }],
  ],
  [
    "a body without a query",
    { mutation: "query { viewer { login } }" },
    { message: "A query attribute must be specified and must be a string." },
    [{ path: "body/query" }, { path: "body" }],
  ],
] as const;

test.for(QUERIES)("GraphQL: %s is answered as GitHub's schema says", async ([, body, answer, violations]) => {
  const { server } = await started();
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(await response.json()).toMatchObject(answer);
  expect(server.violations).toEqual(
    violations.map((each) => expect.objectContaining({ side: "request", ...each })),
  );
});
