import path from "node:path";
import type { Report } from "@apex/report";
import { type CodeOwners, ownersOf, reviewersOf } from "../pull-requests/codeowners.ts";
import { decisionSentence, type ModuleGrounds } from "../pull-requests/decide-actions.ts";
import {
  commandsOf,
  type DecisionRules,
  type Decisions,
  decisionsOf,
  type KnownPullRequest,
} from "../pull-requests/decisions.ts";
import { groupRecommendations } from "../pull-requests/group-recommendations.ts";
import { proposalOf } from "../pull-requests/proposal.ts";
import { isWithin } from "../pull-requests/schedule.ts";
import { type AnalysedModule, type AnalysedModules, problemOf } from "./analyse-modules.ts";
import type { GatheredPullRequests } from "./gather-pull-requests.ts";
import { directoryDigest, type Ground, type OptimizeRun, readCodeOwners } from "./ground.ts";
import { NEVER_LABEL, NOT_NOW_LABEL, type OptimizeSettings } from "./optimize-settings.ts";
import { type GroupPlanners, openGroupPlanners } from "./plan-group.ts";
import {
  type Circumstances,
  type ModuleGroups,
  type Prepared,
  prepareAsNeeded,
  UNKNOWN_GROUNDS,
} from "./prepare-as-needed.ts";
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

/** The recommendations that are written, without those that people decided against in pull requests of the same root module. */
function wanted(report: Report, { withholding }: Decisions, nameOf: (address: string | null) => string) {
  const withheld: string[] = [];
  const recommendations = report.recommendations.filter((recommendation) => {
    if (recommendation.status === "not-applicable" || recommendation.edits.length === 0) return false;
    const made = withholding(proposalOf(recommendation));
    if (made === undefined) return true;
    const sentence = decisionSentence(made.decision);
    withheld.push(withheldSentence(nameOf(recommendation.address), sentence, made.pullRequest.number));
    return false;
  });
  return { recommendations, withheld };
}

/** What a run has found out before it decides. */
export interface FoundOut extends AnalysedModules {
  readonly settings: OptimizeSettings;
  readonly ground: Ground;
  readonly gathered: GatheredPullRequests;
  readonly now: string;
  /** Whether `path` means several root modules, however many are left. */
  readonly isSeveral: boolean;
}

/** What a run has decided. */
export interface DecidedRun extends Prepared {
  /** Recommendations that people decided against, and what else is to be told: sentences. */
  readonly withheld: readonly string[];
  readonly notes: readonly string[];
}

interface GroupedModule extends ModuleGroups {
  readonly withheld: readonly string[];
}

/** Groups what is wanted of a root module. */
function groupModule(
  { place, settings, report }: AnalysedModule,
  { io }: OptimizeRun,
  {
    found,
    owners,
    rules,
    planners,
  }: { found: FoundOut; owners: CodeOwners; rules: DecisionRules; planners: GroupPlanners },
): GroupedModule {
  const { ground, gathered, isSeveral, now } = found;
  const directory = place.relative;
  // An address is of its root module: what was said of another one's resource is not said of this one's.
  const known = gathered.known.filter(({ memory }) => memory.directory === directoryDigest(directory));
  const nameOf = (address: string | null) => {
    const name = address ?? "a resource outside of Terraform";
    return isSeveral ? `${directory}: ${name}` : name;
  };
  const { recommendations, withheld } = wanted(report, decisionsOf(known, rules, now), nameOf);
  const groups = groupRecommendations(recommendations, {
    directory,
    changesMax: settings.changesMax,
    ownersOf: (file) => ownersOf(owners, file),
  });
  const inWorkspace = (file: string) => path.resolve(io.workspace, file);
  const planner = planners.of({
    directory: place.absolute,
    stateFile: settings.state === null ? null : inWorkspace(settings.state),
    varFiles: settings.varFiles.map(inWorkspace),
    signal: io.signal,
  });
  const { baseBranch, files } = ground;
  const inputs = { report, directory, baseBranch, files, planner, settings, isOneOfSeveral: isSeveral };
  return { groups, inputs, withheld };
}

/** What is decided from besides the groups of the root modules. */
function circumstancesOf({ io }: OptimizeRun, found: FoundOut, rules: DecisionRules): Circumstances {
  const { settings, modules, problems, gathered, isSeveral, now } = found;
  return {
    known: gathered.known,
    modules: new Map<string, ModuleGrounds>([
      ...problems.map(({ directory }) => [directoryDigest(directory), UNKNOWN_GROUNDS] as const),
      ...modules.map(({ place, report }) => {
        const grounds = {
          closingObjection: closingObjection(report),
          whyGone: (known: KnownPullRequest) => whyGone(known, report),
        };
        return [directoryDigest(place.relative), grounds] as const;
      }),
    ]),
    decisions: decisionsOf(gathered.known, rules, now),
    openMax: settings.openMax,
    savingMinimum: settings.savingMinimum,
    isTime: settings.schedule === null || isWithin(settings.schedule, Date.parse(now)),
    problemOf: (error, directory) => {
      if (!isSeveral) throw error;
      return problemOf(error, directory, io);
    },
  };
}

/** Open pull requests of root modules that are none of a run for several: nothing else is told of them, and they take up the limit. */
function ofOthers({ gathered, isSeveral }: FoundOut, { modules }: Circumstances): readonly string[] {
  const others = gathered.known.filter(
    ({ pullRequest, memory }) => pullRequest.state === "open" && !modules.has(memory.directory),
  );
  if (!isSeveral) return [];
  return others.map(
    ({ pullRequest }) =>
      `#${pullRequest.number} is of a root module that this run does not have: it counts for the limit, and is left as it is, whatever is said on it.`,
  );
}

/** Groups what is wanted of each root module, makes and plans the branches, and decides on all together. Writes nothing. */
export async function decideRun(run: OptimizeRun, found: FoundOut): Promise<DecidedRun> {
  const { settings, ground, gathered } = found;
  const { owners, notes } = await readCodeOwners(ground.files);
  const rules = rulesFor(owners, settings);
  await using planners = await openGroupPlanners(settings.isTrusted);
  const modules = found.modules.map((each) => groupModule(each, run, { found, owners, rules, planners }));
  const circumstances = circumstancesOf(run, found, rules);
  const prepared = await prepareAsNeeded(modules, circumstances);
  const strangers = gathered.strangers.map(
    ({ number, head }) =>
      `#${number} has the branch ${head.ref}, and Apex did not open it: it is left alone.`,
  );
  return {
    ...prepared,
    problems: [...found.problems, ...prepared.problems],
    withheld: modules.flatMap(({ withheld }) => withheld),
    notes: [...notes, ...strangers, ...ofOthers(found, circumstances), ...unheard(gathered.known, rules)],
  };
}
