import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { AdapterError, type IsolatedCommands, ownedPrefix, type StopSignal } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import type { DockerEngine } from "../connect.ts";
import { dockerIsolation, type IsolationSettings } from "./docker-isolation.ts";

/** Starting Node in a container takes a tenth of a second; an engine that needs so long is of no use. */
const TIMEOUT_MS = 30_000;
/** In the container: connects to the socket named by the environment, and prints what comes from it. */
const CONNECT = `
  const socket = require("node:net").connect(process.env.SOCKET);
  socket.on("error", (error) => { console.log(error.code); process.exitCode = 1; });
  socket.pipe(process.stdout);`;

interface Trial {
  /** Made for the trial alone. */
  readonly directory: string;
  readonly socket: string;
  /** What a connection is answered with: nobody else can know it. */
  readonly word: string;
}

/** A directory and a socket as planners make them: closed to others above, open to everybody in it. */
async function makeTrial(home: string): Promise<Trial> {
  const directory = path.join(home, "inside");
  await mkdir(directory);
  await chmod(directory, 0o755);
  return { directory, socket: path.join(directory, "s"), word: randomUUID() };
}

async function listen({ socket, word }: Trial): Promise<Server> {
  const server = createServer((connection) => {
    connection.on("error", () => {});
    connection.end(word);
  });
  server.listen(socket);
  await once(server, "listening");
  await chmod(socket, 0o666);
  return server;
}

async function connectFrom(
  place: IsolatedCommands,
  { directory, socket, word }: Trial,
): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await place.run({
    args: ["node", "-e", CONNECT],
    cwd: "/",
    env: { SOCKET: socket },
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode === 0 && stdout.trim() === word) return undefined;
  const said = (stdout.trim() || stderr.trim()).slice(0, 100);
  return `its containers cannot connect to a socket in ${directory} of this machine: ${said || `exit ${exitCode}`}`;
}

/**
 * Why commands that talk to this process by a socket, as Terraform does with its provider, cannot be isolated by the engine
 * here; `undefined` when they can. Tries it with the image: an engine in a virtual machine, in another mount namespace, or
 * under a policy (SELinux) may not show containers our directories, or not carry sockets. Half a second. Throws only the
 * signal's reason.
 */
export async function isolationProblem(
  engine: DockerEngine,
  settings: IsolationSettings & { readonly signal?: StopSignal },
): Promise<string | undefined> {
  const { signal } = settings;
  if (engine.facts.cgroupDriver === "none") return "it uses no control groups, so no limit would hold";
  // Of its name the reaper knows whose it is.
  const home = await realpath(await mkdtemp(path.join(tmpdir(), ownedPrefix("plan", PROCESSES))));
  let server: Server | undefined;
  let place: IsolatedCommands | undefined;
  try {
    const trial = await makeTrial(home);
    server = await listen(trial);
    const { directory } = trial;
    place = await dockerIsolation(engine, settings).open({ directory, ...(signal && { signal }) });
    return await connectFrom(place, trial);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    // A system's own errors too: a path too long for a socket, a full disk.
    if (error instanceof AdapterError || (error instanceof Error && "syscall" in error)) return error.message;
    throw error;
  } finally {
    await place?.close();
    server?.close();
    await rm(home, { recursive: true, force: true });
  }
}
