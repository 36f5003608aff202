import { AdapterError } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GitHubServer } from "../testing/github-server.ts";
import { startGitHub } from "../testing/start-github.ts";

const BRANCH = "apex/rightsize";

async function head(server: GitHubServer, branch: string): Promise<string> {
  return await server.state.git.run(["rev-parse", `refs/heads/${branch}`]);
}

async function log(server: GitHubServer, branch: string): Promise<readonly string[]> {
  return (await server.state.git.run(["log", "--reverse", "--format=%s", `main..${branch}`])).split("\n");
}

const TWO_COMMITS = [
  {
    message: "Smaller web machines\n\nThey used 12 % of their CPU.",
    files: [{ path: "main.tf", content: "# smaller\n" }],
  },
  { message: "No unused disk", files: [{ path: "modules/disk/main.tf", content: "# none\n" }] },
] as const;

test("a branch is made of exactly the commits, and a second run changes nothing", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  const pushed = await github.pushCommits(BRANCH, { onto, commits: TWO_COMMITS, expected: undefined });
  expect(pushed.kind).toBe("pushed");
  expect(await log(server, BRANCH)).toEqual(["Smaller web machines", "No unused disk"]);
  expect(await server.state.git.run(["diff", "--stat", `main..${BRANCH}`])).toBe(
    [
      " main.tf              | 2 +-",
      " modules/disk/main.tf | 1 +",
      " 2 files changed, 2 insertions(+), 1 deletion(-)",
    ].join("\n"),
  );
  const calls = server.requests.length;
  const again = await github.pushCommits(BRANCH, {
    onto,
    commits: TWO_COMMITS,
    expected: await head(server, BRANCH),
  });
  expect(again).toEqual({ kind: "unchanged", sha: await head(server, BRANCH) });
  const written = server.requests.slice(calls).filter(({ method }) => method !== "GET");
  expect(new Set(written.map(({ operation }) => operation))).toEqual(new Set(["git/create-tree"]));
  await expect(github.commitsOf(BRANCH, "main")).resolves.toEqual([
    expect.objectContaining({
      message: TWO_COMMITS[0].message,
      author: "github-actions[bot]",
      committer: "web-flow",
    }),
    expect.objectContaining({ message: "No unused disk" }),
  ]);
});

test("a commit on top of the branch is a fast forward; another history replaces it", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected: undefined });
  const first = await head(server, BRANCH);
  await github.pushCommits(BRANCH, { onto: first, commits: [TWO_COMMITS[1]], expected: first });
  await server.commit("main", { "other.tf": "# meanwhile\n" });
  const moved = await head(server, "main");
  await github.pushCommits(BRANCH, {
    onto: moved,
    commits: TWO_COMMITS,
    expected: await head(server, BRANCH),
  });
  expect(server.callsOf("git/update-ref").map(({ body }) => (body as { force: boolean }).force)).toEqual([
    false,
    true,
  ]);
  expect(await server.state.git.run(["merge-base", "main", BRANCH])).toBe(moved);
});

test("a person's commits are never replaced", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  await github.pushCommits(BRANCH, { onto, commits: TWO_COMMITS, expected: undefined });
  const expected = await head(server, BRANCH);
  const persons = await server.commit(BRANCH, { "main.tf": "# by hand\n" });
  const looked = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected });
  expect(looked).toEqual({ kind: "conflict", sha: persons });
  // Right before the branch is moved.
  server.faults.add("git/create-commit", {
    kind: "after",
    act: () => server.commit(BRANCH, { "main.tf": "# more\n" }),
  });
  const raced = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected: persons });
  expect(raced).toEqual({ kind: "conflict", sha: await head(server, BRANCH) });
  await github.deleteBranch(BRANCH);
  const gone = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected: persons });
  expect(gone).toEqual({ kind: "conflict", sha: null });
});

test("two runs that make the same branch: one does, the other is told", async () => {
  const { server, github, open } = await startGitHub();
  const onto = await head(server, "main");
  server.faults.add("git/create-ref", {
    kind: "before",
    act: () => open().pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[1]], expected: undefined }),
  });
  const outcome = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected: undefined });
  expect(outcome).toEqual({ kind: "conflict", sha: await head(server, BRANCH) });
  expect(await log(server, BRANCH)).toEqual(["No unused disk"]);
});

const LOST = [
  ["a lost answer", { kind: "drop", isDone: true }],
  ["a server error", { kind: "status", status: 500 }],
  ["a server error after the fact", { kind: "status", status: 504, isDone: true, isHtml: true }],
] as const;

test.for(LOST)("%s to every step leaves the branch as it is wanted", async ([, fault]) => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  for (const operation of [
    "git/get-ref",
    "git/create-tree",
    "git/create-commit",
    "git/create-ref",
    "git/update-ref",
  ]) {
    server.faults.add(operation, fault);
  }
  const made = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected: undefined });
  expect(made).toEqual({ kind: "pushed", sha: await head(server, BRANCH) });
  const replaced = await github.pushCommits(BRANCH, {
    onto,
    commits: TWO_COMMITS,
    expected: await head(server, BRANCH),
  });
  expect(replaced).toEqual({ kind: "pushed", sha: await head(server, BRANCH) });
  expect(await log(server, BRANCH)).toEqual(["Smaller web machines", "No unused disk"]);
});

