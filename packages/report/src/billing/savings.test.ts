import { createHash } from "node:crypto";
import { type MergedChange, readEvidence, savingsCharges } from "@apex/billing";
import { days, input, LARGE, prove, RESIZE, SMALL } from "@apex/billing/testing";
import { addDecimals, type CostRow } from "@apex/core";
import fc from "fast-check";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { hostileText, tagsOf, troublesOnTerminal } from "../testing.ts";
import { renderSavingsHtml, renderSavingsMarkdown, renderSavingsTable } from "./render-savings.ts";
import type { KeptProof } from "./savings-evidence.ts";
import { savingsReport } from "./savings-report.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** What is proven of a bill, as it is kept. */
function proofsOf(
  after: readonly CostRow[],
  change: Partial<MergedChange> = {},
  earlier: readonly KeptProof[] = [],
  more: readonly MergedChange[] = [],
) {
  const outcome = prove(
    input([...days("2026-07-01", "2026-08-21", LARGE), ...after], {
      changes: [{ ...RESIZE, ...change }, ...more],
    }),
    earlier.map(({ evidence }) => evidence),
  );
  const kept = outcome.proofs.map(
    ({ id, evidence }): KeptProof => ({
      id,
      evidence,
      evidenceSha256: digest(evidence),
      replacedBy: null,
      dispute: null,
    }),
  );
  return { ...outcome, kept };
}

/** Proofs as they are kept once later ones were recorded, which replace some of them. */
function keptWith(proofs: readonly KeptProof[], later: readonly KeptProof[]): readonly KeptProof[] {
  const by = new Map(
    later.flatMap(({ id, evidence }) => readEvidence(evidence).replaces.map((replaced) => [replaced, id])),
  );
  return [...proofs.map((proof) => ({ ...proof, replacedBy: by.get(proof.id) ?? null })), ...later];
}

const FEWER = proofsOf(days("2026-08-21", "2026-10-01", SMALL));
const DEARER = proofsOf(days("2026-08-21", "2026-10-01", { sku: "m5.4xlarge", price: "0.768" }));
const table = (report: ReturnType<typeof savingsReport>, width = 160) =>
  renderSavingsTable(report, { width, colour: false });

test("each month's saving has its price before, its usage, what it would have cost, what it cost, and the share", () => {
  expect(table(savingsReport("acme", FEWER.kept))).toMatchInlineSnapshot(`
    "Changes saved $94.46 in 2 proofs; $18.89 of it is Apex's share.

    month    resource          change                unit price before      usage  at that price    cost  saving   share  state
    2026-09  aws_instance.web  m5.xlarge → m5.large             $0.192  720 Hours        $138.24  $69.12  $69.12  $13.82  charged
    2026-08  aws_instance.web  m5.xlarge → m5.large             $0.192  264 Hours         $50.69  $25.34  $25.34   $5.07  charged

    Each proof's evidence has the query that computes it anew from your own bill, to the last digit.
    "
  `);
});

test("the share is what is charged, to the last digit", () => {
  const charged = FEWER.proofs.flatMap((proof) => savingsCharges(proof, "bvm-2026-11-01"));
  expect(savingsReport("acme", FEWER.kept).totals).toEqual([
    {
      currency: "USD",
      proofs: 2,
      savings: "94.464",
      fee: addDecimals(...charged.map(({ amount }) => amount)),
      disputed: "0",
      upheld: "0",
      upheldProofs: 0,
    },
  ]);
});

test("a loss is shown as one, nothing is due for it, and it is carried on", () => {
  const report = savingsReport("acme", DEARER.kept);
  expect(report.rows.map(({ state }) => state)).toEqual(["nothing-due", "nothing-due"]);
  expect(report.totals[0]?.fee).toBe("0");
  expect(table(report)).toMatch(/^Changes cost \$566\.78 more than before/);
  expect(renderSavingsMarkdown(report)).toContain("is carried to later months");
});

test("a change whose resource lost by another one says what all of them saved", () => {
  const back = { ...RESIZE, id: "val-2", mergedAt: "2026-09-10T09:00:00Z", to: "m5.xlarge" };
  const after = [...days("2026-08-21", "2026-09-10", SMALL), ...days("2026-09-11", "2026-10-01", LARGE)];
  const { kept } = proofsOf(after, {}, [], [back]);
  const page = renderSavingsMarkdown(savingsReport("acme", kept));
  expect(page.match(/All changes of the resource together saved \S+20\.74 in the month/g)).toHaveLength(2);
});

