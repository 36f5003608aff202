import type { OpenRecordStores } from "@apex/store";

const MINUTE_MS = 60_000;

/** Issues what is open of each tenant. Returns how many invoices that made. */
export async function issueAll(
  billing: OpenRecordStores["billing"],
  tenants: readonly string[],
): Promise<number> {
  const now = Date.now();
  const period = { startMs: Date.UTC(2026, 0, 1), endMs: now + MINUTE_MS };
  let issued = 0;
  for (const tenant of tenants) issued += (await billing.issue(tenant, period, now)).length;
  return issued;
}
