import type { Charge } from "@apex/billing";
import { assert } from "@apex/core";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { ModelUsageRecord } from "./billing-store.ts";
import { insertCharges } from "./insert-charges.ts";

/** Keeps what a repair took with its charges, unless it is there already. */
export async function insertModelUsage(
  trx: Transaction<Tables>,
  usage: ModelUsageRecord,
  charges: readonly Charge[],
): Promise<void> {
  const { tenant, id } = usage;
  const foreign = charges.find((charge) => charge.tenant !== tenant || charge.subject !== id);
  assert(foreign === undefined, `the charge ${foreign?.id} is of no repair that comes with it`);
  const inserted = await trx
    .insertInto("model_usage")
    .values({
      tenant,
      id,
      model: usage.model,
      input_tokens: String(usage.inputTokens),
      output_tokens: String(usage.outputTokens),
      turns_without_usage: usage.turnsWithoutUsage,
      uncharged: usage.uncharged,
      usage_from: new Date(usage.from),
      usage_to: new Date(usage.at),
    })
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted !== undefined) await insertCharges(trx, charges, null);
}

/** What repairs took that were over in a period, the end excluded, by their end. */
export async function readModelUsage(
  db: Kysely<Tables>,
  tenant: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<readonly ModelUsageRecord[]> {
  const rows = await db
    .selectFrom("model_usage")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("usage_to", ">=", new Date(startMs))
    .where("usage_to", "<", new Date(endMs))
    .orderBy("usage_to")
    .orderBy(sql`id COLLATE "C"`)
    .execute();
  return rows.map((row) => ({
    tenant: row.tenant,
    id: row.id,
    model: row.model,
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    turnsWithoutUsage: row.turns_without_usage,
    uncharged: row.uncharged,
    from: row.usage_from.toISOString(),
    at: row.usage_to.toISOString(),
  }));
}
