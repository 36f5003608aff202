import { expect, test } from "vitest";
import { renderJson } from "../render-json.ts";
import { renderMarkdown } from "../render-markdown.ts";
import { renderTable } from "../render-table.ts";
import { aReport } from "../testing.ts";
import { reportedValidation } from "./reported-validation.ts";
import { aFailedValidation, aValidation, judgedBy } from "./testing.ts";

const report = aReport({ validation: [aValidation(), aFailedValidation()].map(reportedValidation) });

test("a run's table says what was tried, with the verdict, its reasons and the figures", () => {
  const text = renderTable(report, { width: 160, colour: false });
  expect(text).toContain("Tried in the sandbox (2)");
  expect(text).toContain('Pass: aws_instance.web["web-1"] carries the recorded load on m6i.xlarge × 1.');
  expect(text).toContain("m5.2xlarge × 1 → m6i.xlarge × 1 · p99 91.4 ms → 138 ms · CPU 35.2 % → 61.1 %");
  expect(text).toContain("holds up to × 1.25 the load");
  expect(text).toContain("r5.large does not hold the load");
});

test("its comment has one item a validation, its JSON the summary without the runs", () => {
  const text = renderMarkdown(report);
  expect(text.match(/^- (Pass|Fail)/gm)).toEqual(["- Pass", "- Fail"]);
  const json = JSON.parse(renderJson(report)) as { validation: Record<string, unknown>[] };
  expect(json.validation.map(({ verdict }) => verdict)).toEqual(["pass", "fail"]);
  expect(json.validation[0]).not.toHaveProperty("runs");
});

test("a pass by a lower percentile says so, with the figures of that one", () => {
  const text = renderTable(aReport({ validation: [reportedValidation(judgedBy("p90", "derived"))] }), {
    width: 160,
    colour: false,
  });
  expect(text).toContain("on m6i.xlarge × 1, judged by p90 (too few requests for p99).");
  expect(text).toContain("· p90 64 ms → 78 ms ·");
  expect(text).not.toContain("p99 91");
});

test("where no percentile was judged the figures say so", () => {
  const validation = aValidation();
  const verdict = { ...validation.verdict, comparisons: [] };
  const reported = reportedValidation({ ...validation, verdict });
  const text = renderTable(aReport({ validation: [reported] }), { width: 160, colour: false });
  expect(text).toContain("p99 91.7 ms → 142 ms, not judged");
});

test("a run that tried nothing has no such part, in no form", () => {
  const empty = aReport({ validation: [] });
  expect(empty).not.toHaveProperty("validation");
  expect(renderTable(empty, { width: 120, colour: false })).not.toContain("sandbox");
  expect(renderMarkdown(empty)).not.toContain("sandbox");
  expect(renderJson(empty)).toBe(renderJson(aReport()));
});
