import type { StopReason } from "@apex/core";
import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { handOverStalled, passOn } from "./adopt-runs.ts";
import { NOW } from "./campaign-rows.ts";
import { STOPPED } from "./stop-campaign.ts";

/** Attempts that may fail, or lose their worker, before a run is given up. */
export const FAILURES_MAX = 5;

/** A run whose lease is over. */
export interface CrashedRun {
  readonly tenant: string;
  readonly id: string;
  readonly campaign_id: string;
  readonly attempt: number;
  readonly failures: number;
  readonly stop_requested: StopReason | null;
}

const CRASHED = "Its worker was lost: its lease ran out without a sign of life.";
const FREE = "It is free: its worker was lost before it had a verdict.";

/**
 * Closes an attempt whose worker is gone; it is never charged. The run waits again, or ends when it was to be stopped anyway or lost too
 * many workers. To be called with the run's row locked and its lease seen to be over. Returns what the run is now;
 * `passed-on`: it waits for another campaign.
 */
export async function closeCrashed(
  trx: Transaction<Tables>,
  run: CrashedRun,
): Promise<"waiting" | "passed-on" | "dead" | "cancelled"> {
  await trx
    .updateTable("run_attempts")
    .set({ ended_at: NOW, ending: "crashed", failure: CRASHED })
    .where("tenant", "=", run.tenant)
    .where("run_id", "=", run.id)
    .where("attempt", "=", run.attempt)
    .where("ended_at", "is", null)
    .execute();
  const failures = run.failures + 1;
  const state =
    run.stop_requested !== null ? "cancelled" : failures >= FAILURES_MAX ? "dead" : ("waiting" as const);
  const reason =
    run.stop_requested === null
      ? `It failed ${failures} times, the last time so: ${CRASHED}`
      : STOPPED[run.stop_requested];
  await trx
    .updateTable("validation_runs")
    .set({
      state,
      failures,
      worker: null,
      lease_until: null,
      not_before: null,
      ...(state === "waiting" ? {} : { reason, free_reason: FREE, ended_at: NOW }),
    })
    .where("tenant", "=", run.tenant)
    .where("id", "=", run.id)
    .execute();
  return (await findOther(trx, run, state)) ? "passed-on" : state;
}

/** Whether another campaign that wants the run too does it now: one that was stopped afresh, one that waits for a paused campaign as it is. */
async function findOther(
  trx: Transaction<Tables>,
  { tenant, id: runId, campaign_id: campaignId, stop_requested }: CrashedRun,
  state: "waiting" | "dead" | "cancelled",
): Promise<boolean> {
  if (state === "waiting") return (await handOverStalled(trx, { tenant, runId })) > 0;
  return (
    state === "cancelled" && stop_requested !== "cap" && (await passOn(trx, { tenant, runId, campaignId }))
  );
}
