import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { backtestChart, calibrationChart } from "./backtest-charts.ts";
import { BACKTEST_SCHEMA, type BacktestedRule, type BacktestReport } from "./backtest-report.ts";
import { backtestJsonSchema, renderBacktestJson } from "./backtest-schema.ts";
import { sharePercent } from "./backtest-wording.ts";
import { renderBacktestHtml, renderBacktestMarkdown, renderBacktestTable } from "./render-backtest.ts";

function aRule(name: string, over: Partial<BacktestedRule> = {}): BacktestedRule {
  return {
    name,
    title: `Rule ${name}`,
    isOurs: false,
    source: "a repository",
    reading: "P95 of 14 days",
    decisions: 20,
    changed: 10,
    removedShare: 0.5,
    shortShare: 0.004,
    workAboveShare: 0.001,
    tooSmall: 2,
    machinesTooSmall: 1,
    worstShortShare: 0.06,
    dominatedBy: [],
    ...over,
  };
}

function aReport(over: Partial<BacktestReport> = {}): BacktestReport {
  return {
    schema: BACKTEST_SCHEMA,
    apexVersion: "0.1.0",
    generatedAt: "2026-11-21T07:00:00Z",
    trace: { files: ["trace.csv"], machines: 5, incomplete: 1, asVcpu: null },
    plan: { seenDays: 14, laterDays: 7, everyDays: 1, sizes: [1, 2, 4], isShortHistory: false },
    supportMin: 0.95,
    rules: [
      aRule("ours", { isOurs: true, dominatedBy: [{ rule: "lucky", support: 0.6 }] }),
      aRule("lucky", { removedShare: 0.51 }),
      aRule("mean", { removedShare: 0.3, shortShare: 0.2, dominatedBy: [{ rule: "ours", support: 1 }] }),
    ],
    calibrations: [
      {
        rule: "ours",
        decisions: 10,
        machines: 4,
        heldShare: 0.9,
        meanConfidence: 0.85,
        brier: 0.08,
        brierOfBaseRate: 0.09,
        calibrationError: 0.05,
        bins: [{ from: 0.8, to: 0.9, decisions: 10, meanConfidence: 0.85, heldShare: 0.9 }],
      },
    ],
    diagnostics: [],
    ...over,
  };
}

const table = (report = aReport(), width = 140) => renderBacktestTable(report, { width, colour: false });

test("the table tells saving, shortage and who is dominated, the most saving first", () => {
  const text = table();
  expect(text).toContain("5 machines replayed by 3 rules: none of ours is dominated.");
  const rows = text.split("\n").filter((line) => line.startsWith("Rule "));
  expect(rows.map((row) => row.split(/\s{2,}/))).toEqual([
    ["Rule lucky", "51.0 %", "0.400 %", "0.100 %", "2 of 10", "6.000 %"],
    ["Rule ours", "50.0 %", "0.400 %", "0.100 %", "2 of 10", "6.000 %", "(lucky 60 %)"],
    ["Rule mean", "30.0 %", "20.0 %", "0.100 %", "2 of 10", "6.000 %", "ours"],
  ]);
  expect(text.replaceAll(/\s+/g, " ")).toContain("90.0 % of 10 sizes held (4 machines); Brier score 0.080");
});

test("one of ours that is dominated is named first of all", () => {
  const beaten = aRule("ours", { isOurs: true, dominatedBy: [{ rule: "mean", support: 0.96 }] });
  expect(table(aReport({ rules: [beaten, aRule("mean")] }))).toContain("Rule ours is dominated.");
});

test("no line is wider than the page", () => {
  for (const width of [40, 80, 160])
    for (const line of table(aReport(), width).split("\n")) expect(columns(line)).toBeLessThanOrEqual(width);
});

test("a share that is not nothing is never shown as nothing", () => {
  expect([0, 1e-9, 0.00001, 0.05, 0.5].map(sharePercent)).toEqual([
    "0 %",
    "< 0.001 %",
    "0.001 %",
    "5.000 %",
    "50.0 %",
  ]);
});

test("names from files are text on a page and in a comment", () => {
  const report = aReport({
    trace: { ...aReport().trace, files: ["<script>alert(1)</script> | @everyone"] },
  });
  expect(renderBacktestHtml(report)).not.toContain("<script>");
  const markdown = renderBacktestMarkdown(report);
  expect(markdown).not.toContain("<script>");
  expect(markdown).not.toContain("| @everyone");
});

test("a machine that was left out is told in every form, as text", () => {
  const summary = "vm <b>7</b> had 2 and 4 vCPU in turn and is left out";
  const report = aReport({ diagnostics: [{ severity: "info", code: "trace-machine-resized", summary }] });
  expect(table(report)).toContain(summary);
  expect(renderBacktestMarkdown(report)).toMatch(
    /^- Note: vm .*7.* had 2 and 4 vCPU in turn and is left out$/m,
  );
  expect(renderBacktestHtml(report)).toContain("vm &lt;b&gt;7&lt;/b&gt; had 2 and 4 vCPU in turn");
});

test("the drawings have a mark for each rule and bin, and say them in words", () => {
  const chart = backtestChart(aReport());
  expect(chart.body.match(/<circle/g)).toHaveLength(3);
  expect(chart.body.match(/class="mark ours"/g)).toHaveLength(1);
  expect(chart.description).toContain("Rule mean: 30.0 % removed, 20.0 % short.");
  const [one] = aReport().calibrations;
  expect(one && calibrationChart(one).description).toBe("Stated 85.0 %: 90.0 % of 10 held.");
});

test("nothing replayed is drawn and said without dividing by nothing", () => {
  const nothing = aReport({ rules: [], calibrations: [], trace: { ...aReport().trace, machines: 0 } });
  expect(`${renderBacktestHtml(nothing)}${table(nothing)}`).not.toMatch(/NaN|Infinity|undefined/);
});

test("the JSON has a published schema that is current, and equal reports are equal bytes", () => {
  const committed = readFileSync(new URL("../../apex-backtest-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(backtestJsonSchema()));
  expect(renderBacktestJson(aReport())).toBe(renderBacktestJson(structuredClone(aReport())));
  expect(() => renderBacktestJson(aReport({ rules: [aRule("a", { shortShare: Number.NaN })] }))).toThrow(
    "the backtest breaks its schema at rules.0.shortShare",
  );
});
