import type { QueueServer } from "@apex/sandbox-queue";
import type { OpenRecordStores } from "@apex/store";
import type { Io } from "../io.ts";

/** Where tickets of runs wait: Redis where REDIS_URL names one, else the database of the records. */
export async function queueServer(
  { env }: Pick<Io, "env">,
  store: Pick<OpenRecordStores, "connection" | "installationId">,
): Promise<QueueServer> {
  const url = env["REDIS_URL"];
  if (url) return { kind: "redis", url, installation: () => store.installationId() };
  const connection = await store.connection();
  return {
    kind: "postgres",
    connection: "connectionString" in connection ? connection.connectionString : connection,
  };
}
