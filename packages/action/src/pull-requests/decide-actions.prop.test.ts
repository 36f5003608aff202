import type { Decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decideActions,
  hasRoom,
  isWrite,
  type LifeCycle,
  type ModuleGrounds,
  type PullRequestAction,
} from "./decide-actions.ts";
import { type KnownPullRequest, OWN_COMMENT } from "./decisions.ts";
import { aComment, aCycle, aGroup, aKnown, aMemory, DIRECTORY, NOW } from "./testing.ts";

const KEYS = ["a", "b", "c", "d", "e"] as const;
const hash = fc.constantFrom("1".repeat(16), "2".repeat(16));

const group = (key: string) =>
  fc
    .record({ content: hash, text: hash, saving: fc.nat(200).map((amount) => `${amount}` as Decimal) })
    .map((changes) => aGroup(key, changes));

/** What people and earlier runs may have left of a pull request. */
const known = fc
  .record({
    key: fc.constantFrom(...KEYS),
    content: hash,
    state: fc.constantFrom("open", "closed"),
    isMerged: fc.boolean(),
    isComplete: fc.boolean(),
    hasOthersCommits: fc.boolean(),
    wasClosedByApex: fc.boolean(),
    isElsewhere: fc.boolean(),
    labels: fc.subarray(["apex: never", "apex: not now", "apex"]),
    words: fc.array(fc.constantFrom("/apex never", "/apex not now 2d", "/apex not now 1w", "Thanks"), {
      maxLength: 2,
    }),
    isStranger: fc.boolean(),
  })
  .map((each) => ({ ...each, isMerged: each.isMerged && each.state === "closed" }));

const world = fc
  .record({
    groups: fc.subarray([...KEYS]).chain((keys) => fc.tuple(...keys.map(group))),
    known: fc.array(known, { maxLength: 6 }),
    openMax: fc.nat(4),
    savingMinimum: fc.constantFrom("0", "100").map((amount) => amount as Decimal),
    isTime: fc.boolean(),
    closingObjection: fc.constantFrom(null, "bad data"),
  })
  .map(({ known: several, ...rest }) => {
    const open = new Set<string>();
    const pulls = several.flatMap((each, index) => {
      // GitHub lets a branch have one open pull request.
      if (each.state === "open" && open.has(each.key)) return [];
      if (each.state === "open") open.add(each.key);
      const memory = aMemory(aGroup(each.key, { content: each.content }), {
        isComplete: each.isComplete,
        ...(each.isElsewhere ? { directory: "ffffffff" } : {}),
        ...(each.wasClosedByApex
          ? { closed: { reason: "not-recommended", at: "2026-11-10T00:00:00Z" } as const }
          : {}),
      });
      const comments = each.words.map((body) =>
        aComment(body, { authorAssociation: each.isStranger ? "NONE" : "MEMBER" }),
      );
      const { state, isMerged, labels, hasOthersCommits } = each;
      return [aKnown(index + 1, memory, { state, isMerged, labels, comments, hasOthersCommits })];
    });
    return { ...rest, known: pulls };
  });

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const LABELS = {
  never: "apex: never",
  "not-now": "apex: not now",
  closed: undefined,
  merged: undefined,
} as const;

/** The pull request after an action on it, as GitHub would have it. */
function after(each: KnownPullRequest, action: PullRequestAction, cycle: LifeCycle): KnownPullRequest {
  const { pullRequest, memory, comments } = each;
  if (action.kind === "note")
    return {
      ...each,
      comments: [...comments, aComment(`${OWN_COMMENT}others-commits -->`, { author: "apex[bot]" })],
    };
  if (action.kind === "close") {
    const label = action.decision === undefined ? undefined : LABELS[action.decision.kind];
    const until = action.decision?.kind === "not-now" ? { until: action.decision.until } : {};
    const { since: _since, ...rest } = memory;
    return {
      ...each,
      pullRequest: {
        ...pullRequest,
        state: "closed",
        closedAt: NOW,
        labels: label === undefined ? pullRequest.labels : [...pullRequest.labels, label],
      },
      memory: { ...rest, ...until, closed: { reason: action.reason, at: NOW } },
    };
  }
  const found = cycle.groups.find(({ key }) => key === action.key);
  if (action.kind !== "update" || found === undefined) return each;
  const since = memory.closed?.at ?? memory.since;
  return { ...each, memory: aMemory(found, since === undefined ? {} : { since }) };
}

