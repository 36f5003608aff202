import { compareDecimals, type Decimal, unreachable } from "@apex/core";
import { type Decision, type Decisions, type KnownPullRequest, OWN_COMMENT } from "./decisions.ts";
import type { CLOSE_REASONS } from "./memory.ts";
import type { Proposal } from "./proposal.ts";

/** A group of which nothing is known yet but what it would save. */
export interface WaitingGroup {
  readonly key: string;
  readonly name: string;
  /** Monthly, at list prices. */
  readonly saving: Decimal;
}

/** A group whose branch plans to exactly its change. */
export interface PreparedGroup extends WaitingGroup {
  /** Digests of what the branch holds, and of the text about it. */
  readonly content: string;
  readonly text: string;
  readonly proposals: readonly Proposal[];
}

/** A group that is not to be opened, and why. */
export interface RefusedGroup {
  readonly key: string;
  readonly name: string;
  readonly reason: string;
}

type CloseReason = (typeof CLOSE_REASONS)[number];

/** What is done about one group or pull request. `open`, `update`, `close` and `note` write; the others are told. */
export type PullRequestAction =
  | { readonly kind: "open"; readonly key: string; readonly name: string }
  | {
      readonly kind: "update";
      readonly key: string;
      readonly number: number;
      /** "branch" when its commits are made anew; "labels" when an earlier run did not get that far. */
      readonly changes: readonly ("branch" | "text" | "labels" | "memory")[];
    }
  | {
      readonly kind: "close";
      readonly key: string;
      readonly number: number;
      readonly reason: CloseReason;
      /** Whole sentences. */
      readonly why: string;
      readonly deletesBranch: boolean;
      /** Present when somebody declined it. */
      readonly decision?: Decision;
    }
  /** Says once that the branch is left to those whose commits are on it. */
  | { readonly kind: "note"; readonly key: string; readonly number: number }
  | { readonly kind: "leave"; readonly key: string; readonly number: number; readonly why: string }
  | { readonly kind: "hold"; readonly key: string; readonly name: string; readonly why: string };

/** What the data of a root module say of pull requests that they no longer propose. */
export interface ModuleGrounds {
  /** Why nothing may be closed as no longer recommended; `null` when it may. */
  readonly closingObjection: string | null;
  /** Why what a pull request proposes is no longer recommended: whole sentences. */
  readonly whyGone: (known: KnownPullRequest) => string;
}

/** What actions are decided from: of one root module, or of several that share the limit. */
export interface LifeCycle {
  readonly groups: readonly PreparedGroup[];
  /** Those that were not planned, because there is no room for them. */
  readonly waiting: readonly WaitingGroup[];
  readonly refused: readonly RefusedGroup[];
  /** All pull requests of Apex's in the repository. */
  readonly known: readonly KnownPullRequest[];
  /** The root modules, by the digest of their directories: pull requests of others count for the limit only. */
  readonly modules: ReadonlyMap<string, ModuleGrounds>;
  readonly decisions: Decisions;
  /** Open pull requests in the repository at one time. */
  readonly openMax: number;
  /** Monthly saving below which nothing is opened. */
  readonly savingMinimum: Decimal;
  /** Whether it is the time to open and change pull requests. What people decided is done at any time. */
  readonly isTime: boolean;
}

/** The name of the branch of a group. */
export function branchOf(key: string): string {
  return `${BRANCH_PREFIX}${key}`;
}

/** How the names of all branches of Apex's begin. */
export const BRANCH_PREFIX = "apex/";

const NOT_THE_TIME = "it is outside of the schedule";

/** What somebody said, as a sentence. Names and reasons are data from outside. */
export function decisionSentence(decision: Decision): string {
  const who = (by: string | null) => (by === null ? "A label says" : `${by} said`);
  const because = (reason: string) => (reason === "" ? "" : `: ${reason}`);
  switch (decision.kind) {
    case "never":
      return `${who(decision.by)} "never"${because(decision.reason)}`;
    case "not-now":
      return `${who(decision.by)} "not now", until ${decision.until.slice(0, 10)}${because(decision.reason)}`;
    case "closed":
      return "It was closed";
    case "merged":
      return "It was merged";
    default:
      return unreachable(decision);
  }
}

/** Whether Apex told already that it leaves the branch alone. */
function isNoted({ comments }: KnownPullRequest): boolean {
  return comments.some(({ body }) => body.startsWith(`${OWN_COMMENT}others-commits`));
}

/** What differs between an open pull request and its group. */
function staleParts(known: KnownPullRequest, group: PreparedGroup) {
  const { memory, pullRequest } = known;
  const parts: Extract<PullRequestAction, { kind: "update" }>["changes"][number][] = [];
  if (memory.content !== group.content) parts.push("branch");
  if (memory.text !== group.text) parts.push("text");
  if (!memory.isComplete) parts.push("labels");
  const isForgetful = memory.closed !== undefined || memory.head !== pullRequest.head.sha;
  if (parts.length === 0 && isForgetful) parts.push("memory");
  return parts;
}

