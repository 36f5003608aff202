import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MARKDOWN_LENGTH_MAX } from "./markdown-document.ts";
import { all, ATTACKS, hostile, parse, textOf } from "./markdown-testing.ts";
import { MARKDOWN_TAG, renderMarkdown } from "./render-markdown.ts";
import { aCostDifference, anOutcome, aReport } from "./testing.ts";
import { clipMiddle, visibleLine } from "./visible-text.ts";

const OUR_HTML = /^(<\/?code>|<wbr>|<details><summary>[\w (),]+<\/summary>|<\/details>|<\/?sub>)$/;

function hostileReport(name: string, words: string) {
  return aReport({
    apexVersion: words,
    outcomes: [
      anOutcome({ address: name, from: words, to: name, unknowns: [words], rollback: words }),
      anOutcome({ id: "second", address: null, resourceId: name }),
      anOutcome(
        { id: "third", address: name, summary: words },
        { status: "not-applicable", reason: `x${words}` },
      ),
    ],
    opinions: [
      {
        resourceId: "i-0a1",
        source: "aws-compute-optimizer",
        finding: words,
        reasonCodes: [words],
        target: name,
        at: words,
      },
    ],
    abstentions: [{ rule: words, resourceId: name, address: name, reason: words }],
    cost: {
      ...aCostDifference({ [name]: "1", "aws_x.y": null }, { [name]: "2", "aws_x.y": null }),
      priceDates: { [words]: words },
    },
    plan: {
      providers: "real",
      terraformVersion: `1${words}`,
      regions: [name],
      changes: [{ address: name, actions: ["update"], attributes: [words] }],
      notes: [words, "second"],
    },
    inputs: {
      files: [],
      rows: 0,
      points: 0,
      window: { start: words, end: name },
      repairs: [{ file: name, code: "x", summary: words, count: 1 }],
    },
    diagnostics: [{ severity: "error", code: "x", summary: words, address: name }],
  });
}

describe("whatever addresses and reasons contain", () => {
  test("the page has its two tables, its rows and its cells, and no markup but ours", () => {
    fc.assert(
      fc.property(hostile, hostile, (name, words) => {
        const page = parse(renderMarkdown(hostileReport(name, words)));
        const tables = all(page, "table");
        expect(tables.map((table) => table.children?.length)).toEqual([3, 3]);
        for (const row of tables[0]?.children ?? []) expect(row.children).toHaveLength(7);
        for (const row of tables[1]?.children ?? []) expect(row.children).toHaveLength(4);
        // A web address in a name may be linked by its own text, never under another.
        for (const link of all(page, "link")) expect(link.url?.endsWith(textOf(link))).toBe(true);
        for (const type of ["linkReference", "image", "imageReference", "inlineCode", "code", "emphasis"]) {
          expect(all(page, type)).toEqual([]);
        }
        for (const type of [
          "delete",
          "blockquote",
          "thematicBreak",
          "footnoteReference",
          "footnoteDefinition",
        ]) {
          expect(all(page, type)).toEqual([]);
        }
        expect(all(page, "heading")).toHaveLength(1);
        expect(all(page, "definition")).toHaveLength(1);
        const html = all(page, "html").flatMap((node) => (node.value ?? "").split("\n"));
        for (const tag of html) expect(tag).toMatch(OUR_HTML);
      }),
      { numRuns: 150 },
    );
  });

  test("a name is shown as it is, and a mention is not one", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: "binary", maxLength: 60 })),
        (name) => {
          const page = parse(renderMarkdown(hostileReport(name, "words")));
          const shown = textOf(all(page, "tableCell")[7]!);
          const line = clipMiddle(visibleLine(name), 240).trim();
          expect(shown.replace(/\s+/g, " ")).toBe(line === "" ? "—" : line.replace(/\s+/g, " "));
        },
      ),
      { numRuns: 100 },
    );
    const items = all(parse(renderMarkdown(hostileReport("a", "see @octocat and #12"))), "listItem");
    const reason = items.map(textOf).join();
    expect(reason).toContain("see @\u200boctocat and #\u200b12");
    expect(reason).not.toMatch(/@octocat|#12/);
  });
});

