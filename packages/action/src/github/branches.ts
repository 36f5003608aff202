import { AdapterError } from "@apex/core";
import { z } from "zod";
import type { BranchCommit, GitHub, PushOutcome } from "./github.ts";
import { CommitComparison, GitCommit, Ignored, Reference, Repository } from "./schema.ts";
import type { Transport } from "./transport.ts";
import { writeTree } from "./write-tree.ts";

const COMMITS_PER_PAGE = 100;

type Branches = Pick<GitHub, "defaultBranch" | "branchHead" | "commitsOf" | "pushCommits" | "deleteBranch">;
type PushRequest = Parameters<GitHub["pushCommits"]>[1];

export function branchesOf(transport: Transport): Branches {
  const branchHead = async (branch: string) => {
    const reference = await transport.askFor({
      purpose: `read the branch ${branch}`,
      route: "GET /repos/{owner}/{repo}/git/ref/{ref}",
      parameters: { ref: `heads/${branch}` },
      answer: Reference,
      effect: "converges",
    });
    return reference?.object.sha;
  };
  const defaultBranch = async () => {
    const repository = await transport.ask({
      purpose: "read the default branch",
      route: "GET /repos/{owner}/{repo}",
      answer: Repository,
      effect: "converges",
    });
    return repository.default_branch;
  };
  return {
    defaultBranch,
    branchHead,
    commitsOf: (branch, onto) => commitsOf(transport, branch, onto),
    pushCommits: async (branch, request) => {
      const before = await branchHead(branch);
      if (before !== request.expected) return { kind: "conflict", sha: before ?? null };
      const { onto } = request;
      const planned = await planCommits(transport, request);
      if (before !== undefined && (await isHistory(transport, before, { onto, planned }))) {
        return { kind: "unchanged", sha: before };
      }
      const head = await writeCommits(transport, onto, planned);
      if (before === undefined) return await createBranch(transport, branch, head, branchHead);
      const isForced = before !== onto;
      if (isForced && branch === (await defaultBranch())) {
        throw new AdapterError(
          "invalid",
          `The default branch ${branch} keeps its history: nothing replaces it.`,
        );
      }
      return await moveBranch(transport, { branch, before, head, isForced }, branchHead);
    },
    deleteBranch: async (branch) => {
      await transport.askUnless([404, 422], {
        purpose: `delete the branch ${branch}`,
        route: "DELETE /repos/{owner}/{repo}/git/refs/{ref}",
        parameters: { ref: `heads/${branch}` },
        answer: Ignored,
        effect: "converges",
      });
    },
  };
}

async function commitsOf(
  transport: Transport,
  branch: string,
  onto: string,
): Promise<readonly BranchCommit[]> {
  const commits: BranchCommit[] = [];
  for (let page = 1; ; page += 1) {
    const comparison = await transport.ask({
      purpose: `list the commits of ${branch} that ${onto} lacks`,
      route: "GET /repos/{owner}/{repo}/compare/{basehead}",
      parameters: { basehead: `${onto}...${branch}`, per_page: COMMITS_PER_PAGE, page },
      answer: CommitComparison,
      effect: "converges",
    });
    commits.push(...comparison.commits);
    if (comparison.commits.length === 0 || commits.length >= comparison.total_commits) return commits;
  }
}

/** A commit whose tree is written. */
interface PlannedCommit {
  readonly message: string;
  readonly tree: string;
}

/** Writes the trees that the commits lead to; those that change nothing are left out. */
async function planCommits(
  transport: Transport,
  { onto, commits }: PushRequest,
): Promise<readonly PlannedCommit[]> {
  const planned: PlannedCommit[] = [];
  let before = (await readCommit(transport, onto)).tree.sha;
  for (const { message, files } of commits) {
    const tree = await writeTree(transport, before, files);
    if (tree !== before) planned.push({ message, tree });
    before = tree;
  }
  return planned;
}

/** Whether a branch holds just these commits on top of a commit. */
async function isHistory(
  transport: Transport,
  head: string,
  { onto, planned }: { readonly onto: string; readonly planned: readonly PlannedCommit[] },
): Promise<boolean> {
  let sha = head;
  for (const { message, tree } of planned.toReversed()) {
    if (sha === onto) return false;
    const commit = await readCommit(transport, sha);
    const [parent, ...others] = commit.parents;
    if (commit.tree.sha !== tree || commit.message.trim() !== message.trim()) return false;
    if (parent === undefined || others.length > 0) return false;
    sha = parent.sha;
  }
  return sha === onto;
}

/** Writes the commits, which nothing points at yet, and gives the last one. */
async function writeCommits(
  transport: Transport,
  onto: string,
  planned: readonly PlannedCommit[],
): Promise<string> {
  let parent = onto;
  for (const { message, tree } of planned) {
    const commit = await transport.ask({
      purpose: `make the commit ${JSON.stringify(message.split("\n", 1)[0])}`,
      route: "POST /repos/{owner}/{repo}/git/commits",
      // GitHub signs what an app commits as long as nobody is named as the author.
      parameters: { message, tree, parents: [parent] },
      answer: GitCommit,
      // A second one that nothing points at is cleared away.
      effect: "converges",
    });
    parent = commit.sha;
  }
  return parent;
}

async function readCommit(transport: Transport, sha: string): Promise<GitCommit> {
  return await transport.ask({
    purpose: `read the commit ${sha}`,
    route: "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
    parameters: { commit_sha: sha },
    answer: GitCommit,
    effect: "converges",
  });
}

type ReadHead = (branch: string) => Promise<string | undefined>;

async function createBranch(
  transport: Transport,
  branch: string,
  head: string,
  readHead: ReadHead,
): Promise<PushOutcome> {
  const question = {
    purpose: `create the branch ${branch}`,
    route: "POST /repos/{owner}/{repo}/git/refs",
    parameters: { ref: `refs/heads/${branch}`, sha: head },
    answer: Ignored,
    // A second one is refused, and what is there is looked at then.
    effect: "converges",
  } as const;
  const created = await transport.askUnless([422], question);
  if (created !== undefined) return { kind: "pushed", sha: head };
  const now = await readHead(branch);
  // Refused although there is none: the name or a rule of the repository.
  if (now === undefined) await transport.ask(question);
  return now === head ? { kind: "pushed", sha: head } : { kind: "conflict", sha: now ?? null };
}

async function moveBranch(
  transport: Transport,
  { branch, before, head, isForced }: { branch: string; before: string; head: string; isForced: boolean },
  readHead: ReadHead,
): Promise<PushOutcome> {
  const lookAgain = async (): Promise<PushOutcome | undefined> => {
    const now = await readHead(branch);
    if (now === head) return { kind: "pushed", sha: head };
    return now === before ? undefined : { kind: "conflict", sha: now ?? null };
  };
  const question = {
    purpose: `move the branch ${branch}`,
    route: "PATCH /repos/{owner}/{repo}/git/refs/{ref}",
    parameters: { ref: `heads/${branch}`, sha: head, force: isForced },
    answer: z.unknown().transform((): PushOutcome => ({ kind: "pushed", sha: head })),
    // Asked again blindly, it would replace what somebody pushed meanwhile.
    effect: { findDone: lookAgain },
  };
  const moved = (await lookAgain()) ?? (await transport.askUnless([422], question)) ?? (await lookAgain());
  return moved ?? (await transport.ask(question));
}
