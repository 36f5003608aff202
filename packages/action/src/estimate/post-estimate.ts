import { type EstimateReport, estimateTotals, isBelowMinChange, renderEstimateMarkdown } from "@apex/report";
import { postComment } from "../github/post-comment.ts";
import type { EstimateRun } from "./run-estimate.ts";

/** Whether nobody needs to be told: nothing changes in what it costs, or less than the workflow cares for. */
function isQuiet(report: EstimateReport, minChange: EstimateRun["inputs"]["minChange"]): boolean {
  const { changed, failed } = estimateTotals(report);
  if (changed === 0 && failed === 0 && report.missed.length === 0 && report.validation.length === 0)
    return true;
  return minChange !== null && isBelowMinChange(report, minChange);
}

/** Comments on a pull request with what the inputs say of comments. Answers the comment's address, where there is one. */
export async function postEstimate(
  run: Pick<EstimateRun, "inputs" | "io" | "openGitHub">,
  report: EstimateReport,
  about: {
    readonly pullRequest: number;
    readonly isFromFork: boolean;
    /** ISO 8601 UTC: the state that the estimate is of; of two runs that of the newer state holds. */
    readonly at: string | undefined;
  },
): Promise<string | undefined> {
  const { inputs, io } = run;
  const tag = inputs.tag ?? "";
  if (inputs.behavior === "off") return undefined;
  const body = renderEstimateMarkdown(report, {
    flavour: "github",
    tag,
    validAt: about.at ?? io.now().toISOString(),
    isFromFork: about.isFromFork,
  });
  const quiet = isQuiet(report, inputs.minChange);
  if (inputs.isDryRun) {
    io.log(`dry-run: the comment on pull request ${about.pullRequest} would be:\n${body}`);
    return undefined;
  }
  const posted = await postComment(run.openGitHub(), {
    pullRequest: about.pullRequest,
    body,
    behavior: inputs.behavior,
    isQuiet: quiet,
  });
  io.log(
    posted.kind === "skipped"
      ? `no comment is made: ${posted.reason}`
      : `comment ${posted.kind}: ${posted.url}`,
  );
  return posted.url;
}
