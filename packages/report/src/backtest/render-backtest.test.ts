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
    interval95: null,
    dominatedBy: [],
    ...over,
  };
}

function aReport(over: Partial<BacktestReport> = {}): BacktestReport {
  return {
    schema: BACKTEST_SCHEMA,
    apexVersion: "0.1.0",
    generatedAt: "2026-11-21T07:00:00Z",
    trace: { files: ["trace.csv"], machines: 5, incomplete: 0, unused: [], asVcpu: null },
    plan: { seenDays: 14, laterDays: 7, everyDays: 1, sizes: [1, 2, 4], isShortHistory: false },
    supportMin: 0.95,
    machinesMin: 5,
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
  const rows = text.split("\n").filter((line) => /^\d {2}Rule /.test(line));
  expect(rows.map((row) => row.split(/\s{2,}/))).toEqual([
    ["1", "Rule lucky", "51.0 %", "0.400 %", "2 of 10", "0.100 %", "6.000 %"],
    ["2", "Rule ours", "50.0 %", "0.400 %", "2 of 10", "0.100 %", "6.000 %", "(#1 60 %)"],
    ["3", "Rule mean", "30.0 %", "20.0 %", "2 of 10", "0.100 %", "6.000 %", "#2"],
  ]);
  const confidence = text.split("\n").find((line) => line.startsWith("Rule ours"));
  expect(confidence?.split(/\s{2,}/)).toEqual([
    "Rule ours",
    "85.0 %",
    "90.0 %",
    "10",
    "4",
    "5.0 %",
    "0.080",
    "0.090",
  ]);
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

test("machines that were left out are told in every form, as text, those of one reason together", () => {
  const reason = "had 2 and 4 vCPU in turn";
  const unused = ["vm <b>7</b>", "8", "9", "10"].map((machine) => ({ machine, reason }));
  const report = aReport({
    trace: {
      ...aReport().trace,
      incomplete: 5,
      unused: [{ machine: "a.csv", reason: "has no sample" }, ...unused],
    },
  });
  const flat = table(report).replaceAll(/\s+/g, " ");
  expect(flat).toContain("Left out 4 machines (vm <b>7</b>, 8, 9, …): each had 2 and 4 vCPU in turn");
  expect(flat).toContain("a.csv has no sample");
  expect(renderBacktestMarkdown(report)).toMatch(
    /^- Left out: 4 machines .*7.*&#58; each had 2 and 4 vCPU in turn$/m,
  );
  expect(renderBacktestHtml(report)).toContain("4 machines (vm &lt;b&gt;7&lt;/b&gt;, 8, 9, …): each had 2");
});

test("notes on files are told in every form, as text", () => {
  const report = aReport({
    diagnostics: [{ severity: "warning", code: "trace-empty", summary: "<b>.csv has no rows" }],
  });
  expect(table(report)).toContain("Note         <b>.csv has no rows");
  expect(renderBacktestMarkdown(report)).toContain("- Note: &#60;b&#62;.csv has no rows");
  expect(renderBacktestHtml(report)).toContain("Note: &lt;b&gt;.csv has no rows");
});

test("where 95 % of drawn fleets lie stands beside each figure, and is drawn", () => {
  const interval95 = { removedShare: [0.42, 0.61], shortShare: [0, 0.009] } as const;
  const report = aReport({ rules: [aRule("ours", { isOurs: true, interval95 })] });
  expect(table(report)).toContain("50.0 % (42–61)  0.400 % (0–0.9)");
  expect(backtestChart(report).body.match(/class="reach ours"/g)).toHaveLength(3);
});

test("of a few machines nothing is said to be better, whatever the drawn fleets say", () => {
  const report = aReport({ trace: { ...aReport().trace, machines: 4 } });
  expect(table(report)).toContain("too few machines to tell which rule is better, 5 at least");
  expect(table(report)).toContain("(#2 100 %)");
});

test("a rule that changes nothing is not told to be never short", () => {
  const idle = aRule("idle", {
    changed: 0,
    removedShare: 0,
    shortShare: 0,
    tooSmall: 0,
    worstShortShare: 0,
    workAboveShare: 0,
  });
  const row = table(aReport({ rules: [idle] }))
    .split("\n")
    .find((line) => line.includes("Rule idle"));
  expect(row?.trim().split(/\s{2,}/)).toEqual(["1", "Rule idle", "0 %", "–", "–", "–", "–"]);
});

test("a bold name that would run out of the drawing stands left of its point", () => {
  const chart = backtestChart(aReport({ rules: [aRule("apex-aggressive", { isOurs: true })] }));
  expect(chart.body).toMatch(/<text class="ours end"[^>]*>1 apex-aggressive</);
});

test("the drawings have a mark for each rule and bin, and say them in words", () => {
  const chart = backtestChart(aReport());
  // One of each kind is the legend's.
  expect(chart.body.match(/<circle/g)).toHaveLength(3 + 2);
  expect(chart.body.match(/class="mark ours"/g)).toHaveLength(1 + 1);
  expect(chart.description).toContain("Rule mean: 30.0 % removed, 20.0 % short.");
  const [one] = aReport().calibrations;
  expect(one && calibrationChart(one).description).toBe("Stated 85.0 %: 90.0 % of 10 held.");
});

test("nothing replayed is drawn and said without dividing by nothing", () => {
  const nothing = aReport({ rules: [], calibrations: [], trace: { ...aReport().trace, machines: 0 } });
  expect(`${renderBacktestHtml(nothing)}${table(nothing)}`).not.toMatch(/NaN|Infinity|undefined/);
  expect(table(nothing)).toContain("Nothing could be replayed.");
  const unreplayed = aReport({ calibrations: [], trace: { ...aReport().trace, machines: 0 } });
  for (const text of [renderBacktestHtml(unreplayed), renderBacktestMarkdown(unreplayed), table(unreplayed)])
    expect(text).not.toContain("Rule ours");
});

test("the JSON has a published schema that is current, and equal reports are equal bytes", () => {
  const committed = readFileSync(new URL("../../apex-backtest-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(backtestJsonSchema()));
  expect(renderBacktestJson(aReport())).toBe(renderBacktestJson(structuredClone(aReport())));
  expect(() => renderBacktestJson(aReport({ rules: [aRule("a", { shortShare: Number.NaN })] }))).toThrow(
    "the backtest breaks its schema at rules.0.shortShare",
  );
});
