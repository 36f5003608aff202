import path from "node:path";
import type { Report } from "@apex/report";
import { type CodeOwners, ownersOf, reviewersOf } from "../pull-requests/codeowners.ts";
import {
  bySaving,
  decideActions,
  decisionSentence,
  hasRoom,
  type LifeCycle,
  objection,
  type PullRequestAction,
  type RefusedGroup,
} from "../pull-requests/decide-actions.ts";
import {
  commandsOf,
  type DecisionRules,
  type Decisions,
  decisionsOf,
  type KnownPullRequest,
} from "../pull-requests/decisions.ts";
import { type ChangeGroup, groupRecommendations } from "../pull-requests/group-recommendations.ts";
import { proposalOf } from "../pull-requests/proposal.ts";
import { isWithin } from "../pull-requests/schedule.ts";
import type { GatheredPullRequests } from "./gather-pull-requests.ts";
import { directoryDigest, type Ground, type OptimizeRun, readCodeOwners } from "./ground.ts";
import { NEVER_LABEL, NOT_NOW_LABEL, type OptimizeSettings } from "./optimize-settings.ts";
import { openGroupPlanner } from "./plan-group.ts";
import { type PreparationInputs, prepareGroup, type ReadyGroup, savingOf } from "./prepare-groups.ts";
import { withheldSentence } from "./render-results.ts";
import { closingObjection, whyGone } from "./why-gone.ts";

function rulesFor(owners: CodeOwners, { notNowDays }: OptimizeSettings): DecisionRules {
  const named = reviewersOf(owners.rules.flatMap((rule) => rule.owners));
  const people = named.filter((name) => !name.includes("/"));
  return {
    neverLabel: NEVER_LABEL,
    notNowLabel: NOT_NOW_LABEL,
    notNowDays,
    codeOwners: new Set(people.map((name) => name.toLowerCase())),
  };
}

/** What was said to Apex on open pull requests and moved nothing, as sentences: silence would be taken for agreement. */
function unheard(known: readonly KnownPullRequest[], rules: DecisionRules): readonly string[] {
  return known
    .filter(({ pullRequest }) => pullRequest.state === "open")
    .flatMap((each) =>
      commandsOf(each, rules).flatMap(({ command, comment, isAllowed }) => {
        const where = `${comment.author} on #${each.pullRequest.number}`;
        if (command.kind === "unknown")
          return [
            `${where}: "/apex ${command.text}" is not understood; "/apex not now 30d" and "/apex never" are.`,
          ];
        return isAllowed
          ? []
          : [`${where}: "/apex ${command.kind}" counts from people with write access only.`];
      }),
    );
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

/** What a run has found out before it decides. */
export interface FoundOut {
  readonly settings: OptimizeSettings;
  readonly report: Report;
  readonly ground: Ground;
  readonly gathered: GatheredPullRequests;
  readonly now: string;
}

/**
 * Prepares those groups that have an open pull request, then the others by saving, for as long as there is room: each takes a plan.
 */
async function prepareAsNeeded(
  groups: readonly ChangeGroup[],
  inputs: PreparationInputs,
  cycle: Omit<LifeCycle, "groups" | "refused" | "waiting">,
): Promise<{ readonly ready: readonly ReadyGroup[]; readonly actions: readonly PullRequestAction[] }> {
  const ready: ReadyGroup[] = [];
  const refused: RefusedGroup[] = [];
  const open = new Set(
    cycle.known.flatMap(({ pullRequest, memory }) => (pullRequest.state === "open" ? [memory.key] : [])),
  );
  const prepare = async (group: ChangeGroup) => {
    const found = await prepareGroup(group, inputs);
    if ("reason" in found) refused.push(found);
    else ready.push(found);
  };
  for (const group of groups) if (open.has(group.key)) await prepare(group);
  let waiting = bySaving(
    groups.filter(({ key }) => !open.has(key)).map((group) => ({ ...group, saving: savingOf(group) })),
  );
  for (;;) {
    const life = { ...cycle, groups: ready, refused, waiting };
    const actions = decideActions(life);
    const next = waiting.find((group) => objection(group, cycle) === undefined);
    if (next === undefined || !hasRoom(actions, life)) return { ready, actions };
    waiting = waiting.filter((group) => group !== next);
    await prepare(next);
  }
}

/** Groups what is wanted, makes and plans the branches, and decides. Writes nothing. */
export async function decideRun({ io }: OptimizeRun, found: FoundOut) {
  const { settings, report, ground, gathered, now } = found;
  const { owners, notes } = await readCodeOwners(ground.files);
  const rules = rulesFor(owners, settings);
  const decisions = decisionsOf(gathered.known, rules, now);
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
  const inputs = {
    report,
    directory: ground.directory.relative,
    baseBranch: ground.baseBranch,
    files: ground.files,
    planner,
    settings,
  };
  const { ready, actions } = await prepareAsNeeded(groups, inputs, {
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
  return { ready, actions, withheld, notes: [...notes, ...strangers, ...unheard(gathered.known, rules)] };
}
