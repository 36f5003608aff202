import { GCP_CALLS, type GcpCall } from "./calls.ts";

/** A permission, and the methods that ask for it. */
export interface GcpPermission {
  readonly action: string;
  readonly neededFor: readonly string[];
}

/** The permissions that the collector's calls ask for, each once, in order: the least role. */
export function gcpPermissions(): readonly GcpPermission[] {
  const needed = new Map<string, Set<string>>();
  const calls: readonly GcpCall[] = Object.values(GCP_CALLS);
  for (const { permissions, method } of calls) {
    for (const permission of permissions)
      needed.set(permission, (needed.get(permission) ?? new Set()).add(method));
  }
  return [...needed]
    .map(([action, methods]) => ({ action, neededFor: [...methods].toSorted() }))
    .toSorted((a, b) => (a.action < b.action ? -1 : 1));
}