test("a discount that began after the change is no saving of it, and every form says so", () => {
  const { kept } = proofsOf(days("2026-09-01", "2026-10-01", { ...SMALL, paid: "0.7" }));
  const report = savingsReport("acme", kept);
  expect(report.totals[0]).toMatchObject({ savings: "48.384", fee: "9.6768" });
  for (const page of [table(report), renderSavingsMarkdown(report), renderSavingsHtml(report)])
    expect(page.replaceAll(/\s+/g, " ")).toMatch(
      /At effective prices it would be \S+89\.86\S+ a discount that began/,
    );
  expect(table(savingsReport("acme", FEWER.kept))).not.toContain("effective prices");
});

test("a provider that became cheaper is no saving of the change, and every form says so", () => {
  const august = days("2026-08-21", "2026-09-01", SMALL);
  const { kept } = proofsOf([...august, ...days("2026-09-01", "2026-10-01", { ...SMALL, price: "0.048" })]);
  const report = savingsReport("acme", kept);
  expect(report.totals[0]).toMatchObject({ savings: "59.904" });
  for (const page of [table(report), renderSavingsMarkdown(report), renderSavingsHtml(report)]) {
    const text = page.replaceAll(/\s+/g, " ");
    expect(text).toMatch(
      /At the first prices of these bills it would be \S+69\.12\S+ the provider is cheaper by now/,
    );
    expect(text).not.toContain("At effective prices it would be");
  }
});

test("a dispute takes the share back until it is decided, and an upheld one for good", () => {
  const dispute = {
    openedAt: "2026-10-05T00:00:00Z",
    reason: "We moved the load.",
    closedAt: null,
    outcome: null,
  };
  const [august, september] = FEWER.kept as [KeptProof, KeptProof];
  const of = (outcome: "upheld" | "rejected" | null) =>
    savingsReport("acme", [august, { ...september, dispute: { ...dispute, outcome } }]);
  const [only] = savingsReport("acme", [august]).totals;
  const open = of(null);
  expect(open.totals[0]).toMatchObject({ fee: only?.fee, disputed: "69.12" });
  expect(table(open)).toContain("We moved the load.");
  expect(table(open)).toContain("$69.12 of it disputed");
  // What the customer was right about was not saved.
  const upheld = of("upheld");
  expect(upheld.totals[0]).toEqual({ ...only, upheld: "69.12", upheldProofs: 1 });
  expect(table(upheld)).toMatch(
    /^Changes saved \$25.34 in 1 proof; \$5.07 of it is Apex's share; savings of \$69.12 were taken back after 1 dispute/,
  );
  for (const page of [renderSavingsMarkdown(upheld), renderSavingsHtml(upheld)])
    expect(page).toContain("were taken back after");
  const all = savingsReport(
    "acme",
    FEWER.kept.map((kept) => ({ ...kept, dispute: { ...dispute, outcome: "upheld" as const } })),
  );
  expect(table(all)).toMatch(/^No saving is proven; savings of \$94.46 were taken back after 2 disputes/);
  expect(of("rejected").totals[0]?.fee).toBe("18.8928");
});

test("a proof that a later bill replaced is in no sum", () => {
  const refunded = proofsOf(days("2026-08-21", "2026-10-01", { ...SMALL, paid: "0.5" }), {}, FEWER.kept);
  const report = savingsReport("acme", keptWith(FEWER.kept, refunded.kept));
  expect(refunded.kept).toHaveLength(2);
  expect(report.rows.filter(({ state }) => state === "replaced")).toHaveLength(2);
  expect(report.totals).toEqual(savingsReport("acme", refunded.kept).totals);
});

test("usage that is gone from a later bill leaves nothing of its proof, and every form says so", () => {
  const others = days("2026-08-21", "2026-10-01", { ...SMALL, resourceId: "i-2" });
  const gone = proofsOf(others, {}, FEWER.kept);
  const report = savingsReport("acme", keptWith(FEWER.kept, gone.kept));
  expect(report.totals).toEqual([
    { currency: "USD", proofs: 2, savings: "0", fee: "0", disputed: "0", upheld: "0", upheldProofs: 0 },
  ]);
  expect(report.rows.map(({ state }) => state)).toEqual([
    "replaced",
    "nothing-due",
    "replaced",
    "nothing-due",
  ]);
  expect(table(report)).toMatch(/2026-09 +aws_instance.web +m5.xlarge → m5.large +— +0 Hours/);
  for (const page of [renderSavingsMarkdown(report), renderSavingsHtml(report)])
    expect(page).toContain("after the change any more");
});

