import { homedir } from "node:os";
import { join } from "node:path";
import { AdapterError } from "@apex/core";

/** How to reach an engine. */
export interface EngineAddress {
  /** For people: "unix:///var/run/docker.sock". */
  readonly url: string;
  /** What the client takes. */
  readonly options:
    | { readonly socketPath: string }
    | { readonly host: string; readonly port: number; readonly protocol: "http" };
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

function socket(path: string): EngineAddress {
  return { url: `unix://${path}`, options: { socketPath: path } };
}

function parseHost(host: string): EngineAddress {
  if (host.startsWith("unix://") && host.length > "unix://".length)
    return socket(host.slice("unix://".length));
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol === "tcp:" && LOOPBACK.has(url.hostname)) {
    const port = url.port === "" ? 2375 : Number(url.port);
    return { url: host, options: { host: url.hostname, port, protocol: "http" } };
  }
  throw new AdapterError(
    "invalid",
    `the Docker engine "${host}" cannot run the sandbox: it must be on this machine, because directories are shared with it ` +
      'and its counters are read. Set DOCKER_HOST to "unix:///path/to/docker.sock" or "tcp://127.0.0.1:2375", or unset it.',
  );
}

/**
 * Where an engine may be: only `host` where given, else the system's socket, then those of rootless engines and of Docker
 * Desktop. Throws an AdapterError (`invalid`) for an engine elsewhere.
 */
export function engineAddresses(host: string | undefined, env: NodeJS.ProcessEnv): readonly EngineAddress[] {
  if (host !== undefined && host !== "") return [parseHost(host)];
  const runtime = env["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.() ?? 0}`;
  return [
    "/var/run/docker.sock",
    join(runtime, "docker.sock"),
    join(homedir(), ".docker/run/docker.sock"),
  ].map(socket);
}