function aboutOpen(
  known: KnownPullRequest,
  { closingObjection, whyGone }: ModuleGrounds,
  cycle: LifeCycle,
): PullRequestAction {
  const { pullRequest, memory, hasOthersCommits } = known;
  const about = { key: memory.key, number: pullRequest.number };
  const leave = (why: string): PullRequestAction => ({ kind: "leave", ...about, why });
  const decision = cycle.decisions.byPullRequest.get(pullRequest.number);
  if (decision !== undefined) {
    const why = `${decisionSentence(decision)}.`;
    return { kind: "close", ...about, reason: "declined", why, deletesBranch: !hasOthersCommits, decision };
  }
  if (hasOthersCommits)
    return isNoted(known) ? leave("its branch has commits of others") : { kind: "note", ...about };
  const group = cycle.groups.find(({ key }) => key === memory.key);
  if (group !== undefined) {
    const changes = staleParts(known, group);
    if (changes.length === 0) return leave("nothing is new");
    return cycle.isTime ? { kind: "update", ...about, changes } : leave(NOT_THE_TIME);
  }
  if (memory.closed !== undefined || memory.since !== undefined)
    return leave("somebody opened it again after Apex had closed it");
  if (closingObjection !== null) return leave(closingObjection);
  if (!cycle.isTime) return leave(NOT_THE_TIME);
  const refused = cycle.refused.find(({ key }) => key === memory.key);
  const reason = refused === undefined ? "not-recommended" : "not-applicable";
  return {
    kind: "close",
    ...about,
    reason,
    why: refused?.reason ?? whyGone(known),
    deletesBranch: true,
  };
}

/** Why a group without a pull request is not opened, but for the limit; `undefined` when it may be. */
export function objection(
  group: WaitingGroup,
  { savingMinimum, isTime }: Pick<LifeCycle, "savingMinimum" | "isTime">,
): string | undefined {
  if (compareDecimals(group.saving, savingMinimum) < 0)
    return `it saves less than the minimum of ${savingMinimum} a month`;
  return isTime ? undefined : NOT_THE_TIME;
}

/** Groups, the biggest saving first. */
export function bySaving<Group extends WaitingGroup>(groups: readonly Group[]): readonly Group[] {
  return groups.toSorted((a, b) => compareDecimals(b.saving, a.saving) || (a.key < b.key ? -1 : 1));
}

/** Whether more may be opened than the actions open. */
export function hasRoom(actions: readonly PullRequestAction[], { known, openMax }: LifeCycle): boolean {
  const count = (kind: PullRequestAction["kind"]) => actions.filter((action) => action.kind === kind).length;
  const open = known.filter(({ pullRequest }) => pullRequest.state === "open").length;
  return open + count("open") - count("close") < openMax;
}

/**
 * What is to be done, pull requests first, then what is opened and what is not, by saving. Carried out and decided again on the same
 * data, nothing is left to do. Never opens above the limit, never touches a branch with commits of others, never overrules a person.
 */
export function decideActions(cycle: LifeCycle): readonly PullRequestAction[] {
  const open = cycle.known.filter(({ pullRequest }) => pullRequest.state === "open");
  const ours = open.filter(({ memory }) => cycle.modules.has(memory.directory));
  const actions: PullRequestAction[] = ours
    .toSorted((a, b) => a.pullRequest.number - b.pullRequest.number)
    .flatMap((known) => {
      const grounds = cycle.modules.get(known.memory.directory);
      return grounds === undefined ? [] : [aboutOpen(known, grounds, cycle)];
    });
  const held: PullRequestAction[] = cycle.refused
    .filter(({ key }) => !ours.some(({ memory }) => memory.key === key))
    .map(({ key, name, reason }) => ({ kind: "hold", key, name, why: reason }));
  let count = open.length - actions.filter(({ kind }) => kind === "close").length;
  const waiting = new Set(cycle.waiting.map(({ key }) => key));
  const closed = [...cycle.groups, ...cycle.waiting].filter(
    ({ key }) => !ours.some(({ memory }) => memory.key === key),
  );
  for (const group of bySaving(closed)) {
    const { key, name } = group;
    const isFull = count >= cycle.openMax || waiting.has(key);
    const why =
      objection(group, cycle) ??
      (isFull ? `${count} pull requests are open, and the limit is ${cycle.openMax}` : undefined);
    if (why !== undefined) actions.push({ kind: "hold", key, name, why });
    else {
      actions.push({ kind: "open", key, name });
      count += 1;
    }
  }
  return [...actions, ...held];
}

/** Whether carrying out an action writes anything. */
export function isWrite({ kind }: PullRequestAction): boolean {
  return kind === "open" || kind === "update" || kind === "close" || kind === "note";
}
