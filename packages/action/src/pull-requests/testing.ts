/** Builders for tests of the life of pull requests. */
import type { Comment, PullRequest } from "../github/github.ts";
import { branchOf, type LifeCycle, type ModuleGrounds, type PreparedGroup } from "./decide-actions.ts";
import { type DecisionRules, decisionsOf, type KnownPullRequest } from "./decisions.ts";
import type { Memory } from "./memory.ts";
import { proposalOf } from "./proposal.ts";
import type { Decimal } from "@apex/core";

export const NOW = "2026-11-22T12:00:00Z";
export const DIRECTORY = "0123abcd";
export const RULES: DecisionRules = {
  neverLabel: "apex: never",
  notNowLabel: "apex: not now",
  notNowDays: 30,
  codeOwners: new Set(["carol"]),
};

/** A proposal to resize a resource. */
export function resize(address: string, to = "m5.large") {
  return proposalOf({ id: `ec2-resize:${address}:${to}`, action: "resize", address });
}

/** A group whose hashes tell what it holds. */
export function aGroup(key: string, changes: Partial<PreparedGroup> = {}): PreparedGroup {
  return {
    key,
    name: key,
    content: "c".repeat(16),
    text: "d".repeat(16),
    proposals: [resize(`aws_instance.${key}`)],
    saving: "100" as Decimal,
    ...changes,
  };
}

/** What the pull request of a group remembers once it is complete. */
export function aMemory(group: PreparedGroup, changes: Partial<Memory> = {}): Memory {
  return {
    v: 1,
    key: group.key,
    directory: DIRECTORY,
    head: "a".repeat(40),
    content: group.content,
    text: group.text,
    proposals: [...group.proposals],
    isComplete: true,
    ...changes,
  };
}

/** What is known of a group's pull request: open, complete, without comments. */
export function aKnown(
  number: number,
  memory: Memory,
  changes: Partial<PullRequest> & Partial<Pick<KnownPullRequest, "comments" | "hasOthersCommits">> = {},
): KnownPullRequest {
  const { comments = [], hasOthersCommits = false, ...rest } = changes;
  const state = rest.state ?? "open";
  return {
    pullRequest: {
      number,
      url: `https://github.example/acme/infra/pull/${number}`,
      title: "Resize",
      body: "",
      state,
      isMerged: false,
      closedAt: state === "closed" ? "2026-11-20T00:00:00Z" : null,
      labels: [],
      head: { ref: branchOf(memory.key), sha: "a".repeat(40), owner: "acme" },
      base: { ref: "main", sha: "b".repeat(40) },
      author: "apex[bot]",
      ...rest,
    },
    memory,
    comments,
    hasOthersCommits,
  };
}

const GONE = () => "It is no longer recommended.";

let lastComment = 0;
/** A comment of a member of the organisation. */
export function aComment(body: string, changes: Partial<Comment> = {}): Comment {
  lastComment += 1;
  return {
    id: lastComment,
    body,
    url: `https://github.example/acme/infra/pull/1#issuecomment-${lastComment}`,
    author: "alice",
    authorAssociation: "MEMBER",
    createdAt: "2026-11-21T10:00:00Z",
    ...changes,
  };
}

/**
 * What actions are decided from, with room for five and nothing in the way; groups of which people decided are left out. Of one root
 * module, unless `modules` has others.
 */
export function aCycle(
  changes: Partial<Omit<LifeCycle, "decisions"> & ModuleGrounds> = {},
  now = NOW,
): LifeCycle {
  const { known = [], groups = [], closingObjection = null, whyGone = GONE, ...rest } = changes;
  const decisions = decisionsOf(known, RULES, now);
  const wanted = groups.flatMap((group) => {
    const proposals = group.proposals.filter((proposal) => decisions.withholding(proposal) === undefined);
    return proposals.length === 0 ? [] : [{ ...group, proposals }];
  });
  return {
    groups: wanted,
    waiting: [],
    refused: [],
    known,
    modules: new Map([[DIRECTORY, { closingObjection, whyGone }]]),
    decisions,
    openMax: 5,
    savingMinimum: "0" as Decimal,
    isTime: true,
    ...rest,
  };
}
