import { checkWebhook } from "./check-call.ts";
import { completeDeeply, type Known } from "./complete.ts";
import type { Context } from "./context.ts";

/** What GitHub sends when something happens to a pull request. */
export type PullRequestAction = "opened" | "reopened" | "synchronize" | "closed";

/** The payload of a pull request's event, whole and as GitHub's description has it. */
export async function pullRequestEvent(
  { state, render }: Context,
  number: number,
  action: PullRequestAction,
): Promise<Known> {
  const pull = state.pullRequest(number);
  return checked(`pull-request-${action}`, {
    action,
    number,
    ...(action === "synchronize" ? { before: "0".repeat(40), after: pull.headSha } : {}),
    pull_request: said(await render.pullRequest(pull, "pull-request")),
    repository: render.repository(),
    sender: render.user(pull.author),
  });
}

/** The payload of the end of a workflow that a pull request's event had started. */
export function workflowRunEvent({ state, render }: Context, number: number): Known {
  const { headSha, headBranch, headOwner, author } = state.pullRequest(number);
  const owner = headOwner ?? state.repository.owner;
  return checked("workflow-run-completed", {
    action: "completed",
    repository: render.repository(),
    sender: render.user(author),
    workflow: { name: "Cost", path: ".github/workflows/cost.yml", state: "active" },
    workflow_run: {
      event: "pull_request",
      status: "completed",
      conclusion: "success",
      head_sha: headSha,
      head_branch: headBranch,
      head_repository: said(render.repository(owner)),
      repository: said(render.repository()),
      created_at: state.time(),
      // GitHub leaves this out for forks.
      pull_requests: [],
    },
  });
}

/** Without what only fills an answer of the API: events describe the same objects differently. */
function said(known: Known): Known {
  const fields = Object.entries(known).filter(([, value]) => value !== null && value !== "");
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      typeof value === "object" && !Array.isArray(value) ? said(value as Known) : value,
    ]),
  );
}

function checked(name: string, known: Known): Known {
  const payload = completeDeeply(`webhook-${name}`, known);
  const reasons = checkWebhook(name, payload);
  if (reasons.length > 0)
    throw new Error(`not what GitHub's description says of ${name}:\n${reasons.join("\n")}`);
  return payload;
}
