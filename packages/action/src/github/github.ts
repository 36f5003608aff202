/** A repository on a host: "acme/infrastructure". */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** A comment on a pull request. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
  /** Login; bots end in "[bot]". */
  readonly author: string;
  /** What the author is to the repository, in GitHub's words: "OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR", "NONE" … */
  readonly authorAssociation: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** A commit as far as Apex looks at it: to tell its own from those of people. */
export interface BranchCommit {
  readonly sha: string;
  readonly message: string;
  /** Login; `null` where GitHub knows no account of the author's e-mail address. */
  readonly author: string | null;
}

/** A pull request as far as Apex looks at it. */
export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly isMerged: boolean;
  /** ISO 8601; `null` for an open one. */
  readonly closedAt: string | null;
  readonly labels: readonly string[];
  /** `owner` is null when the fork is gone. */
  readonly head: { readonly ref: string; readonly sha: string; readonly owner: string | null };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly author: string;
}

/** A file of a commit that is to be made; `null` takes it away. */
export interface FileContent {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly content: string | null;
}

/** A commit that is to be made on top of another. */
export interface NewCommit {
  readonly message: string;
  readonly files: readonly FileContent[];
}

/** What becomes of a push to a branch that moved meanwhile. */
export type PushOutcome =
  | { readonly kind: "pushed" | "unchanged"; readonly sha: string }
  /** Somebody else's commits are on it: nothing was written. */
  | { readonly kind: "conflict"; readonly sha: string };

/** Comments of one pull request. Throws an AdapterError that says what was asked, what was answered and what to do. */
export interface CommentHost {
  /** All of them, oldest first, through all pages. */
  listComments(pullRequest: number): Promise<readonly Comment[]>;
  createComment(pullRequest: number, body: string): Promise<Comment>;
  updateComment(id: number, body: string): Promise<Comment>;
}

/** One repository on GitHub or GitHub Enterprise. */
export interface GitHub extends CommentHost {
  readonly repository: RepositoryName;
  /** The login that it acts as: "apex[bot]". */
  whoAmI(): Promise<string>;
  defaultBranch(): Promise<string>;
  getPullRequest(number: number): Promise<PullRequest>;
  /** Open and closed ones whose branch begins with a prefix, newest first. */
  listPullRequests(branchPrefix: string): Promise<readonly PullRequest[]>;
  /** Who closed it last: `undefined` for an open one. */
  closedBy(number: number): Promise<string | undefined>;
  /** Paths of files that a pull request changes, all pages; with their earlier names where they were renamed. */
  changedFiles(number: number): Promise<readonly string[]>;
  createPullRequest(request: {
    readonly title: string;
    readonly body: string;
    readonly branch: string;
    readonly base: string;
    readonly isDraft: boolean;
  }): Promise<PullRequest>;
  updatePullRequest(
    number: number,
    changes: { readonly title?: string; readonly body?: string; readonly state?: "open" | "closed" },
  ): Promise<PullRequest>;
  /** Makes labels that the repository lacks. */
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** Those whom GitHub refuses (no access) are returned. "acme/platform" is a team. */
  requestReviewers(number: number, reviewers: readonly string[]): Promise<readonly string[]>;
  /** The commits of a branch that `onto` (a branch or a commit) lacks, oldest first, through all pages. */
  commitsOf(branch: string, onto: string): Promise<readonly BranchCommit[]>;
  /** The commit that a branch points at; `undefined` when there is no such branch. */
  branchHead(branch: string): Promise<string | undefined>;
  /**
   * Makes a branch hold exactly these commits on top of `onto`, signed by the host where it signs for apps. `expected` is what the
   * branch pointed at when it was looked at; `undefined` when it did not exist.
   */
  pushCommits(
    branch: string,
    request: {
      readonly onto: string;
      readonly commits: readonly NewCommit[];
      readonly expected: string | undefined;
    },
  ): Promise<PushOutcome>;
  deleteBranch(branch: string): Promise<void>;
}
