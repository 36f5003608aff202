import type { IntendedChange } from "@apex/core";
import { anOutcome, aReport } from "@apex/report/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupRecommendations, type GroupingOptions } from "./group-recommendations.ts";

interface Wish {
  readonly address: string;
  readonly file?: string;
  readonly line: number;
  readonly lines?: number;
  readonly isInsertion?: boolean;
  readonly type?: string;
  readonly risk?: 0 | 1 | 2 | 3 | 4;
  /** What is changed besides the resource itself. */
  readonly also?: string;
}

const OPTIONS: GroupingOptions = { directory: "infra", changesMax: 10, ownersOf: () => [] };

const setting = (address: string): IntendedChange => ({
  kind: "set-attribute",
  address,
  path: ["instance_type"],
  from: "m5.xlarge",
  to: "m5.large",
});

function recommendationsOf(wishes: readonly Wish[]) {
  const outcomes = wishes.map(
    ({ address, file = "main.tf", line, lines = 1, isInsertion, type, risk, also }) =>
      anOutcome(
        {
          id: `resize:${address}`,
          address,
          resourceType: type ?? "aws_instance",
          risk: risk ?? 0,
          changes: [address, ...(also === undefined ? [] : [also])].map(setting),
        },
        {
          edits: [
            { file, line, before: isInsertion === true ? "" : "x\n".repeat(lines).slice(0, -1), after: "y" },
          ],
        },
      ),
  );
  return aReport({ outcomes }).recommendations;
}

function grouped(wishes: readonly Wish[], options: Partial<GroupingOptions> = {}) {
  return groupRecommendations(recommendationsOf(wishes), { ...OPTIONS, ...options });
}

const membersOf = (groups: ReturnType<typeof grouped>) =>
  groups
    .map(({ recommendations }) =>
      recommendations
        .map(({ address }) => address ?? "")
        .toSorted()
        .join(" "),
    )
    .toSorted();

const [a, b, c] = ["aws_instance.a", "aws_instance.b", "aws_instance.c"] as const;

test.each<[string, readonly Wish[], readonly string[]]>([
  [
    "what has the same traits is one group",
    [
      { address: a, line: 1 },
      { address: b, line: 9 },
    ],
    [`${a} ${b}`],
  ],
  [
    "risk tells groups apart",
    [
      { address: a, line: 1 },
      { address: b, line: 9, risk: 2 },
      { address: c, line: 20, risk: 4 },
    ],
    [a, b, c],
  ],
  [
    "no risk and a very low one are low",
    [
      { address: a, line: 1 },
      { address: b, line: 9, risk: 1 },
    ],
    [`${a} ${b}`],
  ],
  [
    "data apart from machines",
    [
      { address: a, line: 1 },
      { address: "aws_db_instance.d", line: 9, type: "aws_db_instance" },
    ],
    ["aws_db_instance.d", a],
  ],
  [
    "modules apart, their instances together",
    [
      { address: 'module.web["x"].aws_instance.a', line: 1 },
      { address: 'module.web["y"].aws_instance.a', line: 9 },
      { address: a, line: 20 },
    ],
    [a, 'module.web["x"].aws_instance.a module.web["y"].aws_instance.a'],
  ],
  [
    "neighbouring lines are in one group, whatever their risk",
    [
      { address: a, line: 1 },
      { address: b, line: 2, risk: 4 },
    ],
    [`${a} ${b}`],
  ],
  [
    "a line between is enough",
    [
      { address: a, line: 1 },
      { address: b, line: 3, risk: 4 },
    ],
    [a, b],
  ],
  [
    "the same lines of another file are others",
    [
      { address: a, line: 1 },
      { address: b, file: "b.tf", line: 1, risk: 4 },
    ],
    [a, b],
  ],
  [
    "insertions at one place",
    [
      { address: a, line: 5, isInsertion: true },
      { address: b, line: 5, isInsertion: true, risk: 4 },
    ],
    [`${a} ${b}`],
  ],
  [
    "an insertion behind what is removed",
    [
      { address: a, line: 1, lines: 4 },
      { address: b, line: 5, isInsertion: true, risk: 4 },
    ],
    [`${a} ${b}`],
  ],
  [
    "an insertion above a line that stays",
    [
      { address: a, line: 4, isInsertion: true },
      { address: b, line: 5, risk: 4 },
    ],
    [a, b],
  ],
  [
    "a long edit reaches over a short one",
    [
      { address: a, line: 1, lines: 20 },
      { address: b, line: 3 },
      { address: c, line: 20, risk: 4 },
    ],
    [`${a} ${b} ${c}`],
  ],
  [
    "a launch template that two share",
    [
      { address: a, line: 1, also: "aws_launch_template.t" },
      { address: b, line: 9, risk: 4, also: "aws_launch_template.t" },
    ],
    [`${a} ${b}`],
  ],
])("%s", (_, wishes, expected) => {
  expect(membersOf(grouped(wishes))).toEqual(expected);
});

