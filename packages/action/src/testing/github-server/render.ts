import type { Commit, Signature } from "./git-repository.ts";
import { complete, type Known } from "./complete.ts";
import type { GitHubState, StoredComment, StoredPullRequest } from "./state.ts";

/** What GitHub's objects look like to a client. */
export class Renderer {
  readonly #state: GitHubState;
  readonly #apiUrl: string;
  readonly #webUrl: string;

  /** `apiUrl` ends in the base path. */
  constructor(state: GitHubState, apiUrl: string) {
    this.#state = state;
    this.#apiUrl = apiUrl;
    this.#webUrl = new URL(apiUrl).origin;
  }

  get #path(): string {
    return `${this.#state.repository.owner}/${this.#state.repository.name}`;
  }

  /** The address in the API of something in the repository. */
  api(path: string): string {
    return `${this.#apiUrl}/repos/${this.#path}/${path}`;
  }

  web(path: string): string {
    return `${this.#webUrl}/${this.#path}/${path}`;
  }

  user(login: string): Known {
    const type = login.endsWith("[bot]") ? "Bot" : "User";
    const path = encodeURIComponent(login);
    return complete("simple-user", {
      login,
      type,
      id: Buffer.from(login).reduce((sum, byte) => (sum * 7 + byte) % 1_000_000_007, 1),
      url: `${this.#apiUrl}/users/${path}`,
      html_url: `${this.#webUrl}/${path}`,
    });
  }

  repository(owner = this.#state.repository.owner): Known {
    const { name } = this.#state.repository;
    return {
      name,
      full_name: `${owner}/${name}`,
      owner: this.user(owner),
      html_url: `${this.#webUrl}/${owner}/${name}`,
      url: `${this.#apiUrl}/repos/${owner}/${name}`,
      default_branch: this.#state.defaultBranch,
      fork: owner !== this.#state.repository.owner,
      archived: false,
    };
  }

  comment(comment: StoredComment): Known {
    return complete("issue-comment", {
      id: comment.id,
      body: comment.body,
      user: this.user(comment.author),
      author_association: comment.association,
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
      url: this.api(`issues/comments/${comment.id}`),
      html_url: this.web(`pull/${comment.pullRequest}#issuecomment-${comment.id}`),
      issue_url: this.api(`issues/${comment.pullRequest}`),
      performed_via_github_app: null,
    });
  }

  label(name: string): Known {
    return complete("label", {
      ...this.#state.labels.get(name.toLowerCase()),
      url: this.api(`labels/${encodeURIComponent(name)}`),
    });
  }

  async pullRequest(pull: StoredPullRequest, schema: "pull-request" | "pull-request-simple"): Promise<Known> {
    const { owner } = this.#state.repository;
    const baseSha = (await this.#state.git.resolve(`refs/heads/${pull.baseBranch}`)) ?? pull.headSha;
    const repository = (name: string) => complete("repository", this.repository(name));
    return complete(schema, {
      number: pull.number,
      id: pull.number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      draft: pull.isDraft,
      user: this.user(pull.author),
      url: this.api(`pulls/${pull.number}`),
      html_url: this.web(`pull/${pull.number}`),
      labels: [...pull.labels].map((label) => this.label(label)),
      requested_reviewers: [...pull.reviewers].map((login) => this.user(login)),
      requested_teams: [...pull.teams].map((slug) => complete("team", { slug, name: slug })),
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      merged_at: pull.mergedAt,
      ...(schema === "pull-request" ? { merged: pull.mergedAt !== null } : {}),
      head: {
        ref: pull.headBranch,
        sha: pull.headSha,
        label: `${pull.headOwner ?? "unknown repository"}:${pull.headBranch}`,
        user: pull.headOwner === null ? null : this.user(pull.headOwner),
        repo: pull.headOwner === null ? null : repository(pull.headOwner),
      },
      base: {
        ref: pull.baseBranch,
        sha: baseSha,
        label: `${owner}:${pull.baseBranch}`,
        user: this.user(owner),
        repo: repository(owner),
      },
    });
  }

  issue(pull: StoredPullRequest): Known {
    return complete("issue", {
      number: pull.number,
      id: pull.number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      user: this.user(pull.author),
      url: this.api(`issues/${pull.number}`),
      html_url: this.web(`pull/${pull.number}`),
      labels: [...pull.labels].map((label) => this.label(label)),
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      closed_by: pull.closedBy === null ? null : this.user(pull.closedBy),
      comments: this.#state.comments.filter((each) => each.pullRequest === pull.number).length,
      pull_request: {
        url: this.api(`pulls/${pull.number}`),
        html_url: this.web(`pull/${pull.number}`),
        diff_url: null,
        patch_url: null,
        merged_at: pull.mergedAt,
      },
    });
  }

  reference(ref: string, sha: string): Known {
    return complete("git-ref", {
      ref,
      url: this.api(`git/${ref}`),
      object: { type: "commit", sha, url: this.api(`git/commits/${sha}`) },
    });
  }

  commit(commit: Commit): Known {
    return complete("commit", {
      sha: commit.sha,
      url: this.api(`commits/${commit.sha}`),
      html_url: this.web(`commit/${commit.sha}`),
      author: this.#accountOf(commit.author),
      committer: this.#accountOf(commit.committer),
      commit: {
        url: this.api(`git/commits/${commit.sha}`),
        author: commit.author,
        committer: commit.committer,
        message: commit.message,
        comment_count: 0,
        tree: { sha: commit.tree, url: this.api(`git/trees/${commit.tree}`) },
      },
    });
  }

  /** GitHub knows accounts by their addresses; its own commits are by "web-flow". */
  #accountOf({ email }: Signature): Known | null {
    if (email === "noreply@github.com") return this.user("web-flow");
    const login = /^(.+)@(users\.noreply\.github\.com|acme\.example)$/.exec(email)?.[1];
    return login === undefined ? null : this.user(login);
  }

  gitCommit(commit: Commit, isVerified: boolean): Known {
    return complete("git-commit", {
      sha: commit.sha,
      message: commit.message,
      author: commit.author,
      committer: commit.committer,
      url: this.api(`git/commits/${commit.sha}`),
      html_url: this.web(`commit/${commit.sha}`),
      tree: { sha: commit.tree, url: this.api(`git/trees/${commit.tree}`) },
      parents: commit.parents.map((sha) => ({
        sha,
        url: this.api(`git/commits/${sha}`),
        html_url: this.web(`commit/${sha}`),
      })),
      verification: {
        verified: isVerified,
        reason: isVerified ? "valid" : "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    });
  }
}
