import type { Used } from "@apex/agent";
import type { ModelSettings } from "@apex/agent/openai";
import { chargesOf, PUBLISHED_RATE_CARDS, rateCardAt, rateModelUsage } from "@apex/billing";
import { formatMoney } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { withStore } from "./with-store.ts";

/** A repair that is over, and whose bill it is on. */
export interface BilledRepair {
  readonly tenant: string;
  /** "fix-20c7…" */
  readonly runId: string;
  /** `null`: none was asked. */
  readonly settings: ModelSettings | null;
  readonly used: Used;
}

/**
 * Puts what a repair's model took on a tenant's bill; twice is once. Returns what a person is to be told of it, in whole sentences, or
 * `null` when no model was asked. The time is that of now: a repair that is gone on with is of the day that it ended.
 */
export async function recordRepair(
  io: Io,
  { tenant, runId, settings, used }: BilledRepair,
): Promise<string | null> {
  if (settings === null) return null;
  const now = io.now();
  const card = rateCardAt(PUBLISHED_RATE_CARDS, now.getTime());
  if (card === undefined) {
    throw new CommandError(EXIT_CODES.badInput, "no rate card is valid yet: look at `apex billing rates`");
  }
  const { model, prices } = settings;
  const taken = { model, ...used.tokens, turnsWithoutUsage: used.turnsWithoutUsage };
  const charge = rateModelUsage({ ...taken, prices }, card);
  if (charge.kind === "unused") return null;
  const at = now.toISOString();
  const from = new Date(now.getTime() - used.ms).toISOString();
  const charges =
    charge.kind === "charged" ? chargesOf({ tenant, subject: runId, from, at }, charge.rated) : [];
  await withStore(io, async ({ billing }) => {
    await billing.publishRateCards(PUBLISHED_RATE_CARDS);
    const { uncharged } = charge;
    await billing.recordModelUsage({ tenant, id: runId, ...taken, uncharged, from, at }, charges);
  });
  const amount =
    charge.kind === "charged"
      ? `${formatMoney({ amount: charge.rated.amount, currency: charge.rated.currency })} for what the model took`
      : "nothing for what the model took";
  const rest = charge.uncharged === null ? "" : ` ${charge.uncharged}`;
  return printable(`On the bill of ${tenant}: ${amount}, as ${runId}.${rest}`);
}
