import type { RunRecords } from "@apex/core";
import type { Room } from "./capacity.ts";
import type { OnEvent } from "./events.ts";
import { remember } from "./remember.ts";
import { runKey } from "./run-key.ts";
import type { Ticket } from "./taking.ts";

/** A run that this host can never do comes up for others after so long. */
const TOO_LARGE_MS = 1_000;
/** One that does not fit now, where another is kept already, comes up again after so long. */
const NO_ROOM_MS = 1_000;
/** One that is kept is offered to other hosts, which may have room for it, after so long, and for so long. */
const KEPT_MS = 5_000;
const OFFERED_MS = 1_000;

/** What becomes of a ticket: only one that `fits` is still to be claimed. */
export type Admission = "fits" | "kept" | "put-away" | "too-large";

/**
 * Decides about room on this host. One run that does not fit now is kept: smaller ones may go before it until it has waited for
 * `patienceMs`, then nothing is taken until it fits.
 */
export interface Admissions {
  admit(ticket: Ticket): Promise<Admission>;
  /** The kept ticket, when it fits now. It is the caller's then. */
  takeKept(): Ticket | undefined;
  /** Whether nothing else is to be taken. */
  isKeepingFree(): boolean;
  /**
   * Gives the kept ticket back when nobody may do its run any more, or somebody else does: then nothing is to be kept free for it.
   * Asked now and then, once nothing else is taken.
   */
  reviewKept(): Promise<void>;
  /** Gives the kept ticket back when it is time to; its tenant is to be left alone for as long as this returns, so that others see it. */
  offerKept(): Promise<{ readonly tenant: string; readonly restMs: number } | undefined>;
  close(): Promise<void>;
}

export interface AdmissionOptions {
  readonly room: Room;
  readonly patienceMs: number;
  readonly records: Pick<RunRecords, "waitingRuns">;
  readonly onEvent: OnEvent;
}

interface Kept {
  readonly ticket: Ticket;
  readonly letGo: () => void;
  readonly keptAt: number;
  /** When it was known to wait. */
  knownAt: number;
  /** When it did not fit for the first time. */
  readonly since: number;
}

export function admissionsTo({ room, patienceMs, records, onEvent }: AdmissionOptions): Admissions {
  const passedOverSince = new Map<string, number>();
  const saidTooLarge = new Map<string, true>();
  let kept: Kept | undefined;
  const letGo = (): Ticket | undefined => {
    const ticket = kept?.ticket;
    kept?.letGo();
    kept = undefined;
    return ticket;
  };
  const isOutOfPatience = (): boolean => kept !== undefined && performance.now() - kept.since >= patienceMs;
  return {
    async admit(ticket) {
      const { tenant, runId, campaignId, reservation } = ticket.run;
      const key = runKey(ticket.run);
      if (!room.couldEverFit(reservation)) {
        if (!saidTooLarge.has(key)) onEvent({ kind: "too-large", tenant, runId, campaignId, reservation });
        remember(saidTooLarge, key, true);
        await ticket.later(TOO_LARGE_MS);
        return "too-large";
      }
      if (room.fits(reservation)) {
        passedOverSince.delete(key);
        return "fits";
      }
      const since = passedOverSince.get(key) ?? performance.now();
      if (!passedOverSince.has(key))
        onEvent({ kind: "later", tenant, runId, campaignId, inMs: patienceMs, why: "no-room" });
      remember(passedOverSince, key, since);
      if (kept === undefined) {
        kept = { ticket, letGo: ticket.hold(), keptAt: performance.now(), knownAt: performance.now(), since };
        return "kept";
      }
      await ticket.later(NO_ROOM_MS);
      return "put-away";
    },
    takeKept() {
      if (kept === undefined || !room.fits(kept.ticket.run.reservation)) return undefined;
      passedOverSince.delete(runKey(kept.ticket.run));
      return letGo();
    },
    isKeepingFree: isOutOfPatience,
    async reviewKept() {
      if (kept === undefined || !isOutOfPatience() || performance.now() - kept.knownAt < KEPT_MS) return;
      kept.knownAt = performance.now();
      const { run } = kept.ticket;
      // Records that are away say nothing of it.
      const waiting = await records.waitingRuns().catch(() => [run]);
      if (waiting.some((other) => runKey(other) === runKey(run))) return;
      passedOverSince.delete(runKey(run));
      await letGo()?.giveBack();
    },
    async offerKept() {
      if (kept === undefined || isOutOfPatience() || performance.now() - kept.keptAt < KEPT_MS)
        return undefined;
      const ticket = letGo();
      await ticket?.giveBack();
      return ticket && { tenant: ticket.run.tenant, restMs: OFFERED_MS };
    },
    async close() {
      await letGo()?.giveBack();
    },
  };
}
