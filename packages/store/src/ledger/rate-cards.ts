import { type RateCard, rateCardProblem } from "@apex/billing";
import { AdapterError, addDecimals, type Decimal, decimal, multiply } from "@apex/core";
import type { Insertable, Kysely, Selectable } from "kysely";
import { z } from "zod";
import type { Tables } from "../records/tables.ts";
import { isStorable } from "./charge-rows.ts";

const ONE = decimal(1);

const gpuHourSchema = z.record(z.string(), z.string());

/** Keeps cards; one that is there already stays. Throws an AdapterError (`invalid`) for the same id with other prices. */
export async function publishRateCards(db: Kysely<Tables>, cards: readonly RateCard[]): Promise<void> {
  if (cards.length === 0) return;
  const rows = cards.map(rateCardRow);
  await db
    .insertInto("rate_cards")
    .values(rows)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  const kept = new Map((await readRateCards(db)).map((card) => [card.id, contentOf(card)]));
  const changed = cards.find((card) => kept.get(card.id) !== contentOf(card));
  if (changed === undefined) return;
  throw new AdapterError(
    "invalid",
    `the rate card ${changed.id} is published already with other prices; give the new prices an id of their own`,
  );
}

/** All cards, the oldest first. */
export async function readRateCards(db: Kysely<Tables>): Promise<readonly RateCard[]> {
  const rows = await db.selectFrom("rate_cards").selectAll().orderBy("valid_from").orderBy("id").execute();
  return rows.map(rateCardOf);
}

function rateCardRow(card: RateCard): Insertable<Tables["rate_cards"]> {
  const problem = rateCardProblem(card);
  if (problem !== undefined) throw new AdapterError("invalid", problem);
  const { vcpuHour, gibHour, gpuHour } = card.base;
  const withMargin = addDecimals(ONE, card.margin);
  // A charge keeps the price with the margin: what has no room there must not be published.
  const prices = [vcpuHour, gibHour, ...Object.values(gpuHour)].map((price) => multiply(price, withMargin));
  if (![vcpuHour, gibHour, card.margin, card.minimum, ...prices].every(isStorable)) {
    throw new AdapterError(
      "invalid",
      `a price of the rate card ${card.id} has more than 18 places with its margin; round it, since charges are exact`,
    );
  }
  return {
    id: card.id,
    valid_from: new Date(card.validFromMs),
    currency: card.currency,
    vcpu_hour: vcpuHour,
    gib_hour: gibHour,
    gpu_hour: JSON.stringify(gpuHour),
    margin: card.margin,
    minimum: card.minimum,
    source: card.source,
  };
}

/** The card of its row. */
export function rateCardOf(row: Selectable<Tables["rate_cards"]>): RateCard {
  const gpuHour = Object.entries(gpuHourSchema.parse(JSON.parse(row.gpu_hour)));
  return {
    id: row.id,
    validFromMs: row.valid_from.getTime(),
    currency: row.currency,
    base: {
      vcpuHour: decimal(row.vcpu_hour),
      gibHour: decimal(row.gib_hour),
      gpuHour: Object.fromEntries(
        gpuHour.map(([model, price]): [string, Decimal] => [model, decimal(price)]),
      ),
    },
    margin: decimal(row.margin),
    minimum: decimal(row.minimum),
    source: row.source,
  };
}

/** What decides about money, in one order and spelling. */
function contentOf({ validFromMs, currency, base, margin, minimum }: RateCard): string {
  const gpus = Object.entries(base.gpuHour).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const prices = [base.vcpuHour, base.gibHour, margin, minimum, ...gpus.map(([, price]) => price)];
  return JSON.stringify([
    validFromMs,
    currency,
    prices.map((price) => decimal(price)),
    gpus.map(([model]) => model),
  ]);
}
