import { readFileSync } from "node:fs";
import { type Abstention, decimal, type Recommendation, type Resource, type SecondOpinion } from "@apex/core";
import { describe, expect, test } from "vitest";
import { anOutcome } from "../testing.ts";
import { columns } from "../visible-text.ts";
import { type AnalysisParts, buildAnalysisReport } from "./analysis-report.ts";
import { analysisJsonSchema, renderAnalysisJson } from "./analysis-schema.ts";
import { renderAnalysisHtml, renderAnalysisMarkdown, renderAnalysisTable } from "./render-analysis.ts";

function machine(id: string, over: Partial<Resource> = {}): Resource {
  const base = { provider: "aws", type: "aws_instance", aliases: [], attributes: {} } as const;
  return { id, ...base, region: "eu-west-1", account: "1111", tags: { Name: `web-${id}` }, ...over };
}

function saves(id: string, list: string, over: Partial<Recommendation> = {}): Recommendation {
  const { recommendation } = anOutcome({
    id: `ec2-resize/${id}`,
    resourceId: id,
    address: null,
    monthlySavings: { list: decimal(list), net: null, currency: "USD", realised: "on-merge" },
    ...over,
  });
  return recommendation;
}

function opinion(resourceId: string, over: Partial<SecondOpinion> = {}): SecondOpinion {
  return {
    resourceId,
    source: "aws-compute-optimizer",
    finding: "Overprovisioned",
    reasonCodes: [],
    target: "m5.large",
    monthlySavings: decimal("70.08"),
    currency: "USD",
    at: "2026-11-15T00:00:00Z",
    ...over,
  };
}

function abstains(resourceId: string, reason: string): Abstention {
  return { rule: "ec2-resize", resourceId, address: null, reason };
}

const NO_FILTER = { regions: [], accounts: [], rules: [], tags: [] };

function report(over: Partial<AnalysisParts> = {}) {
  return buildAnalysisReport({
    apexVersion: "0.1.0",
    generatedAt: "2026-11-22T00:00:00Z",
    window: { start: "2026-11-01T00:00:00Z", end: "2026-11-15T00:00:00Z" },
    resources: [machine("a"), machine("b", { region: "us-east-1", account: "2222" }), machine("c")],
    costRows: 10,
    filter: NO_FILTER,
    recommendations: [saves("a", "10.5"), saves("b", "20", { rule: "ec2-idle" })],
    abstentions: [abstains("c", "it is busy")],
    opinions: [],
    repairs: [],
    diagnostics: [],
    ...over,
  });
}

const table = (parts: Partial<AnalysisParts> = {}, width = 100, limit = 50) =>
  renderAnalysisTable(report(parts), { width, colour: false, limit });

const flat = (text: string) => text.replaceAll(/\s+/g, " ");

