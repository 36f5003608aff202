import { type Call, page, Refusal } from "./call.ts";
import { complete, type Known } from "./complete.ts";
import type { Context, Handlers } from "./context.ts";
import { invalid, type StoredPullRequest } from "./state.ts";

/** What GitHub lists of a pull request's files. */
const FILES_MAX = 3_000;

export const pullRequestHandlers: Handlers = {
  "pulls/list": async (call, { state, render }) => {
    const { query } = call;
    const wanted = query.get("state") ?? "open";
    const [owner, branch] = splitHead(query.get("head"));
    const pulls = state.pullRequests.filter(
      (pull) =>
        (wanted === "all" || pull.state === wanted) &&
        (owner === undefined || (pull.headOwner === owner && pull.headBranch === branch)) &&
        (!query.has("base") || pull.baseBranch === query.get("base")),
    );
    const isAscending = query.get("direction") === "asc";
    const ordered = pulls.toSorted(
      (first, second) => (first.number - second.number) * (isAscending ? 1 : -1),
    );
    return page(
      call,
      await Promise.all(ordered.map((pull) => render.pullRequest(pull, "pull-request-simple"))),
    );
  },
  "pulls/get": async (call, { state, render }) => ({
    status: 200,
    body: await render.pullRequest(state.pullRequest(Number(call.path.pull_number)), "pull-request"),
  }),
  "pulls/create": createPullRequest,
  "pulls/update": async (call, { state, render }) => {
    const pull = state.pullRequest(Number(call.path.pull_number));
    const { title, body, state: wanted } = call.body as { title?: string; body?: string; state?: string };
    if (title?.trim() === "") throw invalid("PullRequest", "title", "title can't be blank", "missing_field");
    if (wanted === "closed") state.close(pull, call.actor.login);
    if (wanted === "open") state.reopen(pull);
    pull.title = title ?? pull.title;
    pull.body = body ?? pull.body;
    pull.updatedAt = state.time();
    return { status: 200, body: await render.pullRequest(pull, "pull-request") };
  },
  "pulls/list-files": async (call, { state, render }) => {
    const pull = state.pullRequest(Number(call.path.pull_number));
    const files = await state.git.changedFiles(`refs/heads/${pull.baseBranch}`, pull.headSha);
    const entries = files.slice(0, FILES_MAX).map(({ path, status, previousPath }) =>
      complete("diff-entry", {
        filename: path,
        status,
        contents_url: render.api(`contents/${encodeURIComponent(path)}?ref=${pull.headSha}`),
        ...(previousPath === undefined ? {} : { previous_filename: previousPath }),
      }),
    );
    return page(call, entries);
  },
  "pulls/request-reviewers": async (call, { state, render }) => {
    const pull = state.pullRequest(Number(call.path.pull_number));
    const { reviewers = [], team_reviewers: teams = [] } = call.body as {
      reviewers?: string[];
      team_reviewers?: string[];
    };
    if (reviewers.includes(pull.author))
      throw new Refusal(422, "Review cannot be requested from pull request author.");
    if (
      !reviewers.every((login) => state.collaborators.has(login)) ||
      !teams.every((slug) => state.teams.has(slug))
    ) {
      const { owner, name } = state.repository;
      throw new Refusal(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${owner}/${name} repository.`,
      );
    }
    for (const login of reviewers) pull.reviewers.add(login);
    for (const slug of teams) pull.teams.add(slug);
    return { status: 201, body: await render.pullRequest(pull, "pull-request-simple") };
  },
};

async function createPullRequest(call: Call, context: Context) {
  const { state, render } = context;
  const { title, head, base, body, draft } = call.body as { [field: string]: string } & { draft?: boolean };
  if (call.actor.kind === "actions" && !state.mayActionsOpenPullRequests) {
    throw new Refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
  }
  if (title === undefined || title.trim() === "") {
    throw invalid("PullRequest", "title", "title can't be blank", "missing_field");
  }
  const pull = await openPullRequest(context, {
    title,
    body: body ?? null,
    head: head ?? "",
    base: base ?? "",
    isDraft: draft ?? false,
    author: call.actor.login,
  });
  return { status: 201, body: await render.pullRequest(pull, "pull-request") };
}

/** Opens a pull request under GitHub's conditions. `head` is a branch, or "owner:branch" of a fork. */
export async function openPullRequest(
  { state }: Pick<Context, "state">,
  request: {
    title: string;
    body: string | null;
    head: string;
    base: string;
    isDraft: boolean;
    author: string;
    headSha?: string;
  },
): Promise<StoredPullRequest> {
  const [headOwner = state.repository.owner, headBranch] = splitHead(request.head);
  const baseSha = await state.git.resolve(`refs/heads/${request.base}`);
  if (baseSha === undefined) throw invalidField("base");
  const headSha = request.headSha ?? (await state.git.resolve(`refs/heads/${headBranch}`));
  if (headSha === undefined) throw invalidField("head");
  if ((await state.git.commitsBetween(baseSha, headSha)) === 0) {
    throw invalid("PullRequest", "base", `No commits between ${request.base} and ${headBranch}`);
  }
  const twin = state.pullRequests.find(
    (pull) =>
      pull.state === "open" &&
      pull.headBranch === headBranch &&
      pull.headOwner === headOwner &&
      pull.baseBranch === request.base,
  );
  if (twin !== undefined) {
    throw invalid("PullRequest", "head", `A pull request already exists for ${headOwner}:${headBranch}.`);
  }
  const time = state.time();
  const pull: StoredPullRequest = {
    number: state.pullRequests.length + 1,
    title: request.title,
    body: request.body,
    state: "open",
    isDraft: request.isDraft,
    mergedAt: null,
    closedAt: null,
    closedBy: null,
    author: request.author,
    headOwner,
    headBranch,
    headSha,
    baseBranch: request.base,
    labels: new Set(),
    reviewers: new Set(),
    teams: new Set(),
    createdAt: time,
    updatedAt: time,
  };
  state.pullRequests.push(pull);
  await state.moveHead(pull, headSha);
  return pull;
}

function invalidField(field: string): Refusal {
  const errors: readonly Known[] = [{ resource: "PullRequest", field, code: "invalid" }];
  return new Refusal(422, "Validation Failed", { errors });
}

function splitHead(head: string | null): [string | undefined, string] {
  const [first = "", second] = (head ?? "").split(":");
  return second === undefined ? [undefined, first] : [first, second];
}
