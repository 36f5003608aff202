import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepositoryName } from "../github/github.ts";
import { Authentication, type TestApp } from "./github-server/authentication.ts";
import type { Actor } from "./github-server/call.ts";
import type { Violation } from "./github-server/check-call.ts";
import { commentHandlers } from "./github-server/comment-handlers.ts";
import type { Known } from "./github-server/complete.ts";
import type { Context } from "./github-server/context.ts";
import { Endpoint, type RecordedRequest } from "./github-server/endpoint.ts";
import { type PullRequestAction, pullRequestEvent, workflowRunEvent } from "./github-server/events.ts";
import type { Faults } from "./github-server/faults.ts";
import { gitHandlers } from "./github-server/git-handlers.ts";
import { GitRepository } from "./github-server/git-repository.ts";
import { openPullRequest, pullRequestHandlers } from "./github-server/pull-request-handlers.ts";
import { Renderer } from "./github-server/render.ts";
import { repositoryHandlers } from "./github-server/repository-handlers.ts";
import { GitHubState, type StoredPullRequest } from "./github-server/state.ts";

/** What a workflow's own token may do where its file asks for what the Action needs. */
const WORKFLOW_TOKEN: Actor = {
  login: "github-actions[bot]",
  kind: "actions",
  permissions: { contents: "write", pull_requests: "write" },
};
/** The token of `WORKFLOW_TOKEN` where a test gives no others. */
export const TEST_TOKEN = "ghs_test";

export interface GitHubServerOptions {
  readonly repository?: RepositoryName;
  /** "/api/v3" for GitHub Enterprise; "" by default. */
  readonly basePath?: string;
  readonly tokens?: ReadonlyMap<string, Actor>;
  readonly app?: TestApp;
  readonly now?: () => Date;
}

/**
 * GitHub's REST API for one repository, on this machine. Every request and every answer is held to GitHub's published OpenAPI
 * description; git objects are in a real bare repository. Tests assert `violations` to be empty.
 */
export class GitHubServer implements AsyncDisposable {
  /** The address of the API, with the base path. */
  readonly url: string;
  readonly state: GitHubState;
  readonly #endpoint: Endpoint;
  readonly #server: Server;
  readonly #context: Context;
  readonly #directory: string;

  private constructor(server: Server, directory: string, state: GitHubState, options: GitHubServerOptions) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}${options.basePath ?? ""}`;
    this.state = state;
    this.#server = server;
    this.#directory = directory;
    this.#context = { state, render: new Renderer(state, this.url) };
    const tokens = options.tokens ?? new Map([[TEST_TOKEN, WORKFLOW_TOKEN]]);
    const authentication = new Authentication(tokens, options.app, state.now);
    this.#endpoint = new Endpoint(this.url, this.#context, authentication, {
      ...commentHandlers,
      ...pullRequestHandlers,
      ...gitHandlers,
      ...repositoryHandlers,
      ...authentication.handlers,
    });
    this.#endpoint.listenTo(server);
  }

  static async start(options: GitHubServerOptions = {}): Promise<GitHubServer> {
    const repository = options.repository ?? { owner: "acme", name: "infrastructure" };
    const directory = await mkdtemp(join(tmpdir(), "apex-github-"));
    const git = await GitRepository.create(join(directory, "repository.git"), "main");
    const state = new GitHubState(repository, "main", git, options.now ?? (() => new Date()));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new GitHubServer(server, directory, state, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.state.git.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** What goes wrong when, on demand. */
  get faults(): Faults {
    return this.#endpoint.faults;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#endpoint.requests;
  }

  /** Where a request or an answer was not what GitHub's description says. */
  get violations(): readonly Violation[] {
    return this.#endpoint.violations;
  }

  /** Throws what was not as GitHub describes it. */
  assertDescribed(): void {
    const lines = this.violations.map(
      ({ operation, side, path, reason }) => `${operation}: ${side} ${path} ${reason}`,
    );
    if (lines.length > 0) throw new Error(`not what GitHub's description says:\n${lines.join("\n")}`);
  }

  /** The bare repository's directory: what `git push` and `git clone` take. */
  get gitDirectory(): string {
    return this.state.git.directory;
  }

  /** Commits files on a branch, which begins at `from` where it does not exist; null takes a file away. Gives the commit. */
  async commit(
    branch: string,
    files: { readonly [path: string]: string | null },
    options: { readonly message?: string; readonly author?: string; readonly from?: string } = {},
  ): Promise<string> {
    const { git } = this.state;
    const before = await git.resolve(`refs/heads/${branch}`);
    const parent = before ?? (await git.resolve(`refs/heads/${options.from ?? this.state.defaultBranch}`));
    const entries = await Promise.all(
      Object.entries(files).map(async ([path, content]) => ({
        path,
        mode: "100644",
        sha: content === null ? null : await git.writeBlob(Buffer.from(content)),
      })),
    );
    const name = options.author ?? "grace";
    const signature = { name, email: `${name}@acme.example`, date: this.state.time() };
    const sha = await git.writeCommit({
      tree: await git.writeTree(parent, entries),
      parents: parent === undefined ? [] : [parent],
      message: options.message ?? `Change ${Object.keys(files).join(", ")}`,
      author: signature,
      committer: signature,
    });
    await git.pointReference(`refs/heads/${branch}`, sha, before);
    await this.state.followBranch(branch, name);
    return sha;
  }

  /** Opens a pull request as somebody; `head` is a branch, or "owner:branch" of a fork whose commit `headSha` names. */
  async openPullRequest(request: {
    readonly title?: string;
    readonly head: string;
    readonly author?: string;
    readonly body?: string;
    readonly headSha?: string;
  }): Promise<StoredPullRequest> {
    const { title = "A change", body = null, author = "grace", ...rest } = request;
    return await openPullRequest(this.#context, {
      ...rest,
      title,
      body,
      author,
      base: this.state.defaultBranch,
      isDraft: false,
    });
  }

  /** The payload of a pull request's event. */
  async pullRequestEvent(number: number, action: PullRequestAction = "synchronize"): Promise<Known> {
    return await pullRequestEvent(this.#context, number, action);
  }

  /** The payload of the end of a workflow that a pull request's event had started. */
  workflowRunEvent(number: number): Known {
    return workflowRunEvent(this.#context, number);
  }

  /** Merges a pull request as somebody, with a merge commit; throws where it conflicts. */
  async merge(number: number, actor = "grace"): Promise<void> {
    const { git, defaultBranch } = this.state;
    const pull = this.state.pullRequest(number);
    const base = await git.resolve(`refs/heads/${pull.baseBranch}`);
    if (base === undefined) throw new Error(`${pull.baseBranch} is gone`);
    const signature = { name: actor, email: `${actor}@acme.example`, date: this.state.time() };
    const sha = await git.writeCommit({
      tree: await git.run(["merge-tree", "--write-tree", base, pull.headSha]),
      parents: [base, pull.headSha],
      message: `Merge pull request #${number} from ${pull.headBranch} into ${defaultBranch}`,
      author: signature,
      committer: signature,
    });
    await git.pointReference(`refs/heads/${pull.baseBranch}`, sha, base);
    this.state.close(pull, actor);
    pull.mergedAt = this.state.time();
  }

  /** The calls of an operation, in their order. */
  callsOf(operation: string): readonly RecordedRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }
}
