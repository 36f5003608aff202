import { quoteRun, type RateCard } from "@apex/billing";
import { AdapterError, type CounterReading, type Decimal, type Reservation } from "@apex/core";
import { type RawBuilder, type Selectable, sql, type Transaction } from "kysely";
import { rateCardOf } from "../ledger/rate-cards.ts";
import type { Tables } from "../records/tables.ts";

/** The database's time of this moment, not that of the transaction's begin: it may have waited for a lock. */
export const NOW: RawBuilder<Date> = sql<Date>`clock_timestamp()`;

/** So many milliseconds from now. */
export function inMs(ms: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

/** Milliseconds until a time of the database; 0 once it is over, and for none. */
export function msUntil(column: string): RawBuilder<number> {
  return sql<number>`greatest(0, ceil(extract(epoch FROM ${sql.ref(column)} - clock_timestamp()) * 1000))::float8`;
}

/** Of a campaign `c`: its deadline is over. */
export const IS_LATE: RawBuilder<boolean> = sql<boolean>`coalesce(c.deadline <= clock_timestamp(), false)`;

export type RunRow = Selectable<Tables["validation_runs"]>;

export type ReservedColumns = Pick<RunRow, "cores" | "memory_bytes" | "gpus" | "gpu_model" | "max_seconds">;

export function reservationOf(row: ReservedColumns): Reservation {
  return {
    cores: Number(row.cores),
    memoryBytes: Number(row.memory_bytes),
    gpus: row.gpus,
    gpuModel: row.gpu_model,
    maxSeconds: row.max_seconds,
  };
}

export function reservedColumns(reservation: Reservation): ReservedColumns {
  return {
    cores: String(reservation.cores),
    memory_bytes: String(Math.ceil(reservation.memoryBytes)),
    gpus: reservation.gpus,
    gpu_model: reservation.gpuModel,
    max_seconds: Math.ceil(reservation.maxSeconds),
  };
}

/** The most that a run can cost. Throws an AdapterError (`invalid`) for what the card has no price of. */
export function capOf(runId: string, reservation: Reservation, card: RateCard): Decimal {
  try {
    return quoteRun(reservation, card).amount;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new AdapterError("invalid", `the run ${runId} cannot be quoted: ${cause.message}`, { cause });
  }
}

/** The card that a run was quoted by. */
export async function pinnedCard(trx: Transaction<Tables>, id: string): Promise<RateCard> {
  return rateCardOf(
    await trx.selectFrom("rate_cards").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
  );
}

export function readingOf(row: Selectable<Tables["readings"]>): CounterReading {
  return {
    at: row.at.getTime(),
    monotonicMs: row.monotonic_ms,
    bootId: row.boot_id,
    cpuNs: BigInt(row.cpu_ns),
    memoryReservedByteMs: BigInt(row.memory_reserved_byte_ms),
    gpuMs: BigInt(row.gpu_ms),
    networkBytes: BigInt(row.network_bytes),
    blockBytes: BigInt(row.block_bytes),
  };
}
