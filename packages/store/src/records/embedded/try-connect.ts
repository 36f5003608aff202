import pg from "pg";

const CONNECT_MAX_MS = 5_000;

/** The error of a connection attempt, `undefined` when the server answers. */
export async function tryConnect(connection: pg.ClientConfig): Promise<unknown> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_MAX_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
