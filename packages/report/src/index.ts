/**
 * What a run tells people and machines: `apex.report/v1`, the terminal table, the pull request comment, the patch.
 * Pure: it decides nothing about resources and writes no files.
 */
export {
  buildReport,
  plannedChanges,
  type RecommendationOutcome,
  type ReportParts,
} from "./build-report.ts";
export { type AnalysisFilter, type AnalysisReport, buildAnalysisReport } from "./analysis/analysis-report.ts";
export { renderAnalysisJson } from "./analysis/analysis-schema.ts";
export {
  renderAnalysisHtml,
  renderAnalysisMarkdown,
  renderAnalysisTable,
} from "./analysis/render-analysis.ts";
export { BACKTEST_SCHEMA, type BacktestReport } from "./backtest/backtest-report.ts";
export { renderBacktestJson } from "./backtest/backtest-schema.ts";
export {
  renderBacktestHtml,
  renderBacktestMarkdown,
  renderBacktestTable,
} from "./backtest/render-backtest.ts";
export { countSubjects } from "./billing/billed-subject.ts";
export { invoiceDocument, type InvoiceParty } from "./billing/invoice-document.ts";
export { renderInvoiceJson } from "./billing/invoice-schema.ts";
export { renderInvoiceHtml } from "./billing/render-invoice-html.ts";
export { renderSavingsHtml, renderSavingsMarkdown, renderSavingsTable } from "./billing/render-savings.ts";
export { renderUsageTable } from "./billing/render-usage.ts";
export { savingsReport } from "./billing/savings-report.ts";
export { usageReport } from "./billing/usage-report.ts";
export { renderUsageJson } from "./billing/usage-schema.ts";
export { campaignReport } from "./campaign/build-campaign-report.ts";
export { renderCampaignHtml } from "./campaign/campaign-html.ts";
export { renderCampaignMarkdown } from "./campaign/campaign-markdown.ts";
export { renderCampaignQuote } from "./campaign/campaign-quote.ts";
export { type CampaignReport } from "./campaign/campaign-report.ts";
export { readResult, type ResultFigures } from "./campaign/read-result.ts";
export { renderCampaignJson } from "./campaign/campaign-schema.ts";
export { renderCampaignStatus } from "./campaign/campaign-status.ts";
export { renderCampaignTable } from "./campaign/campaign-table.ts";
export { isCommentTag, isSameComment, readCommentTag } from "./estimate/comment-tag.ts";
export {
  ESTIMATE_SCHEMA,
  type EstimatedProject,
  type EstimateProblem,
  type EstimateReport,
  type MissedRecommendation,
} from "./estimate/estimate-report.ts";
export { renderCostJson } from "./estimate/cost-schema.ts";
export { renderCostTable } from "./estimate/render-cost-table.ts";
export { renderDifferenceTable } from "./estimate/render-difference-table.ts";
export { parseEstimate, renderEstimateJson } from "./estimate/estimate-schema.ts";
export { estimateTotals } from "./estimate/estimate-totals.ts";
export { isBelowMinChange, parseMinChange } from "./estimate/min-change.ts";
export { renderEstimateMarkdown } from "./estimate/render-estimate.ts";
export { type Fact, type FactKind, type FactSubject } from "./facts/fact.ts";
export { parseReport } from "./facts/parse-report.ts";
export { reportFacts } from "./facts/report-facts.ts";
export { renderCommitMessage } from "./pull-request/commit-message.ts";
export { plainLine } from "./pull-request/pull-request-wording.ts";
export { renderPullRequest } from "./pull-request/render-pull-request.ts";
export { renderJson } from "./render-json.ts";
export { type RecommendationStatus, type Report, type ReportedRecommendation } from "./report.ts";
export { reportSchema } from "./report-schema.ts";
export { condenseProfile, type CondensedProfile } from "./hourly-maxima.ts";
export { renderHtml } from "./render-html.ts";
export { codeSpan, escapeMarkdown } from "./markdown-text.ts";
export { renderMarkdown } from "./render-markdown.ts";
export { renderPatch } from "./render-patch.ts";
export { renderTable } from "./render-table.ts";
export { painter } from "./terminal-paint.ts";
export { nameOf } from "./wording.ts";
export { parseValidation } from "./validation/parse-validation.ts";
export { reportedValidation } from "./validation/reported-validation.ts";
export { renderValidationHtml } from "./validation/render-validation-html.ts";
export { renderValidationJson } from "./validation/render-validation-json.ts";
export { renderValidationMarkdown } from "./validation/render-validation-markdown.ts";
export { renderValidationTable } from "./validation/render-validation-table.ts";
export { runEventSchema } from "./validation/run-event-schema.ts";
