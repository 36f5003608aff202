import { Octokit } from "@octokit/core";
import { expect, onTestFinished, test } from "vitest";
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
  await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", { ...REPOSITORY, path: "main.tf" });
  await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...REPOSITORY, ref: "heads/change" });
  expect(server.violations).toEqual([]);
});

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
