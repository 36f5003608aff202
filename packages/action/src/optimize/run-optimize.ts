import { mkdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError, sumDecimals } from "@apex/core";
import type { Report } from "@apex/report";
import type { EstimateRun } from "../estimate/run-estimate.ts";
import { type Git, openGit } from "../estimate/git.ts";
import type { GitHub } from "../github/github.ts";
import {
  CODEOWNERS_PATHS,
  type CodeOwners,
  ownersOf,
  parseCodeOwners,
  reviewersOf,
} from "../pull-requests/codeowners.ts";
import { decideActions, decisionSentence, type PullRequestAction } from "../pull-requests/decide-actions.ts";
import { type Decisions, decisionsOf, type KnownPullRequest } from "../pull-requests/decisions.ts";
import { digest } from "../pull-requests/digest.ts";
import { groupRecommendations } from "../pull-requests/group-recommendations.ts";
import { proposalOf } from "../pull-requests/proposal.ts";
import { isWithin } from "../pull-requests/schedule.ts";
import { type BaseFiles, baseFiles } from "./base-files.ts";
import { type ActionResult, carryOut } from "./carry-out.ts";
import { gatherPullRequests, type GatheredPullRequests } from "./gather-pull-requests.ts";
import { obtainReport } from "./obtain-report.ts";
import {
  NEVER_LABEL,
  NOT_NOW_LABEL,
  type OptimizeSettings,
  readOptimizeSettings,
} from "./optimize-settings.ts";
import { openGroupPlanner } from "./plan-group.ts";
import { prepareGroups, type ReadyGroup } from "./prepare-groups.ts";
import {
  renderResultsJson,
  renderResultsMarkdown,
  renderResultsTable,
  type RunSummary,
  withheldSentence,
} from "./render-results.ts";
import { closingObjection, whyGone } from "./why-gone.ts";

/** What optimization pull requests need of the outside. */
export type OptimizeRun = Pick<EstimateRun, "inputs" | "event" | "io" | "openGitHub">;

/** Where the root module is, and what branches begin at. */
interface Ground {
  readonly git: Git;
  /** Absolute, and relative to the repository. */
  readonly directory: { readonly absolute: string; readonly relative: string };
  readonly baseBranch: string;
  readonly files: BaseFiles;
}

