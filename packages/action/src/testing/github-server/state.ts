import type { RepositoryName } from "../../github/github.ts";
import { Refusal } from "./call.ts";
import type { GitRepository } from "./git-repository.ts";

export interface StoredComment {
  readonly id: number;
  readonly pullRequest: number;
  body: string;
  readonly author: string;
  readonly association: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface StoredPullRequest {
  readonly number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  isDraft: boolean;
  mergedAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  readonly author: string;
  /** Owner of the repository that the branch is in; null where it is gone. */
  readonly headOwner: string | null;
  readonly headBranch: string;
  /** Followed while it is open. */
  headSha: string;
  baseBranch: string;
  readonly labels: Set<string>;
  readonly reviewers: Set<string>;
  readonly teams: Set<string>;
  readonly createdAt: string;
  updatedAt: string;
}

/** What GitHub holds of one repository. */
export class GitHubState {
  readonly repository: RepositoryName;
  readonly defaultBranch: string;
  readonly git: GitRepository;
  readonly now: () => Date;
  readonly pullRequests: StoredPullRequest[] = [];
  readonly comments: StoredComment[] = [];
  /** By name in lower case: GitHub tells labels apart without case. */
  readonly labels = new Map<
    string,
    {
      readonly id: number;
      readonly name: string;
      readonly color: string;
      readonly description: string | null;
    }
  >();
  /** Logins that may be asked to review. */
  readonly collaborators = new Set<string>();
  /** Slugs of teams that may be asked to review. */
  readonly teams = new Set<string>();
  /** Branches that nobody may write. */
  readonly protectedBranches = new Set<string>();
  /** What "Allow GitHub Actions to create and approve pull requests" says. */
  mayActionsOpenPullRequests = true;
  #lastId = 1000;

  constructor(repository: RepositoryName, defaultBranch: string, git: GitRepository, now: () => Date) {
    this.repository = repository;
    this.defaultBranch = defaultBranch;
    this.git = git;
    this.now = now;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  time(): string {
    return this.now()
      .toISOString()
      .replace(/\.\d+Z$/, "Z");
  }

  pullRequest(number: number): StoredPullRequest {
    const found = this.pullRequests.find((each) => each.number === number);
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  }

  comment(id: number): StoredComment {
    const found = this.comments.find((each) => each.id === id);
    if (found === undefined) throw new Refusal(404, "Not Found");
    return found;
  }

  addComment(pullRequest: number, author: string, body: string): StoredComment {
    this.pullRequest(pullRequest);
    const time = this.time();
    const association = this.collaborators.has(author) ? "COLLABORATOR" : "NONE";
    const comment = {
      id: this.nextId(),
      pullRequest,
      body,
      author,
      association,
      createdAt: time,
      updatedAt: time,
    };
    this.comments.push(comment);
    return comment;
  }

  /** Makes the label where the repository lacks it, as GitHub does. */
  label(name: string): { readonly name: string } {
    const key = name.toLowerCase();
    // Of pull requests GitHub's description has it a text, where GitHub says null.
    const label = this.labels.get(key) ?? { id: this.nextId(), name, color: "ededed", description: "" };
    this.labels.set(key, label);
    return label;
  }

  close(pull: StoredPullRequest, actor: string): void {
    if (pull.state === "closed") return;
    pull.state = "closed";
    pull.closedAt = this.time();
    pull.closedBy = actor;
  }

  reopen(pull: StoredPullRequest): void {
    if (pull.mergedAt !== null)
      throw invalid("PullRequest", "state", "state cannot be changed. The pull request is merged.");
    if (pull.state === "open") return;
    pull.state = "open";
    pull.closedAt = null;
    pull.closedBy = null;
  }

  /** Lets open pull requests follow their branches, and closes those whose branch is gone. */
  async followBranch(branch: string, actor: string): Promise<void> {
    const sha = await this.git.resolve(`refs/heads/${branch}`);
    for (const pull of this.pullRequests) {
      if (pull.state !== "open" || pull.headBranch !== branch || pull.headOwner !== this.repository.owner)
        continue;
      if (sha === undefined) this.close(pull, actor);
      else await this.moveHead(pull, sha);
    }
  }

  async moveHead(pull: StoredPullRequest, sha: string): Promise<void> {
    pull.headSha = sha;
    await this.git.run(["update-ref", `refs/pull/${pull.number}/head`, sha]);
  }
}

/** GitHub's answer to a value that it cannot take. */
export function invalid(resource: string, field: string, message: string, code = "custom"): Refusal {
  return new Refusal(422, "Validation Failed", { errors: [{ resource, field, code, message }] });
}
