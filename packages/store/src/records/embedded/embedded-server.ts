import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import { replaceFile } from "../../files/atomic-file.ts";
import { isAlive } from "../../files/process-alive.ts";
import { withWriteLock } from "../../files/write-lock.ts";
import { CLUSTER_USER, type Cluster, openCluster } from "./cluster.ts";
import {
  type Hold,
  joinHeld,
  makeRunDirectory,
  removeRunDirectory,
  type StartedHold,
  startHeld,
} from "./keeper.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { type ServerUser, serverUser } from "./server-user.ts";
import { tryConnect } from "./try-connect.ts";

const START_MAX_MS = 60_000;
const STOP_MAX_MS = 30_000;
const POLL_MS = 20;
const LOG_TAIL = 2_000;

/** Where Apex connects: this is how node-postgres calls them. */
export interface ServerConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A running server that we hold. */
export interface EmbeddedServer {
  readonly connection: ServerConnection;
  /** Lets go of it; the last user also waits until it has stopped. */
  leave(): Promise<void>;
}

const serverFileSchema = z.object({ runDirectory: z.string().startsWith("/") });

/**
 * Joins the PostgreSQL of the store in `folder`, or makes and starts it. It listens on a Unix socket in a private
 * directory only, with a password, and stops when its last user is gone, however that one ended.
 */
export async function embeddedServer(folder: string, signal?: AbortSignal): Promise<EmbeddedServer> {
  if (process.platform === "win32") {
    throw new AdapterError(
      "unavailable",
      "the embedded PostgreSQL needs Linux or macOS; set DATABASE_URL to a server",
    );
  }
  await mkdir(join(folder, "users"), { recursive: true });
  const registration = join(folder, "users", `${process.pid}-${randomUUID()}`);
  return withWriteLock(folder, signal, async () => {
    const user = await serverUser();
    const binaries = await postgresBinaries(user);
    const cluster = await openCluster(folder, binaries.initdb, user);
    const hold =
      (await joinRunning(folder, cluster, user)) ??
      (await start(folder, cluster, { user, binary: binaries.postgres, signal }));
    try {
      await writeFile(registration, "");
    } catch (cause) {
      await hold.release();
      throw cause;
    }
    return {
      connection: connectionTo(hold.runDirectory, cluster),
      leave: () => withWriteLock(folder, undefined, () => leave(folder, hold, registration)),
    };
  });
}

function connectionTo(runDirectory: string, cluster: Cluster): ServerConnection {
  return {
    host: runDirectory,
    port: PORT,
    user: CLUSTER_USER,
    password: cluster.password,
    database: "postgres",
  };
}

/** The number in the socket's name; no port is opened. */
const PORT = 5432;

async function joinRunning(
  folder: string,
  cluster: Cluster,
  user: ServerUser | null,
): Promise<Hold | undefined> {
  const runDirectory = await knownRunDirectory(folder);
  if (runDirectory === undefined) return undefined;
  const hold = await joinHeld(runDirectory, user);
  if (hold === undefined) return undefined;
  // Its last user may have been killed just now: then it is on its way down and lets nobody in.
  if ((await tryConnect(connectionTo(runDirectory, cluster))) === undefined) return hold;
  await hold.release();
  return undefined;
}

async function knownRunDirectory(folder: string): Promise<string | undefined> {
  try {
    return serverFileSchema.parse(JSON.parse(await readFile(join(folder, "server.json"), "utf8")))
      .runDirectory;
  } catch {
    // Missing or damaged: there is nothing to join, and a start writes it anew.
    return undefined;
  }
}

interface StartOptions {
  readonly user: ServerUser | null;
  readonly binary: string;
  readonly signal: AbortSignal | undefined;
}

async function start(folder: string, cluster: Cluster, options: StartOptions): Promise<Hold> {
  await stopOrphan(cluster);
  const before = await knownRunDirectory(folder);
  if (before !== undefined) await removeRunDirectory(before, options.user);
  const runDirectory = await makeRunDirectory(options.user);
  const dataHandle = await open(cluster.data, "r");
  const logPath = join(folder, "server.log");
  const logHandle = await open(logPath, "w", 0o600);
  try {
    const settings = [
      "listen_addresses=",
      `unix_socket_directories="${runDirectory}"`,
      `port=${PORT}`,
      "max_connections=50",
      "logging_collector=off",
    ].flatMap((setting) => ["-c", setting]);
    const hold = await startHeld(runDirectory, {
      user: options.user,
      command: [options.binary, "-D", cluster.dataForServer, ...settings],
      dataFd: dataHandle.fd,
      logFd: logHandle.fd,
    });
    try {
      await replaceFile(join(folder, "server.json"), `${JSON.stringify({ runDirectory })}\n`);
      await untilReady(hold, connectionTo(runDirectory, cluster), { logPath, signal: options.signal });
    } catch (cause) {
      await hold.release();
      throw cause;
    }
    return hold;
  } finally {
    await dataHandle.close();
    await logHandle.close();
  }
}

async function untilReady(
  hold: StartedHold,
  connection: ServerConnection,
  options: { readonly logPath: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  let failure: unknown;
  for (let waited = 0; waited < START_MAX_MS && !hold.hasEnded(); waited += POLL_MS) {
    options.signal?.throwIfAborted();
    failure = await tryConnect(connection);
    if (failure === undefined) return;
    await sleep(POLL_MS);
  }
  const log = (await readFile(options.logPath, "utf8")).slice(-LOG_TAIL).trim();
  throw new AdapterError(
    "unavailable",
    `the embedded PostgreSQL did not start; its log (${options.logPath}) ends: ${log}`,
    {
      cause: failure,
    },
  );
}

/**
 * Stops a server that still has this data directory though nobody can join it: one whose keeper was killed, or one
 * that is on its way down.
 */
async function stopOrphan(cluster: Cluster): Promise<void> {
  const pidFile = join(cluster.data, "postmaster.pid");
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isServerOf(pid, cluster.data))) return;
  for (let waited = 0; isAlive(pid); waited += POLL_MS) {
    // PostgreSQL's fast shutdown, asked again in case it was still starting.
    if (waited % 1_000 === 0) process.kill(pid, "SIGINT");
    if (waited > STOP_MAX_MS) {
      throw new AdapterError(
        "unavailable",
        `a PostgreSQL (PID ${pid}) holds ${cluster.data} and does not stop; stop it`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** A process id is soon given to another program; the server is known by its working directory, its data. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  return (await readlink(`/proc/${pid}/cwd`).catch(() => "")) === data;
}

async function leave(folder: string, hold: Hold, registration: string): Promise<void> {
  await hold.release();
  await rm(registration, { force: true });
  if (await hasOtherUsers(folder)) return;
  const isThere = async (): Promise<boolean> => (await exists(hold.runDirectory)) || isAlive(hold.keeperPid);
  for (let waited = 0; await isThere(); waited += POLL_MS) {
    if (waited > STOP_MAX_MS) {
      throw new AdapterError(
        "unavailable",
        `the embedded PostgreSQL in ${folder} does not stop; see ${join(folder, "server.log")}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function hasOtherUsers(folder: string): Promise<boolean> {
  let found = false;
  for (const name of await readdir(join(folder, "users"))) {
    if (isAlive(Number.parseInt(name, 10))) found = true;
    else await rm(join(folder, "users", name), { force: true });
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
