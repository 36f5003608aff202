import { canonicalJson, formatModulePath, type IntendedChange, parseAddress } from "@apex/core";
import { isStateful } from "@apex/agent/stateful-types";
import type { Report } from "@apex/report";
import { type Hunk, hunkOf } from "./changed-lines.ts";
import { digest } from "./digest.ts";
import { repositoryPath } from "./repository-path.ts";

type Recommendation = Report["recommendations"][number];

/** Recommendations that are merged, or not, together. */
export interface ChangeGroup {
  /** The same for as long as module, owners, risk and kind of the group are: letters, digits and `._-`, fit for the name of a branch. */
  readonly key: string;
  /** What people call it: "module.web", "gpu.tf of the root module". */
  readonly name: string;
  /** The module that all of it is in, without instances: "module.service.module.node"; `null` for the root module. */
  readonly module: string | null;
  /** Who owns the files that it changes, as CODEOWNERS writes them. */
  readonly owners: readonly string[];
  /** In the report's order. */
  readonly recommendations: readonly Recommendation[];
}

/** How recommendations are grouped. */
export interface GroupingOptions {
  /** Root module, relative to the repository; "." for its root. */
  readonly directory: string;
  /** Recommendations in one group, unless more of them cannot be told apart. */
  readonly changesMax: number;
  /** Owners of a path that is relative to the repository. */
  readonly ownersOf: (path: string) => readonly string[];
}

/** What a reviewer takes the risk for: shares of samples of 0.05 % and less; 0.5 and 5 %; above. */
const RISK_NAMES = ["low", "low", "moderate", "moderate", "high"] as const;

/** Recommendations that belong together: one cannot be merged, or undone, without the others. */
type Cluster = readonly Recommendation[];

function addressesOf(change: IntendedChange): string {
  return change.kind === "add-resource" ? change.besideAddress : change.address;
}

/** Joins numbers from 0 to sets; each set is known by its smallest number. */
class DisjointSets {
  private readonly parents: number[];

  constructor(size: number) {
    this.parents = Array.from({ length: size }, (_, index) => index);
  }

  find(index: number): number {
    let root = index;
    for (
      let parent = this.parents[root];
      parent !== undefined && parent !== root;
      parent = this.parents[root]
    )
      root = parent;
    this.parents[index] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)].toSorted((x, y) => x - y);
    if (first !== undefined && second !== undefined) this.parents[second] = first;
  }
}

interface OwnedHunk extends Hunk {
  readonly owner: number;
}

/** The lines that are changed, by file, in order. */
function hunksByFile(recommendations: readonly Recommendation[]): ReadonlyMap<string, readonly OwnedHunk[]> {
  const files = new Map<string, OwnedHunk[]>();
  for (const [owner, { edits }] of recommendations.entries()) {
    for (const edit of edits) {
      const { file } = edit;
      const hunk = { owner, ...hunkOf(edit) };
      const found = files.get(file);
      if (found === undefined) files.set(file, [hunk]);
      else found.push(hunk);
    }
  }
  for (const hunks of files.values()) hunks.sort((a, b) => a.start - b.start || a.end - b.end);
  return files;
}

/**
 * Recommendations that change one resource (a launch template, a module's instance), or lines that touch: git can merge changes of
 * neighbouring lines one way only, so whichever came second would be in conflict.
 */
function clusters(recommendations: readonly Recommendation[]): readonly Cluster[] {
  const sets = new DisjointSets(recommendations.length);
  const byAddress = new Map<string, number>();
  for (const [index, { changes = [] }] of recommendations.entries()) {
    for (const address of changes.map(addressesOf)) {
      sets.join(index, byAddress.get(address) ?? index);
      byAddress.set(address, index);
    }
  }
  for (const hunks of hunksByFile(recommendations).values()) {
    let reached: OwnedHunk | undefined;
    for (const hunk of hunks) {
      if (reached !== undefined && hunk.start <= reached.end) sets.join(reached.owner, hunk.owner);
      if (reached === undefined || hunk.end >= reached.end) reached = hunk;
    }
  }
  const found = Map.groupBy(recommendations.entries(), ([index]) => sets.find(index));
  return [...found.values()].map((members) => members.map(([, recommendation]) => recommendation));
}

/** The module path of an address without the keys of instances. */
function moduleOf(address: string | null): readonly string[] {
  const modules = parseAddress(address ?? "")?.modules ?? [];
  return modules.map(({ name }) => formatModulePath([{ name }]));
}

