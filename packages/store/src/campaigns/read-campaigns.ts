import {
  type Campaign,
  type CampaignRun,
  type Decimal,
  decimal,
  type Diagnostic,
  type RunState,
} from "@apex/core";
import { type RawBuilder, type Selectable, sql, type Transaction } from "kysely";
import { decimalOrNull } from "../records/record-rows.ts";
import type { Tables } from "../records/tables.ts";
import { chargedFor } from "./campaign-money.ts";
import type { RunRow } from "./campaign-rows.ts";

type CampaignRow = Selectable<Tables["campaigns"]> & {
  readonly charged: string;
  readonly reserved: string;
  readonly counts: Partial<Record<RunState, number>> | null;
};

const EMPTY: Readonly<Record<RunState, number>> = { waiting: 0, running: 0, done: 0, dead: 0, cancelled: 0 };

/** Campaigns of a tenant as they stand, the newest first: one, or `limit`. */
export async function readCampaigns(
  trx: Transaction<Tables>,
  tenant: string,
  which: { readonly id: string } | { readonly limit: number },
): Promise<readonly Campaign[]> {
  const condition: RawBuilder<unknown> = "id" in which ? sql`c.id = ${which.id}` : sql`true`;
  const { rows } = await sql<CampaignRow>`
    SELECT c.*,
      ${chargedFor(sql`a.tenant = c.tenant AND a.campaign_id = c.id`)} AS charged,
      (SELECT coalesce(sum(r.cap), 0) FROM apex.validation_runs r
        WHERE r.tenant = c.tenant AND r.campaign_id = c.id AND r.state = 'running') AS reserved,
      (SELECT jsonb_object_agg(state, count) FROM (
        SELECT coalesce(m.left_state, r.state) AS state, count(*) AS count
        FROM apex.campaign_runs m JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
        WHERE m.tenant = c.tenant AND m.campaign_id = c.id GROUP BY 1) counted) AS counts
    FROM apex.campaigns c
    WHERE c.tenant = ${tenant} AND ${condition}
    ORDER BY c.created_at DESC, c.id
    LIMIT ${"id" in which ? 1 : which.limit}`.execute(trx);
  return rows.map(campaignOf);
}

function campaignOf(row: CampaignRow): Campaign {
  return {
    tenant: row.tenant,
    id: row.id,
    name: row.name,
    state: row.state,
    stopReason: row.stop_reason,
    priority: row.priority,
    rateCard: row.rate_card,
    currency: row.currency,
    quote: decimal(row.quote),
    budget: decimalOrNull(row.budget),
    charged: decimal(row.charged),
    reserved: decimal(row.reserved),
    deadline: isoOrNull(row.deadline),
    diagnostics: JSON.parse(row.diagnostics) as Diagnostic[],
    createdAt: row.created_at.toISOString(),
    startedAt: isoOrNull(row.started_at),
    endedAt: isoOrNull(row.ended_at),
    counts: { ...EMPTY, ...row.counts },
  };
}

function isoOrNull(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

type MemberRow = Pick<
  RunRow,
  | "id"
  | "state"
  | "attempt"
  | "verdict"
  | "reason"
  | "free_reason"
  | "progress"
  | "worker"
  | "result"
  | "started_at"
  | "ended_at"
> &
  Omit<Selectable<Tables["campaign_runs"]>, "tenant" | "campaign_id" | "run_id" | "cap"> & {
    readonly paid_by: string;
    readonly member_cap: string;
    readonly charged: string;
  };

/** The runs of a campaign in their order. */
export async function readRuns(
  trx: Transaction<Tables>,
  tenant: string,
  { id, withResults }: { readonly id: string; readonly withResults: boolean },
): Promise<readonly CampaignRun[]> {
  const paid = chargedFor(sql`a.tenant = m.tenant AND a.run_id = m.run_id AND a.campaign_id = m.campaign_id`);
  const { rows } = await sql<MemberRow>`
    SELECT r.id, r.campaign_id AS paid_by, r.state, r.attempt, r.verdict, r.reason, r.free_reason, r.progress, r.worker,
      r.started_at, r.ended_at, ${withResults ? sql`r.result` : sql`NULL AS result`},
      m.position, m.target, m.change, m.savings_list, m.savings_net, m.is_reused,
      m.left_state, m.left_reason, m.left_free_reason, m.left_verdict, ${withResults ? sql`m.left_result` : sql`NULL AS left_result`},
      m.cap AS member_cap, ${paid} AS charged
    FROM apex.campaign_runs m
    JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id}
    ORDER BY m.position`.execute(trx);
  return rows.map((row) => runOf(row, id));
}

/** One run's result, as {@link readRuns} has it. */
export async function readResult(
  trx: Transaction<Tables>,
  { tenant, id, runId }: { readonly tenant: string; readonly id: string; readonly runId: string },
): Promise<string | null> {
  const { rows } = await sql<{ readonly result: string | null }>`
    SELECT CASE WHEN m.left_state IS NULL THEN r.result ELSE m.left_result END AS result
    FROM apex.campaign_runs m
    JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND m.run_id = ${runId}`.execute(trx);
  return rows[0]?.result ?? null;
}

function runOf(row: MemberRow, campaignId: string): CampaignRun {
  const hasLeft = row.left_state !== null;
  const state = row.left_state ?? row.state;
  return {
    runId: row.id,
    position: row.position,
    target: row.target,
    change: row.change,
    monthlySavings: { list: decimal(row.savings_list), net: decimalOrNull(row.savings_net) },
    state,
    attempts: row.attempt,
    isReused: row.is_reused,
    verdict: hasLeft ? row.left_verdict : row.verdict,
    reason: hasLeft ? row.left_reason : row.reason,
    progress: hasLeft ? null : row.progress,
    worker: hasLeft ? null : row.worker,
    cap: decimal(row.member_cap),
    charged: chargedOf(row, state),
    freeReason: freeReasonOf(row, campaignId),
    result: hasLeft ? row.left_result : row.result,
    startedAt: hasLeft ? null : isoOrNull(row.started_at),
    endedAt: hasLeft ? null : isoOrNull(row.ended_at),
  };
}

function chargedOf({ charged }: MemberRow, state: RunState): Decimal | null {
  return state === "waiting" || state === "running" ? null : decimal(charged);
}

function freeReasonOf(row: MemberRow, campaignId: string): string | null {
  if (row.left_state !== null) return row.left_free_reason;
  if (row.is_reused) return "It is free: its verdict was known already.";
  const isPaidElsewhere = row.paid_by !== campaignId && row.free_reason === null && row.ended_at !== null;
  return isPaidElsewhere ? `It is free here: the campaign ${row.paid_by} paid for it.` : row.free_reason;
}
