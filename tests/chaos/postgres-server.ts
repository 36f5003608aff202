/** A PostgreSQL server of the test's own, that can be crashed and comes back on the same port with the same data. */
import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { chown, mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CLUSTER_USER, openCluster, postgresBinaries, serverUser, tryConnect } from "@apex/store/testing";
import { endWithUs } from "./at-exit.ts";
import { hasEnded, killed } from "./child-end.ts";
import { freePort } from "./free-port.ts";

const READY_MAX_MS = 60_000;
/** How the kernel and PostgreSQL itself end a server that may not finish what it does. */
export type DatabaseCrash = "SIGKILL" | "SIGQUIT";

/** A server that the test may crash. */
export interface PostgresServer {
  /** What workers get as DATABASE_URL. */
  readonly url: string;
  /** Returns once it is gone. Transactions that were open are lost, those that were committed are not. */
  crash(how: DatabaseCrash): Promise<void>;
  /** Returns once it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the data directory in `folder`, which must be reachable for the server's user, and starts the server. */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  await mkdir(folder, { recursive: true });
  const user = await serverUser();
  if (user !== null) await chown(folder, user.uid, user.gid);
  const { initdb, postgres } = await postgresBinaries(user);
  const { data, password } = await openCluster(folder, initdb, user);
  const port = await freePort();
  const url = `postgresql://${CLUSTER_USER}:${password}@127.0.0.1:${port}/postgres`;
  const log = openSync(path.join(folder, "server.log"), "a");
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 200,
    // Crashes here are of processes, not of the machine: what was written to the kernel stays.
    fsync: "off",
  };
  let child: ChildProcess | undefined;
  const args = ["-D", data, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])];
  const spawnServer = (): ChildProcess => {
    const server = spawn(postgres, args, { cwd: "/", stdio: ["ignore", log, log], ...user });
    endWithUs(server);
    return server;
  };
  const server: PostgresServer = {
    url,
    async start() {
      let failure: unknown;
      for (const untilMs = Date.now() + READY_MAX_MS; Date.now() < untilMs; ) {
        // After a kill the data directory is refused until the last of its processes has noticed: it is tried again.
        if (child === undefined || hasEnded(child)) child = spawnServer();
        failure = await tryConnect({ connectionString: url });
        if (failure === undefined) return;
        await sleep(50);
      }
      throw new Error("PostgreSQL does not start", { cause: failure });
    },
    crash: (how) => killed(child, how),
    stop: () => server.crash("SIGQUIT"),
  };
  await server.start();
  return server;
}
