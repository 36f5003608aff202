import type { Decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { decideActions, decisionSentence } from "./decide-actions.ts";
import { decisionOf, type KnownPullRequest, OWN_COMMENT } from "./decisions.ts";
import { aComment, aCycle, aGroup, aKnown, aMemory, NOW, resize, RULES } from "./testing.ts";

const web = aGroup("web");
const said = (known: KnownPullRequest, now = NOW) => decisionOf(known, RULES, now);
const decided = (...parts: Parameters<typeof aCycle>) => decideActions(aCycle(...parts));

describe("what is done", () => {
  const open = aKnown(1, aMemory(web));
  test.each<[string, ReturnType<typeof decided>, readonly unknown[]]>([
    ["a new group is opened", decided({ groups: [web] }), [{ kind: "open", key: "web", name: "web" }]],
    [
      "nothing new leaves it",
      decided({ groups: [web], known: [open] }),
      [{ kind: "leave", key: "web", number: 1, why: "nothing is new" }],
    ],
    [
      "another content is pushed",
      decided({ groups: [aGroup("web", { content: "e".repeat(16) })], known: [open] }),
      [{ kind: "update", key: "web", number: 1, changes: ["branch"] }],
    ],
    [
      "another text is only written",
      decided({ groups: [aGroup("web", { text: "e".repeat(16) })], known: [open] }),
      [{ kind: "update", key: "web", number: 1, changes: ["text"] }],
    ],
    [
      "what a stopped run left is finished",
      decided({ groups: [web], known: [aKnown(1, aMemory(web, { isComplete: false }))] }),
      [{ kind: "update", key: "web", number: 1, changes: ["labels"] }],
    ],
    [
      "a branch that another run pushed is remembered",
      decided({ groups: [web], known: [aKnown(1, aMemory(web, { head: "f".repeat(40) }))] }),
      [{ kind: "update", key: "web", number: 1, changes: ["memory"] }],
    ],
    [
      "what is gone is closed, and its branch deleted",
      decided({ known: [open] }),
      [
        {
          kind: "close",
          key: "web",
          number: 1,
          reason: "not-recommended",
          why: "It is no longer recommended.",
          deletesBranch: true,
        },
      ],
    ],
    [
      "what no longer plans is closed with the reason",
      decided({ known: [open], refused: [{ key: "web", name: "web", reason: "the plan also changes x" }] }),
      [
        {
          kind: "close",
          key: "web",
          number: 1,
          reason: "not-applicable",
          why: "the plan also changes x",
          deletesBranch: true,
        },
      ],
    ],
    [
      "what does not plan is not opened",
      decided({ refused: [{ key: "web", name: "web", reason: "the plan also changes x" }] }),
      [{ kind: "hold", key: "web", name: "web", why: "the plan also changes x" }],
    ],
    [
      "bad data close nothing",
      decided({ known: [open], closingObjection: "the report has errors" }),
      [{ kind: "leave", key: "web", number: 1, why: "the report has errors" }],
    ],
    [
      "outside of the schedule nothing is opened",
      decided({ groups: [web], isTime: false }),
      [{ kind: "hold", key: "web", name: "web", why: "it is outside of the schedule" }],
    ],
    [
      "nor changed",
      decided({ groups: [aGroup("web", { text: "e".repeat(16) })], known: [open], isTime: false }),
      [{ kind: "leave", key: "web", number: 1, why: "it is outside of the schedule" }],
    ],
    [
      "nor closed as gone",
      decided({ known: [open], isTime: false }),
      [{ kind: "leave", key: "web", number: 1, why: "it is outside of the schedule" }],
    ],
    [
      "little is not opened",
      decided({ groups: [web], savingMinimum: "100.01" as Decimal }),
      [{ kind: "hold", key: "web", name: "web", why: "it saves less than the minimum of 100.01 a month" }],
    ],
    [
      "just enough is",
      decided({ groups: [web], savingMinimum: "100" as Decimal }),
      [{ kind: "open", key: "web", name: "web" }],
    ],
    [
      "another directory's is left alone",
      decided({ known: [aKnown(1, aMemory(web, { directory: "ffffffff" }))] }),
      [],
    ],
    [
      "a branch with others' commits is noted",
      decided({
        groups: [aGroup("web", { content: "e".repeat(16) })],
        known: [aKnown(1, aMemory(web), { hasOthersCommits: true })],
      }),
      [{ kind: "note", key: "web", number: 1 }],
    ],
    [
      "once",
      decided({
        known: [
          aKnown(1, aMemory(web), {
            hasOthersCommits: true,
            comments: [aComment(`${OWN_COMMENT}others-commits -->`, { author: "apex[bot]" })],
          }),
        ],
      }),
      [{ kind: "leave", key: "web", number: 1, why: "its branch has commits of others" }],
    ],
    [
      "one that somebody opened again stays, though it is gone",
      decided({
        known: [
          aKnown(1, aMemory(web, { closed: { reason: "not-recommended", at: "2026-11-01T00:00:00Z" } })),
        ],
      }),
      [{ kind: "leave", key: "web", number: 1, why: "somebody opened it again after Apex had closed it" }],
    ],
    [
      "and is remembered as such",
      decided({
        groups: [web],
        known: [
          aKnown(1, aMemory(web, { closed: { reason: "not-recommended", at: "2026-11-01T00:00:00Z" } })),
        ],
      }),
      [{ kind: "update", key: "web", number: 1, changes: ["memory"] }],
    ],
    [
      "what Apex closed may come again",
      decided({
        groups: [web],
        known: [
          aKnown(1, aMemory(web, { closed: { reason: "not-recommended", at: "2026-11-01T00:00:00Z" } }), {
            state: "closed",
          }),
        ],
      }),
      [{ kind: "open", key: "web", name: "web" }],
    ],
  ])("%s", (_, actions, expected) => {
    expect(actions).toEqual(expected);
  });

  test("what somebody declined is closed at any time, and a branch with commits of others stays", () => {
    const known = aKnown(1, aMemory(web), {
      comments: [aComment("/apex never we need it")],
      hasOthersCommits: true,
    });
    expect(decided({ groups: [web], known: [known], isTime: false, closingObjection: "bad data" })).toEqual([
      {
        kind: "close",
        key: "web",
        number: 1,
        reason: "declined",
        why: 'alice said "never": we need it.',
        deletesBranch: false,
        decision: { kind: "never", by: "alice", reason: "we need it" },
      },
    ]);
  });

  test("the biggest savings come first, up to the limit, which counts those of other directories", () => {
    const groups = ["a", "b", "c"].map((key, index) => aGroup(key, { saving: `${index + 1}` as Decimal }));
    const other = aKnown(9, aMemory(aGroup("other"), { directory: "ffffffff" }));
    expect(decided({ groups, known: [other], openMax: 2 }).map(({ kind, key }) => [kind, key])).toEqual([
      ["open", "c"],
      ["hold", "b"],
      ["hold", "a"],
    ]);
  });

  test("what is known of one root module says nothing of the pull requests of another", () => {
    const modules = new Map([
      ["aaaaaaaa", { closingObjection: null, whyGone: () => "It is smaller already." }],
      ["bbbbbbbb", { closingObjection: "the report has errors", whyGone: () => "It is gone." }],
    ]);
    const known = ["aaaaaaaa", "bbbbbbbb", "cccccccc"].map((directory, index) =>
      aKnown(index + 1, aMemory(aGroup(directory), { directory })),
    );
    const actions = decided({ modules, known, groups: [web], openMax: 3 });
    expect(actions).toEqual([
      expect.objectContaining({ kind: "close", number: 1, why: "It is smaller already." }),
      { kind: "leave", key: "bbbbbbbb", number: 2, why: "the report has errors" },
      { kind: "open", key: "web", name: "web" },
    ]);
  });

  test("one that waits is held, whatever room there is", () => {
    const waiting = [{ key: "big", name: "big", saving: "1000" as Decimal }];
    expect(decided({ groups: [web], waiting, openMax: 1 }).map(({ kind, key }) => [kind, key])).toEqual([
      ["hold", "big"],
      ["open", "web"],
    ]);
  });

  test("one that is closed makes room", () => {
    const known = [aKnown(1, aMemory(aGroup("old")))];
    expect(decided({ groups: [web], known, openMax: 1 }).map(({ kind }) => kind)).toEqual(["close", "open"]);
  });
});

describe("what people decide", () => {
  const memory = aMemory(web);
  const closed = { state: "closed" } as const;
  test.each<[string, KnownPullRequest, unknown]>([
    ["open and silent", aKnown(1, memory), undefined],
    ["merged", aKnown(1, memory, { ...closed, isMerged: true }), { kind: "merged" }],
    ["closed without a word", aKnown(1, memory, closed), { kind: "closed" }],
    [
      "closed by Apex",
      aKnown(1, { ...memory, closed: { reason: "not-recommended", at: NOW } }, closed),
      undefined,
    ],
    [
      "the label never",
      aKnown(1, memory, { labels: ["Apex: Never"] }),
      { kind: "never", by: null, reason: "" },
    ],
    [
      "the label not now, while open",
      aKnown(1, memory, { labels: ["apex: not now"] }),
      { kind: "not-now", until: "2026-12-22T12:00:00Z", by: null, reason: "" },
    ],
    [
      "the label not now, from when it was closed",
      aKnown(1, memory, { ...closed, labels: ["apex: not now"] }),
      { kind: "not-now", until: "2026-12-20T00:00:00Z", by: null, reason: "" },
    ],
    [
      "the term that Apex wrote down",
      aKnown(
        1,
        { ...memory, closed: { reason: "declined", at: NOW }, until: "2027-01-01T00:00:00Z" },
        { ...closed, labels: ["apex: not now"] },
      ),
      { kind: "not-now", until: "2027-01-01T00:00:00Z", by: null, reason: "" },
    ],
    [
      "a label that is gone is taken back",
      aKnown(
        1,
        { ...memory, closed: { reason: "declined", at: NOW }, until: "2027-01-01T00:00:00Z" },
        closed,
      ),
      undefined,
    ],
    [
      "a term that is over",
      aKnown(1, memory, {
        ...closed,
        comments: [aComment("/apex not now 1d", { createdAt: "2026-11-21T11:59:59Z" })],
      }),
      undefined,
    ],
    [
      "a member's comment",
      aKnown(1, memory, { comments: [aComment("/apex not now 2d freeze")] }),
      { kind: "not-now", until: "2026-11-23T10:00:00Z", by: "alice", reason: "freeze" },
    ],
    [
      "the last word",
      aKnown(1, memory, { comments: [aComment("/apex never"), aComment("/apex not now 2d")] }),
      { kind: "not-now", until: "2026-11-23T10:00:00Z", by: "alice", reason: "" },
    ],
    [
      "a stranger's comment",
      aKnown(1, memory, { comments: [aComment("/apex never", { authorAssociation: "NONE" })] }),
      undefined,
    ],
    [
      "a former contributor's",
      aKnown(1, memory, { comments: [aComment("/apex never", { authorAssociation: "CONTRIBUTOR" })] }),
      undefined,
    ],
    [
      "a code owner's",
      aKnown(1, memory, {
        comments: [aComment("/apex never", { author: "Carol", authorAssociation: "NONE" })],
      }),
      { kind: "never", by: "Carol", reason: "" },
    ],
    [
      "a bot's",
      aKnown(1, memory, { comments: [aComment("/apex never", { author: "helper[bot]" })] }),
      undefined,
    ],
    [
      "Apex's own words",
      aKnown(1, memory, { comments: [aComment(`${OWN_COMMENT}closed -->\n/apex never`)] }),
      undefined,
    ],
    [
      "what was said before it was opened again",
      aKnown(
        1,
        { ...memory, closed: { reason: "declined", at: "2026-11-21T12:00:00Z" } },
        { labels: ["apex: never"], comments: [aComment("/apex never")] },
      ),
      undefined,
    ],
    [
      "what is said after that",
      aKnown(1, { ...memory, since: "2026-11-21T09:00:00Z" }, { comments: [aComment("/apex never")] }),
      { kind: "never", by: "alice", reason: "" },
    ],
    [
      "closed again by a person",
      aKnown(1, { ...memory, since: "2026-11-21T09:00:00Z" }, closed),
      { kind: "closed" },
    ],
  ])("%s", (_, known, expected) => {
    expect(said(known)).toEqual(expected);
  });

  const proposal = { address: "aws_instance.web" };
  test.each<[string, KnownPullRequest, string, boolean]>([
    ["never holds for another target too", aKnown(1, memory, { labels: ["apex: never"] }), "m5.xlarge", true],
    ["not now as well", aKnown(1, memory, { ...closed, labels: ["apex: not now"] }), "m5.xlarge", true],
    ["closed without a word holds for the very proposal", aKnown(1, memory, closed), "m5.large", true],
    ["and not for another target", aKnown(1, memory, closed), "m5.xlarge", false],
    ["merged is done", aKnown(1, memory, { ...closed, isMerged: true }), "m5.large", true],
  ])("%s", (_, known, to, isWithheld) => {
    const { decisions } = aCycle({ known: [known] });
    expect(decisions.withholding(resize(proposal.address, to)) !== undefined).toBe(isWithheld);
    expect(decisions.withholding(resize("aws_instance.other", to))).toBeUndefined();
  });

  test("never outweighs a later not now of another pull request", () => {
    const known = [
      aKnown(1, memory, { ...closed, labels: ["apex: never"] }),
      aKnown(2, memory, { ...closed, labels: ["apex: not now"] }),
    ];
    for (const order of [known, known.toReversed()])
      expect(aCycle({ known: order }).decisions.withholding(resize("aws_instance.web"))?.decision.kind).toBe(
        "never",
      );
  });

  test("is told in a sentence", () => {
    expect(decisionSentence({ kind: "not-now", until: "2026-12-22T12:00:00Z", by: null, reason: "" })).toBe(
      'A label says "not now", until 2026-12-22',
    );
  });
});
