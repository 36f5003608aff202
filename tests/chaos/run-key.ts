/** "acme/val-1": a tenant's id has no slash. */
export function runKey(tenant: string, runId: string): string {
  return `${tenant}/${runId}`;
}
