import type { RunRecords } from "@apex/core";

/** Whose turn it is. */
export interface TenantOrder {
  /**
   * The tenant with the fewest cores running first; after those with runs waiting the ones that had some before, until their
   * queues are empty: tickets of runs that were cancelled are put away. Throws what the records throw.
   */
  now(): Promise<{ readonly tenants: readonly string[]; readonly isAnyoneWaiting: boolean }>;
  /** Leaves a tenant that is at its limit out for so long. */
  rest(tenant: string, ms: number): void;
  /** Says that a tenant's queue had nothing. */
  empty(tenant: string): void;
}

export function tenantOrder(records: RunRecords): TenantOrder {
  const restingUntil = new Map<string, number>();
  const filled = new Set<string>();
  return {
    async now() {
      const waiting = await records.tenantsWaiting();
      const names = waiting.toSorted((a, b) => a.coresRunning - b.coresRunning).map(({ tenant }) => tenant);
      for (const name of names) filled.add(name);
      const tenants = [...names, ...[...filled].filter((tenant) => !names.includes(tenant))];
      const nowMs = performance.now();
      for (const [tenant, until] of restingUntil) if (until <= nowMs) restingUntil.delete(tenant);
      return {
        tenants: tenants.filter((tenant) => !restingUntil.has(tenant)),
        isAnyoneWaiting: names.length > 0,
      };
    },
    rest(tenant, ms) {
      restingUntil.set(tenant, performance.now() + ms);
    },
    empty(tenant) {
      filled.delete(tenant);
    },
  };
}
