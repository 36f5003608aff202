import { decimal } from "@apex/core";
import { expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { ratioChart, savingsChart } from "./campaign-charts.ts";
import { renderCampaignHtml } from "./campaign-html.ts";
import { renderCampaignMarkdown } from "./campaign-markdown.ts";
import { renderCampaignTable } from "./campaign-table.ts";
import { chargeText } from "./campaign-wording.ts";
import { aCampaign, aCampaignReport, aRunOf } from "./testing.ts";

const table = (report = aCampaignReport(), width = 120) =>
  renderCampaignTable(report, { width, colour: false });

test("the first sentence has what is proven, and everything that is not", () => {
  const sentence =
    "2 of 5 changes carry their recorded load and would save $200.16 a month at list prices, $160.50 after commitments; 1 does not, 1 could not be told, 1 could not be tried";
  expect(table(aCampaignReport(), 160).replace("\n", " ")).toContain(sentence);
  expect(renderCampaignMarkdown(aCampaignReport())).toContain(`### Apex: ${sentence}\n`);
  expect(renderCampaignHtml(aCampaignReport())).toContain(`<h1>${sentence}.</h1>`);
});

test("the table of a terminal has the verdicts, the figures and why", () => {
  expect(table(aCampaignReport(), 160)).toMatchInlineSnapshot(`
    "2 of 5 changes carry their recorded load and would save $200.16 a month at list prices, $160.50 after commitments; 1 does not, 1 could not be told, 1 could not
    be tried.

    Campaign     November fleet, done
    Runs         5: 2 pass, 1 fail, 1 inconclusive, 1 dead; 1 of them known before
    Proven       $200.16 a month at list prices, $160.50 after commitments
    Refuted      $90.00 a month at list prices, after commitments unknown
    Not proven   $19.50 a month at list prices, $12.50 after commitments, unknown for 1 of them
    Cost         $0.3050 charged of at most $12.50 quoted; budget $20.00
    Free         1 run: what kept it from a verdict was our machine, and not the service; 1 run: it failed before it had a verdict
    Return       each $1 of validation proves $459.54 a month at list prices, $329.51 after commitments

    target                 change                   verdict                      p99  ratio              headroom   saving      net       charged
    aws_instance.web["1"]  m5.2xlarge → m6i.xlarge  pass            91.4 ms → 138 ms  × 1.51 (1.42–1.6)    × 1.25  $140.16  $100.50       $0.1525
    aws_instance.web["5"]  m5.2xlarge → m6i.xlarge  pass            91.4 ms → 138 ms  × 1.51 (1.42–1.6)    × 1.25   $60.00   $60.00  known before
    aws_instance.web["2"]  m5.2xlarge → m6i.xlarge  fail          91.4 ms → 4,520 ms  × 49.5 (44–55)                $90.00  unknown       $0.1525
    aws_instance.web["3"]  m5.2xlarge → m6i.xlarge  inconclusive                                                    $12.50   $12.50          free
    aws_instance.web["4"]  m5.2xlarge → m6i.xlarge  dead                                                             $7.00  unknown          free

    Not passed (3)
      aws_instance.web["2"] fail: Requests in flight grew throughout every candidate run: r5.large does not hold the load.
      aws_instance.web["3"] inconclusive: Something else used the host. It is free: what kept it from a verdict was our machine, and not the service. It took 3
      attempts.
      aws_instance.web["4"] dead: The image web:1 is not there. It is free: it failed before it had a verdict.

    Left out (1)
      aws_instance.batch: No recorded workload is mapped to it
    "
  `);
});

test("nothing proven claims nothing, and divides by nothing", () => {
  const none = aCampaignReport({ runs: [], campaign: aCampaign({ charged: decimal(0) }) });
  const open = aCampaignReport({
    runs: [aRunOf(1, { state: "waiting", verdict: null, result: null, charged: null })],
    campaign: aCampaign({ charged: decimal(0), state: "stopped", stopReason: "budget" }),
  });
  for (const report of [none, open]) {
    const pages = [table(report), renderCampaignMarkdown(report), renderCampaignHtml(report)];
    for (const page of pages) {
      expect(page).toContain("no saving was proven by it");
      expect(page).not.toMatch(/NaN|Infinity|undefined/);
    }
  }
  expect(table(none)).toContain("Nothing to validate");
  expect(table(open)).toContain("None of 1 change is proven to carry its recorded load; 1 was not tried");
  expect(table(open)).toContain("stopped: its budget is used up");
});

test("what was proven for free has no return", () => {
  const report = aCampaignReport({ campaign: aCampaign({ charged: decimal(0) }) });
  expect(table(report)).toContain("nothing was charged for what it proved");
});

test("a small charge is never shown as nothing, nor like another", () => {
  expect(chargeText(decimal("0.0000000004"), "USD")).toBe("$0.0000000004");
  expect(chargeText(decimal("-0.004"), "USD")).toBe("−$0.0040");
  expect(chargeText(decimal("0"), "USD")).toBe("$0.00");
  const near = aCampaign({ charged: decimal("12.499999"), quote: decimal("12.5") });
  expect(table(aCampaignReport({ campaign: near }))).toMatch(/\$12\.499999 charged of at most \$12\.500000/);
});

test("no terminal is too narrow", () => {
  for (const width of [40, 63, 80, 100, 160]) {
    for (const line of table(aCampaignReport(), width).split("\n"))
      expect(columns(line)).toBeLessThanOrEqual(width);
  }
});

test("a comment of a thousand runs fits, and says what was cut", () => {
  const runs = Array.from({ length: 1_000 }, (_, index) => aRunOf(index));
  const markdown = renderCampaignMarkdown(aCampaignReport({ runs }));
  expect(markdown.length).toBeLessThanOrEqual(65_000);
  expect(markdown).toContain("cut to fit");
  expect(table(aCampaignReport({ runs }))).toContain("… and 940 more in the JSON report");
});

test("a comment changes with its results and with nothing else", () => {
  const later = aCampaignReport({ generatedAt: "2027-01-01T00:00:00Z" });
  expect(renderCampaignMarkdown(later)).toBe(renderCampaignMarkdown(aCampaignReport()));
});

test("a link leads beside the report or to https, and nowhere else", () => {
  const html = (link: string) => renderCampaignHtml(aCampaignReport({ linkOf: () => link }));
  const markdown = (link: string) => renderCampaignMarkdown(aCampaignReport({ linkOf: () => link }));
  for (const good of ["runs/val-1.html", "../val-1.md", "https://apex.example/runs/val-1#p99"]) {
    expect(html(good)).toContain(`<a href="${good}">`);
    expect(markdown(good)).toContain(`](${good})`);
  }
  for (const bad of ["javascript:alert(1)", "//evil.example", "a b", "x)[y](z", 'x" onload="y', ""]) {
    expect(html(bad)).not.toContain("<a ");
    expect(markdown(bad)).not.toContain("](");
  }
});

test("the page prints, and needs nothing from elsewhere", () => {
  const html = renderCampaignHtml(aCampaignReport());
  expect(html).toContain("@media print");
  expect(html).toContain("table-header-group");
  expect(html).not.toMatch(/<script|src=|@import|url\(|http/);
});

test("the pictures say in words what they show", () => {
  expect(savingsChart(aCampaignReport()).description).toBe(
    "pass: $200.16 in 2 changes; fail: $90.00 in 1 change; inconclusive: $12.50 in 1 change; dead: $7.00 in 1 change.",
  );
  expect(ratioChart(aCampaignReport())?.description).toContain(
    'aws_instance.web["2"] fail: × 49.5, 44 to 55.',
  );
  expect(ratioChart(aCampaignReport({ runs: [aRunOf(1, { result: null })] }))).toBeNull();
});

test("a picture of a fleet shows the slowest, and counts the rest", () => {
  const runs = Array.from({ length: 100 }, (_, index) => aRunOf(index));
  const chart = ratioChart(aCampaignReport({ runs }));
  expect(chart?.body.match(/<circle/g)).toHaveLength(40);
  expect(chart?.description).toContain("60 more are in the table only.");
});

test("amounts of any size and sign leave the picture finite", () => {
  for (const list of ["-5", "0", "1e20", "0.0000001"]) {
    const runs = [aRunOf(1, { monthlySavings: { list: decimal(list), net: null } })];
    expect(savingsChart(aCampaignReport({ runs })).body).not.toMatch(/NaN|Infinity|width="-/);
  }
});
