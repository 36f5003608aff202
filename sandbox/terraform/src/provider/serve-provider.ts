import { rmSync } from "node:fs";
import { createServer, type Server as SocketServer, type Socket } from "node:net";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { SchemaPack } from "../schema/schema-pack.ts";
import { failure, ProviderService, type Request } from "./provider-service.ts";
import { ProviderSession, type RunContext } from "./provider-session.ts";

/** Terraform's own limit for messages (grpcMaxMessageSize in its plugin client). */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;
/** What is sent to a provider is one resource at most. Programs in the sandbox can reach the socket as well as Terraform. */
const RECEIVED_BYTES_MAX = 64 * 1024 * 1024;
/** Terraform opens one for each provider configuration: regions × accounts. */
export const CONNECTIONS_MAX = 512;

const PROTOCOL = loadSync(
  ["tfplugin5.proto", "go-plugin.proto"].map((file) => join(import.meta.dirname, "protocol", file)),
  { keepCase: true, longs: Number, enums: String, defaults: false, oneofs: false },
);

function serviceDefinition(name: string): grpc.ServiceDefinition {
  const definition = PROTOCOL[name];
  if (definition === undefined || "format" in definition)
    throw new Error(`no service ${name} in the protocol`);
  return definition as grpc.ServiceDefinition;
}

const PROVIDER_SERVICE = serviceDefinition("tfplugin5.Provider");
const CONTROLLER_SERVICE = serviceDefinition("plugin.GRPCController");

/** A provider that listens on a socket. */
export interface ServedProvider {
  readonly socketPath: string;
  /** Ends all connections and removes the socket. */
  close(): void;
}

/** Settings of {@link serveProvider}. */
export interface ServeOptions {
  readonly pack: SchemaPack;
  readonly run: RunContext;
  /** In a directory that only we may enter: whoever reaches the socket is answered. */
  readonly socketPath: string;
  /** Terraform asked the provider to end itself. */
  readonly onShutdown?: () => void;
}

function connectionServer(options: ServeOptions): grpc.Server {
  const service = new ProviderService(options.pack, new ProviderSession(options.run));
  const server = new grpc.Server({
    "grpc.max_receive_message_length": RECEIVED_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  });
  const handlers: Record<string, grpc.handleUnaryCall<Request, object>> = {};
  for (const [name, method] of Object.entries(service.methods)) {
    handlers[name] = (call, callback) => {
      let response: object;
      try {
        response = method(call.request);
      } catch (error) {
        response = failure(name, error);
      }
      callback(null, response);
    };
  }
  server.addService(PROVIDER_SERVICE, handlers);
  server.addService(CONTROLLER_SERVICE, {
    Shutdown: (_call: unknown, callback: (error: null, response: object) => void) => {
      callback(null, {});
      options.onShutdown?.();
    },
  });
  return server;
}

/**
 * Serves a stand-in for a provider. Terraform connects once per provider configuration (alias), so each connection gets
 * a session of its own: region and default tags of one never reach another.
 */
export async function serveProvider(options: ServeOptions): Promise<ServedProvider> {
  const servers = new Set<grpc.Server>();
  const sockets = new Set<Socket>();
  const listener: SocketServer = createServer((socket) => {
    const server = connectionServer(options);
    servers.add(server);
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      sockets.delete(socket);
      servers.delete(server);
      server.forceShutdown();
    });
    server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket);
  });
  listener.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options.socketPath, resolve);
  });
  return {
    socketPath: options.socketPath,
    close: () => {
      listener.close();
      for (const server of servers) server.forceShutdown();
      for (const socket of sockets) socket.destroy();
      rmSync(options.socketPath, { force: true });
    },
  };
}
