import type { Used } from "@apex/agent";
import type { ModelSettings } from "@apex/agent/openai";
import { chargesOf, PUBLISHED_RATE_CARDS, rateCardAt, rateModelUsage } from "@apex/billing";
import { formatMoney } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { withStore } from "./with-store.ts";

/** What was asked of a model, and whose bill it is on. */
export interface ModelUse {
  readonly tenant: string;
  /** Of a repair ("fix-20c7…") or an answer ("ask-20c7…"). */
  readonly id: string;
  readonly settings: ModelSettings;
  readonly used: Pick<Used, "tokens" | "turnsWithoutUsage" | "ms">;
}

/**
 * Puts what a model took on a tenant's bill; twice is once. Returns what a person is to be told of it, in whole sentences, or
 * `null` when it was not asked. The time is that of now: a repair that is gone on with is of the day that it ended.
 */
export async function recordModelUse(
  io: Io,
  { tenant, id, settings, used }: ModelUse,
): Promise<string | null> {
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
  const charges = charge.kind === "charged" ? chargesOf({ tenant, subject: id, from, at }, charge.rated) : [];
  await withStore(io, async ({ billing }) => {
    await billing.publishRateCards(PUBLISHED_RATE_CARDS);
    const { uncharged } = charge;
    await billing.recordModelUsage({ tenant, id, ...taken, uncharged, from, at }, charges);
  });
  const amount =
    charge.kind === "charged"
      ? `${formatMoney({ amount: charge.rated.amount, currency: charge.rated.currency })} for what the model took`
      : "nothing for what the model took";
  const rest = charge.uncharged === null ? "" : ` ${charge.uncharged}`;
  return printable(`On the bill of ${tenant}: ${amount}, as ${id}.${rest}`);
}
