import type { PendingMessage } from "@apex/billing";
import { type Kysely, sql, type UpdateObject } from "kysely";
import { storable } from "../records/record-rows.ts";
import type { Tables } from "../records/tables.ts";

/** Messages that are not delivered yet: those tried least often first, then the oldest. */
export async function readUndelivered(db: Kysely<Tables>, limit: number): Promise<readonly PendingMessage[]> {
  const rows = await db
    .selectFrom("outbox")
    .selectAll()
    .where("delivered_at", "is", null)
    .orderBy("attempts")
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    key: row.key,
    tenant: row.tenant,
    kind: row.kind,
    payload: row.payload,
    firstSentAtMs: row.first_sent_at?.getTime() ?? null,
    attempts: row.attempts,
    lastError: row.last_error,
  }));
}

/** Counts that a message is about to be sent, and keeps when it was for the first time. Returns whether it was waiting. */
export function markSending(db: Kysely<Tables>, key: string): Promise<boolean> {
  const first = sql<Date>`coalesce(first_sent_at, clock_timestamp())`;
  return update(db, key, { first_sent_at: first, open_sends: sql<number>`open_sends + 1` });
}

/**
 * Counts one sending less of those that may have been heard: two exporters may send the same message at once, and what one of them
 * knows says nothing of the other's. Returns whether it was waiting.
 */
export function markUnheard(db: Kysely<Tables>, key: string): Promise<boolean> {
  const first = sql<Date | null>`CASE WHEN open_sends > 1 THEN first_sent_at END`;
  return update(db, key, { first_sent_at: first, open_sends: sql<number>`greatest(open_sends - 1, 0)` });
}

/** Keeps that nobody heard it, however often it was sent. Returns whether it was waiting. */
export function markUnsent(db: Kysely<Tables>, key: string): Promise<boolean> {
  return update(db, key, { first_sent_at: null, open_sends: 0 });
}

/** Keeps that it was delivered. Returns whether it was waiting. */
export function markDelivered(db: Kysely<Tables>, key: string): Promise<boolean> {
  return update(db, key, { delivered_at: sql<Date>`clock_timestamp()` });
}

/** Counts an attempt. Returns whether it was waiting. */
export function markFailed(db: Kysely<Tables>, key: string, error: string): Promise<boolean> {
  return update(db, key, { attempts: sql<number>`attempts + 1`, last_error: storable(error) });
}

async function update(
  db: Kysely<Tables>,
  key: string,
  changes: UpdateObject<Tables, "outbox">,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("outbox")
    .set(changes)
    .where("key", "=", key)
    .where("delivered_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