test("owners tell groups apart, by the files that are changed", () => {
  const ownersOf = (path: string) => (path === "infra/modules/web/main.tf" ? ["@acme/web"] : ["@alice"]);
  const groups = grouped(
    [
      { address: a, line: 1 },
      { address: b, file: "./modules/web/main.tf", line: 1 },
    ],
    { ownersOf },
  );
  expect(groups.map(({ owners }) => owners)).toEqual([["@acme/web"], ["@alice"]]);
});

test("what would be too large is split by file, and what is still too large by a chance that lasts", () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    address: `aws_instance.m[${index}]`,
    line: index * 3 + 1,
  }));
  const rest = [{ address: a, file: "a.tf", line: 1 }];
  const groups = grouped([...many, ...rest]);
  expect(Math.max(...groups.map(({ recommendations }) => recommendations.length))).toBeLessThanOrEqual(10);
  expect(groups.map(({ name }) => name)).toContain("infra/a.tf of the root module");
  const fewer = grouped([...many.slice(1), ...rest]);
  const keys = new Set(groups.map(({ key }) => key));
  expect(fewer.filter(({ key }) => !keys.has(key)).length).toBeLessThanOrEqual(1);
});

test("a key stays when what it groups changes, and another directory has others", () => {
  const key = (wishes: readonly Wish[], options = {}) => grouped(wishes, options)[0]?.key;
  const before = key([{ address: a, line: 1 }]);
  expect(
    key([
      { address: b, line: 7, risk: 1 },
      { address: c, line: 30 },
    ]),
  ).toBe(before);
  expect(key([{ address: a, line: 1 }], { directory: "other" })).not.toBe(before);
  expect(before).toMatch(/^infra\.root\.low\.stateless\.[0-9a-f]{8}$/);
});

const wish = fc.record({
  address: fc.nat(8).map((index) => `aws_instance.m[${index}]`),
  file: fc.constantFrom("a.tf", "b.tf"),
  line: fc.integer({ min: 1, max: 30 }),
  lines: fc.integer({ min: 1, max: 3 }),
  isInsertion: fc.boolean(),
  risk: fc.constantFrom(0 as const, 2 as const, 4 as const),
});

test("every recommendation is in one group, and groups are the same in any order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(wish, { selector: ({ address }) => address, maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      (wishes, changesMax) => {
        const recommendations = recommendationsOf(wishes);
        const groups = groupRecommendations(recommendations, { ...OPTIONS, changesMax });
        expect(groups.flatMap((group) => group.recommendations.map(({ id }) => id)).toSorted()).toEqual(
          recommendations.map(({ id }) => id).toSorted(),
        );
        expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
        const again = groupRecommendations(recommendations.toReversed(), { ...OPTIONS, changesMax });
        expect(again.map(({ key }) => key)).toEqual(groups.map(({ key }) => key));
        expect(membersOf(again)).toEqual(membersOf(groups));
        for (const { key } of groups) expect(key).toMatch(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/);
      },
    ),
  );
});
