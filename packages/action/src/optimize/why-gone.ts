import { hasErrors } from "@apex/core";
import type { Report } from "@apex/report";
import type { KnownPullRequest } from "../pull-requests/decisions.ts";
import { proposalOf } from "../pull-requests/proposal.ts";

const REASONS_MAX = 5;

/** Why a report is no ground to close anything: bad or missing data make no recommendation untrue. `null` when it is one. */
export function closingObjection(report: Report): string | null {
  if (hasErrors(report.diagnostics))
    return "the report has errors, and what is not known is no reason to close it";
  if (report.inputs.points === 0)
    return "the report has no samples, and what is not known is no reason to close it";
  return null;
}

/** What a report says of the proposals of a pull request that it no longer makes: whole sentences. */
export function whyGone({ memory }: KnownPullRequest, report: Report): string {
  const subjects = new Set(memory.proposals.map(({ subject }) => subject));
  const sentences = report.recommendations.flatMap((recommendation) => {
    if (!subjects.has(proposalOf(recommendation).subject)) return [];
    const { address, to, status, reason } = recommendation;
    const name = address ?? recommendation.resourceId;
    if (status === "not-applicable") return [`${name}: ${reason ?? "it cannot be written"}.`];
    return [`${name} is proposed in another group now, or declined there (to ${to}).`];
  });
  if (sentences.length === 0)
    return `With the data until ${report.inputs.window?.end.slice(0, 10) ?? report.generatedAt.slice(0, 10)} Apex recommends none of it any more, or the base branch has it already.`;
  return sentences.slice(0, REASONS_MAX).join(" ");
}
