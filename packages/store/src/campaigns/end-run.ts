import { chargeRun, chargesOf, type RunCharge } from "@apex/billing";
import {
  type AfterAttempt,
  type AttemptEnding,
  type CounterReading,
  decimal,
  type RunClaim,
  type StopReason,
} from "@apex/core";
import { type Selectable, sql, type Transaction } from "kysely";
import { insertCharges } from "../ledger/insert-charges.ts";
import { storable } from "../records/record-rows.ts";
import type { Tables } from "../records/tables.ts";
import { handOverStalled, passOn } from "./adopt-runs.ts";
import { inMs, msUntil, NOW, pinnedCard, type RunRow } from "./campaign-rows.ts";
import { FAILURES_MAX } from "./crashed-attempt.ts";
import { lockTenant } from "./lock-tenant.ts";
import { keepReading } from "./run-readings.ts";
import { STOPPED } from "./stop-campaign.ts";

const BACKOFF_FIRST_MS = 2_000;
const BACKOFF_MAX_MS = 300_000;

type AttemptRow = Selectable<Tables["run_attempts"]>;

interface LockedRun extends RunRow {
  readonly backoff_ms: number;
}

interface Ended {
  readonly claim: RunClaim;
  readonly ending: AttemptEnding;
  readonly run: LockedRun;
  readonly attempt: AttemptRow;
  readonly last: CounterReading | undefined;
  readonly endedAt: Date;
}

const LOST: AfterAttempt = { kind: "lost" };

/** Ends an attempt: its run, its result and its charges in one transaction. */
export async function endRun(
  trx: Transaction<Tables>,
  claim: RunClaim,
  { ending, reading }: { readonly ending: AttemptEnding; readonly reading: CounterReading | undefined },
): Promise<AfterAttempt> {
  await lockTenant(trx, claim.tenant);
  const run = await lockedRun(trx, claim);
  const attempt = await trx
    .selectFrom("run_attempts")
    .selectAll()
    .where("tenant", "=", claim.tenant)
    .where("run_id", "=", claim.runId)
    .where("attempt", "=", claim.attempt)
    .where("sandbox_run_id", "=", claim.sandboxRunId)
    .executeTakeFirst();
  if (run === undefined || attempt === undefined) return LOST;
  if (attempt.ending !== null) return answerAgain(attempt, run, ending);
  const last = await keepReading(trx, claim, reading);
  const endedAt = await closeAttempt(trx, claim, { ending, cpuNs: last?.cpuNs ?? 0n });
  return settle(trx, { claim, ending, run, attempt, last, endedAt });
}

