import { readFileSync } from "node:fs";
import { type CampaignRun, decimal } from "@apex/core";
import { describe, expect, test } from "vitest";
import { campaignJsonSchema, renderCampaignJson } from "./campaign-schema.ts";
import { readResult } from "./read-result.ts";
import { aCampaign, aCampaignReport, aRunOf, PASS_RESULT, someRuns } from "./testing.ts";

const reportOf = (...runs: readonly CampaignRun[]) => aCampaignReport({ runs });

describe("the sums", () => {
  test("tell proven, refuted and open savings apart, list and net", () => {
    const { savings, runs } = aCampaignReport().summary;
    expect(runs.byOutcome).toMatchObject({ passed: 2, failed: 1, inconclusive: 1, dead: 1, "not-run": 0 });
    expect(runs).toMatchObject({ total: 5, reused: 1 });
    expect(savings.proven).toEqual({ list: "200.16", net: "160.5", netKnown: "160.5", netUnknown: 0 });
    expect(savings.provenHere.list).toBe("140.16");
    // What is not known after commitments is no zero.
    expect(savings.refuted).toEqual({ list: "90", net: null, netKnown: "0", netUnknown: 1 });
    expect(savings.unproven).toEqual({ list: "19.5", net: null, netKnown: "12.5", netUnknown: 1 });
  });

  test("count a target once: what passed, the largest of several", () => {
    const target = "aws_instance.web";
    const saving = (list: string) => ({ list: decimal(list), net: null });
    const { summary, runs } = reportOf(
      aRunOf(1, { target, monthlySavings: saving("10") }),
      aRunOf(2, { target, monthlySavings: saving("30") }),
      aRunOf(3, { target, monthlySavings: saving("99"), verdict: "fail", result: null }),
      aRunOf(4, { target: "aws_instance.db", monthlySavings: saving("5"), verdict: "fail", result: null }),
      aRunOf(5, { target: "aws_instance.db", monthlySavings: saving("4"), state: "waiting", verdict: null }),
    );
    expect(summary.savings.proven.list).toBe("30");
    expect(summary.savings.unproven.list).toBe("4");
    expect(summary.savings.refuted.list).toBe("0");
    expect(runs.map(({ isCounted }) => isCounted)).toEqual([false, true, false, false, true]);
    expect(summary.runs.byOutcome).toMatchObject({ passed: 2, failed: 2, "not-run": 1 });
  });

  test("a return needs a charge, and takes no credit for what was known before", () => {
    expect(aCampaignReport().summary.return).toEqual({ list: "459.540984", net: "329.508197" });
    const free = aCampaignReport({ campaign: aCampaign({ charged: decimal(0) }) });
    expect(free.summary.return).toEqual({ list: null, net: null });
    const reused = reportOf(aRunOf(1, { isReused: true }));
    expect(reused.summary.return.list).toBe("0");
    expect(reused.summary.savings.proven.list).toBe("140.16");
  });

  test("free runs are counted by reason, without those known before", () => {
    expect(aCampaignReport().summary.cost.free).toEqual([
      { reason: "It is free: what kept it from a verdict was our machine, and not the service.", runs: 1 },
      { reason: "It is free: it failed before it had a verdict.", runs: 1 },
    ]);
    const reused = reportOf(aRunOf(1, { isReused: true, freeReason: "It is free." }));
    expect(reused.summary.cost.free).toEqual([]);
  });

  test("results may be read one at a time: the report is the same", () => {
    const runs = someRuns();
    const figures = new Map(runs.map(({ runId, result, verdict }) => [runId, readResult(result, verdict)]));
    const bare = runs.map((run) => ({ ...run, result: null }));
    expect(aCampaignReport({ runs: bare, figures })).toEqual(aCampaignReport({ runs }));
  });

  test("a run that is done without a verdict proves nothing", () => {
    const { runs, summary } = reportOf(aRunOf(1, { verdict: null, result: null }));
    expect(runs[0]?.outcome).toBe("inconclusive");
    expect(summary.savings.proven.list).toBe("0");
  });

  test("a verdict of an earlier attempt is none of a run that still runs", () => {
    expect(reportOf(aRunOf(1, { state: "running" })).runs[0]?.outcome).toBe("running");
  });
});

describe("a kept result", () => {
  test("says what decided, the p99 of both sides, and the headroom", () => {
    const [passed, failed] = aCampaignReport().runs;
    expect(passed).toMatchObject({
      reason: "Every objective holds in 5 faithful runs of each side.",
      p99: { baselineMs: 91.4, candidateMs: 138.25, boundMs: 310, ratio: { estimate: 1.513 } },
      headroomFactor: 1.25,
      resultProblem: null,
    });
    expect(failed?.reason).toContain("does not hold the load");
  });

  test.each([
    ["no JSON", "{", "Its kept result is not JSON."],
    ["another format", '{"schema":"apex.report/v1"}', "Its kept result is no apex.validation/v1, at schema."],
    ["a list", "[]", "Its kept result is no apex.validation/v1."],
    [
      "no number where one belongs",
      PASS_RESULT.replace('"headroomFactor": 1.25', '"headroomFactor": "1.25"'),
      "Its kept result is no apex.validation/v1, at headroomFactor.",
    ],
    [
      "another verdict",
      PASS_RESULT.replace('"verdict": "pass"', '"verdict": "fail"'),
      "Its kept result says fail, not pass.",
    ],
  ])("with %s gives no figures, and says so", (_, result, problem) => {
    const [run] = reportOf(aRunOf(1, { result })).runs;
    expect(run).toMatchObject({ outcome: "passed", p99: null, reason: null, resultProblem: problem });
  });

  test("with more in it than this version knows is read", () => {
    const newer = JSON.stringify({ ...JSON.parse(PASS_RESULT), later: [1], verdict: "pass" });
    expect(reportOf(aRunOf(1, { result: newer })).runs[0]?.resultProblem).toBeNull();
  });
});

describe("the JSON form", () => {
  test("is the same for runs in any order", () => {
    const backwards = aCampaignReport({ runs: someRuns().toReversed() });
    expect(renderCampaignJson(backwards)).toBe(renderCampaignJson(aCampaignReport()));
    expect(JSON.parse(renderCampaignJson(backwards)).schema).toBe("apex.campaign/v1");
  });

  test("keeps every digit of an amount", () => {
    const exact = "1234567890123456789.000000000000000001";
    const json = renderCampaignJson(reportOf(aRunOf(1, { charged: decimal(exact) })));
    expect(json).toContain(`"${exact}"`);
  });

  test("refuses a number that JSON has no word for", () => {
    const report = aCampaignReport();
    const runs = report.runs.map((run) => ({ ...run, headroomFactor: Number.NaN }));
    expect(() => renderCampaignJson({ ...report, runs })).toThrow("runs.0.headroomFactor");
  });

  test("has the schema that is published", () => {
    const committed = readFileSync(new URL("../../apex-campaign-v1.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(campaignJsonSchema()));
  });
});