test("a proof in whose place another stands beside its own is in no sum either", () => {
  const [first, second] = FEWER.kept;
  if (first === undefined || second === undefined) throw new Error("two proofs are expected");
  const evidence = JSON.stringify({ ...(JSON.parse(second.evidence) as object), alsoReplaces: [first.id] });
  const report = savingsReport("acme", keptWith([first], [{ ...second, evidence }]));
  expect(report.rows.filter(({ state }) => state === "replaced").map(({ proof }) => proof.id)).toEqual([
    first.id,
  ]);
});

test("months that are not proven say why", () => {
  const open = proofsOf(days("2026-08-21", "2026-10-01", { ...SMALL, isFinal: false }));
  const report = savingsReport("acme", open.kept, open.unproven);
  expect(table(report)).toMatch(/^No saving is proven; 2 months not proven/);
  for (const page of [table(report), renderSavingsMarkdown(report), renderSavingsHtml(report)])
    expect(page).toContain("is not final");
});

test("the query that computes it anew is in the page, line for line", () => {
  const report = savingsReport("acme", FEWER.kept);
  const query = report.rows[0]?.evidence.query ?? "";
  const blocks = [...renderSavingsMarkdown(report).matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text,
  );
  expect(blocks).toContain(query);
  expect(renderSavingsHtml(report)).toContain(
    "ResourceId = &#39;i-1&#39; AND ChargeCategory = &#39;Usage&#39;",
  );
});

test("a query that has a fence of its own does not end the block that it is in", () => {
  const [first] = FEWER.kept as [KeptProof];
  const query = "SELECT 1\n```\n# not a heading\n````sql\n";
  const evidence = JSON.stringify({ ...JSON.parse(first.evidence), query });
  const markdown = renderSavingsMarkdown(savingsReport("acme", [{ ...first, evidence }]));
  expect(markdown).toContain(`\`\`\`\`\`sql\n${query}\`\`\`\`\`\n`);
  expect(typesIn(markdown).filter((type) => type === "heading")).toHaveLength(1);
});

test("evidence that is another's, or none, is not shown as proof", () => {
  const [first, second] = FEWER.kept as [KeptProof, KeptProof];
  expect(() => savingsReport("acme", [{ ...first, id: second.id }])).toThrow("is that of");
  expect(() => savingsReport("acme", [{ ...first, evidence: "{" }])).toThrow("is no apex.savings/v1");
  const float = first.evidence.replace(/"fee":"[^"]*"/, '"fee":5.1');
  expect(() => savingsReport("acme", [{ ...first, evidence: float }])).toThrow("at fee");
});

test("no terminal is too narrow", () => {
  for (const width of [40, 80, 120, 160]) {
    for (const line of table(savingsReport("acme", FEWER.kept), width).split("\n"))
      expect(columns(line)).toBeLessThanOrEqual(width);
  }
});

/** Proofs whose every text from outside is replaced. */
function infected(text: string) {
  const change = { id: text, address: text, from: text, to: text, rule: text };
  const { kept } = proofsOf(days("2026-08-21", "2026-10-01", SMALL), change);
  const dispute = { openedAt: text, reason: text, closedAt: null, outcome: null };
  return savingsReport(
    text,
    kept.map((proof) => ({ ...proof, dispute })),
    [{ resourceId: text, month: text, reason: text }],
  );
}

function typesIn(markdown: string): readonly string[] {
  const types = (node: { readonly type: string; readonly children?: readonly unknown[] }): string[] => [
    node.type,
    ...(node.children ?? []).flatMap((child) => types(child as typeof node)),
  ];
  return types(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

test("whatever changes and disputes say, every form shows it as text", () => {
  const expected = {
    tags: tagsOf(renderSavingsHtml(infected("a b"))),
    types: typesIn(renderSavingsMarkdown(infected("a b"))),
  };
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 40, max: 160 }), (text, width) => {
      const report = infected(text);
      expect(tagsOf(renderSavingsHtml(report))).toEqual(expected.tags);
      expect(troublesOnTerminal(table(report, width), width)).toEqual([]);
      const types = new Set(typesIn(renderSavingsMarkdown(report)));
      expect([...types].filter((type) => !expected.types.includes(type))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
