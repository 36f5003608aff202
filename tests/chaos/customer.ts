/** The customers of a round: they order campaigns and change their minds, and are as patient with our servers as people are. */
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError, type Campaign } from "@apex/core";
import { openQueues, type QueueServer } from "@apex/sandbox-queue";
import type { CampaignStore } from "@apex/store";
import type { Intervention, PlannedCampaign, Scenario } from "./scenario.ts";

const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 300;
const PAUSED_MS = 4_000;

/** Tries again while a server is away, or an engine. */
export async function patiently<T>(work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  for (const untilMs = Date.now() + patienceMs; ; await sleep(ASK_AGAIN_MS)) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof AdapterError && error.kind === "unavailable";
      if (!isAway || Date.now() > untilMs) throw error;
    }
  }
}

/** What customers do. */
export interface Customers {
  /** Orders what is to be ordered by now, and does what is to be done by now. */
  act(): Promise<void>;
  /** As they stand. */
  campaigns(): Promise<readonly Campaign[]>;
  /** Whether everything was ordered and done. */
  readonly isDone: boolean;
}

/** How a campaign's share of ended runs is told. */
export function endedShare({ counts }: Campaign): number {
  const ended = counts.done + counts.dead + counts.cancelled;
  const all = ended + counts.waiting + counts.running;
  return all === 0 ? 0 : ended / all;
}

/** The queue hears of a start at once where it can: otherwise the next sweep of a worker tells it. */
async function tellQueue(server: QueueServer, store: CampaignStore): Promise<void> {
  try {
    const queues = await openQueues(server);
    try {
      await queues.enqueue(await store.waitingRuns());
    } finally {
      await queues.close();
    }
  } catch {
    // Nothing is lost.
  }
}

/** An intervention whose campaign has just ended by itself is too late, and no failure. */
async function intervene(
  store: CampaignStore,
  verb: Intervention["verb"] | "start",
  { tenant, id }: Campaign,
): Promise<string> {
  try {
    const { state } = await patiently(() => store[verb](tenant, id));
    return state;
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "invalid") throw error;
    // Also where the first answer was lost and this was the second time.
    return `not possible: ${error.message}`;
  }
}

/** Customers of a scenario. */
export function customersOf(
  scenario: Scenario,
  store: CampaignStore,
  options: { readonly server: QueueServer; readonly say: (line: string) => void },
): Customers {
  const { server, say } = options;
  const open = new Set<PlannedCampaign>(scenario.campaigns);
  const intended = [...scenario.interventions];
  const done = new Set<string>();
  let pausedAtMs = 0;

  const campaigns = async (): Promise<readonly Campaign[]> => {
    const found = await Promise.all(scenario.tenants.map((tenant) => store.campaigns(tenant, 100)));
    return found.flat();
  };

  async function order({ draft }: PlannedCampaign): Promise<void> {
    const campaign = await patiently(async () => {
      // An earlier answer may have been lost.
      const known = (await store.campaigns(draft.tenant, 100)).find(({ name }) => name === draft.name);
      return known ?? store.create(draft);
    });
    await intervene(store, "start", campaign);
    await tellQueue(server, store);
    say(`${draft.tenant} started "${draft.name}" of ${draft.members.length} runs, quoted ${campaign.quote}`);
  }

  return {
    campaigns,
    get isDone() {
      return open.size === 0 && intended.length === 0;
    },
    async act() {
      for (const planned of open) {
        if (planned.after !== undefined && !done.has(planned.after)) continue;
        await order(planned);
        open.delete(planned);
      }
      const [next] = intended;
      if (next === undefined) return;
      const isEarly = next.verb === "resume" && Date.now() < pausedAtMs + PAUSED_MS;
      const campaign = (await campaigns()).find(({ name }) => name === next.campaign);
      if (campaign === undefined || isEarly || endedShare(campaign) < next.atShare) return;
      const outcome = await intervene(store, next.verb, campaign);
      if (next.verb === "pause") pausedAtMs = Date.now();
      say(`${campaign.tenant} ${next.verb} "${campaign.name}": ${outcome}`);
      done.add(next.campaign);
      intended.shift();
    },
  };
}