test("a push between a lost answer and the next attempt is kept", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  await github.pushCommits(BRANCH, { onto, commits: TWO_COMMITS, expected: undefined });
  const expected = await head(server, BRANCH);
  server.faults.add("git/update-ref", { kind: "status", status: 502 });
  // The second look at the branch is the one right before it is moved, the third is the one after the lost answer.
  server.faults.add(
    "git/get-ref",
    { kind: "before", act: () => server.commit(BRANCH, { "main.tf": "# by hand\n" }) },
    { skip: 2 },
  );
  const outcome = await github.pushCommits(BRANCH, { onto, commits: [TWO_COMMITS[0]], expected });
  expect(outcome).toEqual({ kind: "conflict", sha: await head(server, BRANCH) });
});

test("the default branch keeps its history", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  const expected = await server.commit("main", { "main.tf": "# newer\n" });
  await expect(github.pushCommits("main", { onto, commits: [TWO_COMMITS[0]], expected })).rejects.toThrow(
    "The default branch main keeps its history",
  );
  expect(await head(server, "main")).toBe(expected);
});

test("a rule of the repository that refuses a push is told", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  const expected = await server.commit(BRANCH, { "main.tf": "# before\n" });
  server.state.protectedBranches.add(BRANCH);
  await expect(github.pushCommits(BRANCH, { onto, commits: TWO_COMMITS, expected })).rejects.toThrow(
    /refused to move the branch apex\/rightsize .*422 Repository rule violations found Changes must be made through a pull request/,
  );
  expect(await head(server, BRANCH)).toBe(expected);
});

test("modes are kept, files deleted, other files left alone", async () => {
  const { server, github } = await startGitHub();
  const { git } = server.state;
  const blob = await git.writeBlob(Buffer.from("#!/bin/sh\n"));
  const entries = ["bin/plan.sh", "bin/keep.sh", "old/gone.tf"].map((path) => ({
    path,
    mode: path.endsWith(".sh") ? "100755" : "100644",
    sha: blob,
  }));
  const onto = await commitTree(server, entries);
  const files = [
    { path: "bin/plan.sh", content: "#!/bin/sh\nexit\n" },
    { path: "old/gone.tf", content: null },
    { path: "never/there.tf", content: null },
  ];
  await github.pushCommits(BRANCH, { onto, commits: [{ message: "Change", files }], expected: undefined });
  expect(await git.run(["diff", "--raw", "--abbrev=1", "--no-renames", onto, BRANCH, "--"])).toMatch(
    /^:100755 100755 \w+ \w+ M\tbin\/plan\.sh\n:100644 000000 \w+ 0+ D\told\/gone\.tf$/,
  );
});

async function commitTree(
  { state }: GitHubServer,
  entries: readonly { readonly path: string; readonly mode: string; readonly sha: string }[],
): Promise<string> {
  const signature = { name: "grace", email: "grace@acme.example", date: state.time() };
  const tree = await state.git.writeTree(await state.git.resolve("refs/heads/main"), entries);
  const sha = await state.git.writeCommit({
    tree,
    parents: [],
    message: "Start",
    author: signature,
    committer: signature,
  });
  await state.git.run(["update-ref", "refs/heads/main", sha]);
  return sha;
}

const REFUSED = [
  ["a symbolic link", "link.tf", "link.tf is a symbolic link"],
  ["what is below a symbolic link", "link.tf/main.tf", "link.tf is no directory"],
  ["a directory", "modules", "modules is a directory"],
  ["a path out of the repository", "../main.tf", "is no path of a file"],
  ["git's own files", "modules/.git/config", "is no path of a file"],
] as const;

test.for(REFUSED)("%s is not written", async ([, path, reason]) => {
  const { server, github } = await startGitHub();
  const blob = await server.state.git.writeBlob(Buffer.from("/etc/passwd"));
  const onto = await commitTree(server, [
    { path: "link.tf", mode: "120000", sha: blob },
    { path: "modules/main.tf", mode: "100644", sha: blob },
  ]);
  const commits = [{ message: "Change", files: [{ path, content: "# changed\n" }] }];
  const failure: unknown = await github
    .pushCommits(BRANCH, { onto, commits, expected: undefined })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AdapterError);
  expect(String(failure)).toContain(reason);
  await expect(github.branchHead(BRANCH)).resolves.toBeUndefined();
});

test("text and bytes arrive as they are", async () => {
  const { server, github } = await startGitHub();
  const onto = await head(server, "main");
  const contents = fc.sample(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 40 }),
      fc.constant("\uFEFFa\r\nb\0c — ü 𝄞"),
    ),
    { numRuns: 15, seed: 7 },
  );
  const files = contents.map((content, index) => ({ path: `files/${index}`, content }));
  await github.pushCommits(BRANCH, { onto, commits: [{ message: "Change", files }], expected: undefined });
  const stored = await Promise.all(
    files.map(({ path }) => server.state.git.readBlob(`refs/heads/${BRANCH}:${path}`)),
  );
  expect(stored).toEqual(contents.map((content) => Buffer.from(content as string)));
  await expect(server.state.git.run(["fsck", "--strict"])).resolves.toBe("");
});
