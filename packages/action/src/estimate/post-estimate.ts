import { AdapterError } from "@apex/core";
import {
  type EstimateReport,
  estimateTotals,
  isBelowMinChange,
  isCommentTag,
  parseMinChange,
  renderEstimateMarkdown,
} from "@apex/report";
import { postComment } from "../github/post-comment.ts";
import type { EstimateRun } from "./run-estimate.ts";

/** Whether nobody needs to be told: nothing changes in what it costs, or less than the workflow cares for. */
function isQuiet(report: EstimateReport, minChange: string | null): boolean {
  const { changed, failed } = estimateTotals(report);
  if (changed === 0 && failed === 0 && report.missed.length === 0 && report.validation.length === 0)
    return true;
  if (minChange === null) return false;
  const limit = parseMinChange(minChange);
  if (limit === undefined) {
    throw new AdapterError(
      "invalid",
      `min-change: ${JSON.stringify(minChange)} is neither an amount nor a share: 5 or 2%`,
    );
  }
  return isBelowMinChange(report, limit);
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
  if (tag !== "" && !isCommentTag(tag)) {
    throw new AdapterError("invalid", "tag: at most 40 letters, digits, dots, underscores and dashes");
  }
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
