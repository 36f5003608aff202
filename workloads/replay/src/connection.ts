import { connect, type Socket } from "node:net";
import type { ReplayFailure } from "@apex/core";
import type { InFlightRequest } from "./in-flight.ts";
import type { Traffic } from "./recorder.ts";
import { FILLER } from "./request-writer.ts";
import { ResponseParser } from "./response-parser.ts";

const READ_BYTES = 65_536;

/** All connections of a thread read into the same buffer: it is parsed before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/** Who is told what becomes of a connection. Nothing is told after `onClosed`. */
export interface ConnectionOwner {
  readonly traffic: Traffic;
  onOpen(connection: Connection): void;
  /** The attempt to connect failed. `onClosed` follows. */
  onRefused(connection: Connection, error: NodeJS.ErrnoException): void;
  /** The request is answered; the connection is idle or will close. */
  onAnswer(connection: Connection, request: InFlightRequest, status: number): void;
  /** The request will not be answered. `onClosed` follows. */
  onFailure(connection: Connection, request: InFlightRequest, failure: ReplayFailure): void;
  onClosed(connection: Connection, wasConnecting: boolean): void;
}

/** One HTTP/1.1 connection: one request at a time, never pipelined, never repeated. */
export class Connection {
  /** `closing`: answered for the last time; the server is expected to close. */
  state: "connecting" | "idle" | "busy" | "closing" | "closed" = "connecting";
  /** Since when it is in its state, monotonic milliseconds; set by the owner. */
  sinceMs = 0;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #parser = new ResponseParser();
  #request: InFlightRequest | undefined;
  #fillerBytes = 0;
  #error: NodeJS.ErrnoException | undefined;

  constructor(host: string, port: number, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (bytes) => this.#onBytes(bytes) },
    });
    this.#socket.on("connect", () => {
      this.state = "idle";
      owner.onOpen(this);
    });
    this.#socket.on("drain", () => this.#writeFiller());
    this.#socket.on("end", () => this.#onEnd());
    this.#socket.on("error", (error) => {
      this.#error = error;
    });
    this.#socket.on("close", () => this.#onClose());
  }

  /** After how long idle the server closes, as its last answer said; 0 is not said. */
  get keepAliveTimeoutMs(): number {
    return this.#parser.keepAliveTimeoutMs;
  }

  /** Whether a request may be written: idle, and no end of it has been seen. */
  get isUsable(): boolean {
    return this.state === "idle" && this.#socket.writable && this.#socket.readable;
  }

  send(request: InFlightRequest): void {
    this.state = "busy";
    this.#request = request;
    this.#parser.expect(request.method);
    const { first, fillerBytes } = request.bytes;
    this.#fillerBytes = fillerBytes;
    this.#owner.traffic.sentBytes += first.length;
    if (this.#socket.write(first)) this.#writeFiller();
  }

  /** Closes at once; a request that it carries is forgotten. */
  destroy(): void {
    this.#request = undefined;
    this.#socket.destroy();
    this.#closed();
  }

  #writeFiller(): void {
    while (this.#fillerBytes > 0 && this.state === "busy") {
      const bytes = Math.min(this.#fillerBytes, FILLER.length);
      this.#fillerBytes -= bytes;
      this.#owner.traffic.sentBytes += bytes;
      if (!this.#socket.write(bytes === FILLER.length ? FILLER : FILLER.subarray(0, bytes))) return;
    }
  }

  #onBytes(bytes: number): boolean {
    this.#owner.traffic.receivedBytes += bytes;
    const request = this.#request;
    if (this.state === "idle") this.destroy();
    if (request === undefined) return this.state !== "closed";
    const outcome = this.#parser.feed(readBuffer, bytes);
    if (outcome === "bad") this.#fail(request, "bad-response");
    else if (outcome === "done") {
      // More bytes than the answer, or an answer before the request was whole: nothing after this could be trusted.
      const isInStep = this.#parser.consumed === bytes && this.#fillerBytes === 0;
      this.#answer(request, isInStep && this.#parser.keepsAlive ? "idle" : "closing");
      if (!isInStep) this.destroy();
    }
    return this.state !== "closed";
  }

  #onEnd(): void {
    const request = this.#request;
    if (request === undefined) this.destroy();
    else if (this.#parser.end() === "done") {
      this.#answer(request, "closing");
      this.destroy();
    } else this.#fail(request, "reset");
  }

  #onClose(): void {
    if (this.state === "closed") return;
    const request = this.#request;
    if (this.state === "connecting") {
      this.#owner.onRefused(this, this.#error ?? new Error("closed while connecting"));
    } else if (request !== undefined) this.#fail(request, "reset");
    this.#closed();
  }

  #answer(request: InFlightRequest, next: "idle" | "closing"): void {
    this.#request = undefined;
    this.#fillerBytes = 0;
    this.state = next;
    this.#owner.onAnswer(this, request, this.#parser.status);
  }

  #fail(request: InFlightRequest, failure: ReplayFailure): void {
    this.#request = undefined;
    this.#owner.onFailure(this, request, failure);
    this.destroy();
  }

  #closed(): void {
    if (this.state === "closed") return;
    const wasConnecting = this.state === "connecting";
    this.state = "closed";
    this.#owner.onClosed(this, wasConnecting);
  }
}
