import { addDecimals, type CampaignRun, decimal, type RunState, type VerdictKind } from "@apex/core";
import fc from "fast-check";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfm } from "micromark-extension-gfm";
import { expect, test } from "vitest";
import { hostileText, tagsOf, troublesOnTerminal } from "../testing.ts";
import { CARD } from "../billing/testing.ts";
import { campaignReport } from "./build-campaign-report.ts";
import { renderCampaignHtml } from "./campaign-html.ts";
import { renderCampaignMarkdown } from "./campaign-markdown.ts";
import { renderCampaignQuote } from "./campaign-quote.ts";
import { renderCampaignStatus } from "./campaign-status.ts";
import { renderCampaignTable } from "./campaign-table.ts";
import { aCampaign, aRunOf, PASS_RESULT, someRuns } from "./testing.ts";

/** A campaign whose every text from outside is replaced: names, reasons, progress, diagnostics, and the result that was kept. */
function infected(text: string) {
  const result = JSON.stringify({
    ...JSON.parse(PASS_RESULT),
    target: text,
    reasons: [{ code: "x", kind: "pass", summary: text }],
  });
  const runs = someRuns().map((run) => ({
    ...run,
    runId: `${run.runId}${text}`,
    target: `${run.target}${text}`,
    change: text,
    reason: text,
    progress: text,
    worker: text,
    freeReason: run.freeReason === null ? null : text,
    result: run.verdict === "pass" ? result : text,
  }));
  const diagnostics = [
    { severity: "warning" as const, code: "x", summary: text, detail: text, address: text },
  ];
  const campaign = aCampaign({
    id: text,
    tenant: text,
    name: text,
    rateCard: text,
    deadline: text,
    startedAt: text,
    endedAt: text,
    diagnostics,
  });
  const report = campaignReport({ apexVersion: text, generatedAt: text, campaign, runs, linkOf: () => text });
  return { report, campaign, runs };
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

function nodes(markdown: string): readonly Node[] {
  const all = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(all)];
  return all(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node);
}

function textOf(node: Node): string {
  return (node.value ?? "") + (node.children ?? []).map(textOf).join("");
}

const RUNS = { numRuns: 40 };

test("whatever names say, a page has the same elements", () => {
  const expected = tagsOf(renderCampaignHtml(infected("a b").report));
  fc.assert(
    fc.property(hostileText, (text) => {
      const html = renderCampaignHtml(infected(text).report);
      expect(tagsOf(html)).toEqual(expected);
      expect(html).not.toContain('" onload');
    }),
    RUNS,
  );
});

test("whatever they say, a comment has no link, image or markup of theirs", () => {
  const expected = new Set(nodes(renderCampaignMarkdown(infected("a b").report)).map(({ type }) => type));
  expect(expected.has("link")).toBe(false);
  fc.assert(
    fc.property(hostileText, (text) => {
      const markdown = renderCampaignMarkdown(infected(text).report);
      const found = nodes(markdown);
      // A web address in a name may be linked by its own text, never under another.
      for (const link of found.filter(({ type }) => type === "link"))
        expect(link.url?.endsWith(textOf(link))).toBe(true);
      const others = found.map(({ type }) => type).filter((type) => type !== "link" && !expected.has(type));
      expect(others).toEqual([]);
      expect(markdown.match(/<details>/g)).toHaveLength(2);
      expect(markdown.match(/^\| /gm)).toHaveLength(2 + someRuns().length);
    }),
    RUNS,
  );
});

test("whatever they say, a terminal shows it as text", () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 40, max: 160 }), (text, width) => {
      const { report, campaign, runs } = infected(text);
      const busy = runs.map((run) => ({ ...run, state: "running" as const }));
      const pages = [
        renderCampaignTable(report, { width, colour: false }),
        renderCampaignStatus(campaign, busy, { width, colour: false, nowMs: 0 }),
        renderCampaignQuote(campaign, runs, { ...CARD, id: text, currency: text }, { width, colour: false }),
      ];
      for (const page of pages) {
        expect(troublesOnTerminal(page, width)).toEqual([]);
      }
    }),
    RUNS,
  );
});

const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => decimal(String(cents / 100)));

const run: fc.Arbitrary<Partial<CampaignRun>> = fc.record({
  target: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  state: fc.constantFrom<RunState>("waiting", "running", "done", "dead", "cancelled"),
  verdict: fc.constantFrom<VerdictKind | null>("pass", "fail", "inconclusive", null),
  isReused: fc.boolean(),
  monthlySavings: fc.record({ list: amount, net: fc.option(amount) }),
  result: fc.constant(null),
});

test("each run is of one outcome and each target of one sum, so that nothing is lost or counted twice", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 30 }), (changes) => {
      const runs = changes.map((change, index) => aRunOf(index, change));
      const { summary, runs: rows } = campaignReport({
        apexVersion: "0.1.0",
        generatedAt: "2026-11-21T12:00:00Z",
        campaign: aCampaign(),
        runs,
      });
      const counts = Object.values(summary.runs.byOutcome);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(runs.length);
      const counted = rows.filter(({ isCounted }) => isCounted);
      expect(counted.map(({ target }) => target).toSorted()).toEqual(
        [...new Set(runs.map(({ target }) => target))].toSorted(),
      );
      const { proven, refuted, unproven } = summary.savings;
      expect(addDecimals(proven.list, refuted.list, unproven.list)).toBe(
        addDecimals(...counted.map(({ monthlySavings }) => monthlySavings.list)),
      );
      for (const sum of [proven, refuted, unproven]) {
        expect(sum.net === null).toBe(sum.netUnknown > 0);
      }
    }),
  );
});
