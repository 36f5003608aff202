/** "acme/val-1": a tenant's id has no slash. */
export function runKey(tenant: string, runId: string): string {
  return `${tenant}/${runId}`;
}

/** "acme/val-1/2". */
export function attemptKey(tenant: string, runId: string, attempt: string | undefined): string {
  return `${runKey(tenant, runId)}/${attempt}`;
}
