import { randomBytes } from "node:crypto";
import {
  type CampaignState,
  type ClaimOutcome,
  decimal,
  type QueuedRun,
  type WorkerIdentity,
} from "@apex/core";
import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { limitBefore } from "../tenants/tenant-usage.ts";
import { campaignMoney, hasRoom, leastWaiting } from "./campaign-money.ts";
import { inMs, IS_LATE, msUntil, NOW, reservationOf, type RunRow } from "./campaign-rows.ts";
import { closeCrashed } from "./crashed-attempt.ts";
import { lockTenant } from "./lock-tenant.ts";
import { stopCampaign } from "./stop-campaign.ts";

/** How soon it is worth asking again for what only another run's end or a person changes. */
const ASK_AGAIN_MS = 5_000;
/** For what only the next month changes. */
const ASK_LATER_MS = 3_600_000;
const TOKEN_BYTES = 4;

/** Who wants which run, and for how long without a heartbeat. */
export interface Wish {
  readonly run: Pick<QueuedRun, "tenant" | "runId">;
  readonly worker: WorkerIdentity;
  readonly leaseMs: number;
}

interface ClaimedRow extends RunRow {
  readonly campaign_state: CampaignState;
  readonly currency: string;
  readonly is_late: boolean;
  readonly lease_ms: number;
  readonly backoff_ms: number;
}

const ENDED: ClaimOutcome = { kind: "ended" };

/** Takes a run for a worker, when everything allows it. */
export async function claimRun(trx: Transaction<Tables>, wish: Wish): Promise<ClaimOutcome> {
  const tier = await lockTenant(trx, wish.run.tenant);
  const row = await lockedRun(trx, wish.run);
  if (row === undefined || row.state === "done" || row.state === "dead" || row.state === "cancelled") {
    return ENDED;
  }
  if (row.state === "running") {
    if (row.lease_ms > 0) return later("held", row.lease_ms);
    const state = await closeCrashed(trx, row);
    // The other campaign has conditions of its own.
    if (state === "passed-on") return claimRun(trx, wish);
    if (state !== "waiting") return ENDED;
  }
  if (row.campaign_state === "paused") return later("paused", ASK_AGAIN_MS);
  if (row.campaign_state !== "running") return ENDED;
  if (row.is_late) {
    await stopCampaign(trx, { tenant: row.tenant, id: row.campaign_id }, "deadline");
    return ENDED;
  }
  // A lease that has run out was its own wait.
  if (row.state === "waiting" && row.backoff_ms > 0) return later("backoff", row.backoff_ms);
  const reached = await limitBefore(trx, { tenant: row.tenant, tier, runId: row.id });
  if (reached !== undefined) return later(reached, reached === "month-limit" ? ASK_LATER_MS : ASK_AGAIN_MS);
  return (await refusedByBudget(trx, row)) ?? beginAttempt(trx, row, wish);
}

function later(why: Extract<ClaimOutcome, { kind: "later" }>["why"], ms: number): ClaimOutcome {
  return { kind: "later", inMs: ms, why };
}

function lockedRun(
  trx: Transaction<Tables>,
  { tenant, runId }: Wish["run"],
): Promise<ClaimedRow | undefined> {
  return trx
    .selectFrom("validation_runs as r")
    .innerJoin("campaigns as c", (join) =>
      join.onRef("c.tenant", "=", "r.tenant").onRef("c.id", "=", "r.campaign_id"),
    )
    .selectAll("r")
    .select(["c.state as campaign_state", "c.currency"])
    .select(IS_LATE.as("is_late"))
    .select([msUntil("r.lease_until").as("lease_ms"), msUntil("r.not_before").as("backoff_ms")])
    .where("r.tenant", "=", tenant)
    .where("r.id", "=", runId)
    .forNoKeyUpdate(["r"])
    .executeTakeFirst();
}

/** Why the campaign's budget does not take the run now; a campaign none of whose runs it will ever take again is stopped. */
async function refusedByBudget(
  trx: Transaction<Tables>,
  { tenant, campaign_id, cap }: ClaimedRow,
): Promise<ClaimOutcome | undefined> {
  const money = await campaignMoney(trx, tenant, campaign_id);
  if (hasRoom(money, decimal(cap))) return undefined;
  // What runs may come to less than its cap, and something smaller may still fit.
  const least = (await leastWaiting(trx, tenant, campaign_id)) ?? decimal(cap);
  if (money.running > 0 || hasRoom(money, least)) return later("budget-reserved", ASK_AGAIN_MS);
  await stopCampaign(trx, { tenant, id: campaign_id }, "budget");
  return ENDED;
}

async function beginAttempt(
  trx: Transaction<Tables>,
  row: ClaimedRow,
  { worker, leaseMs }: Wish,
): Promise<ClaimOutcome> {
  const attempt = row.attempt + 1;
  const { tenant, id: runId, campaign_id: campaignId } = row;
  // Runs of two tenants may have one id, and two databases may use one Docker engine.
  const sandboxRunId = `${runId}-${attempt}-${randomBytes(TOKEN_BYTES).toString("hex")}`;
  await trx
    .updateTable("validation_runs")
    .set((eb) => ({
      state: "running",
      attempt,
      worker: worker.id,
      lease_until: inMs(leaseMs),
      not_before: null,
      progress: null,
      started_at: eb.fn.coalesce("started_at", NOW),
    }))
    .where("tenant", "=", tenant)
    .where("id", "=", runId)
    .execute();
  await trx
    .insertInto("run_attempts")
    .values({
      tenant,
      run_id: runId,
      attempt,
      campaign_id: campaignId,
      sandbox_run_id: sandboxRunId,
      worker: worker.id,
      host: worker.host,
    })
    .execute();
  const crashed = await trx
    .selectFrom("run_attempts")
    .select("sandbox_run_id")
    .where("tenant", "=", tenant)
    .where("run_id", "=", runId)
    .where("ending", "=", "crashed")
    .orderBy("attempt")
    .execute();
  return {
    kind: "claimed",
    claim: {
      tenant,
      runId,
      campaignId,
      attempt,
      sandboxRunId,
      kind: row.kind,
      job: row.job,
      reservation: reservationOf(row),
      cap: { amount: decimal(row.cap), currency: row.currency },
      leaseMs,
      orphans: crashed.map((orphan) => orphan.sandbox_run_id),
    },
  };
}
