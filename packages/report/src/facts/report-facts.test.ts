import { isJsonObject, type JsonValue, parseJson } from "@apex/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJson } from "../render-json.ts";
import { aReport, anOutcome } from "../testing.ts";
import { parseReport } from "./parse-report.ts";
import { reportFacts } from "./report-facts.ts";

/** What a JSON pointer (RFC 6901) leads to. */
function at(document: JsonValue | undefined, pointer: string): JsonValue | undefined {
  return pointer
    .split("/")
    .slice(1)
    .reduce<JsonValue | undefined>((value, step) => {
      if (Array.isArray(value)) return value[Number(step)];
      return isJsonObject(value) ? value[step] : undefined;
    }, document);
}

describe("reportFacts", () => {
  it("tells of everything with the place where the report says it", () => {
    const report = aReport();
    const facts = reportFacts(report);
    const document = parseJson(renderJson(report));
    expect(facts.filter(({ reference }) => at(document, reference) === undefined)).toEqual([]);
    expect(new Set(facts.map(({ reference }) => reference)).size).toBe(facts.length);
    expect(new Set(facts.map(({ kind }) => kind))).toEqual(
      new Set(["recommendation", "abstention", "cost", "unpriced", "diagnostic", "run"]),
    );
  });

  it("says what a change saves, rests on and does not know", () => {
    const [change] = reportFacts(aReport());
    expect(change?.sentences).toEqual(
      expect.arrayContaining([
        "ec2-resize: Four of eight vCPUs were never used.",
        "The change is in the patch, and Terraform plans exactly it.",
        "It saves $140.16 a month at list prices, $100.50 after discounts and commitments.",
        "Risk of running short: very low.",
        "Way back: Set instance_type back to m5.2xlarge.",
      ]),
    );
    expect(change?.unknowns).toContain("No memory metric was found.");
  });

  it("says that a saving is unknown, never that it is nothing", () => {
    const unknown = anOutcome({
      monthlySavings: {
        list: anOutcome().recommendation.monthlySavings.list,
        net: null,
        currency: "USD",
        realised: "on-merge",
      },
    });
    const [change] = reportFacts(aReport({ outcomes: [unknown] }));
    expect(change?.sentences.join(" ")).toContain("$140.16 a month at list prices, unknown after discounts");
  });

  it("says why a change is not in the patch", () => {
    const held = anOutcome(
      {},
      { status: "not-applicable", edits: [], reason: "the value is under ignore_changes" },
    );
    const [fact] = reportFacts(aReport({ outcomes: [held] }));
    expect(fact).toMatchObject({ kind: "not-applicable" });
    expect(fact?.sentences).toContain("It cannot be done here: the value is under ignore_changes.");
  });
});

describe("parseReport", () => {
  it("reads what was rendered, and nothing else", () => {
    const report = aReport();
    expect(parseReport(renderJson(report))).toEqual(JSON.parse(renderJson(report)));
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => parseReport(text) === undefined));
  });
});
