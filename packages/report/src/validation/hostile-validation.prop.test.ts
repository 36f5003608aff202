import type { Validation } from "@apex/core";
import fc from "fast-check";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { reportedValidation } from "./reported-validation.ts";
import { renderValidationHtml } from "./render-validation-html.ts";
import { renderValidationMarkdown } from "./render-validation-markdown.ts";
import { renderValidationTable } from "./render-validation-table.ts";
import { aComparison, aValidation } from "./testing.ts";
import { aReport } from "../testing.ts";
import { renderHtml } from "../render-html.ts";
import { renderMarkdown } from "../render-markdown.ts";
import { renderTable } from "../render-table.ts";

const hostile = fc
  .tuple(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</title></svg><img src=x onerror=alert(1)>",
      "| a | b |\n| --- | --- |",
      "![x](https://evil.example/a.png)",
      "[x](javascript:alert(1)) @everyone #1 https://evil.example",
      "\u001b]0;title\u0007\u001b[2J",
      "</details># h",
      "`` ` ``",
      "\u202egnp.exe",
    ),
  )
  .map(([noise, attack]) => `${noise}${attack}`);

/** Every text of a validation that comes from outside, replaced. */
function infected(text: string): Validation {
  const validation = aValidation();
  const side = (of: "baseline" | "candidate") => ({
    ...validation.fit[of],
    service: { ...validation.fit[of].service, machineType: text, address: text },
  });
  return {
    ...validation,
    runId: text,
    target: text,
    image: text,
    fit: { ...validation.fit, baseline: side("baseline"), candidate: side("candidate"), notes: [text] },
    workload: { ...validation.workload, files: [text], windowStart: text, windowEnd: text },
    host: { ...validation.host, cpuModel: text, engineVersion: text, kernel: text },
    limits: [text],
    verdict: {
      ...validation.verdict,
      reasons: [{ code: "x", kind: "pass", summary: text }],
      comparisons: [aComparison({ bound: { value: 310, origin: text } })],
    },
  };
}

function markdownTypes(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (node: { readonly type: string; readonly children?: readonly unknown[] }) => {
    found.add(node.type);
    for (const child of node.children ?? []) walk(child as typeof node);
  };
  walk(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return found;
}

/** Tags in the text of a page or a drawing, by name. */
function tags(markup: string): readonly string[] {
  return [...markup.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name ?? "");
}

/** Each run parses several pages. */
const RUNS = { numRuns: 30 };

const clean = aValidation({
  verdict: {
    ...aValidation().verdict,
    reasons: [{ code: "x", kind: "pass", summary: "a" }],
    comparisons: [aComparison()],
  },
  limits: ["a"],
});

test("whatever names, notes and origins say, a terminal shows it as text", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const page = renderValidationTable(infected(text), { width: 80, colour: false });
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      for (const line of page.split("\n")) expect(columns(line)).toBeLessThanOrEqual(80);
    }),
    RUNS,
  );
});

test("whatever they say, a page has the same elements", () => {
  const expected = tags(renderValidationHtml(clean, { apexVersion: "0.1.0" }));
  fc.assert(
    fc.property(hostile, (text) => {
      expect(tags(renderValidationHtml(infected(text), { apexVersion: text }))).toEqual(expected);
    }),
    RUNS,
  );
});

test("whatever they say, a comment has no link, image or markup of theirs", () => {
  const options = { apexVersion: "0.1.0", hasFilesBeside: false };
  const expected = markdownTypes(renderValidationMarkdown(clean, options).markdown);
  expect(expected.has("image")).toBe(false);
  fc.assert(
    fc.property(hostile, (text) => {
      const { markdown } = renderValidationMarkdown(infected(text), { ...options, apexVersion: text });
      const types = markdownTypes(markdown);
      for (const type of types) expect([type, expected.has(type)]).toEqual([type, true]);
      expect(markdown.match(/<details>/g)).toHaveLength(5);
    }),
    RUNS,
  );
});

test("whatever they say, the report of a run shows a validation as text", () => {
  const report = (text: string) => aReport({ validation: [reportedValidation(infected(text))] });
  const expected = tags(renderHtml(report("a"), { profiles: new Map() }));
  const types = markdownTypes(renderMarkdown(report("a")));
  fc.assert(
    fc.property(hostile, (text) => {
      expect(tags(renderHtml(report(text), { profiles: new Map() }))).toEqual(expected);
      for (const type of markdownTypes(renderMarkdown(report(text))))
        expect([type, types.has(type)]).toEqual([type, true]);
      for (const line of renderTable(report(text), { width: 80, colour: false }).split("\n")) {
        expect(columns(line)).toBeLessThanOrEqual(80);
      }
    }),
    RUNS,
  );
});
