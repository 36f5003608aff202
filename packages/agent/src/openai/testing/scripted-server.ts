import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { completionOf, eventsOf, type ScriptedReply } from "./render-reply.ts";
import { ChatRequest, requestViolations } from "./request-shape.ts";

/** What the server does in a turn. */
export type ScriptedTurn =
  | (ScriptedReply & { readonly kind: "reply"; readonly delivery?: Delivery })
  | {
      readonly kind: "error";
      readonly status: number;
      /** OpenAI's form: `{ message, type, code, param }` within `error`. */
      readonly error?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Any bytes with status 200. */
  | {
      readonly kind: "raw";
      readonly type: string;
      readonly body: string | Uint8Array;
      readonly delivery?: Delivery;
    }
  /** Sends chunks of text until the client goes. */
  | { readonly kind: "endless" }
  /** Takes the request and says nothing. */
  | { readonly kind: "silent" };

/** How the bytes of a response come. */
export interface Delivery {
  /** Sizes of the pieces that are written, again and again; all at once unless told. */
  readonly split?: readonly number[];
  /** After so many bytes: the connection is cut, or nothing more is sent. */
  readonly stopAfter?: { readonly bytes: number; readonly how: "cut" | "silence" };
}

/** Makes a turn from the request; throws to say what is wrong with it. */
type TurnMaker = (request: ChatRequest, turn: number) => ScriptedTurn;

/** One entry for each request, none left over; or what answers any number of them. */
export type Script = readonly (ScriptedTurn | TurnMaker)[] | TurnMaker;

/** What the server knows of the protocol. */
export interface ScriptedOptions {
  /** The only key that it takes; any unless told. A wrong one is quoted in full, as careless servers do. */
  readonly apiKey?: string;
  /** Parameters that it refuses by name. */
  readonly refuses?: readonly (
    | "stream"
    | "stream_options"
    | "strict"
    | "max_tokens"
    | "max_completion_tokens"
  )[];
}

/** A server that follows a script. Closing it throws what was wrong with the requests, if anything was. */
export interface ScriptedServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** All requests that were of the published shape. */
  readonly requests: readonly ChatRequest[];
  /** Their headers, names in lower case. */
  readonly headers: readonly IncomingMessage["headers"][];
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}

async function send(
  response: ServerResponse,
  bytes: Uint8Array,
  { split, stopAfter }: Delivery = {},
): Promise<void> {
  const end = Math.min(bytes.length, stopAfter?.bytes ?? bytes.length);
  const sizes = (split ?? [bytes.length]).map((size) => Math.max(1, size));
  for (let at = 0, piece = 0; at < end && !response.destroyed; piece++) {
    const next = Math.min(end, at + (sizes[piece % sizes.length] ?? bytes.length));
    response.write(bytes.subarray(at, next));
    at = next;
    // So that the pieces leave one by one.
    await setImmediate();
  }
  if (stopAfter === undefined) response.end();
  else if (stopAfter.how === "cut") response.destroy();
}

class Scripted implements ScriptedServer {
  readonly requests: ChatRequest[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  readonly #wrong: string[] = [];
  readonly #server: Server;
  readonly #script: Script;
  readonly #options: ScriptedOptions;
  /** Turns begun. */
  #turn = 0;

  constructor(script: Script, options: ScriptedOptions) {
    this.#script = script;
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#wrong.push(error instanceof Error ? error.message : String(error));
        if (response.headersSent) response.destroy();
        else this.#fail(response, 500, { message: "the script failed" });
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const left = typeof this.#script === "function" ? 0 : this.#script.length - this.#turn;
    const found = [...this.#wrong, ...(left > 0 ? [`${left} turns of the script were not asked for`] : [])];
    if (found.length > 0)
      throw new Error(`The scripted server was not used as it should be: ${found.join("; ")}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #fail(response: ServerResponse, status: number, error: object, headers: object = {}): void {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error }));
  }

  /** What a server without some words of the protocol says to them. */
  #refusal(body: unknown): object | undefined {
    const text = JSON.stringify(body);
    const refused = (this.#options.refuses ?? []).find((word) =>
      word === "stream" ? text.includes('"stream":true') : text.includes(`"${word}":`),
    );
    if (refused === undefined) return undefined;
    const message = `Unsupported parameter: '${refused}' is not supported with this model.`;
    return { message, type: "invalid_request_error", param: refused, code: "unsupported_parameter" };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { apiKey } = this.#options;
    const sent = request.headers.authorization;
    if (apiKey !== undefined && sent !== `Bearer ${apiKey}`) {
      const message = `Incorrect API key provided: ${sent}.`;
      this.#fail(response, 401, { message, type: "invalid_request_error", code: "invalid_api_key" });
      return;
    }
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      this.#fail(response, 404, { message: `Invalid URL (${request.method} ${request.url})` });
      return;
    }
    const refusal = this.#refusal(body);
    if (refusal !== undefined) {
      this.#fail(response, 400, refusal);
      return;
    }
    const violations = requestViolations(body);
    if (violations.length > 0) {
      this.#wrong.push(...violations);
      this.#fail(response, 400, { message: violations.join("; "), type: "invalid_request_error" });
      return;
    }
    await this.#play(ChatRequest.parse(body), request, response);
  }

  async #play(body: ChatRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(body);
    this.headers.push(request.headers);
    const turn = this.#turn++;
    const script = typeof this.#script === "function" ? this.#script : this.#script[turn];
    if (script === undefined) throw new Error(`turn ${turn + 1} is not in the script`);
    const next = typeof script === "function" ? script(body, turn) : script;
    switch (next.kind) {
      case "reply": {
        const about = { model: body.model, turn, withUsage: body.stream_options?.include_usage === true };
        const isStream = body.stream === true;
        const text = isStream ? eventsOf(next, about) : JSON.stringify(completionOf(next, about));
        const type = isStream ? "text/event-stream; charset=utf-8" : "application/json";
        response.writeHead(200, { "content-type": type });
        await send(response, new TextEncoder().encode(text), next.delivery);
        return;
      }
      case "error":
        this.#fail(
          response,
          next.status,
          next.error ?? { message: `failed with ${next.status}` },
          next.headers,
        );
        return;
      case "raw": {
        const bytes = typeof next.body === "string" ? new TextEncoder().encode(next.body) : next.body;
        response.writeHead(200, { "content-type": next.type });
        await send(response, bytes, next.delivery);
        return;
      }
      case "endless":
        await this.#sendForever(response, body.model);
        return;
      case "silent":
        return;
    }
  }

  async #sendForever(response: ServerResponse, model: string): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const delta = { content: "again and again ".repeat(100) };
    const chunk = {
      id: "chatcmpl-0",
      object: "chat.completion.chunk",
      model,
      choices: [{ index: 0, delta }],
    };
    const bytes = new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`);
    let isGone = false;
    response.once("close", () => {
      isGone = true;
    });
    while (!isGone) {
      if (response.write(bytes)) await setImmediate();
      else await Promise.race([once(response, "drain"), once(response, "close")]);
    }
  }
}

function once(response: ServerResponse, event: "drain" | "close"): Promise<void> {
  return new Promise((resolve) => {
    response.once(event, () => resolve());
  });
}

/**
 * Starts a server on this machine that speaks OpenAI's chat completions over HTTP and follows a script. It
 * checks each request against the published shape: a wrong one is refused as OpenAI would, and fails {@link ScriptedServer.close}.
 */
export async function startScriptedServer(
  script: Script,
  options: ScriptedOptions = {},
): Promise<ScriptedServer> {
  return await new Scripted(script, options).listen();
}
