import { sharedIds } from "@apex/analysis";
import type { Diagnostic, Resource } from "@apex/core";

/** Finds the id under which the state knows a resource, whatever a bill or a metric calls it. */
export interface IdentityIndex {
  /** The state's id for a name; the name itself when the state knows nothing of it. */
  resourceId(name: string): string;
  /**
   * The state's id for a line of a bill. Members of an Auto Scaling group are in no state: they are billed to the group
   * that their tag names.
   */
  billedResourceId(line: {
    readonly ResourceId: string;
    readonly Tags: Readonly<Record<string, string>>;
  }): string;
  /** Names that could mean several resources, and therefore mean none. */
  readonly diagnostics: readonly Diagnostic[];
}

/** "aws:autoscaling:groupName", which exports spell with other separators: CUR 2.0 has no colons in keys. */
const GROUP_TAG = "awsautoscalinggroupname";

function groupNameOf(tags: Readonly<Record<string, string>>): string | undefined {
  const key = Object.keys(tags).find((tag) => tag.replace(/[^a-z]/gi, "").toLowerCase() === GROUP_TAG);
  return key === undefined ? undefined : tags[key];
}

/** The last part of an ARN or self link: "arn:aws:ec2:…:instance/i-0abc" → "i-0abc". */
function lastSegment(name: string): string {
  return name.slice(
    Math.max(name.lastIndexOf("/"), name.startsWith("arn:") ? name.lastIndexOf(":") : -1) + 1,
  );
}

/** Indexes resources by id and aliases. An id always wins over an alias; an alias that two resources share counts for neither. */
export function indexIdentities(resources: readonly Resource[]): IdentityIndex {
  const ids = new Set(resources.map(({ id }) => id));
  const shared = sharedIds(resources);
  const owners = new Map<string, Set<string>>();
  for (const { id, aliases } of resources) {
    for (const alias of aliases) {
      if (alias === "" || ids.has(alias)) continue;
      // Under an id that is shared it could not be told from what is the others'.
      const owner = shared.has(id) ? alias : id;
      owners.set(alias, (owners.get(alias) ?? new Set()).add(owner));
    }
  }
  const diagnostics = [...owners]
    .filter(([, candidates]) => candidates.size > 1)
    .map(
      ([alias, candidates]): Diagnostic => ({
        severity: "info",
        code: "ambiguous-resource-name",
        summary: `${alias} names ${candidates.size} resources of the state, so bills and metrics under that name are joined with none of them`,
        detail: [...candidates].toSorted().join(", "),
      }),
    );
  function known(name: string): string | undefined {
    if (ids.has(name)) return name;
    const candidates = owners.get(name);
    return candidates?.size === 1 ? [...candidates][0] : undefined;
  }
  const found = (name: string) => known(name) ?? known(lastSegment(name));
  return {
    resourceId: (name) => found(name) ?? name,
    billedResourceId({ ResourceId, Tags }) {
      const group = groupNameOf(Tags);
      const groupId = group === undefined ? undefined : known(group);
      return found(ResourceId) ?? groupId ?? ResourceId;
    },
    diagnostics,
  };
}
