import type { CounterReading } from "@apex/core";
import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { readingOf } from "./campaign-rows.ts";

/** Names one attempt. */
export interface AttemptKey {
  readonly tenant: string;
  readonly runId: string;
  readonly attempt: number;
}

/**
 * Adds a reading to those of an attempt and returns the last one that counts. Counters only rise: one that is lower than before, or of
 * another boot of the host, is not taken. Network and block I/O, which cost nothing, are counted by bridges and groups that an engine
 * may make anew: what was seen of them stays. To be called with the run's row locked.
 */
export async function keepReading(
  trx: Transaction<Tables>,
  key: AttemptKey,
  reading: CounterReading | undefined,
): Promise<CounterReading | undefined> {
  const row = await trx
    .selectFrom("readings")
    .selectAll()
    .where("tenant", "=", key.tenant)
    .where("run_id", "=", key.runId)
    .where("attempt", "=", key.attempt)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  const last = row === undefined ? undefined : readingOf(row);
  if (reading === undefined || !isFurther(reading, last)) return last;
  const kept = withoutLoss(reading, last);
  await trx
    .insertInto("readings")
    .values({
      tenant: key.tenant,
      run_id: key.runId,
      attempt: key.attempt,
      seq: (row?.seq ?? 0) + 1,
      at: new Date(reading.at),
      monotonic_ms: reading.monotonicMs,
      boot_id: reading.bootId,
      cpu_ns: String(reading.cpuNs),
      memory_reserved_byte_ms: String(reading.memoryReservedByteMs),
      gpu_ms: String(reading.gpuMs),
      network_bytes: String(kept.networkBytes),
      block_bytes: String(kept.blockBytes),
    })
    .execute();
  return kept;
}

function larger(one: bigint, other: bigint | undefined): bigint {
  return other !== undefined && other > one ? other : one;
}

function withoutLoss(reading: CounterReading, last: CounterReading | undefined): CounterReading {
  return {
    ...reading,
    networkBytes: larger(reading.networkBytes, last?.networkBytes),
    blockBytes: larger(reading.blockBytes, last?.blockBytes),
  };
}

const CHARGED = ["cpuNs", "memoryReservedByteMs", "gpuMs"] as const;

function isFurther(reading: CounterReading, last: CounterReading | undefined): boolean {
  if (last === undefined) return CHARGED.every((counter) => reading[counter] >= 0n);
  if (reading.bootId !== last.bootId || reading.monotonicMs <= last.monotonicMs) return false;
  return CHARGED.every((counter) => reading[counter] >= last[counter]);
}