function lockedRun(trx: Transaction<Tables>, { tenant, runId }: RunClaim): Promise<LockedRun | undefined> {
  return trx
    .selectFrom("validation_runs")
    .selectAll()
    .select(msUntil("not_before").as("backoff_ms"))
    .where("tenant", "=", tenant)
    .where("id", "=", runId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** What was answered to the same ending before; the worker may not have heard it. */
function answerAgain({ ending, attempt }: AttemptRow, run: LockedRun, again: AttemptEnding): AfterAttempt {
  if (ending !== again.kind) return LOST;
  const isLatest = run.attempt === attempt;
  if (isLatest && (run.state === "done" || run.state === "dead" || run.state === "cancelled")) {
    return { kind: "ended", state: run.state };
  }
  return { kind: "again", inMs: isLatest ? run.backoff_ms : 0 };
}

async function closeAttempt(
  trx: Transaction<Tables>,
  claim: RunClaim,
  { ending, cpuNs }: { readonly ending: AttemptEnding; readonly cpuNs: bigint },
): Promise<Date> {
  const row = await trx
    .updateTable("run_attempts")
    .set({
      ended_at: NOW,
      ending: ending.kind,
      failure: messageOf(ending),
      cpu_ns: String(cpuNs),
    })
    .where("tenant", "=", claim.tenant)
    .where("run_id", "=", claim.runId)
    .where("attempt", "=", claim.attempt)
    .returning(sql<Date>`ended_at`.as("ended_at"))
    .executeTakeFirstOrThrow();
  return row.ended_at;
}

function messageOf(ending: AttemptEnding): string | null {
  if (ending.kind === "failed") return storable(ending.message);
  return ending.kind === "released" && ending.refusal !== undefined ? storable(ending.refusal) : null;
}

function settle(trx: Transaction<Tables>, ended: Ended): Promise<AfterAttempt> {
  const { ending, run } = ended;
  switch (ending.kind) {
    case "verdict":
      return finish(trx, ended, { state: "done", reason: null });
    case "stopped":
      // What was asked for decides, not what the worker makes of it.
      return finishStopped(trx, ended, run.stop_requested ?? ending.reason);
    case "failed":
      return settleFailure(trx, ended, ending);
    case "released":
      return run.stop_requested === null
        ? waitAgain(trx, run, { failures: run.failures, backoffMs: 0, progress: messageOf(ending) })
        : finishStopped(trx, ended, run.stop_requested);
  }
}

/** It was to be stopped, however it then ended; another campaign that wants it too has it done again. */
async function finishStopped(
  trx: Transaction<Tables>,
  { ending, ...rest }: Ended,
  reason: StopReason,
): Promise<AfterAttempt> {
  const ended: Ended = { ...rest, ending: ending.kind === "stopped" ? { kind: "stopped", reason } : ending };
  const after = await finish(trx, ended, { state: "cancelled", reason: STOPPED[reason] });
  const { tenant, id: runId, campaign_id: campaignId } = ended.run;
  const isPassedOn = reason !== "cap" && (await passOn(trx, { tenant, runId, campaignId }));
  return isPassedOn ? { kind: "again", inMs: 0 } : after;
}

function settleFailure(
  trx: Transaction<Tables>,
  ended: Ended,
  { message, mayConverge }: Extract<AttemptEnding, { kind: "failed" }>,
): Promise<AfterAttempt> {
  const { run } = ended;
  if (run.stop_requested !== null) return finishStopped(trx, ended, run.stop_requested);
  const failures = run.failures + 1;
  const text = storable(message);
  if (!mayConverge) return finish(trx, ended, { state: "dead", reason: text, failures });
  if (failures >= FAILURES_MAX) {
    const reason = `It failed ${failures} times, the last time so: ${text}`;
    return finish(trx, ended, { state: "dead", reason, failures });
  }
  const backoffMs = Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
  return waitAgain(trx, run, { failures, backoffMs });
}

async function waitAgain(
  trx: Transaction<Tables>,
  { tenant, id }: RunRow,
  wait: {
    readonly failures: number;
    readonly backoffMs: number;
    /** Why it still waits, for those who look on. */
    readonly progress?: string | null;
  },
): Promise<AfterAttempt> {
  const { failures, backoffMs, progress = null } = wait;
  await trx
    .updateTable("validation_runs")
    .set({
      state: "waiting",
      failures,
      worker: null,
      lease_until: null,
      not_before: backoffMs === 0 ? null : inMs(backoffMs),
      ...(progress === null ? {} : { progress }),
    })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
  // It may have been paused meanwhile.
  await handOverStalled(trx, { tenant, runId: id });
  return { kind: "again", inMs: backoffMs };
}

interface Final {
  readonly state: "done" | "dead" | "cancelled";
  readonly reason: string | null;
  readonly failures?: number;
}

async function finish(trx: Transaction<Tables>, ended: Ended, final: Final): Promise<AfterAttempt> {
  const { ending, run } = ended;
  const charge = await chargeAttempt(trx, ended);
  await trx
    .updateTable("validation_runs")
    .set({
      ...final,
      worker: null,
      lease_until: null,
      not_before: null,
      stop_requested: null,
      ended_at: NOW,
      free_reason: charge.kind === "free" ? charge.reason : null,
      ...(ending.kind === "verdict" ? { verdict: ending.verdict, result: ending.result } : {}),
    })
    .where("tenant", "=", run.tenant)
    .where("id", "=", run.id)
    .execute();
  return { kind: "ended", state: final.state };
}

const UNUSED = { cpuNs: 0n, memoryReservedByteMs: 0n, gpuMs: 0n };

/** Writes what the attempt costs by its last reading: nothing of the worker's own arithmetic counts. */
async function chargeAttempt(
  trx: Transaction<Tables>,
  { ending, run, attempt, last, claim, endedAt }: Ended,
): Promise<RunCharge> {
  const usage = { ...(last ?? UNUSED), gpuModel: run.gpu_model };
  const card = await pinnedCard(trx, run.rate_card);
  const charge = chargeRun({ ending, usage, cap: decimal(run.cap) }, card);
  if (charge.kind === "free") return charge;
  const subject = {
    tenant: run.tenant,
    subject: run.id,
    from: attempt.started_at.toISOString(),
    at: endedAt.toISOString(),
  };
  // A run that was stopped and is done again for a later campaign is charged by each of them, and once by each.
  const charges = chargesOf(subject, charge.rated).map((line) => ({
    ...line,
    id: `${run.campaign_id}/${line.id}`,
  }));
  await insertCharges(trx, charges, claim.attempt);
  return charge;
}
