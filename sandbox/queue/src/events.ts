import type { ClaimOutcome, Reservation } from "@apex/core";

/** Which run of whom. */
interface OfRun {
  readonly tenant: string;
  readonly runId: string;
  readonly campaignId: string;
}

/** What a worker tells of its work, for people who look on. */
export type WorkerEvent =
  | (OfRun & { readonly kind: "claimed"; readonly attempt: number })
  | (OfRun & { readonly kind: "progress"; readonly line: string })
  | (OfRun & {
      readonly kind: "ended";
      readonly state: "done" | "dead" | "cancelled";
      /** The verdict; why it failed; what stopped it. */
      readonly why: string;
    })
  /** It failed or was given back, and waits for its next attempt. */
  | (OfRun & { readonly kind: "again"; readonly inMs: number; readonly why: string })
  /** Somebody else has it now, or nobody could be asked for as long as the claim held. */
  | (OfRun & { readonly kind: "lost" })
  | (OfRun & {
      readonly kind: "later";
      readonly inMs: number;
      readonly why: Extract<ClaimOutcome, { readonly kind: "later" }>["why"] | "no-room";
    })
  /** It asks for more than this whole host has: left to others. Said once a run. */
  | (OfRun & { readonly kind: "too-large"; readonly reservation: Reservation })
  | { readonly kind: "campaign-ended"; readonly tenant: string; readonly campaignId: string }
  /** Runs that the queue did not know were put back. */
  | { readonly kind: "requeued"; readonly tenant: string; readonly count: number }
  | { readonly kind: "away"; readonly service: "queue" | "records"; readonly message: string }
  | { readonly kind: "back"; readonly service: "queue" | "records" }
  /** Something beside the runs failed, and is tried again: the reaper. */
  | { readonly kind: "trouble"; readonly what: string; readonly message: string }
  /** Nothing runs and nothing waits. Said once until there is work again. */
  | { readonly kind: "idle" };

export type OnEvent = (event: WorkerEvent) => void;
