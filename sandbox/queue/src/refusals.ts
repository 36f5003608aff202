/** A tenant whose queue has nothing else than runs that are too large for this host is asked again after so long, and less often each time. */
const REST_MS = 500;
const REST_MAX_MS = 4_000;

/** Runs that this host is too small for, which come up again and again until a larger host has them. */
export interface Refusals {
  /** Notes one; returns for how long its tenant is to be left alone, so that a larger host gets to see it: mostly 0. */
  refused(tenant: string, runId: string): number;
  /** Notes that the tenant has something for this host. */
  taken(tenant: string): void;
}

export function refusals(): Refusals {
  const rounds = new Map<string, { readonly seen: Set<string>; restMs: number }>();
  return {
    refused(tenant, runId) {
      const round = rounds.get(tenant) ?? { seen: new Set<string>(), restMs: REST_MS };
      rounds.set(tenant, round);
      if (!round.seen.has(runId)) {
        round.seen.add(runId);
        return 0;
      }
      // All have come by, and there was nothing else.
      round.seen.clear();
      round.restMs = Math.min(round.restMs * 2, REST_MAX_MS);
      return round.restMs;
    },
    taken(tenant) {
      rounds.delete(tenant);
    },
  };
}