describe("what is told", () => {
  test("the most saving first, with name and place, totals and what shares a rule, region or account", () => {
    const found = report();
    expect(
      found.recommendations.map(({ resourceId, region, account, label }) => [
        resourceId,
        region,
        account,
        label,
      ]),
    ).toEqual([
      ["b", "us-east-1", "2222", "web-b"],
      ["a", "eu-west-1", "1111", "web-a"],
    ]);
    expect(found.summary.savings).toEqual([
      { currency: "USD", list: "30.5", net: null, netKnown: "0", netUnknown: 2 },
    ]);
    expect(found.summary.groups.map(({ by, name, list }) => [by, name, list])).toEqual([
      ["rule", "ec2-idle", "20"],
      ["rule", "ec2-resize", "10.5"],
      ["region", "us-east-1", "20"],
      ["region", "eu-west-1", "10.5"],
      ["account", "2222", "20"],
      ["account", "1111", "10.5"],
    ]);
    const text = flat(table());
    expect(text).toContain(
      "2 recommendations would save $30.50 a month at list prices, after commitments unknown.",
    );
    expect(text).toContain("b web-b (us-east-1, 2222) $20.00");
  });

  test("currencies are never added", () => {
    const euro = saves("b", "7", {
      monthlySavings: { list: decimal("7"), net: null, currency: "EUR", realised: "on-merge" },
    });
    expect(
      report({ recommendations: [saves("a", "10"), euro] }).summary.savings.map(({ currency, list }) => [
        currency,
        list,
      ]),
    ).toEqual([
      ["EUR", "7"],
      ["USD", "10"],
    ]);
  });

  test("what is unknown of one currency is not zero because another one's is known", () => {
    const known = saves("a", "10", {
      monthlySavings: { list: decimal("10"), net: decimal("10"), currency: "USD", realised: "on-merge" },
    });
    const euro = saves("b", "7", {
      monthlySavings: { list: decimal("7"), net: null, currency: "EUR", realised: "on-merge" },
    });
    expect(flat(table({ recommendations: [known, euro] }))).toContain(
      "save 7.00 EUR a month at list prices, after commitments unknown; $10.00 a month at list prices.",
    );
  });

  test("a confidence is told as it is, not a percent lower for the rounding of a product", () => {
    const recommendations = [saves("a", "1", { confidence: 0.57, effort: "very-low" })];
    expect(flat(table({ recommendations }))).toContain("confidence 57 %");
    const page = renderAnalysisHtml(report({ recommendations }), { profiles: new Map(), limit: 9 });
    expect(page).toContain(`<td class="money">57 %</td>`);
    expect(page).toContain("effort very low");
  });

  test.each([
    ["region", { regions: ["eu-west-1"] }, ["a"]],
    ["account", { accounts: ["2222", "3333"] }, ["b"]],
    ["rule", { rules: ["ec2-idle"] }, ["b"]],
    ["tag", { tags: ["Name=web-a"] }, ["a"]],
    ["a tag whatever its value", { tags: ["Name"] }, ["b", "a"]],
    ["what every object has", { tags: ["constructor"] }, []],
    ["all of them together", { regions: ["eu-west-1"], accounts: ["2222"] }, []],
  ])("only %s", (_name, filter, ids) => {
    const found = report({ filter: { ...NO_FILTER, ...filter } });
    expect(found.recommendations.map(({ resourceId }) => resourceId)).toEqual(ids);
    expect(found.resources).toBe(3);
  });

  test("no more rows than asked for, and how many there are besides", () => {
    const text = table({}, 100, 1);
    expect(text).toContain("… and 1 more: --limit shows more, --format json has all");
    expect(text).not.toContain("web-a");
    expect(renderAnalysisMarkdown(report(), { limit: 1 })).toContain("… and 1 more: the JSON has all.");
  });

  test("reasons that differ in their figures alone are one, with an example", () => {
    const abstentions = ["c", "d", "e"].map((id, index) => abstains(id, `none holds memory 16.${index} GiB`));
    expect(flat(table({ abstentions }))).toContain(
      "Left alone (3) 3 × such as c: none holds memory 16.0 GiB",
    );
  });

  test("the page begins with a line for each recommendation that leads to its details", () => {
    const page = renderAnalysisHtml(report(), { profiles: new Map(), limit: 1 });
    expect(page.match(/<a href="#r1">/g)).toHaveLength(1);
    expect(page.match(/<div id="r1">/g)).toHaveLength(1);
    expect(page).not.toContain("#r2");
  });

  test("what is not known of what is recommended is said once for all that it holds for, in every form", () => {
    expect(flat(table())).toContain("Not known 2 × No memory metric was found");
    expect(renderAnalysisMarkdown(report(), { limit: 9 })).toContain("- 2 × No memory metric was found");
    expect(renderAnalysisHtml(report(), { profiles: new Map(), limit: 9 })).toContain(
      "2 × No memory metric was found",
    );
  });

  test("what is left alone is said once for all that share the reason, and counts resources", () => {
    const abstentions = [
      abstains("c", "it is busy"),
      abstains("c", "no GPU"),
      abstains("d", "it is busy"),
      abstains("a", "not idle"),
    ];
    const text = flat(table({ abstentions }));
    expect(text).toContain("Left alone (2) 2 × it is busy c: no GPU");
    expect(text).not.toContain("not idle");
    const many = ["c", "d"].map((id) => abstains(id, "it is busy"));
    const page = renderAnalysisHtml(report({ abstentions: many }), { profiles: new Map(), limit: 9 });
    expect(page).toContain("Left alone (2)");
  });
});

