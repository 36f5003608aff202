import { decimal, type MonthlySavings, type Recommendation } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { all, hostile, parse } from "../markdown-testing.ts";
import { anOutcome } from "../testing.ts";
import { renderCommitMessage } from "./commit-message.ts";
import { renderPullRequest } from "./render-pull-request.ts";
import { aGroup } from "./testing.ts";

function saving(list: string, net: string | null = list, currency = "USD"): MonthlySavings {
  return { list: decimal(list), net: net === null ? null : decimal(net), currency, realised: "on-merge" };
}

function outcomes(...changes: readonly Partial<Recommendation>[]) {
  return changes.map((change, index) =>
    anOutcome({ id: `id-${index}`, address: `aws_instance.n${index}`, ...change }),
  );
}

function titleOf(rows: readonly Partial<Recommendation>[], group: Parameters<typeof aGroup>[0] = {}): string {
  return renderPullRequest(aGroup(group, outcomes(...rows))).title;
}

describe("the title says what is done, to what, and what it saves", () => {
  const one = { monthlySavings: saving("106.2") };
  test.each([
    [[one, one], {}, "Resize 2 instances in module.web: saves $212 a month"],
    [[one, one], { module: null, name: "low risk" }, "Resize 2 instances (low risk): saves $212 a month"],
    [[one], {}, "Resize aws_instance.n0 to m5.xlarge: saves $106 a month"],
    [[one, { ...one, action: "stop" }], {}, "Change 2 instances in module.web: saves $212 a month"],
    [
      [
        { ...one, action: "release", resourceType: "aws_eip" },
        { ...one, action: "release", resourceType: "aws_eip" },
      ],
      {},
      "Release 2 addresses in module.web: saves $212 a month",
    ],
    [[one, { ...one, resourceType: "aws_odd" }], {}, "Resize 2 resources in module.web: saves $212 a month"],
    [[{ monthlySavings: saving("3.5") }], {}, "Resize aws_instance.n0 to m5.xlarge: saves $3.50 a month"],
    [
      [{ monthlySavings: saving("90", null) }],
      {},
      "Resize aws_instance.n0 to m5.xlarge: saves $90 a month at list prices",
    ],
    [
      [{ monthlySavings: saving("90", "40") }],
      {},
      "Resize aws_instance.n0 to m5.xlarge: saves $40 a month after commitments",
    ],
    [
      [{ monthlySavings: saving("90", "0") }],
      {},
      "Resize aws_instance.n0 to m5.xlarge: saves nothing after commitments",
    ],
  ] as const)("%#", (rows, group, expected) => {
    expect(titleOf(rows, group)).toBe(expected);
  });
});

test("savings in several currencies are not added", () => {
  const { recommendations } = aGroup({}, outcomes({}, {}));
  const [first, second] = recommendations;
  const euro = second === undefined ? [] : [{ ...second, monthlySavings: saving("5", "5", "EUR") }];
  const group = aGroup({ recommendations: first === undefined ? [] : [first, ...euro] });
  expect(renderPullRequest(group).title).toBe(
    "Resize 2 instances in module.web: saves in several currencies",
  );
});

test("the pull request of a tried resize", async () => {
  const { title, body } = renderPullRequest(
    aGroup({}, [anOutcome(), anOutcome({ id: "b", address: "aws_instance.b", restartRequired: false })]),
  );
  await expect(`${title}\n\n${body}`).toMatchFileSnapshot("../../golden/pull-request.txt");
});

test("what was not tried, or failed, is not passed over", () => {
  const none = renderPullRequest(aGroup({ validation: [] })).body;
  expect(none).toContain("None of this was tried in the sandbox");
  const [tried] = aGroup().validation;
  const validation = tried === undefined ? [] : [tried, { ...tried, verdict: "fail" as const }];
  expect(renderPullRequest(aGroup({ validation })).body).toContain("1 passed, 1 failed.");
});

test("the hidden first line names the group and what its branch holds, and nothing else fits in", () => {
  const { body } = renderPullRequest(aGroup());
  expect(body.split("\n", 1)).toEqual([
    "[//]: <> (apex-optimization, group=module.web/low, content=0123456789abcdef)",
  ]);
  expect(() => renderPullRequest(aGroup({ key: "a)\nb" }))).toThrow(/key has at most 120/);
  expect(() => renderPullRequest(aGroup({ contentHash: "x" }))).toThrow(/8 to 128 hexadecimal/);
  expect(() => renderPullRequest(aGroup({ recommendations: [] }))).toThrow(/needs a recommendation/);
});

