import { decimal, type SecondOpinion } from "@apex/core";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTable } from "./render-table.ts";
import { reportSchema } from "./report-schema.ts";
import { secondOpinionText } from "./second-opinions.ts";
import { anOutcome, aReport } from "./testing.ts";

const OPINION: SecondOpinion = {
  resourceId: "i-0a1",
  source: "aws-compute-optimizer",
  finding: "OVER_PROVISIONED",
  reasonCodes: ["CPUOverprovisioned"],
  target: "m5.xlarge",
  performanceRisk: 1,
  monthlySavings: decimal("140.16"),
  currency: "USD",
  at: "2026-11-15T00:00:00Z",
};

const resize = { action: "resize", to: "m5.xlarge" } as const;

describe("a second opinion", () => {
  it.each([
    ["the same type", OPINION, resize, "AWS Compute Optimizer: m5.xlarge, $140.16 a month, risk 1, agrees"],
    [
      "another type",
      { ...OPINION, target: "r5.large" },
      resize,
      "AWS Compute Optimizer: r5.large, $140.16 a month, risk 1, agrees that it is too large, with another type",
    ],
    [
      "the same volume type in its own words",
      { ...OPINION, target: "gp3 100 GiB 3000 IOPS", performanceRisk: 0 },
      { action: "change-volume-type", to: "gp3" } as const,
      "AWS Compute Optimizer: gp3 100 GiB 3000 IOPS, $140.16 a month, risk 0, agrees",
    ],
    [
      "nobody needs it",
      {
        resourceId: "nat-1",
        source: "aws-compute-optimizer",
        finding: "Idle",
        reasonCodes: [],
        at: OPINION.at,
      } as const,
      { action: "release", to: "none" } as const,
      "AWS Compute Optimizer: Idle, agrees",
    ],
    [
      "a smaller type for what is to be stopped",
      OPINION,
      { action: "stop", to: "stopped" } as const,
      "AWS Compute Optimizer: m5.xlarge, $140.16 a month, risk 1, differs",
    ],
    [
      "nothing to change",
      {
        resourceId: "i-0a1",
        source: "gcp-recommender",
        finding: "Optimized",
        reasonCodes: [],
        at: OPINION.at,
      } as const,
      resize,
      "Google Cloud Recommender: Optimized, differs",
    ],
  ])("of %s", (_title, opinion, proposed, text) => {
    expect(secondOpinionText(opinion, proposed)).toBe(text);
  });

  it("stands beside the recommendation of its resource in every form of the report, and changes no total", () => {
    const outcomes = [anOutcome()];
    const plain = aReport({ outcomes });
    const report = aReport({ outcomes, opinions: [OPINION, { ...OPINION, resourceId: "i-other" }] });
    expect(report.loneOpinions?.map(({ resourceId }) => resourceId)).toEqual(["i-other"]);
    expect(plain).not.toHaveProperty("loneOpinions");
    expect(report.recommendations.map(({ secondOpinions }) => secondOpinions)).toEqual([[OPINION]]);
    expect(report.summary).toEqual(plain.summary);
    expect(plain.recommendations[0]).not.toHaveProperty("secondOpinions");
    expect(reportSchema.parse(report)).toEqual(report);
    const text = "AWS Compute Optimizer: m5.xlarge, $140.16 a month, risk 1, agrees";
    expect(renderTable(report, { width: 100, colour: false }).replaceAll(/\s+/g, " ")).toContain(text);
    expect(renderMarkdown(report).replace("&#58;", ":").replace("&#36;", "$")).toContain(text);
    expect(renderHtml(report, { profiles: new Map() })).toContain(text);
  });

  it("of what Apex leaves alone stands there with our reason, in every form of the report", () => {
    const abstentions = [
      { rule: "ec2-resize", resourceId: "i-9", address: "aws_instance.db", reason: "it is busy" },
    ];
    const optimized = { ...OPINION, resourceId: "i-8", finding: "Optimized" };
    const { target: _target, ...kept } = optimized;
    const report = aReport({ abstentions, opinions: [{ ...OPINION, resourceId: "i-9" }, kept] });
    expect(report.loneOpinions).toMatchObject([
      { resourceId: "i-9", address: "aws_instance.db", reasons: ["it is busy"] },
    ]);
    expect(reportSchema.parse(report)).toEqual(report);
    const text = "m5.xlarge, $140.16 a month, risk 1; Apex leaves it alone: it is busy";
    expect(renderTable(report, { width: 100, colour: false }).replaceAll(/\s+/g, " ")).toContain(
      `aws_instance.db: AWS Compute Optimizer: ${text}`,
    );
    expect(renderMarkdown(report).replaceAll("&#58;", ":").replaceAll("&#36;", "$")).toContain(text);
    expect(renderHtml(report, { profiles: new Map() })).toContain(text);
  });
});
