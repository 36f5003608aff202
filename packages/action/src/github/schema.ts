import { z } from "zod";
import type { BranchCommit, Comment, PullRequest } from "./github.ts";

const Account = z.object({ login: z.string() });
/** Accounts that are gone are nobody's: GitHub shows them as this one. */
const GHOST = "ghost";
const login = Account.nullable().transform((account) => account?.login ?? GHOST);

export const IssueComment = z
  .object({
    id: z.number(),
    body: z.string().nullish(),
    html_url: z.string(),
    user: login,
    author_association: z.string().optional(),
    created_at: z.string(),
  })
  .transform(
    (comment): Comment => ({
      id: comment.id,
      body: comment.body ?? "",
      url: comment.html_url,
      author: comment.user,
      authorAssociation: comment.author_association ?? "NONE",
      createdAt: comment.created_at,
    }),
  );

export const PullRequestAnswer = z
  .object({
    number: z.number(),
    html_url: z.string(),
    title: z.string(),
    body: z.string().nullable(),
    state: z.enum(["open", "closed"]),
    closed_at: z.string().nullable(),
    merged_at: z.string().nullable(),
    labels: z.array(z.object({ name: z.string() })),
    user: login,
    head: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ owner: Account }).nullable() }),
    base: z.object({ ref: z.string(), sha: z.string() }),
  })
  .transform(
    (pull): PullRequest => ({
      number: pull.number,
      url: pull.html_url,
      title: pull.title,
      body: pull.body ?? "",
      state: pull.state,
      isMerged: pull.merged_at !== null,
      closedAt: pull.closed_at,
      labels: pull.labels.map(({ name }) => name),
      head: { ref: pull.head.ref, sha: pull.head.sha, owner: pull.head.repo?.owner.login ?? null },
      base: pull.base,
      author: pull.user,
    }),
  );

export const ClosedIssue = z.object({
  state: z.string(),
  closed_by: Account.nullish().transform((account) => account?.login ?? GHOST),
});

export const ChangedFile = z.object({ filename: z.string(), previous_filename: z.string().optional() });

export const Repository = z.object({ default_branch: z.string() });

export const Reference = z.object({ object: z.object({ sha: z.string() }) });

export const GitCommit = z.object({
  sha: z.string(),
  message: z.string(),
  tree: z.object({ sha: z.string() }),
  parents: z.array(z.object({ sha: z.string() })),
});
export type GitCommit = z.infer<typeof GitCommit>;

/** An account that GitHub found for a commit's address: null or empty without one. */
const committed = z
  .object({ login: z.string().optional() })
  .nullable()
  .transform((account) => account?.login ?? null);

export const CommitComparison = z.object({
  total_commits: z.number(),
  commits: z.array(
    z
      .object({
        sha: z.string(),
        commit: z.object({ message: z.string() }),
        author: committed,
        committer: committed,
      })
      .transform(({ commit, ...rest }): BranchCommit => ({ ...rest, message: commit.message })),
  ),
});

export const GitTree = z.object({
  sha: z.string(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() })),
  truncated: z.boolean(),
});

export const GitBlob = z.object({ sha: z.string() });

export const AuthenticatedUser = Account;
export const AuthenticatedApp = z.object({ slug: z.string() });
export const Installation = z.object({ id: z.number() });
export const Viewer = z.object({ data: z.object({ viewer: Account }) });

/** Where GitHub answers with nothing, or with what nobody reads. */
export const Ignored = z.unknown();

/** What an answer that is an error says. */
export const ErrorAnswer = z.object({
  message: z.string().catch(""),
  errors: z
    .array(
      z.union([
        z.object({
          message: z.string().optional(),
          field: z.string().optional(),
          code: z.string().optional(),
        }),
        z.string(),
      ]),
    )
    .optional()
    .catch(undefined),
});

/** The error that Octokit throws; status 500 without a response where nothing was answered. */
export const RequestFailure = z.object({
  status: z.number(),
  message: z.string(),
  cause: z.unknown(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
});
export type RequestFailure = z.infer<typeof RequestFailure>;
