import { assert } from "@apex/core";
import { escapeMarkdown } from "@apex/report";
import type { GitHub, PullRequest } from "../github/github.ts";
import { branchOf, type PullRequestAction } from "../pull-requests/decide-actions.ts";
import { type KnownPullRequest, OWN_COMMENT } from "../pull-requests/decisions.ts";
import { type Memory, PROPOSALS_MAX, withMemory } from "../pull-requests/memory.ts";
import { areOwn } from "./gather-pull-requests.ts";
import { directoryDigest } from "./ground.ts";
import { NEVER_LABEL, NOT_NOW_LABEL } from "./optimize-settings.ts";
import type { ReadyGroup } from "./prepare-groups.ts";

/** What became of an action. */
export interface ActionResult {
  readonly action: PullRequestAction;
  readonly url?: string;
  /** Why it was not carried out after all, as a sentence: another run was at it, or a person. */
  readonly obstacle?: string;
  /** Of whom GitHub takes no request: without access, or unknown. */
  readonly refusedReviewers?: readonly string[];
}

/** What actions are carried out with. */
export interface CarryOutInputs {
  readonly github: GitHub;
  readonly groups: readonly ReadyGroup[];
  readonly known: readonly KnownPullRequest[];
  readonly baseBranch: string;
  readonly baseCommit: string;
  readonly labels: readonly string[];
  readonly isDraft: boolean;
  /** ISO 8601. */
  readonly now: string;
}

type Action<Kind extends PullRequestAction["kind"]> = Extract<PullRequestAction, { kind: Kind }>;

const RACE = "another run, or a person, was at the branch at the same time: the next run looks again";

function memoryOf(group: ReadyGroup, head: string): Memory {
  const { key, content, text, proposals } = group;
  return {
    v: 1,
    key,
    directory: directoryDigest(group.directory),
    head,
    content,
    text,
    proposals: proposals.slice(0, PROPOSALS_MAX),
    isComplete: false,
  };
}

/** Labels, reviewers, and then the memory that all of it is done. */
async function finish(
  { pullRequest, group, memory }: { pullRequest: PullRequest; group: ReadyGroup; memory: Memory },
  { github, labels }: CarryOutInputs,
): Promise<Pick<ActionResult, "url" | "refusedReviewers">> {
  const { number, url } = pullRequest;
  const missing = labels.filter((label) => !pullRequest.labels.includes(label));
  if (missing.length > 0) await github.addLabels(number, missing);
  const refusedReviewers =
    group.reviewers.length === 0 ? [] : await github.requestReviewers(number, group.reviewers);
  const body = withMemory(group.body, { ...memory, isComplete: true });
  await github.updatePullRequest(number, { title: group.title, body });
  return { url, ...(refusedReviewers.length === 0 ? {} : { refusedReviewers }) };
}

function groupOf({ groups }: CarryOutInputs, key: string): ReadyGroup {
  const group = groups.find((each) => each.key === key);
  assert(group !== undefined, `an action is about a group that is not there: ${key}`);
  return group;
}

async function open(action: Action<"open">, inputs: CarryOutInputs): Promise<ActionResult> {
  const { github, baseBranch, baseCommit, isDraft } = inputs;
  const group = groupOf(inputs, action.key);
  const branch = branchOf(group.key);
  const expected = await github.branchHead(branch);
  if (expected !== undefined) {
    const commits = await github.commitsOf(branch, baseBranch);
    if (!areOwn(commits, group.key, await github.whoAmI()))
      return { action, obstacle: `the branch ${branch} exists already, with commits of others` };
  }
  const pushed = await github.pushCommits(branch, { onto: baseCommit, commits: group.commits, expected });
  if (pushed.kind === "conflict") return { action, obstacle: RACE };
  const memory = memoryOf(group, pushed.sha);
  const pullRequest = await github.createPullRequest({
    title: group.title,
    body: withMemory(group.body, memory),
    branch,
    base: baseBranch,
    isDraft,
  });
  return { action, ...(await finish({ pullRequest, group, memory }, inputs)) };
}

function knownOf({ known }: CarryOutInputs, number: number): KnownPullRequest {
  const found = known.find(({ pullRequest }) => pullRequest.number === number);
  assert(found !== undefined, `an action is about a pull request that is not known: ${number}`);
  return found;
}

