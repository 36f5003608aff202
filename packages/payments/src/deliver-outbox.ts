import type { PendingMessage } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { eventOf, type MeterEvent, type MeterSettings } from "./stripe/meter-event.ts";
import type { StripeMeter } from "./stripe/stripe-meter.ts";

/** Where messages wait: what a delivery asks of the ledger. */
export interface Outbox {
  undelivered(limit: number): Promise<readonly PendingMessage[]>;
  /** Counts a sending that begins. Whether it was still waiting. */
  markSending(key: string): Promise<boolean>;
  /** Of one of those sendings: it is certain that nobody heard it. */
  markUnheard(key: string): Promise<unknown>;
  markDelivered(key: string): Promise<boolean>;
  markFailed(key: string, error: string): Promise<unknown>;
}

/** How to deliver. */
export interface DeliveryOptions {
  readonly settings: MeterSettings;
  readonly now: () => number;
  /** As many messages at most. */
  readonly limit: number;
  /** Only tells what it would do; the meter is not asked and nothing is marked. */
  readonly isDryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of the messages. */
export interface Delivery {
  readonly delivered: readonly MeterEvent[];
  /** Not sent, or not taken: with why, a whole sentence. */
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
  /** Why it ended before all messages were tried; `null` when they were. */
  readonly stopped: string | null;
}

/**
 * Delivers what waits, one message after the other. That a message is about to be sent is kept before it is, so that after a crash
 * at any point it is sent again with the same identifier while Stripe remembers it, and put before a person once it does not. Throws an
 * AdapterError (`denied`) when Stripe does not accept the key.
 */
export async function deliverOutbox(
  outbox: Outbox,
  meter: StripeMeter,
  options: DeliveryOptions,
): Promise<Delivery> {
  const delivered: MeterEvent[] = [];
  const failed: { readonly key: string; readonly reason: string }[] = [];
  for (const message of await outbox.undelivered(options.limit)) {
    options.signal?.throwIfAborted();
    const { key } = message;
    const made = eventOf(message, options.settings, options.now());
    if (made.kind === "held") {
      failed.push({ key, reason: made.reason });
      if (options.isDryRun !== true) await outbox.markFailed(key, made.reason);
      continue;
    }
    if (options.isDryRun === true) {
      delivered.push(made.event);
      continue;
    }
    // Another delivery may have been here first.
    if (!(await outbox.markSending(key))) continue;
    const problem = await sendOne(outbox, meter, { message, event: made.event, signal: options.signal });
    if (problem === undefined) delivered.push(made.event);
    else failed.push({ key, reason: problem.reason });
    // Where Stripe is away, the next message would only wait as long.
    if (problem?.isAway === true) return { delivered, failed, stopped: problem.reason };
  }
  return { delivered, failed, stopped: null };
}

interface Sending {
  readonly message: PendingMessage;
  readonly event: MeterEvent;
  readonly signal: AbortSignal | undefined;
}

async function sendOne(
  outbox: Outbox,
  meter: StripeMeter,
  { message, event, signal }: Sending,
): Promise<{ readonly reason: string; readonly isAway: boolean } | undefined> {
  const { key, attempts } = message;
  const outcome = await meter.send(event, attempts, signal);
  if (outcome.kind === "taken") {
    await outbox.markDelivered(key);
    return undefined;
  }
  // Another delivery of unknown outcome, before or at the same time, stays unknown, whatever became of this one.
  if (!outcome.mayBeHeard) await outbox.markUnheard(key);
  if (outcome.kind === "denied") {
    throw new AdapterError(
      "denied",
      `${outcome.reason}. Look at STRIPE_API_KEY: it needs to be allowed to write meter events`,
    );
  }
  await outbox.markFailed(key, outcome.reason);
  return { reason: outcome.reason, isAway: outcome.kind === "unavailable" };
}
