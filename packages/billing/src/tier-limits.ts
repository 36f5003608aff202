/** The tiers, from the smallest. */
export const TIERS = ["free", "early", "mid", "enterprise"] as const;

/** What a tenant pays for. */
export type Tier = (typeof TIERS)[number];

/** How much of Apex a tier gives. `null`: no limit but the hosts'. */
export interface TierLimits {
  /** Runs of all of the tenant's campaigns that may be held by workers at a time. */
  readonly concurrentRuns: number | null;
  /** Runs that may begin in a calendar month, UTC. Attempts of one run count once. */
  readonly runsPerMonth: number | null;
  /** CPU time of those runs. */
  readonly vcpuHoursPerMonth: number | null;
  /** How long results and readings stay. Charges and invoices are books and always stay. */
  readonly historyDays: number | null;
}

/**
 * The limits by tier. A run has about twelve replays of a minute on two vCPUs, 0.4 vCPU-hours: hours and runs of a tier run out at
 * about the same time.
 */
export const TIER_LIMITS: Readonly<Record<Tier, TierLimits>> = {
  // One service after another: enough to see a verdict on each of a small team's services once a month.
  free: { concurrentRuns: 1, runsPerMonth: 50, vcpuHoursPerMonth: 20, historyDays: 30 },
  // A team: a fleet of some hundred services over one night.
  early: { concurrentRuns: 4, runsPerMonth: 1_000, vcpuHoursPerMonth: 400, historyDays: 180 },
  // A company: history that holds the same month of last year, for comparisons.
  mid: { concurrentRuns: 16, runsPerMonth: 10_000, vcpuHoursPerMonth: 4_000, historyDays: 400 },
  enterprise: { concurrentRuns: null, runsPerMonth: null, vcpuHoursPerMonth: null, historyDays: null },
};
