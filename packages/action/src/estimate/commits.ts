import { AdapterError } from "@apex/core";
import type { ActionEvent } from "../event/action-event.ts";
import type { Git } from "./git.ts";

/** The two commits that are compared. */
export interface ComparedCommits {
  readonly base: string;
  readonly head: string;
  /** Why the comparison may tell more than the change, as a sentence. */
  readonly doubt: string | null;
}

const SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
/** What git allows in the name of a ref, and nothing that has a meaning in a revision, a refspec or a command line. */
const REF = /^(?!-)(?!.*(\.\.|@\{|\/\/))[^\s:+^~?*[\\\p{Cc}]+(~\d{1,4}|\^\d?)?$/u;

/** The commit that a name stands for in the checkout as it is. A branch is looked for on the remote side first: CI has no other. */
async function localCommit(git: Git, name: string): Promise<string | undefined> {
  const candidates = SHA.test(name) ? [name] : [`refs/remotes/origin/${name}`, name];
  for (const candidate of candidates) {
    const found = await git.attempt([
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${candidate}^{commit}`,
    ]);
    if (found.kind === "done") return found.stdout.trim();
  }
  return undefined;
}

/** The setting with which git sends a token to the server of the remote; nothing without a token. */
function withToken(token: string | null, serverUrl: string): Readonly<Record<string, string>> {
  if (token === null) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}

/** Brings one commit into a shallow checkout. */
async function fetchCommit(
  git: Git,
  name: string,
  access: { readonly token: string | null; readonly serverUrl: string },
): Promise<string> {
  const fetching = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1"];
  const args = [...fetching, "--end-of-options", "origin", name];
  // actions/checkout leaves its token in the checkout unless it is told not to: two of them would be refused.
  const plain = await git.attempt(args);
  const outcome =
    plain.kind === "done" ? plain : await git.attempt(args, withToken(access.token, access.serverUrl));
  const found =
    outcome.kind === "done" ? await localCommit(git, SHA.test(name) ? name : "FETCH_HEAD") : undefined;
  if (found !== undefined) return found;
  const reason = outcome.kind === "failed" ? ` (${outcome.stderr.slice(0, 300)})` : "";
  throw new AdapterError(
    "not-found",
    `${JSON.stringify(name)}, with which the change is compared, is not in the checkout and cannot be fetched${reason}: give actions/checkout \`fetch-depth: 0\``,
  );
}

/** The parents that a commit itself names: a shallow checkout hides them from everything else. */
async function parentsOf(git: Git, commit: string): Promise<readonly string[]> {
  const text = await git.run(["cat-file", "commit", commit]);
  const header = text.slice(0, text.indexOf("\n\n"));
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, sha = ""]) => sha);
}

/** Where a branch left another; `undefined` where the checkout is too shallow to tell. */
async function forkPoint(git: Git, other: string, head: string): Promise<string | undefined> {
  const found = await git.attempt(["merge-base", other, head]);
  return found.kind === "done" && found.stdout.trim() !== "" ? found.stdout.trim() : undefined;
}

/** Whether a commit is all that the other has, as far as the commit or the event itself says so. */
async function isBuiltOn(git: Git, event: ActionEvent, { base, head }: Omit<ComparedCommits, "doubt">) {
  const { occasion } = event;
  if (occasion.kind === "merge-group" && occasion.baseSha === base) return true;
  if (occasion.kind === "push" && occasion.before === base) return true;
  return base === head || (await parentsOf(git, head)).includes(base);
}

const TOO_SHALLOW =
  "the checkout is too shallow to tell where the branch left the base: what has changed in the base since then is told as undone. Let actions/checkout bring GitHub's merge, as it does by default, or give it `fetch-depth: 0`";

/** The name with which the event says to compare. */
async function baseOfEvent(git: Git, event: ActionEvent, head: string): Promise<string> {
  const { occasion } = event;
  if (occasion.kind === "merge-group") return occasion.baseSha;
  const parents = await parentsOf(git, head);
  if (occasion.kind === "pull-request") {
    // What actions/checkout brings is the merge of both sides: its first parent is the base as it is now.
    const isMerge = parents.length === 2 && parents[1] === occasion.headSha;
    return (isMerge ? parents[0] : undefined) ?? occasion.baseSha;
  }
  if (occasion.kind === "push" && occasion.before !== null) return occasion.before;
  const main = event.defaultBranch === undefined ? undefined : await localCommit(git, event.defaultBranch);
  const other = main !== undefined && main !== head ? main : parents[0];
  if (other !== undefined) return other;
  throw new AdapterError(
    "invalid",
    `the event ${event.name} tells nothing to compare with, and the commit has no parent: give \`base\` a branch, a commit or a directory`,
  );
}

/**
 * What is compared with what: the commit that is checked out with `base`, else with what the event tells. A commit that a shallow
 * checkout lacks is fetched. Throws an AdapterError that says what to do.
 */
export async function comparedCommits(
  git: Git,
  event: ActionEvent,
  request: { readonly base: string | null; readonly token: string | null },
): Promise<ComparedCommits> {
  if (request.base !== null && !REF.test(request.base)) {
    throw new AdapterError(
      "invalid",
      `base: ${JSON.stringify(request.base)} is no branch, tag, commit or directory`,
    );
  }
  const head = (await git.run(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
  const name = request.base ?? (await baseOfEvent(git, event, head));
  const access = { token: request.token, serverUrl: event.serverUrl };
  const base = (await localCommit(git, name)) ?? (await fetchCommit(git, name, access));
  // The first parent of a merge is where the two sides meet already.
  const point = await forkPoint(git, base, head);
  if (point !== undefined) return { base: point, head, doubt: null };
  return { base, head, doubt: (await isBuiltOn(git, event, { base, head })) ? null : TOO_SHALLOW };
}
