import type { QueuedRun } from "@apex/core";

/** What tells runs apart, for maps and sets: "acme/val-1". A tenant's id has no slash. */
export function runKey({ tenant, runId }: Pick<QueuedRun, "tenant" | "runId">): string {
  return `${tenant}/${runId}`;
}
