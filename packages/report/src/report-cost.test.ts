import { decimal, type ResourceDifference } from "@apex/core";
import { describe, expect, test } from "vitest";
import { differenceOf, hours, resource } from "./estimate/testing.ts";
import { renderHtml } from "./render-html.ts";
import { renderJson } from "./render-json.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { costSentence, resourceCostTexts } from "./report-cost-text.ts";
import { reportFacts } from "./facts/report-facts.ts";
import { parseReport } from "./facts/parse-report.ts";
import { anOutcome, aReport } from "./testing.ts";

const byUse = hours("Requests", "0", { quantity: null, monthlyCost: null, usageBased: true });
const called = resource(
  "a.called",
  { after: "0" },
  { lineItems: [{ kind: "added", before: null, after: byUse, delta: null }] },
);
const same = resource("a.same", { before: "10", after: "10" });

function costOf(...resources: readonly ResourceDifference[]) {
  return aReport({ cost: differenceOf(resources) }).cost;
}

test.each<[string, readonly ResourceDifference[], string | null, string]>([
  [
    "what all has a price is exact",
    [resource("a.b", { before: "100", after: "60" }), same],
    "-40",
    "$110.00 → $70.00 a month (−$40.00)",
  ],
  ["what is the same makes no difference", [same], "0", "$10.00 → $10.00 a month (no difference)"],
  [
    "what comes without a price makes a saving at most that",
    [resource("a.b", { before: "100", after: "60" }), resource("a.c", { after: null })],
    null,
    "$100.00 → at least $60.00 a month (at most −$40.00); 1 resource not or only partly priced",
  ],
  [
    "what goes without one makes it at least that",
    [resource("a.b", { before: "100", after: "60" }), resource("a.c", { before: null })],
    null,
    "at least $100.00 → $60.00 a month (at least −$40.00); 1 resource not or only partly priced",
  ],
  [
    "nothing else is known to change",
    [resource("a.c", { after: null }), same],
    null,
    "$10.00 → at least $10.00 a month (no less than before); 1 resource not or only partly priced",
  ],
  [
    "nor when it goes",
    [resource("a.c", { before: null }), same],
    null,
    "at least $10.00 → $10.00 a month (no more than before); 1 resource not or only partly priced",
  ],
  [
    "what loses its price hides the difference, and what is known of it is told",
    [resource("a.b", { before: "5", after: "3" }), resource("a.c", { before: "100", after: null })],
    null,
    "$105.00 → at least $3.00 a month (difference unknown: −$2.00 of what has a price); 1 resource not or only partly priced",
  ],
  [
    "a part that has no price on either side hides nothing",
    [resource("a.b", { before: "100", after: "60", unpriced: "its disk" })],
    "-40",
    "at least $100.00 → at least $60.00 a month (−$40.00); 1 resource not or only partly priced",
  ],
  [
    "what is paid by use is not nothing",
    [called, same],
    "0",
    "$10.00 → $10.00 a month (no difference but by use that is not known)",
  ],
])("%s", (...[, resources, delta, sentence]) => {
  const cost = costOf(...resources);
  expect(cost.delta).toBe(delta);
  expect(costSentence(cost)).toBe(sentence);
});

test("a report of an earlier version has only what it says", () => {
  const { difference: _later, ...cost } = costOf(resource("a.b", { before: "100", after: "60" }));
  expect(costSentence(cost)).toBe("$100.00 → $60.00 a month (−$40.00)");
  expect(costSentence({ ...cost, delta: null })).toBe("$100.00 → $60.00 a month (difference unknown)");
  const unpriced = [{ address: "a.c", type: "a", reason: "no price" }];
  expect(costSentence({ ...cost, unpriced })).toBe(
    "at least $100.00 → at least $60.00 a month (−$40.00); 1 resource not or only partly priced",
  );
});

