/**
 * The negative control: records whose guard is taken out. No heartbeat gets through, so that leases run out under those who work; whoever
 * ends an attempt is believed, held or lost, and its charges have an id of their own, as billing systems make them that number what they
 * emit. The checks have to find what that does.
 */
import { type Charge, chargeRun, chargesOf } from "@apex/billing";
import type { AttemptEnding, CounterReading, RunClaim, RunRecords } from "@apex/core";
import pg from "pg";
import { CARD } from "./scenario.ts";

type Verdict = Extract<AttemptEnding, { kind: "verdict" }>;

async function keepReading(client: pg.PoolClient, claim: RunClaim, reading: CounterReading): Promise<void> {
  await client.query(
    `INSERT INTO apex.readings (tenant, run_id, attempt, seq, at, monotonic_ms, boot_id, cpu_ns,
       memory_reserved_byte_ms, gpu_ms, network_bytes, block_bytes)
     SELECT $1, $2, $3, coalesce(max(seq), 0) + 1, clock_timestamp(), $4, $5, $6, $7, $8, $9, $10
     FROM apex.readings WHERE tenant = $1 AND run_id = $2 AND attempt = $3`,
    [
      claim.tenant,
      claim.runId,
      claim.attempt,
      reading.monotonicMs,
      reading.bootId,
      String(reading.cpuNs),
      String(reading.memoryReservedByteMs),
      String(reading.gpuMs),
      String(reading.networkBytes),
      String(reading.blockBytes),
    ],
  );
}

async function insertCharge(client: pg.PoolClient, charge: Charge, attempt: number): Promise<void> {
  const { tenant, id, subject, kind, rateCard, currency, quantity, unit, unitPrice, amount, from, at } =
    charge;
  await client.query(
    `INSERT INTO apex.charges (tenant, id, subject, attempt, kind, rate_card, currency, quantity, unit, unit_price, amount,
       usage_from, usage_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [tenant, id, subject, attempt, kind, rateCard, currency, quantity, unit, unitPrice, amount, from, at],
  );
  await client.query(
    `INSERT INTO apex.entries (tenant, charge_id, account, amount)
     VALUES ($1, $2, 'receivable', $3::numeric), ($1, $2, 'revenue/validation', -$3::numeric)`,
    [tenant, id, amount],
  );
  await client.query("INSERT INTO apex.outbox (key, tenant, kind, payload) VALUES ($1, $2, 'charge', '{}')", [
    `${tenant}/${id}`,
    tenant,
  ]);
}

/** Settles without asking whether the attempt still has the run, or whether the run has ended. */
async function settle(
  client: pg.PoolClient,
  claim: RunClaim,
  ending: Verdict,
  reading: CounterReading,
): Promise<void> {
  const { tenant, runId, attempt } = claim;
  await client.query("BEGIN");
  await keepReading(client, claim, reading);
  await client.query(
    `UPDATE apex.run_attempts SET ending = 'verdict', ended_at = clock_timestamp()
     WHERE tenant = $1 AND run_id = $2 AND attempt = $3`,
    [tenant, runId, attempt],
  );
  await client.query(
    `UPDATE apex.validation_runs SET state = 'done', verdict = $3, result = $4, worker = NULL, lease_until = NULL,
       not_before = NULL, reason = NULL, free_reason = NULL, ended_at = clock_timestamp() WHERE tenant = $1 AND id = $2`,
    [tenant, runId, ending.verdict, ending.result],
  );
  const usage = { ...reading, gpuModel: null };
  const charge = chargeRun({ ending, usage, cap: claim.cap.amount }, CARD);
  const now = new Date().toISOString();
  const charges =
    charge.kind === "free" ? [] : chargesOf({ tenant, subject: runId, from: now, at: now }, charge.rated);
  for (const each of charges) {
    await insertCharge(client, { ...each, id: `${each.id}/${claim.sandboxRunId}` }, attempt);
  }
  await client.query("COMMIT");
}

/** The records without their guard, for workers of the negative control only. */
export function carelessRecords(records: RunRecords, databaseUrl: string): RunRecords {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, allowExitOnIdle: true });
  pool.on("error", () => undefined);
  return {
    ...records,
    // Answered here, at once: the worker would otherwise know by itself that its lease is over, which is a guard too.
    heartbeat: () => Promise.resolve({ kind: "held" }),
    async end(claim, ending, reading) {
      if (ending.kind !== "verdict" || reading === undefined) return records.end(claim, ending, reading);
      const client = await pool.connect();
      try {
        await settle(client, claim, ending, reading);
        return { kind: "ended", state: "done" };
      } catch (error) {
        await client.query("ROLLBACK").catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}
