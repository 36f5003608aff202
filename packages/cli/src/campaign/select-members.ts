import { COMPUTE_TYPES, compareDecimals, type Decimal, type Diagnostic, unreachable } from "@apex/core";
import type { Report } from "@apex/report";
import { entryFor, type WorkloadEntry } from "./workload-mapping.ts";

type Recommendation = Report["recommendations"][number];

/** Which recommendations of a report a campaign takes; absent: all. */
export interface MemberFilter {
  readonly rule: readonly string[];
  /** Addresses; a `*` stands for any characters. */
  readonly address: readonly string[];
  /** Per month at list prices. */
  readonly minSaving?: Decimal;
}

/** One change that is to be validated, with the load of its service. */
export interface SelectedMember {
  readonly recommendation: Recommendation;
  readonly target: string;
  readonly entry: WorkloadEntry;
}

/** What a campaign validates, and what it leaves out and why. */
export interface SelectedMembers {
  readonly members: readonly SelectedMember[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The code of diagnostics about recommendations that are not members. */
export const LEFT_OUT = "left-out";

const COMPUTE: ReadonlySet<string> = new Set(COMPUTE_TYPES);

function isWanted({ rule, address, monthlySavings }: Recommendation, filter: MemberFilter): boolean {
  const patterns = filter.address.map((pattern) => ({ address: pattern }));
  const isOfRule = filter.rule.length === 0 || filter.rule.includes(rule);
  const isAt = patterns.length === 0 || (address !== null && entryFor(patterns, address) !== undefined);
  const saves = filter.minSaving === undefined || compareDecimals(monthlySavings.list, filter.minSaving) >= 0;
  return isOfRule && isAt && saves;
}

/** Why a recommendation cannot be a member, as the end of a sentence; `undefined` when it can. */
function obstacle({ status, reason, action, resourceType, edits }: Recommendation): string | undefined {
  if (status === "not-applicable")
    return `its change could not be written (${reason ?? "no reason was kept"})`;
  if (edits.length === 0) return "the report keeps no edit of it";
  if (!COMPUTE.has(resourceType)) return `no load can be replayed against ${resourceType}`;
  switch (action) {
    case "resize":
    case "set-capacity":
      return undefined;
    case "stop":
    case "snapshot-and-delete":
      return "it stops or removes the machine, so that there is nothing to replay against";
    case "change-volume-type":
    case "set-performance":
      return "disks are not replayed against";
    case "set-lifecycle":
      return "objects and snapshots are not replayed against";
    case "schedule":
      return "it keeps the machine as it is while it runs";
    case "release":
      return "it removes what carries no load";
    case "share-gpus":
      return "GPUs are not replayed against";
    default:
      return unreachable(action);
  }
}

/** Says that a recommendation is not a member; `why` is a clause. */
export function leftOut({ id, from, to, address }: Recommendation, why: string, next?: string): Diagnostic {
  return {
    severity: "info",
    code: LEFT_OUT,
    summary: `Left out, because ${why} (${from} → ${to})`,
    ...(next === undefined ? {} : { detail: next }),
    address: address ?? id,
  };
}

/**
 * The members of a campaign: each recommendation of a compute service whose change is written and whose load is known. What the
 * filter does not name is not spoken of.
 */
export function selectMembers(
  recommendations: readonly Recommendation[],
  entries: readonly WorkloadEntry[],
  filter: MemberFilter,
): SelectedMembers {
  const members: SelectedMember[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const recommendation of recommendations.filter((each) => isWanted(each, filter))) {
    const { address } = recommendation;
    const why = address === null ? "it is not in the Terraform state" : obstacle(recommendation);
    if (address === null || why !== undefined) {
      diagnostics.push(leftOut(recommendation, why ?? ""));
      continue;
    }
    const entry = entryFor(entries, address);
    if (entry === undefined) {
      const next = `Add an entry for ${address} to the workload file to have it validated.`;
      diagnostics.push(leftOut(recommendation, "no workload is mapped to it", next));
      continue;
    }
    members.push({ recommendation, target: address, entry });
  }
  return { members, diagnostics };
}

/** What the mapping says of addresses that are not there: a mistyped one would be a service that nobody validates. */
export function unusedEntries(
  entries: readonly WorkloadEntry[],
  members: readonly SelectedMember[],
): readonly Diagnostic[] {
  const used = new Set(members.map(({ entry }) => entry));
  return entries
    .filter((entry) => !used.has(entry))
    .map((entry) => ({
      severity: "warning",
      code: "workload-not-used",
      summary: `No change of the campaign is at ${entry.address}, which the workload file maps`,
      address: entry.address,
    }));
}
