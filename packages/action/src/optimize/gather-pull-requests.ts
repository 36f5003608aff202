import type { BranchCommit, GitHub, PullRequest } from "../github/github.ts";
import { BRANCH_PREFIX, branchOf } from "../pull-requests/decide-actions.ts";
import type { KnownPullRequest } from "../pull-requests/decisions.ts";
import { type Memory, readMemory } from "../pull-requests/memory.ts";
import { commitTrailer } from "./group-branch.ts";

/** Closed pull requests whose comments are asked for: a word may come late, and each is a request. */
const CLOSED_READ_MAX = 100;
/** GitHub, for what its API makes. */
const WEB_FLOW = "web-flow";

/** Whether commits are all Apex's: made and last changed by it, for this group. */
export function areOwn(commits: readonly BranchCommit[], key: string, login: string): boolean {
  const trailer = commitTrailer(key);
  return commits.every(
    ({ message, author, committer }) =>
      author === login &&
      (committer === login || committer === WEB_FLOW) &&
      message.trimEnd().endsWith(`\n${trailer}`),
  );
}

/** Pull requests that Apex opened, and those whose branches look as if it had. */
export interface GatheredPullRequests {
  readonly known: readonly KnownPullRequest[];
  /** Open ones without Apex's memory: their branches are not touched. */
  readonly strangers: readonly PullRequest[];
}

async function complete(
  github: GitHub,
  {
    pullRequest,
    memory,
    readsComments,
  }: { pullRequest: PullRequest; memory: Memory; readsComments: boolean },
): Promise<KnownPullRequest> {
  const { number, state, head, base } = pullRequest;
  const isMoved = state === "open" && head.sha !== memory.head;
  const commits = isMoved ? await github.commitsOf(head.ref, base.ref) : [];
  const hasOthersCommits = isMoved && !areOwn(commits, memory.key, await github.whoAmI());
  const comments = readsComments ? await github.listComments(number) : [];
  return { pullRequest, memory, comments, hasOthersCommits };
}

/** Finds the pull requests of Apex's in the repository, with what people said and did to them. */
export async function gatherPullRequests(github: GitHub): Promise<GatheredPullRequests> {
  const known: KnownPullRequest[] = [];
  const strangers: PullRequest[] = [];
  let closedRead = 0;
  for (const pullRequest of await github.listPullRequests(BRANCH_PREFIX)) {
    const memory = readMemory(pullRequest.body);
    if (memory === undefined || branchOf(memory.key) !== pullRequest.head.ref) {
      if (pullRequest.state === "open") strangers.push(pullRequest);
      continue;
    }
    // What Apex closed because somebody declined it has the label that says so.
    const isSilent = pullRequest.isMerged || memory.closed?.reason === "declined";
    const isLate = pullRequest.state === "closed" && (isSilent || closedRead >= CLOSED_READ_MAX);
    if (pullRequest.state === "closed" && !isLate) closedRead += 1;
    known.push(await complete(github, { pullRequest, memory, readsComments: !isLate }));
  }
  return { known, strangers };
}
