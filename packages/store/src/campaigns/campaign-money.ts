import { addDecimals, compareDecimals, type Decimal, decimal } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/** The money of a campaign at one moment. */
export interface CampaignMoney {
  readonly budget: Decimal;
  /** For its runs, by the ledger. */
  readonly charged: Decimal;
  /** The caps of its runs that run now. */
  readonly reserved: Decimal;
  readonly running: number;
  /** The least cap of its runs that wait; `null` when none does. */
  readonly leastWaiting: Decimal | null;
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
  const { rows } = await sql<{
    budget: string;
    charged: string;
    reserved: string;
    running: number;
    least_waiting: string | null;
  }>`
    SELECT coalesce(c.budget, c.quote) AS budget,
      (SELECT coalesce(sum(l.amount), 0) FROM apex.run_attempts a
        JOIN apex.charges l ON l.tenant = a.tenant AND l.subject = a.run_id AND l.attempt = a.attempt
        WHERE a.tenant = c.tenant AND a.campaign_id = c.id) AS charged,
      coalesce(sum(r.cap) FILTER (WHERE r.state = 'running'), 0) AS reserved,
      (count(*) FILTER (WHERE r.state = 'running'))::int AS running,
      min(r.cap) FILTER (WHERE r.state = 'waiting') AS least_waiting
    FROM apex.campaigns c
    LEFT JOIN apex.validation_runs r
      ON r.tenant = c.tenant AND r.campaign_id = c.id AND r.state IN ('waiting', 'running')
    WHERE c.tenant = ${tenant} AND c.id = ${campaignId}
    GROUP BY c.tenant, c.id`.execute(trx);
  const row = rows[0];
  return {
    budget: decimal(row?.budget ?? 0),
    charged: decimal(row?.charged ?? 0),
    reserved: decimal(row?.reserved ?? 0),
    running: row?.running ?? 0,
    leastWaiting: row?.least_waiting == null ? null : decimal(row.least_waiting),
  };
}

/** Whether so much more can be set aside: the budget holds even if everything comes to its cap. */
export function hasRoom({ budget, charged, reserved }: CampaignMoney, cap: Decimal): boolean {
  return compareDecimals(addDecimals(charged, reserved, cap), budget) <= 0;
}
