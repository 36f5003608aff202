import { type Decimal, sumDecimals } from "@apex/core";
import { plainLine, plannedChanges, renderPullRequest, type Report } from "@apex/report";
import type { NewCommit } from "../github/github.ts";
import { reviewersOf } from "../pull-requests/codeowners.ts";
import type { PreparedGroup, RefusedGroup } from "../pull-requests/decide-actions.ts";
import { digest } from "../pull-requests/digest.ts";
import type { ChangeGroup } from "../pull-requests/group-recommendations.ts";
import { proposalOf } from "../pull-requests/proposal.ts";
import type { BaseFiles } from "./base-files.ts";
import { makeBranch } from "./group-branch.ts";
import { groupCost } from "./group-cost.ts";
import { NEVER_LABEL, NOT_NOW_LABEL, type OptimizeSettings } from "./optimize-settings.ts";
import type { GroupPlan, GroupPlanner } from "./plan-group.ts";

/** All that it takes to open or update a pull request. */
export interface ReadyGroup extends PreparedGroup {
  /** Root module, relative to the repository; "." for its root. */
  readonly directory: string;
  readonly title: string;
  readonly body: string;
  readonly commits: readonly NewCommit[];
  /** Without the `@`. */
  readonly reviewers: readonly string[];
}

/** What groups are prepared from. */
export interface PreparationInputs {
  readonly report: Report;
  /** Root module, relative to the repository; "." for its root. */
  readonly directory: string;
  readonly baseBranch: string;
  readonly files: BaseFiles;
  readonly planner: GroupPlanner;
  readonly settings: Pick<OptimizeSettings, "notNowDays">;
  /** Pull requests of several root modules are told apart by their titles. */
  readonly isOneOfSeveral: boolean;
}

const DIRECTORY_LENGTH_MAX = 60;
/** A commit of no repository: the text's digest is of what people decide by, and not of where the branch begins. */
const NO_COMMIT = "0".repeat(40);

function textOf(
  group: ChangeGroup,
  inputs: PreparationInputs,
  { content, planned }: { content: string; planned: Extract<GroupPlan, { kind: "planned" }> },
  commit: string,
) {
  const { report, directory, baseBranch, settings } = inputs;
  const { result, plan, differences } = planned;
  const touched = new Set(differences.map(({ address }) => address));
  const { title, body } = renderPullRequest({
    key: group.key,
    contentHash: content,
    name: group.name,
    module: group.module,
    owners: group.owners,
    directory,
    base: { branch: baseBranch, commit },
    recommendations: group.recommendations,
    plan: {
      providers: result.providers,
      terraformVersion: result.terraformVersion,
      changes: plannedChanges(plan).filter(({ address }) => touched.has(address)),
      notes: result.notes,
    },
    cost: groupCost(report, differences),
    validation: (report.validation ?? []).filter(({ target }) =>
      group.recommendations.some(({ address }) => address === target),
    ),
    window: report.inputs.window,
    apexVersion: report.apexVersion,
    dismissal: {
      notNowLabel: NOT_NOW_LABEL,
      neverLabel: NEVER_LABEL,
      notNowDays: settings.notNowDays,
    },
  });
  return { title: nameIn(inputs, title), body };
}

/** A name, with the directory of its root module before it where that is one of several: "live/prod: module.web". */
export function nameIn(
  { directory, isOneOfSeveral }: Pick<PreparationInputs, "directory" | "isOneOfSeveral">,
  name: string,
): string {
  return !isOneOfSeveral || directory === "."
    ? name
    : `${plainLine(directory, DIRECTORY_LENGTH_MAX)}: ${name}`;
}

/** What a group saves a month, at list prices. */
export function savingOf({ recommendations }: ChangeGroup): Decimal {
  return sumDecimals(recommendations.map(({ monthlySavings }) => monthlySavings.list));
}

/** Makes a group's branch and text, when its plan is exactly its change: that takes a plan. */
export async function prepareGroup(
  group: ChangeGroup,
  inputs: PreparationInputs,
): Promise<ReadyGroup | RefusedGroup> {
  const { key, recommendations } = group;
  const name = nameIn(inputs, group.name);
  const refused = (reason: string): RefusedGroup => ({ key, name, reason });
  const intended = recommendations.flatMap(({ changes }) => changes ?? []);
  if (recommendations.some(({ changes = [] }) => changes.length === 0))
    return refused(
      "The report does not say what its edits are to change: an earlier version of Apex made it",
    );
  const branch = await makeBranch(group, inputs.files, inputs);
  if ("refusal" in branch) return refused(branch.refusal);
  const planned = await inputs.planner.plan(branch.overlay, intended);
  if (planned.kind === "refused") return refused(planned.reason);
  const found = { content: branch.content, planned };
  const { title, body } = textOf(group, inputs, found, inputs.files.commit);
  const lasting = textOf(group, inputs, found, NO_COMMIT);
  return {
    key,
    name,
    directory: inputs.directory,
    content: branch.content,
    text: digest(`${lasting.title}\n${lasting.body}`, 16),
    proposals: recommendations.map(proposalOf),
    saving: savingOf(group),
    title,
    body,
    commits: branch.commits,
    reviewers: reviewersOf(group.owners),
  };
}
