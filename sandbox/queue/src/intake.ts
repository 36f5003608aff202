import type { ClaimOutcome, RunClaim, RunRecords, WorkerIdentity } from "@apex/core";
import { admissionTo, type Reserved } from "./admission.ts";
import { type CampaignDelays, campaignDelays } from "./campaign-delays.ts";
import type { Room } from "./capacity.ts";
import type { OnEvent } from "./events.ts";
import type { Health } from "./health.ts";
import { refusals } from "./refusals.ts";
import type { Taking, Ticket } from "./taking.ts";
import { type TenantOrder, tenantOrder } from "./tenant-order.ts";

/** What looking for work came to: a run to do, something to look at again at once, nothing there, or no room for it. */
export type Found =
  | { readonly kind: "claimed"; readonly claim: RunClaim; readonly ticket: Ticket }
  | { readonly kind: "look-again" }
  | { readonly kind: "nothing"; readonly isAnyoneWaiting: boolean }
  | { readonly kind: "full" };

export interface IntakeOptions {
  readonly records: RunRecords;
  readonly taking: Taking;
  readonly room: Room;
  readonly identity: WorkerIdentity;
  /** How long smaller runs may go before a large one that waits for room. */
  readonly patienceMs: number;
  readonly recordsHealth: Health;
  readonly queueHealth: Health;
  readonly onEvent: OnEvent;
}

/** Finds the next run that this host should do: of the tenant that has least running, by priority, as far as there is room. */
export interface Intake {
  /** Never throws: what cannot be asked is noted in its health. */
  next(): Promise<Found>;
  /** Gives back what is kept for later. */
  close(): Promise<void>;
}

export function intakeOf(options: IntakeOptions): Intake {
  const { room } = options;
  const turns = { order: tenantOrder(options.records), delays: campaignDelays() };
  const { order } = turns;
  const admit = admissionTo(room, options.patienceMs, options.onEvent);
  const refused = refusals();
  let reserved: Reserved | undefined;
  return {
    async next() {
      if (reserved !== undefined) {
        if (!room.fits(reserved.ticket.run.reservation)) return { kind: "full" };
        const { ticket, letGo } = reserved;
        reserved = undefined;
        letGo();
        return claim(ticket, turns, options);
      }
      if (room.isFull()) return { kind: "full" };
      const taken = await take(order, options);
      if (taken.ticket === undefined) return { kind: "nothing", isAnyoneWaiting: taken.isAnyoneWaiting };
      const { tenant, runId } = taken.ticket.run;
      const admission = await admit(taken.ticket);
      switch (admission.kind) {
        case "fits":
          refused.taken(tenant);
          return claim(taken.ticket, turns, options);
        case "put-away":
          return { kind: "look-again" };
        case "too-large":
          order.rest(tenant, refused.refused(tenant, runId));
          return { kind: "look-again" };
        case "reserved":
          reserved = admission.reserved;
          return { kind: "full" };
      }
    },
    async close() {
      reserved?.letGo();
      await reserved?.ticket.giveBack();
      reserved = undefined;
    },
  };
}

async function take(
  order: TenantOrder,
  { taking, recordsHealth, queueHealth }: IntakeOptions,
): Promise<{ readonly ticket: Ticket | undefined; readonly isAnyoneWaiting: boolean }> {
  let turn: Awaited<ReturnType<TenantOrder["now"]>>;
  try {
    turn = await order.now();
    recordsHealth.fine();
  } catch (cause) {
    recordsHealth.failed(cause);
    return { ticket: undefined, isAnyoneWaiting: true };
  }
  try {
    for (const tenant of turn.tenants) {
      const ticket = await taking.take(tenant);
      if (ticket !== undefined) return { ticket, isAnyoneWaiting: true };
      order.empty(tenant);
    }
  } catch (cause) {
    queueHealth.failed(cause);
  }
  return { ticket: undefined, isAnyoneWaiting: turn.isAnyoneWaiting };
}

async function claim(
  ticket: Ticket,
  { order, delays }: { readonly order: TenantOrder; readonly delays: CampaignDelays },
  { records, identity, recordsHealth, onEvent }: IntakeOptions,
): Promise<Found> {
  const { tenant, runId, campaignId } = ticket.run;
  let outcome: ClaimOutcome;
  try {
    outcome = await records.claim(ticket.run, identity);
    recordsHealth.fine();
  } catch (cause) {
    recordsHealth.failed(cause);
    await ticket.giveBack();
    return { kind: "nothing", isAnyoneWaiting: true };
  }
  if (outcome.kind === "claimed") {
    delays.claimed(campaignId);
    return { kind: "claimed", claim: outcome.claim, ticket };
  }
  if (outcome.kind === "ended") {
    await ticket.done();
    return { kind: "look-again" };
  }
  const inMs = delays.delayOf(campaignId, outcome);
  onEvent({ kind: "later", tenant, runId, campaignId, inMs, why: outcome.why });
  if (outcome.why === "tenant-limit") {
    // All its other runs would hear the same.
    order.rest(tenant, inMs);
    await ticket.giveBack();
  } else {
    await ticket.later(inMs);
  }
  return { kind: "look-again" };
}
