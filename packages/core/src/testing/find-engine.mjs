// Whether Apex uses a Docker engine, and which: the one decision that the setup, continuous integration and the tests share.
// Plain JavaScript for the shell's Node, since the setup decides before anything is installed.
import { request } from "node:http";
import { homedir } from "node:os";
import path from "node:path";
import { isDockerOff } from "../docker-off.mjs";

const PING_TIMEOUT_MS = 2_000;
const SYSTEM_SOCKET = "/var/run/docker.sock";
const DEFAULT_TCP_PORT = 2375;
/** The sandbox shares directories with its engine, which therefore has to be on this machine. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

function socketPlace(socketPath) {
  return { url: `unix://${socketPath}`, options: { socketPath } };
}

function givenPlaces(given) {
  const socketPath = given.startsWith("unix://") ? given.slice("unix://".length) : "";
  if (socketPath !== "") return [socketPlace(socketPath)];
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "tcp:" || !LOOPBACK.has(url.hostname)) return [];
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return [{ url: given, options: { host, port: Number(url.port || DEFAULT_TCP_PORT) } }];
}

export function enginePlaces(env, systemSocket = SYSTEM_SOCKET) {
  // Set to nothing is not set, as shells see it.
  if (env.DOCKER_HOST) return givenPlaces(env.DOCKER_HOST);
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  const home = env.HOME ?? homedir();
  return [systemSocket, path.join(runtime, "docker.sock"), path.join(home, ".docker/run/docker.sock")].map(
    socketPlace,
  );
}

function ping(place) {
  return new Promise((resolve) => {
    const asked = request({ ...place.options, path: "/_ping", timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? "found" : "absent");
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", (error) => resolve(error.code === "EACCES" ? "denied" : "absent"));
    asked.end();
  });
}

export async function findEngine(env, systemSocket = SYSTEM_SOCKET) {
  if (isDockerOff(env)) return { kind: "off", reason: `APEX_DOCKER=${env.APEX_DOCKER}` };
  const places = enginePlaces(env, systemSocket);
  if (places.length === 0) {
    const reason = `DOCKER_HOST=${env.DOCKER_HOST} names no engine of this machine: unix:///path/to/docker.sock or tcp://127.0.0.1:2375 do`;
    return { kind: "absent", reason };
  }
  let denied;
  for (const place of places) {
    const answer = await ping(place);
    if (answer === "found") return { kind: "found", place };
    if (answer === "denied") denied ??= place;
  }
  return denied === undefined
    ? { kind: "absent", reason: `no Docker engine answers at ${places.map(({ url }) => url).join(", ")}` }
    : { kind: "denied", reason: `Docker at ${denied.url} may not be used by this user` };
}
