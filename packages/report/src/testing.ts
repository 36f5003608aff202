import { type CostDifference, decimal, type Recommendation } from "@apex/core";
import fc from "fast-check";
import { buildReport, type RecommendationOutcome, type ReportParts } from "./build-report.ts";
import { differenceOf, resource } from "./estimate/testing.ts";
import type { Report } from "./report.ts";
import { columns } from "./visible-text.ts";

/** A recommendation as the EC2 resize rule makes it. */
function aRecommendation(changes: Partial<Recommendation> = {}): Recommendation {
  return {
    id: "ec2-resize/i-0a1/m5.xlarge",
    rule: "ec2-resize",
    resourceId: "i-0a1",
    address: 'module.web["eu"].aws_instance.web["a"]',
    resourceType: "aws_instance",
    action: "resize",
    from: "m5.2xlarge",
    to: "m5.xlarge",
    summary: "Four of eight vCPUs were never used",
    changes: [],
    monthlySavings: {
      list: decimal("140.16"),
      net: decimal("100.5"),
      currency: "USD",
      realised: "on-merge",
    },
    risk: 1,
    confidence: 0.8149,
    effort: "low",
    restartRequired: true,
    rollback: "Set instance_type back to m5.2xlarge",
    evidence: {
      windowStart: "2026-11-01T00:00:00Z",
      windowEnd: "2026-11-15T00:00:00Z",
      lookBackDays: 14,
      coverage: 0.9999,
      dimensions: [
        {
          dimension: "cpu",
          metric: "cpu_percent",
          statistic: "maximum",
          percentile: "P99.5",
          samples: 4032,
          demand: 1.5,
          maximum: 2.25,
          unit: "vCPU",
          need: 1.875,
          headroom: 0.2,
          capacityNow: 8,
          capacityAfter: 4,
          exceedance: 0,
          risk: 0,
        },
      ],
      confidenceFactors: { coverage: 0.99, window: 0.82 },
      alternatives: [{ to: "m6i.xlarge", monthlySavings: decimal("139"), risk: 1 }],
      notes: ["The busiest hour used 1.9 vCPU"],
    },
    unknowns: ["No memory metric was found"],
    ...changes,
  };
}

/** A recommendation that is in the patch. */
export function anOutcome(
  recommendation: Partial<Recommendation> = {},
  outcome: Partial<Omit<RecommendationOutcome, "recommendation">> = {},
): RecommendationOutcome {
  return {
    recommendation: aRecommendation(recommendation),
    edits: [
      {
        file: "terraform.tfvars",
        line: 3,
        before: 'size = "m5.2xlarge"',
        after: 'size = "m5.xlarge"',
      },
    ],
    status: "planned",
    ...outcome,
  };
}

/** What instances cost by address; `null` for one without a price. */
export type CostsByAddress = Readonly<Record<string, string | null>>;

/** The difference between instances at these costs and at those. */
export function aCostDifference(before: CostsByAddress, after: CostsByAddress): CostDifference {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return differenceOf(
    addresses.map((address) => resource(address, { before: before[address], after: after[address] })),
  );
}

/** The parts of a run with one planned resize. */
function someParts(changes: Partial<ReportParts> = {}): ReportParts {
  const web = 'module.web["eu"].aws_instance.web["a"]';
  const others = { "aws_instance.batch": "560.64", "aws_instance.odd": null };
  return {
    generatedAt: "2026-11-15T06:00:00Z",
    apexVersion: "0.1.0",
    terraformDirectory: "examples/acme",
    outcomes: [anOutcome()],
    abstentions: [
      {
        rule: "ec2-resize",
        resourceId: "i-0b2",
        address: "aws_instance.batch",
        reason: "P99.5 of cpu is 78 %, near its size",
      },
    ],
    cost: aCostDifference({ ...others, [web]: "280.32" }, { ...others, [web]: "140.16" }),
    plan: {
      providers: "stand-in",
      terraformVersion: "1.11.4",
      regions: ["eu-west-1"],
      changes: [{ address: web, actions: ["update"], attributes: ["instance_type"] }],
      notes: ["Replacement is not checked by the stand-in"],
    },
    inputs: {
      files: [{ path: "metrics.csv", kind: "metrics", points: 8064 }],
      rows: 120,
      points: 8064,
      window: { start: "2026-11-01T00:00:00Z", end: "2026-11-15T00:00:00Z" },
      repairs: [
        {
          file: "metrics.csv",
          code: "timestamp-without-zone",
          summary: "Time stamps without a zone were read as UTC",
          count: 12,
          firstLine: 2,
        },
      ],
    },
    diagnostics: [
      {
        severity: "warning",
        code: "state-resource-unknown",
        summary: "aws_instance.odd is in the state but not in the configuration",
        source: { file: "main.tf", line: 12 },
      },
    ],
    ...changes,
  };
}

/** The report of {@link someParts}. */
export function aReport(changes: Partial<ReportParts> = {}): Report {
  return buildReport(someParts(changes));
}

/** What a name from outside may say at worst, in any page: markup, tables, links, terminal codes, turned writing. */
export const hostileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</title></style></svg><img src=x onerror=alert(1)>",
      "</td></tr></table>",
      '" onload="x',
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

/** Tags in the text of a page or a drawing, by name. */
export function tagsOf(markup: string): readonly string[] {
  return [...markup.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name ?? "");
}

/** A page's lines that are wider than `width`, and all control and direction characters in it. */
export function troublesOnTerminal(page: string, width: number): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const controls = page.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/g) ?? [];
  return [...controls, ...page.split("\n").filter((line) => columns(line) > width)];
}
