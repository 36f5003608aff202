import { page, Refusal } from "./call.ts";
import type { Handlers } from "./context.ts";
import { invalid } from "./state.ts";

/** What GitHub takes of a comment, in characters. */
const BODY_CHARACTERS_MAX = 65_536;
const LABEL_CHARACTERS_MAX = 50;

/** Comments and labels, which pull requests have as the issues that they are. */
export const commentHandlers: Handlers = {
  "issues/list-comments": (call, { state, render }) => {
    const { number } = state.pullRequest(Number(call.path.issue_number));
    const comments = state.comments.filter((each) => each.pullRequest === number);
    return page(
      call,
      comments.map((comment) => render.comment(comment)),
    );
  },
  "issues/create-comment": (call, { state, render }) => {
    const { number } = state.pullRequest(Number(call.path.issue_number));
    const comment = state.addComment(number, call.actor.login, checkedBody(call.body.body));
    return {
      status: 201,
      body: render.comment(comment),
      headers: { location: render.api(`issues/comments/${comment.id}`) },
    };
  },
  "issues/update-comment": (call, { state, render }) => {
    const comment = state.comment(Number(call.path.comment_id));
    comment.body = checkedBody(call.body.body);
    comment.updatedAt = state.time();
    return { status: 200, body: render.comment(comment) };
  },
  "issues/delete-comment": (call, { state }) => {
    const comment = state.comment(Number(call.path.comment_id));
    state.comments.splice(state.comments.indexOf(comment), 1);
    return { status: 204 };
  },
  "issues/get": (call, { state, render }) => ({
    status: 200,
    body: render.issue(state.pullRequest(Number(call.path.issue_number))),
  }),
  "issues/add-labels": (call, { state, render }) => {
    const pull = state.pullRequest(Number(call.path.issue_number));
    const { labels } = call.body as { readonly labels: readonly (string | { readonly name: string })[] };
    const names = labels.map((label) => (typeof label === "string" ? label : label.name));
    for (const name of names) checkLabel(name);
    for (const name of names) pull.labels.add(state.label(name).name);
    return page(
      call,
      [...pull.labels].map((name) => render.label(name)),
    );
  },
  "issues/remove-label": (call, { state, render }) => {
    const pull = state.pullRequest(Number(call.path.issue_number));
    const name = state.labels.get((call.path.name ?? "").toLowerCase())?.name;
    if (name === undefined || !pull.labels.delete(name)) throw new Refusal(404, "Label does not exist");
    return { status: 200, body: [...pull.labels].map((each) => render.label(each)) };
  },
};

function checkedBody(body: unknown): string {
  const text = String(body);
  if (text.trim() === "") throw invalid("IssueComment", "body", "body can't be blank", "missing_field");
  if (characters(text) > BODY_CHARACTERS_MAX) {
    throw invalid("IssueComment", "body", `body is too long (maximum is ${BODY_CHARACTERS_MAX} characters)`);
  }
  return text;
}

function characters(text: string): number {
  return Array.from(text).length;
}

function checkLabel(name: string): void {
  if (characters(name) > LABEL_CHARACTERS_MAX) {
    throw invalid("Label", "name", `name is too long (maximum is ${LABEL_CHARACTERS_MAX} characters)`);
  }
}
