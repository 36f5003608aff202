import { decimal } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { all, ATTACKS, hostile, type Node, parse, textOf } from "../markdown-testing.ts";
import { aValidation } from "../validation/testing.ts";
import { reportedValidation } from "../validation/reported-validation.ts";
import { readCommentTag } from "./comment-tag.ts";
import type { EstimateReport } from "./estimate-report.ts";
import { parseEstimate, renderEstimateJson } from "./estimate-schema.ts";
import { renderEstimateMarkdown } from "./render-estimate.ts";
import type { EstimateFlavour } from "./markdown-flavour.ts";
import { anEstimateOf, differenceOf, hours, project, resource } from "./testing.ts";

const VALID_AT = "2026-11-22T10:00:00Z";
const OUR_HTML = /^(<\/?code>|<wbr>|<details><summary>[\w (),]+<\/summary>|<\/details>|<\/?sub>)$/;

/** GitHub's column holds so many bytes: 65,536 characters of four. */
const GITHUB_BYTES_MAX = 262_144;

function render(report: EstimateReport, flavour: EstimateFlavour = "github", lengthMax?: number): string {
  const options = { flavour, tag: "", validAt: VALID_AT };
  return renderEstimateMarkdown(report, lengthMax === undefined ? options : { ...options, lengthMax });
}

/** Everything that an estimate can say, said by somebody who wants to leave his place in the page. */
function hostileEstimate(name: string, words: string): EstimateReport {
  const item = hours(words, "70", { unit: name, region: words, purchase: name });
  const bad = resource(
    name,
    { before: "70", after: "140" },
    {
      type: words,
      previousAddress: words,
      attributes: [
        { path: words, from: name, to: words },
        { path: name, from: null, to: "(known after apply)" },
      ],
      lineItems: [
        { kind: "changed", before: item, after: { ...item, quantity: null, monthlyCost: null }, delta: null },
        { kind: "same", before: item, after: item, delta: null },
      ],
    },
  );
  const odd = resource(words, { after: null, unpriced: `x${words}` });
  const validation = reportedValidation(aValidation());
  return anEstimateOf({
    apexVersion: words,
    commits: { base: name, head: words },
    terraform: { version: `1${words}`, providers: "real" },
    basis: `list ${words}`,
    usageFile: name,
    projects: [
      {
        directory: name,
        varFiles: [words],
        difference: differenceOf([bad, odd], { priceDates: { [`x${words}`]: words } }),
        problems: [{ severity: "warning", summary: words }],
        notes: [words],
      },
      project(null, {
        directory: words,
        problems: [{ severity: "error", summary: words, detail: name, file: words, line: 7 }],
      }),
    ],
    missed: [
      {
        address: name,
        directory: words,
        change: words,
        summary: name,
        monthlySavings: decimal("5"),
        currency: words,
      },
    ],
    validation: [
      {
        ...validation,
        target: name,
        reasons: [{ code: "x", kind: "pass", summary: `x${words}` }],
        candidate: { ...validation.candidate, machineType: words },
      },
    ],
  });
}

function isMarkupOfOthers(page: Node): string[] {
  const types = [
    "image",
    "imageReference",
    "linkReference",
    "emphasis",
    "delete",
    "blockquote",
    "thematicBreak",
    "inlineCode",
  ];
  return [...types, "footnoteReference", "footnoteDefinition"].filter((type) => all(page, type).length > 0);
}

function expectWhole(markdown: string): void {
  const lines = markdown.split("\n");
  const count = (start: string) => lines.filter((line) => line.startsWith(start)).length;
  expect(count("<details>")).toBe(count("</details>"));
  expect(count("```") % 2).toBe(0);
  expect(markdown.endsWith("\n")).toBe(true);
  expect(readCommentTag(markdown)).toEqual({ tag: "", validAt: VALID_AT });
}

