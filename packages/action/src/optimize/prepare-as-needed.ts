import { assert } from "@apex/core";
import {
  bySaving,
  decideActions,
  hasRoom,
  type LifeCycle,
  objection,
  type PullRequestAction,
  type RefusedGroup,
} from "../pull-requests/decide-actions.ts";
import { sharedFile } from "../pull-requests/changed-lines.ts";
import type { ChangeGroup } from "../pull-requests/group-recommendations.ts";
import type { ModuleProblem } from "./analyse-modules.ts";
import { directoryDigest } from "./ground.ts";
import { nameIn, type PreparationInputs, prepareGroup, type ReadyGroup, savingOf } from "./prepare-groups.ts";

/** The groups of a root module, and what they are prepared from. */
export interface ModuleGroups {
  readonly groups: readonly ChangeGroup[];
  readonly inputs: PreparationInputs;
}

/** Groups of all root modules that were prepared, and what is to be done. */
export interface Prepared {
  readonly ready: readonly ReadyGroup[];
  readonly actions: readonly PullRequestAction[];
  readonly problems: readonly ModuleProblem[];
}

/** What is decided from besides the groups; `problemOf` throws what ends the whole run. */
export type Circumstances = Omit<LifeCycle, "groups" | "refused" | "waiting"> & {
  readonly problemOf: (error: unknown, directory: string) => ModuleProblem;
};

const NOT_ANALYSED = "its root module could not be analysed, and what is not known is no reason to close it";

/** What is said of the pull requests of a root module about which nothing is known. */
export const UNKNOWN_GROUNDS = { closingObjection: NOT_ANALYSED, whyGone: () => NOT_ANALYSED };

/** A group that may be opened. */
interface Candidate {
  readonly key: string;
  readonly name: string;
  readonly saving: ReturnType<typeof savingOf>;
  readonly directory: string;
  readonly group: ChangeGroup;
  readonly inputs: PreparationInputs;
}

function candidatesOf(modules: readonly ModuleGroups[]): readonly Candidate[] {
  const all = modules.flatMap(({ groups, inputs }) =>
    groups.map((group) => {
      const name = nameIn(inputs, group.name);
      return { key: group.key, name, saving: savingOf(group), directory: inputs.directory, group, inputs };
    }),
  );
  assert(
    new Set(all.map(({ key }) => key)).size === all.length,
    "two groups have one name for their branches",
  );
  return all;
}

/** Why a candidate has to wait for a pull request of another root module that changes the same file of a module of both. */
function contention(candidate: Candidate, taken: readonly Candidate[]): string | undefined {
  const changeOf = ({ directory, group }: Candidate) => ({
    directory,
    recommendations: group.recommendations,
  });
  for (const other of taken) {
    if (other.directory === candidate.directory) continue;
    const file = sharedFile(changeOf(candidate), changeOf(other));
    if (file !== undefined)
      return `it changes lines of ${file} that ${other.key} changes, too: one of them at a time`;
  }
  return undefined;
}

/**
 * Prepares those groups that have an open pull request, then the others by saving, whatever their root module, for as long as there is
 * room: each takes a plan. What is wrong with a root module withdraws all of its groups.
 */
export async function prepareAsNeeded(
  modules: readonly ModuleGroups[],
  { problemOf, ...cycle }: Circumstances,
): Promise<Prepared> {
  const candidates = candidatesOf(modules);
  const problems = new Map<string, ModuleProblem>();
  const still = <Each extends { readonly directory: string }>(all: readonly Each[]) =>
    all.filter(({ directory }) => !problems.has(directory));
  const ready: ReadyGroup[] = [];
  const taken: Candidate[] = [];
  const refused: (RefusedGroup & { readonly directory: string })[] = [];
  const prepare = async (candidate: Candidate) => {
    const { directory, group, inputs } = candidate;
    if (problems.has(directory)) return;
    try {
      const found = await prepareGroup(group, inputs);
      if ("reason" in found) refused.push({ ...found, directory });
      else {
        ready.push(found);
        taken.push(candidate);
      }
    } catch (error) {
      problems.set(directory, problemOf(error, directory));
    }
  };
  const isOpen = openKeys(cycle);
  for (const candidate of candidates) if (isOpen.has(candidate.key)) await prepare(candidate);
  let waiting = bySaving(candidates.filter(({ key }) => !isOpen.has(key)));
  for (;;) {
    waiting = still(waiting);
    const unknown = [...problems.keys()].map((each) => [directoryDigest(each), UNKNOWN_GROUNDS] as const);
    const life = {
      ...cycle,
      modules: new Map([...cycle.modules, ...unknown]),
      groups: still(ready),
      refused: still(refused),
      waiting,
    };
    const actions = decideActions(life);
    const next = waiting.find((candidate) => objection(candidate, cycle) === undefined);
    if (next === undefined || !hasRoom(actions, life))
      return { ready: life.groups, actions, problems: [...problems.values()] };
    waiting = waiting.filter((candidate) => candidate !== next);
    const reason = contention(next, still(taken));
    if (reason === undefined) await prepare(next);
    else refused.push({ key: next.key, name: next.name, reason, directory: next.directory });
  }
}

function openKeys({ known }: Pick<LifeCycle, "known">): ReadonlySet<string> {
  return new Set(
    known.flatMap(({ pullRequest, memory }) => (pullRequest.state === "open" ? [memory.key] : [])),
  );
}
