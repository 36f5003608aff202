import type { ClaimOutcome } from "@apex/core";

type Later = Extract<ClaimOutcome, { readonly kind: "later" }>;

/** So many of a campaign's tickets come up together. */
const TOGETHER = 10;
/** However many they are, each is asked for once in so long. */
const DELAY_MAX_MS = 60_000;
/** What waits for a month's end comes up at so many different times. */
const APART = 100;

/**
 * When tickets come up again whose whole campaign has to wait: spread over time, because a thousand that come up together would all
 * hear the same. `claimed` starts anew: there is room again.
 */
export interface CampaignDelays {
  delayOf(campaignId: string, later: Later): number;
  claimed(campaignId: string): void;
}

export function campaignDelays(): CampaignDelays {
  const delayed = new Map<string, number>();
  return {
    delayOf(campaignId, { inMs, why }) {
      if (why !== "paused" && why !== "budget-reserved" && why !== "month-limit") return inMs;
      const before = delayed.get(campaignId) ?? 0;
      delayed.set(campaignId, before + 1);
      if (why === "month-limit") return (inMs / 2) * (1 + (before % APART) / APART);
      return Math.min(inMs * (1 + before / TOGETHER), Math.max(inMs, DELAY_MAX_MS));
    },
    claimed: (campaignId) => delayed.delete(campaignId),
  };
}
