import { type RateCard, rateRun } from "@apex/billing";
import {
  compareDecimals,
  type CounterReading,
  decimal,
  type Heartbeat,
  type HeartbeatOutcome,
  type RunClaim,
} from "@apex/core";
import type { Transaction } from "kysely";
import { storable } from "../records/record-rows.ts";
import type { Tables } from "../records/tables.ts";
import { inMs, IS_LATE, pinnedCard, type RunRow } from "./campaign-rows.ts";
import { keepReading } from "./run-readings.ts";

type HeldRun = RunRow & { readonly is_late: boolean };

/** Prolongs a claim that still holds, and says whether it is to end. */
export async function heartbeatRun(
  trx: Transaction<Tables>,
  claim: RunClaim,
  { reading, progress }: Heartbeat,
): Promise<HeartbeatOutcome> {
  const run = await heldRun(trx, claim);
  if (run === undefined) return { kind: "lost" };
  const last = await keepReading(trx, claim, reading);
  const isOver =
    last !== undefined &&
    compareDecimals(amountOf(last, run, await pinnedCard(trx, run.rate_card)), decimal(run.cap)) > 0;
  const reason = run.stop_requested ?? (run.is_late ? "deadline" : isOver ? "cap" : null);
  await trx
    .updateTable("validation_runs")
    .set({
      lease_until: inMs(claim.leaseMs),
      stop_requested: reason,
      ...(progress === undefined ? {} : { progress: storable(progress) }),
    })
    .where("tenant", "=", run.tenant)
    .where("id", "=", run.id)
    .execute();
  return reason === null ? { kind: "held" } : { kind: "stop", reason };
}

function amountOf(reading: CounterReading, { gpu_model }: RunRow, card: RateCard) {
  return rateRun({ ...reading, gpuModel: gpu_model }, card).amount;
}

/**
 * The run, locked, while this very attempt has it: even past its lease, as long as nobody else has taken it. The row is locked by itself
 * and looked at afterwards: who waits for its lock may find it with another campaign, and a join would then find nothing at all.
 */
async function heldRun(trx: Transaction<Tables>, claim: RunClaim): Promise<HeldRun | undefined> {
  const run = await trx
    .selectFrom("validation_runs")
    .selectAll()
    .where("tenant", "=", claim.tenant)
    .where("id", "=", claim.runId)
    .where("state", "=", "running")
    .where("attempt", "=", claim.attempt)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (run === undefined) return undefined;
  const held = await trx
    .selectFrom("run_attempts as a")
    .innerJoin("campaigns as c", "c.tenant", "a.tenant")
    .select(IS_LATE.as("is_late"))
    .where("a.tenant", "=", claim.tenant)
    .where("a.run_id", "=", claim.runId)
    .where("a.attempt", "=", claim.attempt)
    .where("a.sandbox_run_id", "=", claim.sandboxRunId)
    .where("c.id", "=", run.campaign_id)
    .executeTakeFirst();
  return held === undefined ? undefined : { ...run, ...held };
}

/**
 * Keeps what an attempt had used, whoever tells it and however late. Of one that has ended it changes neither charge nor limit; of one
 * that is open it is a reading like its worker's own.
 */
export async function keepOrphanReading(
  trx: Transaction<Tables>,
  sandboxRunId: string,
  reading: CounterReading,
): Promise<void> {
  const attempt = await trx
    .selectFrom("run_attempts")
    .select(["tenant", "run_id", "attempt"])
    .where("sandbox_run_id", "=", sandboxRunId)
    .executeTakeFirst();
  // Of a database that is not ours, or of a run done by hand.
  if (attempt === undefined) return;
  await trx
    .selectFrom("validation_runs")
    .select("id")
    .where("tenant", "=", attempt.tenant)
    .where("id", "=", attempt.run_id)
    .forNoKeyUpdate()
    .execute();
  await keepReading(
    trx,
    { tenant: attempt.tenant, runId: attempt.run_id, attempt: attempt.attempt },
    reading,
  );
}