describe("a page that would be too long", () => {
  const names = Array.from({ length: 900 }, (_, index) => `aws_instance.node["${index}"]`);
  const long = aReport({
    outcomes: names.map((address, index) =>
      anOutcome({ id: `id-${String(index).padStart(4, "0")}`, address }),
    ),
    abstentions: names.map((address) => ({ rule: "r", resourceId: address, address, reason: "busy" })),
    cost: aCostDifference(
      Object.fromEntries(names.map((name) => [name, "2"])),
      Object.fromEntries(names.map((name) => [name, "1"])),
    ),
  });

  test("is cut in the middle of its lists and stays whole", () => {
    const markdown = renderMarkdown(long);
    expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LENGTH_MAX);
    expect(markdown.length).toBeGreaterThan(MARKDOWN_LENGTH_MAX - 2_000);
    expect(markdown.startsWith(`${MARKDOWN_TAG}\n`)).toBe(true);
    const page = parse(markdown);
    const rows = all(page, "table")[0]!.children!.map(textOf);
    expect(rows[1]).toContain('node["0"]');
    expect(rows.at(-1)).toContain('node["899"]');
    expect(rows.filter((row) => /… \d+ changes cut to fit/.test(row))).toHaveLength(1);
    expect(markdown.match(/<details>/g)).toHaveLength(markdown.match(/<\/details>/g)!.length);
    const cut = Number(/… (\d+) changes cut/.exec(markdown)![1]);
    expect(rows.length - 2 + cut).toBe(900);
  });

  test("stays below the limit with the worst of texts", () => {
    const worst = "|".repeat(4_000);
    const markdown = renderMarkdown(
      aReport({
        outcomes: names.map((id) =>
          anOutcome({ id, address: worst, from: worst, to: worst, unknowns: [worst] }),
        ),
        diagnostics: names.map(() => ({ severity: "error", code: "x", summary: worst, address: worst })),
      }),
    );
    expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LENGTH_MAX);
    expect(all(parse(markdown), "table").length).toBeGreaterThanOrEqual(1);
  });
});

test("equal results are equal text, whenever they were made", () => {
  expect(renderMarkdown(aReport({ generatedAt: "2030-01-01T00:00:00Z" }))).toBe(renderMarkdown(aReport()));
});

test("the comment of a planned resize", async () => {
  await expect(renderMarkdown(aReport())).toMatchFileSnapshot("../golden/comment.txt");
});

test("what a reader elsewhere cannot use stays in the JSON report", () => {
  const markdown = renderMarkdown(
    aReport({
      diagnostics: [
        { severity: "info", code: "x", summary: "7 rows read" },
        { severity: "warning", code: "y", summary: "Look here" },
      ],
      inputs: {
        files: [],
        rows: 0,
        points: 0,
        window: null,
        repairs: [{ file: "/home/me/bills/may.csv", code: "z", summary: "Repaired", count: 1 }],
      },
    }),
  );
  expect(markdown).not.toContain("7 rows read");
  expect(markdown).toContain("- warning: Look here");
  expect(markdown).toContain("- <code>may.csv</code>: Repaired (1 time)");
  expect(markdown).not.toContain("/home/me");
});

test("a long note of the plan is short above and whole in the assumptions", () => {
  const note = Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ");
  const plan = { providers: "stand-in", terraformVersion: "1.2.3", changes: [], notes: [note] } as const;
  const [above = "", below = ""] = renderMarkdown(aReport({ plan })).split("**Notes of the plan**");
  expect(/- word0 .* …$/m.exec(above)?.[0].length).toBeLessThanOrEqual(164);
  expect(below).toContain(note);
});