async function update(action: Action<"update">, inputs: CarryOutInputs): Promise<ActionResult> {
  const { github, baseCommit } = inputs;
  const { pullRequest, memory: before } = knownOf(inputs, action.number);
  const group = groupOf(inputs, action.key);
  let head = pullRequest.head.sha;
  if (action.changes.includes("branch")) {
    const pushed = await github.pushCommits(pullRequest.head.ref, {
      onto: baseCommit,
      commits: group.commits,
      expected: head,
    });
    if (pushed.kind === "conflict") return { action, url: pullRequest.url, obstacle: RACE };
    head = pushed.sha;
  }
  const since = before.closed?.at ?? before.since;
  const memory = { ...memoryOf(group, head), ...(since === undefined ? {} : { since }) };
  if (!before.isComplete) return { action, ...(await finish({ pullRequest, group, memory }, inputs)) };
  const body = withMemory(group.body, { ...memory, isComplete: true });
  await github.updatePullRequest(action.number, { title: group.title, body });
  return { action, url: pullRequest.url };
}

/** Writes a comment that is not there yet since the pull request was last opened. */
async function say(known: KnownPullRequest, body: string, github: GitHub): Promise<void> {
  const since = known.memory.closed?.at ?? known.memory.since ?? "";
  const isSaid = known.comments.some((comment) => comment.body === body && comment.createdAt > since);
  if (!isSaid) await github.createComment(known.pullRequest.number, body);
}

function closingWords({ reason, why, decision }: Action<"close">): string {
  const because = escapeMarkdown(why);
  if (reason !== "declined")
    return `Apex closes this: it is no longer true. ${because}\n\nIt is proposed again if it becomes true again.`;
  const next =
    decision?.kind === "not-now"
      ? "It is proposed again after that day, if it is still true."
      : "It is not proposed again; opening this pull request again takes that back.";
  return `Apex closes this. ${because} ${next}`;
}

async function close(action: Action<"close">, inputs: CarryOutInputs): Promise<ActionResult> {
  const { github, now } = inputs;
  const known = knownOf(inputs, action.number);
  const { pullRequest, memory } = known;
  const { decision } = action;
  // The label comes first: it is what a later run goes by, whatever happens to this one.
  const label =
    decision?.kind === "never" ? NEVER_LABEL : decision?.kind === "not-now" ? NOT_NOW_LABEL : undefined;
  const has = pullRequest.labels.some((each) => each.toLowerCase() === label);
  if (label !== undefined && !has) await github.addLabels(action.number, [label]);
  await say(known, `${OWN_COMMENT}closed -->\n${closingWords(action)}`, github);
  const { since: _since, until: _until, ...rest } = memory;
  const closed: Memory = {
    ...rest,
    closed: { reason: action.reason, at: now },
    ...(decision?.kind === "not-now" ? { until: decision.until } : {}),
  };
  await github.updatePullRequest(action.number, {
    state: "closed",
    body: withMemory(pullRequest.body, closed),
  });
  if (action.deletesBranch) await github.deleteBranch(pullRequest.head.ref);
  return { action, url: pullRequest.url };
}

async function note(action: Action<"note">, inputs: CarryOutInputs): Promise<ActionResult> {
  const known = knownOf(inputs, action.number);
  const words =
    "This branch has commits that are not Apex's, so Apex leaves it as it is from here on: neither new data nor new edits are put on it. " +
    "To have it kept up to date again, take those commits away, or close this pull request and delete the branch.";
  await say(known, `${OWN_COMMENT}others-commits -->\n${words}`, inputs.github);
  return { action, url: known.pullRequest.url };
}

async function carryOutOne(action: PullRequestAction, inputs: CarryOutInputs): Promise<ActionResult> {
  switch (action.kind) {
    case "open":
      return open(action, inputs);
    case "update":
      return update(action, inputs);
    case "close":
      return close(action, inputs);
    case "note":
      return note(action, inputs);
    case "leave":
      return { action, url: knownOf(inputs, action.number).pullRequest.url };
    case "hold":
      return { action };
  }
}

/** Carries out actions in their order. Throws what the port throws; what was done until then is found by the next run. */
export async function carryOut(
  actions: readonly PullRequestAction[],
  inputs: CarryOutInputs,
): Promise<readonly ActionResult[]> {
  const results: ActionResult[] = [];
  for (const action of actions) results.push(await carryOutOne(action, inputs));
  return results;
}
