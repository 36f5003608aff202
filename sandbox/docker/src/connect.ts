import { userInfo } from "node:os";
import { AdapterError } from "@apex/core";
import type Docker from "dockerode";
import { engineAddresses, type EngineAddress } from "./engine-address.ts";
import { type EngineFacts, engineFacts } from "./engine-facts.ts";
import { statusOf } from "./errors.ts";

/** A daemon that does not answer a ping in this time will not start containers either. */
const ANSWER_TIMEOUT_MS = 5_000;

/** An engine that answers. */
export interface DockerEngine {
  readonly docker: Docker;
  /** "unix:///var/run/docker.sock" */
  readonly address: string;
  readonly facts: EngineFacts;
}

/** Where to look for the engine; absent: DOCKER_HOST, else the usual sockets. */
export interface EngineLocation {
  /** "unix:///path" or "tcp://127.0.0.1:2375". */
  readonly host?: string;
}

/** An engine, or why there is none. */
export type DockerSearch =
  | { readonly kind: "found"; readonly engine: DockerEngine }
  | { readonly kind: "absent"; readonly reason: AdapterError };

async function within<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function connect(address: EngineAddress): Promise<DockerEngine> {
  // The client loads gRPC and SSH that we never use: a tenth of a second which only those pay who have an engine.
  const { default: Client } = await import("dockerode");
  // `host: undefined` keeps the client from taking DOCKER_HOST over the socket.
  const docker = new Client({ host: undefined, socketPath: undefined, ...address.options });
  const [info, version] = await within(Promise.all([docker.info(), docker.version()]), ANSWER_TIMEOUT_MS);
  return { docker, address: address.url, facts: engineFacts(info, version) };
}

function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM" || statusOf(error) === 403;
}

function denied(address: EngineAddress, cause: unknown): AdapterError {
  return new AdapterError(
    "denied",
    `Docker at ${address.url} may not be used by ${userInfo().username}: add the user to the group "docker" ` +
      `("sudo usermod -aG docker ${userInfo().username}", then log in again) or run rootless Docker.`,
    { cause },
  );
}

function absent(tried: readonly EngineAddress[], causes: readonly unknown[]): AdapterError {
  const places = tried.map((address, index) => {
    const code = (causes[index] as NodeJS.ErrnoException | undefined)?.code;
    const why = code === "ENOENT" ? "not there" : String((causes[index] as Error).message);
    return `${address.url} (${why})`;
  });
  return new AdapterError(
    "unavailable",
    `no Docker engine answers at ${places.join(", ")}. On Debian or Ubuntu install it as root with "apt install docker.io" ` +
      `and start it with "systemctl start docker" (or "dockerd &"); elsewhere see https://docs.docker.com/engine/install. ` +
      "If one runs somewhere else on this machine, name its socket in DOCKER_HOST.",
    { cause: causes[0] },
  );
}

/**
 * The first of the engines that answers. Throws an AdapterError that says what to do when there is none: of the first that may not
 * be used (`denied`), because it is there, else of all (`unavailable`).
 */
export async function firstEngine(addresses: readonly EngineAddress[]): Promise<DockerEngine> {
  const causes: unknown[] = [];
  let refusal: AdapterError | undefined;
  for (const address of addresses) {
    try {
      return await connect(address);
    } catch (error) {
      if (error instanceof AdapterError) throw error;
      if (isDenied(error)) refusal ??= denied(address, error);
      causes.push(error);
    }
  }
  throw refusal ?? absent(addresses, causes);
}

/** The engine of this machine, by the rules of {@link firstEngine}; `invalid` when DOCKER_HOST names one elsewhere. */
export async function openDocker(location: EngineLocation = {}): Promise<DockerEngine> {
  return firstEngine(engineAddresses(location.host ?? process.env["DOCKER_HOST"], process.env));
}

/** The engine of this machine, or why there is none: for callers that can do without. Costs one round trip. */
export async function findDocker(location: EngineLocation = {}): Promise<DockerSearch> {
  try {
    return { kind: "found", engine: await openDocker(location) };
  } catch (error) {
    if (error instanceof AdapterError) return { kind: "absent", reason: error };
    throw error;
  }
}
