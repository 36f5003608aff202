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
  /** The same of who made it what it is: whoever amends a commit. "web-flow" is GitHub, for what its API and pages make. */
  readonly committer: string | null;
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
  /** Text is written as UTF-8. */
  readonly content: string | Uint8Array | null;
}

/** A commit that is to be made on top of another. */
export interface NewCommit {
  readonly message: string;
  readonly files: readonly FileContent[];
}

/** What became of a push. */
export type PushOutcome =
  | { readonly kind: "pushed" | "unchanged"; readonly sha: string }
  /** The branch is not where it was expected: it was left as it is. `sha` is null where it is gone. */
  | { readonly kind: "conflict"; readonly sha: string | null };

/** Comments of one pull request. Throws an AdapterError that says what was asked, what was answered and what to do. */
export interface CommentHost {
  /** The login that it acts as: "apex[bot]". */
  whoAmI(): Promise<string>;
  /** All of them, oldest first, through all pages. */
  listComments(pullRequest: number): Promise<readonly Comment[]>;
  /** Written once, also where the first answer was lost: the same text by the same author is then taken for it. */
  createComment(pullRequest: number, body: string): Promise<Comment>;
  /** `undefined` where it was deleted meanwhile. */
  updateComment(id: number, body: string): Promise<Comment | undefined>;
  /** Also succeeds where it is gone already. */
  deleteComment(id: number): Promise<void>;
}

/** The files that a pull request changes. */
export interface ChangedFiles {
  /** With their earlier names where they were renamed. */
  readonly paths: readonly string[];
  /** False where there are more than GitHub lists: 3,000. */
  readonly isComplete: boolean;
}

/** One repository on GitHub or GitHub Enterprise. */
export interface GitHub extends CommentHost {
  readonly repository: RepositoryName;
  defaultBranch(): Promise<string>;
  getPullRequest(number: number): Promise<PullRequest>;
  /** Open and closed ones whose branch in this repository begins with a prefix, newest first; of the newest 10,000. */
  listPullRequests(branchPrefix: string): Promise<readonly PullRequest[]>;
  /** Who closed or merged it last: `undefined` for an open one. */
  closedBy(number: number): Promise<string | undefined>;
  changedFiles(number: number): Promise<ChangedFiles>;
  /** Gives the open one of the same branches where there is one already. */
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
  /** GitHub makes those that the repository lacks. */
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** Those whom GitHub refuses (no access) are returned. "acme/platform" is a team. */
  requestReviewers(number: number, reviewers: readonly string[]): Promise<readonly string[]>;
  /** The commits of a branch that `onto` (a branch or a commit) lacks, oldest first, through all pages. */
  commitsOf(branch: string, onto: string): Promise<readonly BranchCommit[]>;
  /** The commit that a branch points at; `undefined` when there is no such branch. */
  branchHead(branch: string): Promise<string | undefined>;
  /**
   * Makes a branch hold exactly these commits on top of `onto`, signed by GitHub for apps. `expected` is what the branch pointed at
   * when it was looked at; `undefined` when it did not exist. Files keep their modes; a commit that changes nothing is left out. The
   * branch is looked at again right before it is moved; where its history is replaced, a push in the moment between goes lost, as
   * GitHub's API has no way to say what the branch has to be at.
   */
  pushCommits(
    branch: string,
    request: {
      readonly onto: string;
      readonly commits: readonly NewCommit[];
      readonly expected: string | undefined;
    },
  ): Promise<PushOutcome>;
  /** Also succeeds where it is gone already. */
  deleteBranch(branch: string): Promise<void>;
}
