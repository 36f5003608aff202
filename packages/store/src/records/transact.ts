import type { Transaction } from "kysely";
import type { AskDatabase } from "./ask-database.ts";
import type { Tables } from "./tables.ts";

/** Does work in one transaction: all of it or nothing. It must not ask for another connection: a full pool would wait for itself. */
export type Transact = <T>(work: (trx: Transaction<Tables>) => Promise<T>) => Promise<T>;

/** Transactions on the tables of Apex. */
export function transactWith(ask: AskDatabase): Transact {
  return (work) => ask((db) => db.transaction().execute(work));
}
