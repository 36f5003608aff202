import type { Charge } from "@apex/billing";
import { AdapterError } from "@apex/core";
import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/** Keeps why charges were taken back, with them. Throws an AdapterError (`invalid`) for a reason that says nothing. */
export async function keepReasons(
  trx: Transaction<Tables>,
  reversals: readonly Charge[],
  given: string,
): Promise<void> {
  const reason = given.replaceAll("\u0000", "").toWellFormed().trim();
  if (reason === "") throw new AdapterError("invalid", "a reversal needs a reason: it is kept for good");
  if (reversals.length === 0) return;
  const rows = reversals.map(({ tenant, id }) => ({ tenant, charge_id: id, reason }));
  await trx.insertInto("reversal_reasons").values(rows).execute();
}