test("a commit says what it changes, why, and how to go back, in lines that git shows whole", () => {
  const { recommendations, validation } = aGroup();
  expect(renderCommitMessage({ recommendations, validation, apexVersion: "0.1.0" })).toMatchInlineSnapshot(`
    "Resize module.web["eu"].aws_instance.web["a"] to m5.xlarge

    module.web["eu"].aws_instance.web["a"]: m5.2xlarge to m5.xlarge. Four of
    eight vCPUs were never used. Evidence: cpu 1.88 of 4 vCPU needed
    (P99.5); 14 days, 99 % of the samples, confidence 81 %. Pass:
    module.web["eu"].aws_instance.web["a"] carries the recorded load on
    m6i.xlarge × 1. It saves $100.50 a month ($1,206 a year) after
    commitments ($140.16 a month at list prices). Risk very low, restarts.
    Rollback: Set instance_type back to m5.2xlarge.

    Generated by Apex 0.1.0.
    "
  `);
  expect(() => renderCommitMessage({ recommendations: [], validation, apexVersion: "0.1.0" })).toThrow(
    /needs a recommendation/,
  );
});

const OUR_HTML = /^(<\/?code>|<wbr>|<details><summary>[\w (),]+<\/summary>|<\/details>|<\/?sub>)$/;

describe("whatever a recommendation says", () => {
  test("title, body and commit hold it in its place", () => {
    fc.assert(
      fc.property(hostile, hostile, (name, words) => {
        const row = {
          address: name,
          from: words,
          to: name,
          summary: words,
          unknowns: [words],
          rollback: words,
        };
        const rows = outcomes(row, { ...row, from: name });
        const group = aGroup(
          {
            name: words,
            module: name,
            owners: [words],
            directory: name,
            base: { branch: words, commit: name },
          },
          rows,
        );
        const { title, body } = renderPullRequest(group);
        expect(title).not.toMatch(/[\r\n]/);
        expect(title.length).toBeLessThanOrEqual(300);
        const page = parse(body);
        const tables = all(page, "table");
        expect(tables.map((table) => table.children?.length)).toEqual([3, 3]);
        for (const line of tables[0]?.children ?? []) expect(line.children).toHaveLength(7);
        expect(all(page, "heading")).toEqual([]);
        expect(all(page, "code")).toHaveLength(1);
        for (const type of ["image", "linkReference", "emphasis", "delete", "blockquote", "inlineCode"]) {
          expect(all(page, type)).toEqual([]);
        }
        const html = all(page, "html").flatMap((node) => (node.value ?? "").split("\n"));
        for (const tag of html) expect(tag).toMatch(OUR_HTML);
        const message = renderCommitMessage({ ...group, apexVersion: words });
        const [subject = "", empty] = message.split("\n");
        expect(subject.length).toBeLessThanOrEqual(100);
        expect(empty).toBe("");
        expect(`${title}\n${message}`).not.toMatch(/[@#][a-z0-9_-]|\[(skip|ci|no|actions)[ -]|GH-\d/i);
      }),
      { numRuns: 40 },
    );
  });

  test("nothing is skipped, closed or mentioned by a name", () => {
    const bad = 'aws_instance.a["[skip ci] fixes #7 GH-8 @acme"]';
    const link = 'aws_instance.a["closes https://github.com/a/b/issues/9"]';
    const { title } = renderPullRequest(aGroup({}, outcomes({ address: bad })));
    const commit = renderCommitMessage(aGroup({}, outcomes({ address: bad })));
    for (const text of [title, commit]) expect(text).not.toMatch(/\[skip ci|#7|GH-8|@acme/);
    expect(renderCommitMessage(aGroup({}, outcomes({ address: link })))).not.toMatch(/issues\/9/);
  });
});

test("a body that would be too long is cut and stays whole", () => {
  const many = outcomes(...Array.from({ length: 300 }, () => ({ rollback: "|".repeat(300) })));
  const { body } = renderPullRequest(aGroup({}, many));
  expect(body.length).toBeLessThanOrEqual(36_000);
  expect(body.match(/^<details>/gm)).toHaveLength(body.match(/^<\/details>/gm)?.length ?? -1);
});
