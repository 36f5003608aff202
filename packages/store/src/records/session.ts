import { AdapterError } from "@apex/core";
import type { Kysely, Transaction } from "kysely";
import { databaseError } from "./database.ts";
import { SCHEMA, type Tables } from "./tables.ts";

/** A database that connects with the first use, its failures in words and kinds that a caller can act on. */
export interface Session {
  query<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** All of it or nothing. Never asks for a second connection within: a full pool would wait for itself. */
  transact<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
}

/** A session on what `open` connects to; names of tables are those of our schema. */
export function sessionOf(open: () => Promise<Kysely<Tables>>): Session {
  const query = async <T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> => {
    const db = await open();
    try {
      return await work(db.withSchema(SCHEMA));
    } catch (cause) {
      throw isOfTheDatabase(cause) ? databaseError(cause, "the database of the records") : cause;
    }
  };
  return {
    query,
    transact: (work) =>
      query((db) => db.transaction().execute((transaction) => work(transaction.withSchema(SCHEMA)))),
  };
}

/** What PostgreSQL or the way to it says has a code; our own errors and bugs are passed on as they are. */
function isOfTheDatabase(cause: unknown): boolean {
  if (cause instanceof AdapterError || !(cause instanceof Error)) return false;
  return "code" in cause || /^(Connection terminated|timeout |Client )/i.test(cause.message);
}
