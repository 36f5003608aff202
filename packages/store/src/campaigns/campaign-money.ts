import { addDecimals, compareDecimals, type Decimal, decimal } from "@apex/core";
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/** The money of a campaign at one moment. */
export interface CampaignMoney {
  readonly budget: Decimal;
  /** For its runs, by the ledger. */
  readonly charged: Decimal;
  /** The caps of its runs that run now. */
  readonly reserved: Decimal;
  readonly running: number;
}

/**
 * What the attempts of a campaign were charged: `condition` picks those of `a`. Each looks its charges up by itself, or a planner that
 * knows nothing of new tables yet would read all of the tenant's charges for each.
 */
export function chargedFor(condition: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(
    SELECT coalesce(sum(charged.amount), 0) FROM apex.run_attempts a CROSS JOIN LATERAL (
      SELECT sum(l.amount) AS amount FROM apex.charges l
      WHERE l.tenant = a.tenant AND l.subject = a.run_id AND l.attempt = a.attempt
    ) charged WHERE ${condition})`;
}

/**
 * What a campaign was charged and has set aside, in one statement: it sees each run before its settlement or after it, never in between.
 * To be asked under the tenant's lock by who decides on it.
 */
export async function campaignMoney(
  trx: Transaction<Tables>,
  tenant: string,
  campaignId: string,
): Promise<CampaignMoney> {
  const { rows } = await sql<{ budget: string; charged: string; reserved: string; running: number }>`
    SELECT coalesce(c.budget, c.quote) AS budget, held.reserved, held.running,
      ${chargedFor(sql`a.tenant = c.tenant AND a.campaign_id = c.id`)} AS charged
    FROM apex.campaigns c CROSS JOIN LATERAL (
      SELECT coalesce(sum(r.cap), 0) AS reserved, count(*)::int AS running FROM apex.validation_runs r
      WHERE r.tenant = c.tenant AND r.campaign_id = c.id AND r.state = 'running'
    ) held
    WHERE c.tenant = ${tenant} AND c.id = ${campaignId}`.execute(trx);
  const row = rows[0];
  return {
    budget: decimal(row?.budget ?? 0),
    charged: decimal(row?.charged ?? 0),
    reserved: decimal(row?.reserved ?? 0),
    running: row?.running ?? 0,
  };
}

/** The least cap of a campaign's runs that wait; `undefined` when none does. */
export async function leastWaiting(
  trx: Transaction<Tables>,
  tenant: string,
  campaignId: string,
): Promise<Decimal | undefined> {
  const row = await trx
    .selectFrom("validation_runs")
    .select("cap")
    .where("tenant", "=", tenant)
    .where("campaign_id", "=", campaignId)
    .where("state", "=", "waiting")
    .orderBy("cap")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : decimal(row.cap);
}

/** Whether so much more can be set aside: the budget holds even if everything comes to its cap. */
export function hasRoom({ budget, charged, reserved }: CampaignMoney, cap: Decimal): boolean {
  return compareDecimals(addDecimals(charged, reserved, cap), budget) <= 0;
}