async function groundOf(
  { io, event }: OptimizeRun,
  github: GitHub,
  { settings, report }: { readonly settings: OptimizeSettings; readonly report: Report },
): Promise<Ground> {
  const wanted = path.resolve(io.workspace, settings.directory ?? report.terraformDirectory);
  const absolute = await realpath(wanted).catch((cause: unknown) => {
    throw new AdapterError("not-found", `path: there is no ${wanted}`, { cause });
  });
  const git = await openGit(absolute, io.env, io.signal);
  const relative = path.relative(git.root, absolute).split(path.sep).join("/") || ".";
  const baseBranch = settings.base ?? event.defaultBranch ?? (await github.defaultBranch());
  const ref = io.env["GITHUB_REF"];
  if (ref !== undefined && ref !== "" && ref !== `refs/heads/${baseBranch}`) {
    throw new AdapterError(
      "invalid",
      `mode optimize opens pull requests into ${baseBranch}, and this run is of ${ref}: run it on schedule, push or workflow_dispatch of that branch, or name the other one with \`base\``,
    );
  }
  const commit = (await git.run(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
  return { git, directory: { absolute, relative }, baseBranch, files: baseFiles(git, commit) };
}

async function readCodeOwners(files: BaseFiles): Promise<{ owners: CodeOwners; notes: readonly string[] }> {
  for (const place of CODEOWNERS_PATHS) {
    const read = await files.read(place);
    if (read.kind === "refused") continue;
    const owners = parseCodeOwners(read.text);
    const notes = owners.skipped.map(
      ({ line, reason }) => `${place}:${line} is skipped, as GitHub does: ${reason}.`,
    );
    return { owners, notes };
  }
  return { owners: { rules: [], skipped: [] }, notes: [] };
}

function decisionsFor(
  known: readonly KnownPullRequest[],
  owners: CodeOwners,
  run: {
    settings: OptimizeSettings;
    now: string;
  },
): Decisions {
  const people = reviewersOf(owners.rules.flatMap((rule) => rule.owners)).filter(
    (name) => !name.includes("/"),
  );
  const rules = {
    neverLabel: NEVER_LABEL,
    notNowLabel: NOT_NOW_LABEL,
    notNowDays: run.settings.notNowDays,
    codeOwners: new Set(people.map((name) => name.toLowerCase())),
  };
  return decisionsOf(known, rules, run.now);
}

/** The recommendations that are written, without those that people decided against. */
function wanted(report: Report, { withholding }: Decisions) {
  const withheld: string[] = [];
  const recommendations = report.recommendations.filter((recommendation) => {
    if (recommendation.status === "not-applicable" || recommendation.edits.length === 0) return false;
    const made = withholding(proposalOf(recommendation));
    if (made === undefined) return true;
    const sentence = `${decisionSentence(made.decision)}`;
    withheld.push(withheldSentence(recommendation.address, sentence, made.pullRequest.number));
    return false;
  });
  return { recommendations, withheld };
}

interface Prepared {
  readonly settings: OptimizeSettings;
  readonly report: Report;
  readonly ground: Ground;
  readonly gathered: GatheredPullRequests;
  readonly now: string;
}

/** Groups what is wanted, makes and plans the branches, and decides. Writes nothing. */
async function decide({ io }: OptimizeRun, prepared: Prepared) {
  const { settings, report, ground, gathered, now } = prepared;
  const { owners, notes } = await readCodeOwners(ground.files);
  const decisions = decisionsFor(gathered.known, owners, { settings, now });
  const { recommendations, withheld } = wanted(report, decisions);
  const groups = groupRecommendations(recommendations, {
    directory: ground.directory.relative,
    changesMax: settings.changesMax,
    ownersOf: (file) => ownersOf(owners, file),
  });
  const inWorkspace = (file: string) => path.resolve(io.workspace, file);
  await using planner = await openGroupPlanner({
    directory: ground.directory.absolute,
    stateFile: settings.state === null ? null : inWorkspace(settings.state),
    varFiles: settings.varFiles.map(inWorkspace),
    isTrusted: settings.isTrusted,
    signal: io.signal,
  });
  const { ready, refused } = await prepareGroups(groups, {
    report,
    directory: ground.directory.relative,
    baseBranch: ground.baseBranch,
    files: ground.files,
    planner,
    settings,
  });
  const actions = decideActions({
    groups: ready,
    refused,
    known: gathered.known,
    directory: directoryDigest(ground),
    decisions,
    openMax: settings.openMax,
    savingMinimum: settings.savingMinimum,
    isTime: settings.schedule === null || isWithin(settings.schedule, Date.parse(now)),
    closingObjection: closingObjection(report),
    whyGone: (known) => whyGone(known, report),
  });
  const strangers = gathered.strangers.map(
    ({ number, head }) =>
      `#${number} has the branch ${head.ref}, and Apex did not open it: it is left alone.`,
  );
  return { ready, actions, withheld, notes: [...notes, ...strangers] };
}

function directoryDigest({ directory }: Ground): string {
  return digest(directory.relative, 8);
}

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

/** The groups that have an open pull request now. */
function openGroups({ results, groups }: RunSummary): readonly ReadyGroup[] {
  const open = results.filter(
    ({ action, obstacle, url }) =>
      url !== undefined && obstacle === undefined && action.kind !== "close" && action.kind !== "hold",
  );
  return groups.filter(({ key }) => open.some(({ action }) => action.key === key));
}

async function tell({ io }: OptimizeRun, summary: RunSummary): Promise<void> {
  io.log(renderResultsTable(summary));
  for (const { action, refusedReviewers = [], obstacle } of summary.results) {
    if (obstacle !== undefined) io.annotate("warning", `${action.key}: ${obstacle}`, { title: "Apex" });
    if (refusedReviewers.length > 0) {
      const names = refusedReviewers.join(", ");
      io.annotate(
        "warning",
        `CODEOWNERS names ${names}, of whom GitHub takes no request for a review: without access to the repository, or unknown`,
        { title: "Apex" },
      );
    }
  }
  const directory = path.join(io.temp, "apex-pull-requests");
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, "pull-requests.json");
  await writeFile(file, renderResultsJson(summary));
  await io.addSummary(renderResultsMarkdown(summary));
  const urls = summary.results
    .filter(({ action }) => action.kind !== "close")
    .flatMap(({ url }) => url ?? []);
  await io.setOutput("savings", sumDecimals(openGroups(summary).map(({ saving }) => saving)));
  await io.setOutput("pull-requests", urls.join("\n"));
  await io.setOutput("report-json", file);
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
  const ground = await groundOf(run, github, { settings, report });
  const gathered = await gatherPullRequests(github);
  const now = io
    .now()
    .toISOString()
    .replace(/\.\d{3}Z$/, "Z");
  const { ready, actions, withheld, notes } = await decide(run, { settings, report, ground, gathered, now });
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
  await tell(run, { isDryRun: settings.isDryRun, results, groups: ready, withheld, notes, currency });
  return [];
}
