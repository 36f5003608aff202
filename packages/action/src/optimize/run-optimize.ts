import { AdapterError, formatInstant } from "@apex/core";
import type { PullRequestAction } from "../pull-requests/decide-actions.ts";
import type { KnownPullRequest } from "../pull-requests/decisions.ts";
import { type ActionResult, carryOut } from "./carry-out.ts";
import { decideRun } from "./decide-run.ts";
import { gatherPullRequests } from "./gather-pull-requests.ts";
import { directoryDigest, openGround, type OptimizeRun } from "./ground.ts";
import { obtainReport } from "./obtain-report.ts";
import { readOptimizeSettings } from "./optimize-settings.ts";
import { tellResults } from "./tell-results.ts";

/** What a dry run shows in place of results. */
function untouched(
  actions: readonly PullRequestAction[],
  known: readonly KnownPullRequest[],
): readonly ActionResult[] {
  return actions.map((action) => {
    const number = "number" in action ? action.number : undefined;
    const url = known.find(({ pullRequest }) => pullRequest.number === number)?.pullRequest.url;
    return { action, ...(url === undefined ? {} : { url }) };
  });
}

/**
 * Mode `optimize`: recommendations as pull requests, kept up to date and closed when they are no longer true. Answers why the step is to
 * fail all the same: nothing does. Throws AdapterErrors; what was done until then is found again by the next run.
 */
export async function runOptimize(run: OptimizeRun): Promise<readonly string[]> {
  const { inputs, io, event } = run;
  const settings = readOptimizeSettings(inputs, io.env);
  if (event.occasion.kind === "pull-request") {
    throw new AdapterError(
      "invalid",
      "mode optimize is for schedule, push and workflow_dispatch, not for pull requests",
    );
  }
  const report = await obtainReport(settings, io);
  const github = run.openGitHub();
  const ground = await openGround(run, github, {
    base: settings.base,
    directory: settings.directory ?? report.terraformDirectory,
  });
  const gathered = await gatherPullRequests(github);
  const now = formatInstant(io.now().getTime());
  const { ready, actions, withheld, notes } = await decideRun(run, {
    settings,
    report,
    ground,
    gathered,
    now,
  });
  const results = settings.isDryRun
    ? untouched(actions, gathered.known)
    : await carryOut(actions, {
        github,
        groups: ready,
        known: gathered.known,
        directory: directoryDigest(ground),
        baseBranch: ground.baseBranch,
        baseCommit: ground.files.commit,
        labels: settings.labels,
        isDraft: settings.isDraft,
        now,
      });
  const currency = report.summary.savings.currency;
  await tellResults(io, { isDryRun: settings.isDryRun, results, groups: ready, withheld, notes, currency });
  return [];
}