test.each<[ResourceDifference, readonly [string, string, string]]>([
  [resource("a.b", { before: "100", after: "60" }), ["$100.00", "$60.00", "−$40.00"]],
  [resource("a.b", { before: "3.65" }), ["$3.65", "—", "−$3.65"]],
  [resource("a.b", { after: null }), ["—", "unknown", "unknown"]],
  [resource("a.b", { before: null, after: null }), ["unknown", "unknown", "none"]],
  [
    resource("a.b", { after: "4", unpriced: "its disk" }, { mayBeMore: true }),
    ["—", "at least $4.00", "at least +$4.00"],
  ],
  [{ ...called, address: "a.b" }, ["—", "by use", "by use"]],
  [
    resource(
      "a.b",
      { before: "0", after: "0" },
      { lineItems: [{ kind: "same", before: byUse, after: byUse, delta: null }] },
    ),
    ["by use", "by use", "none"],
  ],
])("a resource's sides and difference are told in words (%#)", (changed, texts) => {
  const { before, after, delta } = resourceCostTexts(costOf(changed, same))("a.b");
  expect([before, after, delta]).toEqual(texts);
});

describe("pages", () => {
  const moved = resource("a.new", { before: "4", after: "4" }, { previousAddress: "a.old" });
  const report = aReport({
    outcomes: [anOutcome({ address: "a.gone", action: "release" })],
    cost: differenceOf([resource("a.gone", { before: "3.65" }), moved, same]),
  });

  test("show what is gone as gone, not as unknown", () => {
    expect(renderMarkdown(report)).toContain("| $3.65 | — | $140.16");
    const facts = reportFacts(report).flatMap(({ sentences }) => sentences);
    expect(facts).toContain("List price a month: $3.65 before, not there after.");
    expect(facts).toContain("Difference: −$3.65.");
  });

  test("say where a resource was before it moved, and leave out what is the same", () => {
    const html = renderHtml(report, { profiles: new Map() });
    expect(html).toContain("<code>a.new</code><br><small>moved from <code>a.old</code></small>");
    expect(html).not.toContain("a.same");
    expect(reportFacts(report).flatMap(({ sentences }) => sentences)).toContain(
      "It was at a.old before it moved.",
    );
  });

  test("have every line item once, also two of one name, and what only use decides as that", () => {
    const volume = (cost: string) => hours("Storage (gp3)", cost, { quantity: decimal(cost) });
    const lineItems: ResourceDifference["lineItems"] = [
      { kind: "changed", before: volume("4"), after: volume("8"), delta: decimal("4") },
      { kind: "same", before: volume("2"), after: volume("2"), delta: decimal("0") },
      { kind: "removed", before: volume("1"), after: null, delta: decimal("-1") },
      { kind: "added", before: null, after: byUse, delta: null },
    ];
    const web = resource("a.web", { before: "7", after: "10" }, { lineItems });
    const rows = renderMarkdown(aReport({ cost: differenceOf([web]) }))
      .split("\n")
      .filter((line) => line.startsWith("| <code>a.<wbr>web</code> |"));
    expect(rows.map((row) => row.split(" | ").slice(1).join(" "))).toEqual([
      "Storage (gp3) $4.00 $8.00 |",
      "Storage (gp3) $2.00 $2.00 |",
      "Storage (gp3) $1.00 — |",
      "Requests — by use |",
    ]);
  });

  test("are made of a report that was read back", () => {
    expect(parseReport(renderJson(report))).toMatchObject({ cost: report.cost });
    expect(report.cost.resources.map(({ difference }) => difference?.kind)).toEqual([
      "removed",
      "same",
      undefined,
    ]);
  });
});

test("a report without a plan knows nothing of the cost", () => {
  const { cost } = aReport({ cost: null });
  expect(costSentence(cost)).toBe("unknown → unknown a month (difference unknown)");
  expect(cost.difference).toBeUndefined();
});

test("the sum of what is known is told beside what is not", () => {
  const cost = costOf(resource("a.b", { before: "100", after: "60" }), resource("a.c", { before: null }));
  expect(cost.difference).toEqual({
    delta: decimal("-40"),
    mayBeMore: false,
    mayBeLess: true,
    differsByUse: false,
  });
  expect(cost.unpriced).toEqual([expect.objectContaining({ address: "a.c", side: "before" })]);
});
