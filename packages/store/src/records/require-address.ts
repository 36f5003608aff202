import { AdapterError } from "@apex/core";
import pg from "pg";

/** What node-postgres understands; other text it takes for the name of a database on a host called "base". */
const KNOWN = /^(?:postgres(?:ql)?:\/\/|socket:|\/)/;

function isAddress(url: string): boolean {
  if (!KNOWN.test(url)) return false;
  try {
    // It connects to nothing yet.
    return new pg.Client({ connectionString: url }) instanceof pg.Client;
  } catch (error) {
    // What else is wrong, such as a certificate that is not there, the connection tells.
    return !(error instanceof URIError || (error instanceof TypeError && "code" in error));
  }
}

/** Throws an AdapterError (`invalid`) for text that is no address. It never repeats the text: that holds a password. */
export function requireAddress(url: string): void {
  if (isAddress(url)) return;
  throw new AdapterError(
    "invalid",
    "DATABASE_URL is no address of a PostgreSQL database: write postgres://user:password@host:5432/name, with %23 for a # in the password, %40 for an @ and %2F for a /",
  );
}