describe("second opinions", () => {
  const opinions = [
    opinion("a", { target: "m5.xlarge" }),
    opinion("b"),
    opinion("c"),
    opinion("d", { finding: "Optimized", target: undefined as never }),
  ];
  const told = opinions.map((one) => {
    const { target, ...rest } = one;
    return target === undefined ? rest : one;
  });

  test("each recommendation has its own with whether it agrees, and one line counts them", () => {
    const text = flat(table({ opinions: told }));
    expect(text).toContain("AWS Compute Optimizer: m5.xlarge, $70.08 a month, agrees");
    expect(text).toContain("m5.large, $70.08 a month, agrees that it is too large, with another type");
    expect(text).toContain(
      "of the clouds' own recommenders 1 agree with a recommendation, 1 agree in part, 1 would change what Apex leaves alone",
    );
  });

  test("what only the cloud would change is told with our reason; what it leaves alone as well is not", () => {
    const found = report({ opinions: told });
    expect(found.loneOpinions).toMatchObject([
      { resourceId: "c", region: "eu-west-1", reasons: ["it is busy"] },
    ]);
    const text = "AWS Compute Optimizer: m5.large, $70.08 a month; Apex leaves it alone: it is busy";
    expect(flat(table({ opinions: told }))).toContain(text);
    expect(renderAnalysisHtml(found, { profiles: new Map(), limit: 9 })).toContain(text);
    expect(renderAnalysisMarkdown(found, { limit: 9 })).toContain("Apex leaves it alone&#58; it is busy");
  });

  test("a filter by rule takes no opinion for one that stands alone", () => {
    const filter = { ...NO_FILTER, rules: ["ec2-idle"] };
    expect(report({ opinions: told, filter }).loneOpinions.map(({ resourceId }) => resourceId)).toEqual([
      "c",
    ]);
  });
});

describe("what is missing", () => {
  const nothing = { resources: [], recommendations: [], abstentions: [] };
  test.each([
    [
      "nothing",
      { ...nothing, costRows: 0, window: null },
      "run `apex collect` to ask a cloud for its resources",
    ],
    ["bills alone", { ...nothing, window: null }, "stands in no bill and no metric"],
    ["metrics alone", { ...nothing, costRows: 0 }, "stands in no bill and no metric"],
    [
      "an inventory alone",
      { recommendations: [], window: null, costRows: 0 },
      "collect metrics, or name files of them",
    ],
    ["all, and nothing to do", { recommendations: [] }, "nothing to do"],
    [
      "a filter that leaves nothing",
      { filter: { ...NO_FILTER, regions: ["mars"] } },
      "look without --regions, --accounts, --rules and --tag",
    ],
  ])("with %s the next step is told", (_name, parts, text) => {
    expect(flat(table(parts))).toContain(text);
  });
});

test("no line is wider than the page, whatever is on it", () => {
  const long = machine("a", { tags: { Name: "ü".repeat(300) }, region: "r".repeat(90) });
  const opinions = [opinion("a"), opinion("c")];
  for (const width of [40, 80, 160])
    for (const line of table({ resources: [long, machine("c")], opinions }, width).split("\n"))
      expect(columns(line)).toBeLessThanOrEqual(width);
});

test("on a narrow page an id is whole, whatever stands beside it elsewhere", () => {
  const id = "i-0123456789abcdef0";
  const text = table({ resources: [machine(id)], recommendations: [saves(id, "10.5")] }, 40);
  expect(text).toMatch(/^i-0123456789abcdef0 .*\$10\.50$/m);
  expect(flat(text)).toContain("web-i-0123456789abcdef0 (eu-west-1, 1111)");
});

test("names from a cloud are text on a page and in a comment", () => {
  const evil = machine("b", { tags: { Name: "<img src=x> | @everyone \u001b[31m" } });
  const found = report({ resources: [evil] });
  expect(renderAnalysisHtml(found, { profiles: new Map(), limit: 9 })).not.toContain("<img");
  const markdown = renderAnalysisMarkdown(found, { limit: 9 });
  expect(markdown).not.toMatch(/<img|\| @everyone/);
  expect(table({ resources: [evil] })).not.toContain("\u001b");
});

test("the JSON has a published schema that is current, keeps the changes, and equal analyses are equal bytes", () => {
  const committed = readFileSync(new URL("../../apex-analysis-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(analysisJsonSchema()));
  const change = {
    kind: "set-attribute",
    address: "aws_instance.a",
    path: ["instance_type"],
    from: "m5.large",
    to: "m5.small",
  } as const;
  const found = report({
    recommendations: [saves("a", "1", { changes: [change] })],
    opinions: [opinion("a")],
  });
  expect(JSON.parse(renderAnalysisJson(found))).toEqual(found);
  expect(renderAnalysisJson(found)).toBe(renderAnalysisJson(structuredClone(found)));
});
