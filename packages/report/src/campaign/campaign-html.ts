import { pageHead } from "../html-page.ts";
import { htmlFacts, htmlList } from "../html-parts.ts";
import { HTML_STYLE } from "../html-style.ts";
import { escapeHtml } from "../html-text.ts";
import { CHART_STYLE, inlineChart } from "../validation/chart-frame.ts";
import { messageText, plural } from "../wording.ts";
import { CAMPAIGN_CHART_STYLE, ratioChart, savingsChart } from "./campaign-charts.ts";
import type { CampaignReport, CampaignReportRun } from "./campaign-report.ts";
import {
  campaignFacts,
  campaignSentence,
  chargedText,
  chargeText,
  headroomText,
  latencyText,
  outcomeWord,
  ratioText,
  reasonText,
  safeLink,
  savingPair,
  sortedRuns,
} from "./campaign-wording.ts";

const STYLE = `${HTML_STYLE}${CHART_STYLE}${CAMPAIGN_CHART_STYLE}
body { max-width: 72rem; } .scroll { overflow-x: auto; }
table.runs td, table.runs th { font-size: 0.85rem; } table.runs small { display: block; } table.runs td:first-child { min-width: 18rem; }
b.passed { color: var(--after); } b.failed, b.dead { color: var(--need); } a, b.inconclusive { color: inherit; } th { font-weight: 600; }
@media print { :root { color-scheme: light; } body { margin: 0; max-width: none; font-size: 10pt; } .scroll { overflow: visible; }
  thead { display: table-header-group; } tr, svg, dl { break-inside: avoid; } h2 { break-after: avoid; } a { color: inherit; text-decoration: none; } }
`;

const HEADINGS = [
  ["Target and change", ""],
  ["Verdict", ""],
  ["p99", "money"],
  ["Headroom", "money"],
  ["Saving a month", "money"],
  ["After commitments", "money"],
  ["Charged", "money"],
  ["At most", "money"],
] as const;

/** A campaign as one page that needs nothing else: no script, no request; it prints in light colours with repeated headings. */
export function renderCampaignHtml(report: CampaignReport): string {
  const sentence = campaignSentence(report);
  const { campaign, diagnostics } = report;
  const ratios = ratioChart(report);
  const left = diagnostics.map(
    (one) => `${one.address === undefined ? "" : `${one.address}: `}${messageText(one)}`,
  );
  return [
    ...pageHead(`Apex: ${campaign.name}`, STYLE),
    `<h1>${escapeHtml(sentence)}.</h1>`,
    htmlFacts(campaignFacts(report)),
    report.runs.length === 0 ? "" : inlineChart(savingsChart(report)),
    ratios === null ? "" : inlineChart(ratios),
    runTable(report),
    left.length === 0 ? "" : `<h2>Left out</h2>${htmlList(left)}`,
    `<p class="dim">${escapeHtml(foot(report))}</p>`,
    "</body></html>",
    "",
  ].join("\n");
}

function foot({ apexVersion, generatedAt, campaign }: CampaignReport): string {
  const span =
    campaign.startedAt === null ? "not started" : `${campaign.startedAt} to ${campaign.endedAt ?? "now"}`;
  return `Apex ${apexVersion}, ${campaign.id} of ${campaign.tenant}, ${span}; priced by ${campaign.rateCard}; monthly amounts of 730 hours; report of ${generatedAt}`;
}

function runTable(report: CampaignReport): string {
  const runs = sortedRuns(report);
  if (runs.length === 0) return "";
  const head = HEADINGS.map(([text, className]) => `<th${classOf(className)}>${text}</th>`).join("");
  return [
    `<h2>${plural(runs.length, "run")}</h2>`,
    `<div class="scroll"><table class="runs"><thead><tr>${head}</tr></thead><tbody>`,
    ...runs.map((run) => runRow(run, report.campaign.currency)),
    "</tbody></table></div>",
  ].join("\n");
}

function classOf(name: string): string {
  return name === "" ? "" : ` class="${name}"`;
}

function runRow(run: CampaignReportRun, currency: string): string {
  const [list, net] = savingPair(run, currency);
  const word = `<b class="${run.outcome}">${escapeHtml(outcomeWord(run.outcome))}</b>`;
  const link = safeLink(run.link);
  const reason = reasonText(run);
  const ratio = ratioText(run.p99);
  const cells = [
    `<code>${escapeHtml(run.target)}</code><small>${escapeHtml(run.change)}</small>${reason === "" ? "" : `<small>${escapeHtml(reason)}</small>`}`,
    link === null ? word : `<a href="${escapeHtml(link)}">${word}</a>`,
    `${escapeHtml(latencyText(run.p99))}${ratio === "" ? "" : `<small>${escapeHtml(ratio)}</small>`}`,
    escapeHtml(headroomText(run.headroomFactor)),
    escapeHtml(list),
    escapeHtml(net),
    escapeHtml(chargedText(run, currency)),
    escapeHtml(run.isReused ? "" : chargeText(run.cap, currency)),
  ];
  return `<tr>${cells.map((cell, at) => `<td${classOf(HEADINGS[at]?.[1] ?? "")}>${cell}</td>`).join("")}</tr>`;
}