function carriedOut(actions: readonly PullRequestAction[], cycle: LifeCycle): readonly KnownPullRequest[] {
  const changed = cycle.known.map((each) =>
    actions
      .filter((action) => "number" in action && action.number === each.pullRequest.number)
      .reduce((now, action) => after(now, action, cycle), each),
  );
  const opened = actions.flatMap((action, index) => {
    const found = cycle.groups.find(({ key }) => key === action.key);
    return action.kind !== "open" || found === undefined ? [] : [aKnown(100 + index, aMemory(found))];
  });
  return [...changed, ...opened];
}

const isOpen = ({ pullRequest }: KnownPullRequest) => pullRequest.state === "open";

function checked(property: (given: World, cycle: LifeCycle, actions: readonly PullRequestAction[]) => void) {
  fc.assert(
    fc.property(world, (given) => {
      const cycle = aCycle(given);
      property(given, cycle, decideActions(cycle));
    }),
    { numRuns: 500 },
  );
}

test("what is carried out leaves nothing to do", () => {
  checked((given, cycle, actions) => {
    const again = decideActions(aCycle({ ...given, known: carriedOut(actions, cycle) }));
    expect(again.filter(isWrite)).toEqual([]);
  });
});

test("there are never more open ones than the limit, or than there were", () => {
  checked((given, cycle, actions) => {
    const now = carriedOut(actions, cycle).filter(isOpen).length;
    expect(now).toBeLessThanOrEqual(Math.max(given.openMax, given.known.filter(isOpen).length));
    expect(hasRoom(actions, cycle)).toBe(now < given.openMax);
  });
});

test("no branch with commits of others is changed or deleted, and no pull request of another directory", () => {
  checked(({ known: pulls }, _, actions) => {
    const about = (each: KnownPullRequest) =>
      actions.filter((action) => "number" in action && action.number === each.pullRequest.number);
    const foreign = pulls.filter((each) => each.memory.directory !== DIRECTORY || !isOpen(each));
    expect(foreign.flatMap(about)).toEqual([]);
    const touched = pulls
      .filter(({ hasOthersCommits }) => hasOthersCommits)
      .flatMap(about)
      .filter((action) => action.kind === "update" || (action.kind === "close" && action.deletesBranch));
    expect(touched).toEqual([]);
  });
});

test("what one root module lacks takes nothing from the others: the limit is kept, and its own are closed only by people", () => {
  checked((given) => {
    const unknown = { closingObjection: "it could not be analysed", whyGone: () => "It is gone." };
    const known = { closingObjection: null, whyGone: () => "It is gone." };
    const modules = new Map<string, ModuleGrounds>([
      [DIRECTORY, known],
      ["ffffffff", unknown],
    ]);
    const cycle = aCycle({ ...given, modules });
    const actions = decideActions(cycle);
    const elsewhere = new Set(
      given.known
        .filter(({ memory }) => memory.directory === "ffffffff")
        .map(({ pullRequest }) => pullRequest.number),
    );
    const closed = actions.filter((action) => action.kind === "close" && elsewhere.has(action.number));
    expect(closed.filter((action) => !("decision" in action))).toEqual([]);
    const now = carriedOut(actions, cycle).filter(isOpen).length;
    expect(now).toBeLessThanOrEqual(Math.max(given.openMax, given.known.filter(isOpen).length));
    const again = decideActions(aCycle({ ...given, modules, known: carriedOut(actions, cycle) }));
    expect(again.filter(isWrite)).toEqual([]);
  });
});

test("whatever else is the case, what a person declined is closed, and what nobody did is not closed as declined", () => {
  checked(({ known: pulls }, cycle, actions) => {
    const declined = pulls
      .filter((each) => isOpen(each) && each.memory.directory === DIRECTORY)
      .map(({ pullRequest }) => pullRequest.number)
      .filter((number) => cycle.decisions.byPullRequest.has(number));
    const closed = actions.flatMap((action) =>
      action.kind === "close" && action.reason === "declined" ? [action.number] : [],
    );
    expect(closed.toSorted((a, b) => a - b)).toEqual(declined.toSorted((a, b) => a - b));
  });
});

test("the order in which pull requests and groups are found does not matter", () => {
  checked((given, _, actions) => {
    const reversed = { ...given, groups: given.groups.toReversed(), known: given.known.toReversed() };
    expect(decideActions(aCycle(reversed))).toEqual(actions);
  });
});
