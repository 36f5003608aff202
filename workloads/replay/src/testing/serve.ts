import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { Endpoint } from "@apex/core";

/** A server of a test on a free port of 127.0.0.1. */
export interface TestServer extends AsyncDisposable {
  readonly target: Endpoint;
  /** Connections that are open now, and that ever were. */
  connections(): number;
  accepted(): number;
}

/** Serves HTTP as node:http does it. */
export function serveHttp(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<TestServer> {
  return started(createHttpServer((request, response) => void listener(request, response)));
}

/** Hands each connection over as it comes. */
export function serveRaw(onConnection: (socket: Socket) => void): Promise<TestServer> {
  return started(createServer({ noDelay: true }, onConnection));
}

/** A port that nobody listens on. */
export async function aDeadTarget(): Promise<Endpoint> {
  const server = await serveRaw((socket) => socket.destroy());
  await server[Symbol.asyncDispose]();
  return { ...server.target, container: "dead" };
}

async function started(server: Server): Promise<TestServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted++;
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    target: { container: "test", host: "127.0.0.1", port: address.port },
    connections: () => open.size,
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
