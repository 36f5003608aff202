import { AdapterError, InvariantError } from "@apex/core";
import type { Kysely } from "kysely";
import { databaseError } from "./database.ts";
import { SCHEMA, type Tables } from "./tables.ts";

/** Asks the database that `open` connects to with the first call; what the database refuses becomes an AdapterError. */
export type AskDatabase = <T>(work: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** The questions to the tables of Apex; `what` names the database in messages: "the database of the records". */
export function askDatabase(open: () => Promise<Kysely<Tables>>, what: string): AskDatabase {
  return async (work) => {
    const db = await open();
    try {
      return await work(db.withSchema(SCHEMA));
    } catch (cause) {
      // Bugs of ours and arithmetic that was refused are not the database's.
      if ([AdapterError, InvariantError, RangeError].some((kind) => cause instanceof kind)) throw cause;
      throw databaseError(cause, what);
    }
  };
}
