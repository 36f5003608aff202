/** What is ordered in one round: two tenants, several campaigns, and what their customers do in the middle. All of it from the seed. */
import { createHash } from "node:crypto";
import type { RateCard } from "@apex/billing";
import { type CampaignDraft, type CampaignMember, decimal, type Reservation } from "@apex/core";
import type { Prices } from "./independent-rating.ts";
import { PROBE, PROBE_MEMORY_BYTES, type ProbeJob, type ProbePlan } from "./probe-executor.ts";
import type { OrderedRun } from "./run-checks.ts";
import { runKey } from "./run-key.ts";

/** Prices so high that a second costs cents: half of the runs are above the minimum, half below. */
export const CARD: RateCard = {
  id: "chaos-2026-01-01",
  validFromMs: Date.UTC(2026, 0, 1),
  currency: "USD",
  base: { vcpuHour: decimal("36.1"), gibHour: decimal("3.7"), gpuHour: {} },
  margin: decimal("0.5"),
  minimum: decimal("0.0053"),
  source: "https://example.com/chaos",
};

/** The same for who rates a second time. */
export const PRICES: Prices = { ...CARD.base, margin: CARD.margin, minimum: CARD.minimum };

const RESERVATION: Reservation = {
  cores: 1,
  memoryBytes: PROBE_MEMORY_BYTES,
  gpus: 0,
  gpuModel: null,
  maxSeconds: 40,
};
/** What a campaign may cost that its budget stops: one run may always start, and some of them are charged before none may. */
const SMALL_BUDGET = decimal("0.67");
/** So many runs cost more than that, even if each comes to the minimum: caps are 0.61. */
export const TOO_MANY_FOR_BUDGET = 13;
export const BUDGETED = "budget";

const BURN_MS = { least: 60, most: 900 };
const HOLD_MS = { least: 100, most: 1_500 };

/** What a customer does with a campaign while it runs, once this share of its runs has ended. */
export interface Intervention {
  readonly verb: "cancel" | "pause" | "resume";
  readonly campaign: string;
  readonly atShare: number;
}

/** A campaign of the round. */
export interface PlannedCampaign {
  readonly draft: CampaignDraft;
  /** It is created and started when this one has been cancelled; absent: at the beginning. */
  readonly after?: string;
}

/** One round. */
export interface Scenario {
  readonly tenants: readonly string[];
  readonly campaigns: readonly PlannedCampaign[];
  readonly interventions: readonly Intervention[];
  /** Every run once, whatever number of campaigns has it. */
  readonly ordered: readonly OrderedRun[];
}

interface Probe {
  readonly runId: string;
  readonly job: ProbeJob;
}

function between(
  random: () => number,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  return Math.round(least + random() * (most - least));
}

/** The id of a run is derived from what it does, as the product's are. */
function probeOf(random: () => number, plan: ProbePlan, nonce: string): Probe {
  const job: ProbeJob = { plan, burnMs: between(random, BURN_MS), holdMs: between(random, HOLD_MS), nonce };
  const digest = createHash("sha256").update(JSON.stringify(job)).digest("hex");
  return { runId: `val-${digest.slice(0, 16)}`, job };
}

function mixedPlan(random: () => number): ProbePlan {
  const at = random();
  if (at < 0.06) return "hopeless";
  if (at < 0.14) return "converges";
  if (at < 0.2) return "our-fault";
  return at < 0.35 ? "fail" : "pass";
}

function memberOf({ runId, job }: Probe): CampaignMember {
  return {
    runId,
    target: `aws_instance.${runId}`,
    change: "m5.xlarge → m5.large",
    monthlySavings: { list: decimal("70.08"), net: null },
    kind: PROBE,
    job: JSON.stringify(job),
    reservation: RESERVATION,
  };
}

function campaignOf(
  tenant: string,
  name: string,
  probes: readonly Probe[],
  more: Partial<CampaignDraft> & { readonly after?: string } = {},
): PlannedCampaign {
  const { after, ...changes } = more;
  const draft: CampaignDraft = {
    tenant,
    name,
    priority: 5,
    budget: null,
    deadline: null,
    members: probes.map(memberOf),
    diagnostics: [],
    ...changes,
  };
  return { draft, ...(after === undefined ? {} : { after }) };
}

/** `count` runs go through to their end; some more are ordered whose campaign is stopped before. */
export function chaosScenario(random: () => number, count: number): Scenario {
  const share = (part: number) => Math.max(2, Math.round(count * part));
  const probes = (
    length: number,
    plan: (random: () => number) => ProbePlan,
    what: string,
  ): readonly Probe[] =>
    Array.from({ length }, (_, index) => probeOf(random, plan(random), `${what}-${index}`));
  const passing = (): ProbePlan => "pass";
  const fleet = probes(share(0.35), mixedPlan, "fleet");
  const paused = probes(share(0.2), mixedPlan, "paused");
  const fresh = probes(share(0.1), passing, "fresh");
  const globex = probes(share(0.25), mixedPlan, "globex");
  const budgeted = probes(share(0.15), passing, "budget");
  const cancelled = probes(share(0.15), passing, "cancelled");
  const rescued = cancelled.slice(0, Math.ceil(cancelled.length / 2));
  // The same runs at another tenant's are other runs.
  const shared = fleet.slice(0, share(0.1));
  const campaigns = [
    campaignOf("acme", "fleet", fleet),
    campaignOf("acme", "fleet again", [...fleet.slice(0, Math.ceil(fleet.length / 2)), ...fresh], {
      priority: 3,
    }),
    campaignOf("acme", BUDGETED, budgeted, { budget: SMALL_BUDGET }),
    campaignOf("acme", "cancelled", cancelled, { priority: 2 }),
    campaignOf("acme", "rescue", rescued, { after: "cancelled" }),
    campaignOf("globex", "fleet", [...shared, ...globex]),
    campaignOf("globex", "paused", paused, { priority: 1 }),
  ];
  const ordered = new Map(
    campaigns.flatMap(({ draft }) =>
      draft.members.map(({ runId, job }) => {
        const { plan } = JSON.parse(job) as ProbeJob;
        return [runKey(draft.tenant, runId), { tenant: draft.tenant, runId, plan }] as const;
      }),
    ),
  );
  return {
    tenants: ["acme", "globex"],
    campaigns,
    interventions: [
      { verb: "cancel", campaign: "cancelled", atShare: 0.25 },
      { verb: "pause", campaign: "paused", atShare: 0.3 },
      { verb: "resume", campaign: "paused", atShare: 0.3 },
    ],
    ordered: [...ordered.values()],
  };
}
