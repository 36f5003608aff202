import type { ClaimOutcome, Reservation } from "@apex/core";

/** Which run of whom. */
interface OfRun {
  readonly tenant: string;
  readonly runId: string;
  readonly campaignId: string;
}

/**
 * Why a claim is lost. `taken`: another worker has the run, or it has ended; `unanswered`: the records could not be asked for as long as
 * the claim held, or did not take its end.
 */
export type LostBecause = "taken" | "unanswered";

/** What waits while a worker is idle, in runs of all tenants. */
export interface IdleWaiting {
  /** For their next attempt after a failure: in seconds or minutes this host may have them. */
  readonly backoff: number;
  /** With other workers: should one die, this host may have what it had. */
  readonly held: number;
  /** For the next month, or a larger tier. */
  readonly limited: number;
  /** For a larger host. */
  readonly tooLarge: number;
  /** For another host: this one cannot do them. */
  readonly refused: number;
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
  /** What was done counts for nothing here. */
  | (OfRun & { readonly kind: "lost"; readonly why: LostBecause })
  | (OfRun & {
      readonly kind: "later";
      readonly inMs: number;
      readonly why: Extract<ClaimOutcome, { readonly kind: "later" }>["why"] | "no-room";
    })
  /** It asks for more than this whole host has: left to others. Said once a run. */
  | (OfRun & { readonly kind: "too-large"; readonly reservation: Reservation })
  /** This host cannot do it: left to others for a while. Said once a run. */
  | (OfRun & { readonly kind: "refused"; readonly why: string })
  | { readonly kind: "campaign-ended"; readonly tenant: string; readonly campaignId: string }
  /** Runs that the queue did not know were put back. */
  | { readonly kind: "requeued"; readonly tenant: string; readonly count: number }
  | { readonly kind: "away"; readonly service: "queue" | "records"; readonly message: string }
  | { readonly kind: "back"; readonly service: "queue" | "records" }
  /** Something beside the runs failed, and is tried again: the reaper. */
  | { readonly kind: "trouble"; readonly what: string; readonly message: string }
  /**
   * Nothing runs here, and of what waits this host can do nothing now. Said once, and again after work, or when what waits has changed.
   * Who is to do what there is and no more is done when `waiting.backoff` and `waiting.held` are 0.
   */
  | { readonly kind: "idle"; readonly waiting: IdleWaiting };

export type OnEvent = (event: WorkerEvent) => void;
