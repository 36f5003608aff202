import path from "node:path";
import { AdapterError } from "@apex/core";
import type { EstimateReport } from "@apex/report";
import type { ActionEvent } from "../event/action-event.ts";
import type { GitHub } from "../github/github.ts";
import type { ActionInputs } from "../inputs/action-inputs.ts";
import type { ActionIo } from "../runner/action-io.ts";
import { estimateCheckout } from "./estimate-checkout.ts";
import {
  addEstimateSummary,
  annotateProblems,
  estimateFailures,
  setEstimateOutputs,
} from "./estimate-outputs.ts";
import { estimatePlanFiles } from "./estimate-plan-files.ts";
import { type EstimateOwner, readReportFiles, writeReportFiles } from "./report-files.ts";
import { postEstimate } from "./post-estimate.ts";

/** What an estimate needs of the outside. */
export interface EstimateRun {
  readonly inputs: ActionInputs;
  readonly event: ActionEvent;
  readonly io: ActionIo;
  /** Opened when something has to be asked or told. Throws an AdapterError without credentials. */
  readonly openGitHub: () => GitHub;
  /** What a sandbox found of the changed machines; absent where none is asked. */
  readonly validate?: (report: EstimateReport) => Promise<EstimateReport>;
}

/** Whether the workflow that runs now is the one that speaks, and why not. */
function silence({ inputs, event }: EstimateRun): string | undefined {
  const { occasion } = event;
  if (inputs.behavior === "off") return "behavior is off: no comment is made";
  if (occasion.kind !== "pull-request") {
    return `the event ${event.name} belongs to no pull request: the estimate is in the summary of this run`;
  }
  if (inputs.post === "artifact" || (inputs.post === "auto" && occasion.isReadOnly)) {
    return `the token of this run can only read, as it is for forks and Dependabot: upload the directory of the output \`report-directory\` with actions/upload-artifact, and let a workflow on \`workflow_run\` post it (packages/action/examples/fork-post.yml)`;
  }
  return undefined;
}

async function deliver(run: EstimateRun, report: EstimateReport): Promise<readonly string[]> {
  const { io, inputs, event } = run;
  const { occasion } = event;
  const owner: EstimateOwner | undefined =
    occasion.kind === "pull-request"
      ? { pullRequest: occasion.number, headSha: occasion.headSha }
      : undefined;
  const files = await writeReportFiles(io.temp, report, owner);
  await addEstimateSummary(io, report);
  annotateProblems(io, report);
  const reason = silence(run);
  if (reason !== undefined) io.log(reason);
  const commentUrl =
    reason === undefined && occasion.kind === "pull-request"
      ? await postEstimate(run, report, { pullRequest: occasion.number, isFromFork: false, at: occasion.at })
      : undefined;
  await setEstimateOutputs(io, report, { files, commentUrl });
  return estimateFailures(report, inputs.failOn);
}

/** The estimate of a pull request's checkout, of plans that are there already, or of whatever else the event is about. */
async function estimate(run: EstimateRun): Promise<EstimateReport> {
  const { inputs, event, io } = run;
  if (inputs.planJson.length > 0) return estimatePlanFiles(inputs, io);
  if (event.name === "pull_request_target") {
    throw new AdapterError(
      "invalid",
      "pull_request_target checks out the base, and hands a token that can write to what a fork wrote: use pull_request, and workflow_run to post (packages/action/examples)",
    );
  }
  return estimateCheckout(inputs, event, io);
}

/** Whether the commit is still the newest one of the pull request that the artifact claims to be about. */
async function confirmedPullRequest(
  github: GitHub,
  owner: EstimateOwner,
  run: { readonly headSha: string; readonly headRepository: string | null },
): Promise<{ readonly kind: "confirmed" } | { readonly kind: "stale"; readonly reason: string }> {
  if (owner.headSha !== run.headSha) {
    throw new AdapterError(
      "denied",
      "artifact: it is about another commit than the workflow that left it ran for: nothing is posted",
    );
  }
  const pull = await github.getPullRequest(owner.pullRequest);
  const headOwner = run.headRepository?.split("/")[0]?.toLowerCase();
  if (pull.state !== "open") return { kind: "stale", reason: "the pull request is closed" };
  if (pull.head.sha === run.headSha && pull.head.owner?.toLowerCase() === headOwner) {
    return { kind: "confirmed" };
  }
  if (pull.head.owner !== null && pull.head.owner.toLowerCase() !== headOwner) {
    throw new AdapterError(
      "denied",
      `artifact: pull request ${owner.pullRequest} is not the one that the workflow ran for: nothing is posted`,
    );
  }
  return { kind: "stale", reason: "the pull request has newer commits, whose estimate will be posted" };
}

/**
 * Posts what the workflow of a fork's pull request, or of Dependabot's, left. The branch's author decides all that is in it, so the pull request that it names
 * counts only when GitHub says that its head is the commit which that workflow ran for.
 */
async function postArtifact(
  run: EstimateRun,
  occasion: Extract<ActionEvent["occasion"], { kind: "workflow-run" }>,
): Promise<readonly string[]> {
  const { inputs, io } = run;
  if (occasion.startedBy !== "pull_request") {
    io.log(`the workflow was started by ${occasion.startedBy}, not by a pull request: nothing to post`);
    return [];
  }
  if (inputs.artifact === null) {
    throw new AdapterError(
      "invalid",
      "on workflow_run, `artifact` must name the directory into which actions/download-artifact has put the estimate",
    );
  }
  const { report, owner } = await readReportFiles(path.resolve(io.workspace, inputs.artifact));
  const answer = await confirmedPullRequest(run.openGitHub(), owner, occasion);
  await addEstimateSummary(io, report);
  if (answer.kind === "stale") io.log(`nothing is posted: ${answer.reason}`);
  const isSpeaking = answer.kind === "confirmed" && inputs.behavior !== "off";
  const { owner: ours, name } = run.event.repository;
  // Dependabot's branches are of this repository, and their runs have a token that can only read all the same.
  const isFromFork = occasion.headRepository?.toLowerCase() !== `${ours}/${name}`.toLowerCase();
  const commentUrl = isSpeaking
    ? await postEstimate(run, report, { pullRequest: owner.pullRequest, isFromFork, at: occasion.at })
    : undefined;
  const files = await writeReportFiles(io.temp, report, owner);
  await setEstimateOutputs(io, report, { files, commentUrl });
  return estimateFailures(report, inputs.failOn);
}

/**
 * What a change does to the monthly cost, told where it belongs. Answers why the step is to fail, by `fail-on`: everything has been
 * posted by then. Throws an AdapterError where there is no estimate.
 */
export async function runEstimate(run: EstimateRun): Promise<readonly string[]> {
  const { occasion } = run.event;
  if (occasion.kind === "workflow-run" && run.inputs.planJson.length === 0)
    return postArtifact(run, occasion);
  const report = await estimate(run);
  return deliver(run, run.validate === undefined ? report : await run.validate(report));
}
