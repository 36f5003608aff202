import { execFile, spawn } from "node:child_process";
import { close as closeFd, constants, open as openFd } from "node:fs";
import { chown, lstat, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { AdapterError } from "@apex/core";
import { canEnter, type ServerUser } from "./server-user.ts";

const openFile = promisify(openFd);
const closeFile = promisify(closeFd);

/** Named pipe in the run directory. Whoever holds it open for writing is a user of the server. */
const PIPE = "users";

/** Leaves room for the run directory's and the socket's names within the 103 characters that macOS takes. */
const PARENT_LENGTH_MAX = 60;

const RUN_PREFIX = "apex-postgres-";

/** Descriptors of the keeper: the data directory, and the pipe's reading end. */
const DATA_FD = 3;

/**
 * Ends the server when its last user is gone, however that happened: the kernel closes the pipe of a process that was
 * killed, and `cat` sees the end only when no writer is left. It also ends when the server dies by itself, and removes the run
 * directory last. A shell, because it needs no build, starts at once and outlives us in a session of its own.
 */
const KEEPER = `
run=$1; shift
echo $$ > "$run/keeper.pid"
cat <&4 >/dev/null & users=$!
trap 'kill "$users" 2>/dev/null' HUP INT TERM
exec 4<&-
( "$@" & echo $! > "$run/server.pid"; wait $!; kill "$users" 2>/dev/null ) &
waiter=$!
while kill -0 "$users" 2>/dev/null; do wait "$users"; done
while [ ! -s "$run/server.pid" ] && kill -0 "$waiter" 2>/dev/null; do sleep 0.02; done
kill -INT "$(cat "$run/server.pid")" 2>/dev/null
while kill -0 "$waiter" 2>/dev/null; do wait "$waiter"; done
rm -rf "$run"
`;

/** A hold on the server: it runs at least until this is released or our process ends. */
export interface Hold {
  readonly runDirectory: string;
  /** The process that goes last. */
  readonly keeperPid: number;
  release(): Promise<void>;
}

/** A hold on a server that we started ourselves. */
export interface StartedHold extends Hold {
  /** Whether the keeper, and with it the server, has ended. */
  hasEnded(): boolean;
}

/** Makes a private directory for sockets, short enough for their names, that the server's user can enter. */
export async function makeRunDirectory(user: ServerUser | null): Promise<string> {
  const own = tmpdir();
  const parent = own.length <= PARENT_LENGTH_MAX && (await canEnter(user, own)) ? own : "/tmp";
  const directory = await mkdtemp(join(parent, RUN_PREFIX));
  if (user !== null) await chown(directory, user.uid, user.gid);
  return directory;
}

/** Removes a run directory whose keeper was killed and could not. Nothing that the server's user does not own. */
export async function removeRunDirectory(runDirectory: string, user: ServerUser | null): Promise<void> {
  const owner = await lstat(runDirectory).then(
    ({ uid }) => uid,
    () => undefined,
  );
  const isOurs =
    owner === (user?.uid ?? process.geteuid?.()) && basename(runDirectory).startsWith(RUN_PREFIX);
  if (isOurs) await rm(runDirectory, { recursive: true, force: true });
}

/** What the keeper starts. */
export interface ServerCommand {
  readonly user: ServerUser | null;
  readonly command: readonly string[];
  /** Open descriptors: the data directory, which the server sees as {@link DATA_PATH}, and its log. */
  readonly dataFd: number;
  readonly logFd: number;
}

/** The data directory by its descriptor: the server needs no access to the directories above it. Linux only. */
export const DATA_PATH = `/proc/self/fd/${DATA_FD}`;

/** Starts the server under a keeper in `runDirectory` and holds it. */
export async function startHeld(runDirectory: string, server: ServerCommand): Promise<StartedHold> {
  const pipe = join(runDirectory, PIPE);
  await promisify(execFile)("mkfifo", ["-m", "600", pipe]);
  // Opened for both first, so that neither end has to wait for the other; then there is no moment without a writer.
  const both = await openFile(pipe, constants.O_RDWR);
  const reading = await openFile(pipe, constants.O_RDONLY);
  const writing = await openFile(pipe, constants.O_WRONLY);
  await closeFile(both);
  try {
    const keeper = spawn("/bin/sh", ["-c", KEEPER, "apex-postgres-keeper", runDirectory, ...server.command], {
      stdio: ["ignore", server.logFd, server.logFd, server.dataFd, reading],
      // A session of its own: Ctrl-C at our terminal is not meant for a server that others may use.
      detached: true,
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
      ...server.user,
    });
    keeper.unref();
    keeper.on("error", () => undefined);
    return {
      runDirectory,
      keeperPid: keeper.pid ?? Number.NaN,
      hasEnded: () => keeper.exitCode !== null || keeper.signalCode !== null || keeper.pid === undefined,
      release: () => closeFile(writing),
    };
  } catch (cause) {
    await closeFile(writing);
    throw new AdapterError("unavailable", "cannot start the embedded PostgreSQL: no shell", { cause });
  } finally {
    await closeFile(reading);
  }
}

/** Holds a running server; `undefined` when there is none. */
export async function joinHeld(runDirectory: string, user: ServerUser | null): Promise<Hold | undefined> {
  try {
    // The name may have been taken by somebody else since; only the server's user may own it.
    const { uid } = await lstat(runDirectory);
    if (uid !== (user?.uid ?? process.geteuid?.())) return undefined;
    // Without a reader this fails at once, which is how a dead server is known.
    const writing = await openFile(join(runDirectory, PIPE), constants.O_WRONLY | constants.O_NONBLOCK);
    const keeperPid = Number.parseInt(
      await readFile(join(runDirectory, "keeper.pid"), "utf8").catch(() => ""),
      10,
    );
    return { runDirectory, keeperPid, release: () => closeFile(writing) };
  } catch {
    return undefined;
  }
}
