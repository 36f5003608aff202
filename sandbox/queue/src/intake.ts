import type { ClaimOutcome, QueuedRun, RunClaim, RunRecords, WorkerIdentity } from "@apex/core";
import { admissionsTo } from "./admission.ts";
import { type CampaignDelays, campaignDelays } from "./campaign-delays.ts";
import type { Room } from "./capacity.ts";
import { isAway, messageOf } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import type { Health } from "./health.ts";
import { type HostRefusals, REFUSED_MS } from "./host-refusals.ts";
import type { Obstacle } from "./idleness.ts";
import { refusals } from "./refusals.ts";
import { runKey } from "./run-key.ts";
import type { Taking, Ticket } from "./taking.ts";
import { type TenantOrder, tenantOrder } from "./tenant-order.ts";

/** A tenant that has as many runs at a time as it may is left out for so long at most. */
const TENANT_REST_MAX_MS = 60_000;
/** One that the records cannot handle comes up again after so long: it must not stand before all others. */
const TROUBLE_MS = 60_000;

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
  readonly refusals: HostRefusals;
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
  /** What keeps this host from a run that waits; `undefined`: nothing that is known here. */
  readonly obstacleTo: (run: QueuedRun) => Obstacle | undefined;
  /** Gives back what is kept for later. */
  close(): Promise<void>;
}

export function intakeOf(options: IntakeOptions): Intake {
  const { room, refusals: host } = options;
  const turns = { order: tenantOrder(options.records), delays: campaignDelays(), limited: new Set<string>() };
  const { order, limited } = turns;
  const admissions = admissionsTo(options);
  const refused = refusals();
  return {
    async next() {
      if (host.isPausing()) {
        // What is kept would only wait for others.
        await admissions.close();
        return { kind: "nothing", isAnyoneWaiting: true };
      }
      const kept = admissions.takeKept();
      if (kept !== undefined) return claim(kept, turns, options);
      await admissions.reviewKept();
      if (admissions.isKeepingFree() || room.isFull()) return { kind: "full" };
      const offered = await admissions.offerKept();
      if (offered !== undefined) order.rest(offered.tenant, offered.restMs);
      const { ticket, isAnyoneWaiting } = await take(order, options);
      if (ticket === undefined) return { kind: "nothing", isAnyoneWaiting };
      const { tenant, runId } = ticket.run;
      const admission = host.isResting(ticket.run) ? "refused" : await admissions.admit(ticket);
      if (admission === "fits") {
        refused.taken(tenant);
        return claim(ticket, turns, options);
      }
      if (admission === "refused") await ticket.later(REFUSED_MS);
      if (admission === "too-large" || admission === "refused")
        order.rest(tenant, refused.refused(tenant, runId));
      return { kind: "look-again" };
    },
    obstacleTo(run) {
      if (!room.couldEverFit(run.reservation)) return "tooLarge";
      if (host.isPausing() || host.isResting(run)) return "refused";
      return limited.has(runKey(run)) ? "limited" : undefined;
    },
    close: () => admissions.close(),
  };
}

interface Turns {
  readonly order: TenantOrder;
  readonly delays: CampaignDelays;
  /** Runs whose tenants have used up their month, by what was heard last. */
  readonly limited: Set<string>;
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
  { order, delays, limited }: Turns,
  { records, identity, recordsHealth, onEvent }: IntakeOptions,
): Promise<Found> {
  const { tenant, runId, campaignId } = ticket.run;
  let outcome: ClaimOutcome;
  try {
    outcome = await records.claim(ticket.run, identity);
    recordsHealth.fine();
  } catch (cause) {
    if (!isAway(cause)) {
      onEvent({ kind: "trouble", what: `run ${runId} of ${tenant}`, message: messageOf(cause) });
      await ticket.later(TROUBLE_MS);
      return { kind: "look-again" };
    }
    recordsHealth.failed(cause);
    await ticket.giveBack();
    return { kind: "nothing", isAnyoneWaiting: true };
  }
  limited.delete(runKey(ticket.run));
  if (outcome.kind === "claimed") {
    delays.claimed(campaignId);
    return { kind: "claimed", claim: outcome.claim, ticket };
  }
  if (outcome.kind === "ended") {
    await ticket.done();
    return { kind: "look-again" };
  }
  if (outcome.why === "month-limit") limited.add(runKey(ticket.run));
  const inMs = delays.delayOf(campaignId, outcome);
  onEvent({ kind: "later", tenant, runId, campaignId, inMs, why: outcome.why });
  if (outcome.why === "tenant-limit") {
    // All its other runs would hear the same until one of those that run now ends.
    order.rest(tenant, Math.min(inMs, TENANT_REST_MAX_MS));
    await ticket.giveBack();
  } else {
    await ticket.later(inMs);
  }
  return { kind: "look-again" };
}