function commonModule(cluster: Cluster): string | null {
  const [first = [], ...others] = cluster.map(({ address }) => moduleOf(address));
  const length = others.reduce((common, other) => {
    const differs = first.findIndex((step, index) => other[index] !== step);
    return Math.min(common, differs < 0 ? first.length : differs);
  }, first.length);
  return length === 0 ? null : first.slice(0, length).join(".");
}

/** What a cluster is grouped by. */
interface Traits {
  readonly module: string | null;
  readonly owners: readonly string[];
  readonly risk: (typeof RISK_NAMES)[number];
  readonly state: "stateful" | "stateless";
  /** Present where a group would be too large without it. */
  readonly split?: readonly string[];
}

function pathsOf(cluster: Cluster, directory: string): readonly string[] {
  const files = new Set(cluster.flatMap(({ edits }) => edits.map(({ file }) => file)));
  return [...files].flatMap((file) => repositoryPath(directory, file) ?? []).toSorted();
}

function traitsOf(cluster: Cluster, { directory, ownersOf }: GroupingOptions): Traits {
  const owners = new Set(pathsOf(cluster, directory).flatMap((path) => ownersOf(path)));
  const highest = Math.max(...cluster.map(({ risk }) => risk));
  return {
    module: commonModule(cluster),
    owners: [...owners].toSorted(),
    risk: RISK_NAMES[highest] ?? "high",
    state: cluster.some(({ resourceType }) => isStateful(resourceType)) ? "stateful" : "stateless",
  };
}

const sizeOf = (members: readonly Cluster[]) => members.reduce((sum, cluster) => sum + cluster.length, 0);

/** Halves by digits of the clusters' own digests: one that joins or leaves moves no other. */
function halved(members: readonly Cluster[], changesMax: number, path = ""): readonly [string, Cluster[]][] {
  if (sizeOf(members) <= changesMax || members.length === 1 || path.length >= 32)
    return [[path, [...members]]];
  const sides = Map.groupBy(members, (cluster) => {
    const anchor = cluster.map(({ address }) => address ?? "").toSorted()[0] ?? "";
    return (Number.parseInt(digest(anchor, 8), 16) >>> (31 - path.length)) & 1;
  });
  return [0, 1].flatMap((side) => {
    const half = sides.get(side) ?? [];
    return half.length === 0 ? [] : halved(half, changesMax, `${path}${side}`);
  });
}

/** Splits what is too large: by file, then by chance that stays the same. */
function divided(
  members: readonly Cluster[],
  { changesMax, directory }: GroupingOptions,
): readonly { readonly split?: readonly string[]; readonly members: readonly Cluster[] }[] {
  if (sizeOf(members) <= changesMax) return [{ members }];
  const files = Map.groupBy(members, (cluster) => pathsOf(cluster, directory)[0] ?? "");
  return [...files].flatMap(([file, inFile]) =>
    halved(inFile, changesMax).map(([path, half]) => ({
      split: path === "" ? [file] : [file, `part-${path}`],
      members: half,
    })),
  );
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z\d_]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 24) || "x"
  );
}

function keyOf(directory: string, traits: Traits): string {
  const { module, owners, risk, state, split = [] } = traits;
  const words = [directory === "." ? [] : [directory], module ?? "root", owners, risk, state, split].flat();
  // The words are for people; what tells one group from another is the digest.
  return `${words.map(slug).join(".").slice(0, 90)}.${digest(canonicalJson([directory, traits]), 8)}`;
}

function nameOf({ module, split }: Traits): string {
  const where = module ?? "the root module";
  return split?.[0] === undefined ? where : `${split[0]} of ${where}`;
}

/**
 * Groups the recommendations that a report has edits for: by module, owners, risk, and whether data is at stake. Groups do not depend
 * on each other, whatever order they are merged in. The same recommendations make the same groups in any order.
 */
export function groupRecommendations(
  recommendations: readonly Recommendation[],
  options: GroupingOptions,
): readonly ChangeGroup[] {
  const bins = new Map<string, { traits: Traits; members: Cluster[] }>();
  for (const cluster of clusters(recommendations)) {
    const traits = traitsOf(cluster, options);
    const id = canonicalJson(traits);
    const bin = bins.get(id) ?? { traits, members: [] };
    bin.members.push(cluster);
    bins.set(id, bin);
  }
  const order = new Map(recommendations.map(({ id }, index) => [id, index]));
  const groups = [...bins.values()].flatMap((bin) =>
    divided(bin.members, options).map(({ split, members }) => {
      const traits: Traits = split === undefined ? bin.traits : { ...bin.traits, split };
      return {
        key: keyOf(options.directory, traits),
        name: nameOf(traits),
        module: traits.module,
        owners: traits.owners,
        recommendations: members.flat().toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0)),
      };
    }),
  );
  return groups.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
