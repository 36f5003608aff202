import type { QueuedRun } from "@apex/core";
import type { Room } from "./capacity.ts";
import type { OnEvent } from "./events.ts";
import type { Ticket } from "./taking.ts";

/** A run that this host can never do comes up for others after so long. */
const TOO_LARGE_MS = 1_000;
/** One that does not fit now asks again after so long; smaller ones may go before it until the patience is over. */
const NO_ROOM_MS = 1_000;
/** So many runs are remembered. */
const REMEMBERED_MAX = 10_000;

/** A large run that was passed over for too long: nothing else is to be taken until it fits. */
export interface Reserved {
  readonly ticket: Ticket;
  readonly letGo: () => void;
}

/** Whether there is room for a run; one for which there is none has been put away, or is to be kept until there is. */
export type Admission =
  | { readonly kind: "fits" }
  | { readonly kind: "put-away" }
  /** Put away, and never to be done here. */
  | { readonly kind: "too-large" }
  | { readonly kind: "reserved"; readonly reserved: Reserved };

/** Decides about room. Smaller runs may go before a larger one for at most `patienceMs`. */
export function admissionTo(
  room: Room,
  patienceMs: number,
  onEvent: OnEvent,
): (ticket: Ticket) => Promise<Admission> {
  const passedOverSince = new Map<string, number>();
  const saidTooLarge = new Map<string, true>();
  return async (ticket) => {
    const { tenant, runId, campaignId, reservation } = ticket.run;
    const key = keyOf(ticket.run);
    if (!room.couldEverFit(reservation)) {
      if (!saidTooLarge.has(key)) onEvent({ kind: "too-large", tenant, runId, campaignId, reservation });
      remember(saidTooLarge, key, true);
      await ticket.later(TOO_LARGE_MS);
      return { kind: "too-large" };
    }
    if (room.fits(reservation)) {
      passedOverSince.delete(key);
      return { kind: "fits" };
    }
    const since = passedOverSince.get(key) ?? performance.now();
    if (performance.now() - since >= patienceMs) {
      passedOverSince.delete(key);
      return { kind: "reserved", reserved: { ticket, letGo: ticket.hold() } };
    }
    remember(passedOverSince, key, since);
    onEvent({ kind: "later", tenant, runId, campaignId, inMs: NO_ROOM_MS, why: "no-room" });
    await ticket.later(NO_ROOM_MS);
    return { kind: "put-away" };
  };
}

function keyOf({ tenant, runId }: QueuedRun): string {
  return `${tenant}/${runId}`;
}

function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  if (known.size >= REMEMBERED_MAX) known.clear();
  known.set(key, value);
}