describe("whatever an estimate says", () => {
  test.each(["github", "plain"] as const)(
    "each text stays in its place, and there is no markup but ours, for %s",
    (flavour) => {
      fc.assert(
        fc.property(hostile, hostile, (name, words) => {
          const markdown = render(hostileEstimate(name, words), flavour);
          const page = parse(markdown);
          expectWhole(markdown);
          expect(isMarkupOfOthers(page)).toEqual([]);
          const [table, ...others] = all(page, "table");
          expect(table?.children?.length).toBe(4);
          for (const row of table?.children ?? []) expect(row.children).toHaveLength(6);
          expect(others).toHaveLength(flavour === "plain" ? 1 : 0);
          expect(all(page, "code")).toHaveLength(flavour === "plain" ? 1 : 2);
          expect(all(page, "heading")).toHaveLength(1);
          expect(all(page, "definition")).toHaveLength(1);
          for (const link of all(page, "link")) expect(link.url?.endsWith(textOf(link))).toBe(true);
          const html = all(page, "html").flatMap((node) => (node.value ?? "").split("\n"));
          for (const tag of html) expect(tag).toMatch(OUR_HTML);
          // GitLab takes a line that begins with a slash for a command.
          expect(markdown).not.toMatch(/^\s*\//m);
        }),
        { numRuns: 20 },
      );
    },
  );

  test("nobody is mentioned and nothing is referred to", () => {
    for (const flavour of ["github", "plain"] as const) {
      const markdown = render(hostileEstimate("@acme/platform", "see @octocat, fixes #12 and !7"), flavour);
      // In code no host makes a mention.
      const outside = markdown.replace(/<code>.*?<\/code>/g, "").replace(/^```diff$.*?^```$/gms, "");
      expect(outside).toContain("@\u200boctocat");
      expect(outside).not.toMatch(/@(octocat|acme)|#12|!7/);
    }
  });

  test("it is shown as itself after a way through its file", () => {
    for (const attack of ATTACKS) {
      const report = { ...hostileEstimate(attack, attack), commits: null };
      const parsed = parseEstimate(renderEstimateJson(report));
      expect(parsed.kind).toBe("parsed");
      expect(parsed.kind === "parsed" && render(parsed.report)).toBe(render(report));
    }
  });
});

describe("a comment that would be too long", () => {
  const many = (name: (index: number) => string, words: string): EstimateReport =>
    anEstimateOf({
      projects: [
        project(
          Array.from({ length: 160 }, (_, index) =>
            resource(name(index), { after: String(index + 1), unpriced: `${words}${index}` }),
          ),
          { notes: Array.from({ length: 100 }, (_, index) => `${words} ${index}`) },
        ),
        ...Array.from({ length: 8 }, () =>
          project(null, {
            directory: words,
            problems: [{ severity: "error", summary: words, detail: words }],
          }),
        ),
      ],
    });

  test.each([
    ["plain names", "why"],
    ["entities", "|".repeat(300)],
    ["characters of four bytes", "𝕏".repeat(300)],
    ["characters of three bytes", "漢".repeat(300)],
    ["combining marks", `e${"\u0301".repeat(400)}`],
    ["backticks", "`".repeat(300)],
  ])("is cut in its lists and stays whole: %s", (_name, words) => {
    const report = many((index) => `aws_instance.n${index}_${words}`, words);
    for (const [flavour, lengthMax] of [
      ["plain", 32_000],
      ["github", 16_000],
    ] as const) {
      const markdown = render(report, flavour, lengthMax);
      expect(markdown.length).toBeLessThanOrEqual(lengthMax);
      expectWhole(markdown);
    }
    expect(render(report, "gitlab", 16_000)).toMatch(/… \d+ (line|reason|note|row)s? cut to fit/);
    const markdown = render(report);
    expectWhole(markdown);
    expect(markdown.length).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(GITHUB_BYTES_MAX);
    expect(all(parse(render(report, "github", 16_000)), "code")).toHaveLength(1);
  });

  test("equal estimates are equal text but for the hidden line", () => {
    const report = hostileEstimate("a.b", "words");
    const later = renderEstimateMarkdown(report, {
      flavour: "github",
      tag: "",
      validAt: "2030-01-01T00:00:00Z",
    });
    const [first, ...rest] = render(report).split("\n");
    expect(later.split("\n").slice(1)).toEqual(rest);
    expect(later.split("\n")[0]).not.toBe(first);
  });
});
