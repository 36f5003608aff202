import { AdapterError, formatInstant } from "@apex/core";
import type { GitHub } from "../github/github.ts";
import type { PullRequestAction } from "../pull-requests/decide-actions.ts";
import type { KnownPullRequest } from "../pull-requests/decisions.ts";
import { type AnalysedModules, analyseModules } from "./analyse-modules.ts";
import { type ActionResult, carryOut } from "./carry-out.ts";
import { decideRun } from "./decide-run.ts";
import { findModules, meansSeveral } from "./find-modules.ts";
import { gatherPullRequests } from "./gather-pull-requests.ts";
import { existingPlace, type Ground, openGround, type OptimizeRun, placeIn } from "./ground.ts";
import { obtainReport } from "./obtain-report.ts";
import { type OptimizeSettings, readOptimizeSettings } from "./optimize-settings.ts";
import { problemSentence } from "./render-results.ts";
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

/** What is worked on: one root module, or several. */
interface Subject extends AnalysedModules {
  readonly github: GitHub;
  readonly ground: Ground;
  readonly isSeveral: boolean;
}

/** The root module that `path` names, or else its report. Throws AdapterErrors for whatever is wrong with it. */
async function oneModule(run: OptimizeRun, settings: OptimizeSettings): Promise<Subject> {
  const { io, openGitHub } = run;
  const report = await obtainReport(settings, io);
  const github = openGitHub();
  const directory = await existingPlace(io.workspace, settings.directory ?? report.terraformDirectory);
  const ground = await openGround(run, github, { base: settings.base, directory });
  const modules = [{ place: placeIn(ground, directory), settings, report }];
  return { github, ground, modules, problems: [], isSeveral: false };
}

/** All root modules that `path` names or matches. */
async function severalModules(run: OptimizeRun, settings: OptimizeSettings): Promise<Subject> {
  const { io, openGitHub } = run;
  const github = openGitHub();
  const ground = await openGround(run, github, { base: settings.base, directory: io.workspace });
  const found = await findModules(run, settings, ground);
  io.log(`root modules: ${found.length}`);
  return { github, ground, ...(await analyseModules(found, io)), isSeveral: true };
}

/**
 * Mode `optimize`: recommendations as pull requests, kept up to date and closed when they are no longer true. Answers why the step is to
 * fail all the same: of several root modules, those that could not be analysed. Throws AdapterErrors; what was done until then is found
 * again by the next run.
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
  const subject = await ((await meansSeveral(run)) ? severalModules : oneModule)(run, settings);
  const { github } = subject;
  const gathered = await gatherPullRequests(github);
  const now = formatInstant(io.now().getTime());
  const { actions, ...decided } = await decideRun(run, { ...subject, settings, gathered, now });
  const results = settings.isDryRun
    ? untouched(actions, gathered.known)
    : await carryOut(actions, {
        github,
        groups: decided.ready,
        known: gathered.known,
        baseBranch: subject.ground.baseBranch,
        baseCommit: subject.ground.files.commit,
        labels: settings.labels,
        isDraft: settings.isDraft,
        now,
      });
  const { ready: groups, withheld, notes, problems } = decided;
  const currency = subject.modules[0]?.report.summary.savings.currency ?? null;
  const { isDryRun } = settings;
  await tellResults(io, { isDryRun, results, groups, withheld, notes, problems, currency });
  return problems.map(problemSentence);
}
