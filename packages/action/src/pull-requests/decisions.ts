import { DAY_MS, formatInstant, parseInstant } from "@apex/core";
import type { Comment, PullRequest } from "../github/github.ts";
import { type Command, parseCommand } from "./commands.ts";
import type { Memory } from "./memory.ts";
import type { Proposal } from "./proposal.ts";

/** A pull request of Apex's, with what was found out about it. */
export interface KnownPullRequest {
  readonly pullRequest: PullRequest;
  readonly memory: Memory;
  /** Oldest first; none were asked for where they cannot matter. */
  readonly comments: readonly Comment[];
  /** Whether the branch has commits that are not Apex's. */
  readonly hasOthersCommits: boolean;
}

/** What a person decided about a pull request's proposals. */
export type Decision =
  | { readonly kind: "never"; readonly by: string | null; readonly reason: string }
  /** `until` is ISO 8601. */
  | { readonly kind: "not-now"; readonly until: string; readonly by: string | null; readonly reason: string }
  /** It was closed without a word: what it proposes is not proposed again, another target for the same resource is. */
  | { readonly kind: "closed" }
  | { readonly kind: "merged" };

/** By what people decide. */
export interface DecisionRules {
  readonly neverLabel: string;
  readonly notNowLabel: string;
  readonly notNowDays: number;
  /** Logins of people who are code owners. */
  readonly codeOwners: ReadonlySet<string>;
}

/** In GitHub's words: those whom it lets write, as far as it tells with a comment. */
const WRITERS = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);
/** What Apex writes itself begins so. */
export const OWN_COMMENT = "<!-- apex-note ";

/** Whether a comment's author may decide for the repository. */
function mayDecide({ author, authorAssociation }: Comment, { codeOwners }: DecisionRules): boolean {
  return WRITERS.has(authorAssociation) || codeOwners.has(author.toLowerCase());
}

/** A command with who gave it. */
export interface GivenCommand {
  readonly command: Command;
  readonly comment: Comment;
  readonly isAllowed: boolean;
}

/** The commands in a pull request's comments, oldest first. What Apex and other bots write is none. */
export function commandsOf({ comments }: KnownPullRequest, rules: DecisionRules): readonly GivenCommand[] {
  return comments.flatMap((comment) => {
    if (comment.author.endsWith("[bot]") || comment.body.startsWith(OWN_COMMENT)) return [];
    const command = parseCommand(comment.body, {
      createdAt: comment.createdAt,
      notNowDays: rules.notNowDays,
    });
    return command === undefined ? [] : [{ command, comment, isAllowed: mayDecide(comment, rules) }];
  });
}

function labelled(pullRequest: PullRequest, label: string): boolean {
  return pullRequest.labels.some((each) => each.toLowerCase() === label.toLowerCase());
}

function laterOf(a: string, b: string): string {
  return (parseInstant(a) ?? 0) > (parseInstant(b) ?? 0) ? a : b;
}

/** What was said last by a comment that counts. */
function spoken(
  known: KnownPullRequest,
  rules: DecisionRules,
  since: string | undefined,
): Decision | undefined {
  const last = commandsOf(known, rules).findLast(
    ({ command, comment, isAllowed }) =>
      isAllowed && command.kind !== "unknown" && (since === undefined || comment.createdAt > since),
  );
  if (last === undefined || last.command.kind === "unknown") return undefined;
  const by = last.comment.author;
  if (last.command.kind === "never") return { kind: "never", by, reason: last.command.reason };
  return { kind: "not-now", until: last.command.until, by, reason: last.command.reason };
}

/**
 * What a person decided about a pull request, whether or not it is in force still; `undefined` when nobody did. A pull request that
 * Apex had closed and a person opened again is wanted: only what is said after that counts. `now` is ISO 8601.
 */
function said(known: KnownPullRequest, rules: DecisionRules, now: string): Decision | undefined {
  const { pullRequest, memory } = known;
  if (pullRequest.isMerged) return { kind: "merged" };
  const since = pullRequest.state === "open" ? (memory.closed?.at ?? memory.since) : memory.since;
  const word = spoken(known, rules, since);
  if (pullRequest.state === "open" && since !== undefined) return word;
  if (labelled(pullRequest, rules.neverLabel) || word?.kind === "never")
    return word?.kind === "never" ? word : { kind: "never", by: null, reason: "" };
  if (labelled(pullRequest, rules.notNowLabel) || word !== undefined) {
    const end = (parseInstant(pullRequest.closedAt ?? now) ?? 0) + rules.notNowDays * DAY_MS;
    const until = memory.until ?? formatInstant(end);
    if (word?.kind !== "not-now") return { kind: "not-now", until, by: null, reason: "" };
    return { ...word, until: memory.until === undefined ? word.until : laterOf(memory.until, word.until) };
  }
  return pullRequest.state === "closed" && memory.closed === undefined ? { kind: "closed" } : undefined;
}

/** The decision that is in force. `now` is ISO 8601. */
export function decisionOf(known: KnownPullRequest, rules: DecisionRules, now: string): Decision | undefined {
  const decision = said(known, rules, now);
  const isOver =
    decision?.kind === "not-now" && (parseInstant(decision.until) ?? 0) <= (parseInstant(now) ?? 0);
  return isOver ? undefined : decision;
}

/** A decision, and the pull request that it was made on. */
export interface MadeDecision {
  readonly decision: Decision;
  readonly pullRequest: PullRequest;
}

/** What people decided, by what it is about. */
export interface Decisions {
  /** By number, in force. */
  readonly byPullRequest: ReadonlyMap<number, Decision>;
  /** Why something is not to be proposed; `undefined` when it may be. */
  readonly withholding: (proposal: Proposal) => MadeDecision | undefined;
}

/**
 * Gathers what people decided. "Never" and "not now" hold for what is done to a resource, whatever the target; what was merged, or closed
 * without a word, is the proposal itself: another target is another proposal. `now` is ISO 8601.
 */
export function decisionsOf(
  known: readonly KnownPullRequest[],
  rules: DecisionRules,
  now: string,
): Decisions {
  const byPullRequest = new Map<number, Decision>();
  const byId = new Map<string, MadeDecision>();
  const bySubject = new Map<string, MadeDecision>();
  for (const each of known) {
    const decision = decisionOf(each, rules, now);
    if (decision === undefined) continue;
    byPullRequest.set(each.pullRequest.number, decision);
    const made = { decision, pullRequest: each.pullRequest };
    for (const { id, subject } of each.memory.proposals) {
      if (decision.kind === "closed" || decision.kind === "merged") byId.set(id, made);
      else if (bySubject.get(subject)?.decision.kind !== "never") bySubject.set(subject, made);
    }
  }
  return { byPullRequest, withholding: ({ id, subject }) => bySubject.get(subject) ?? byId.get(id) };
}
