import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Authentication } from "./authentication.ts";
import { type Answer, type Call, Refusal } from "./call.ts";
import { checkRequest, checkResponse, type Violation } from "./check-call.ts";
import type { Known } from "./complete.ts";
import type { Context, Handlers } from "./context.ts";
import { type MatchedOperation, matchOperation } from "./description.ts";
import { type Fault, Faults } from "./faults.ts";
import { answerGraphql } from "./graphql.ts";

const REQUESTS_PER_HOUR = 5_000;

/** A request that the server got. */
export interface RecordedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** What was answered; null where the connection was dropped. */
  status: number | null;
}

/** Takes requests over HTTP: checks them, lets the handlers answer, checks the answers, and does what faults say. */
export class Endpoint {
  readonly faults = new Faults();
  readonly requests: RecordedRequest[] = [];
  readonly violations: Violation[] = [];
  readonly #url: string;
  /** "/graphql"; beside "/api/v3" of GitHub Enterprise "/api/graphql". */
  readonly #graphqlPath: string;
  readonly #context: Context;
  readonly #handlers: Handlers;
  readonly #authentication: Authentication;

  /** `url` is the address of the API, with the base path. */
  constructor(url: string, context: Context, authentication: Authentication, handlers: Handlers) {
    this.#url = url;
    this.#graphqlPath = `${new URL(url).pathname.replace(/\/(v3)?$/, "")}/graphql`;
    this.#context = context;
    this.#authentication = authentication;
    this.#handlers = handlers;
  }

  listenTo(server: Server): void {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response).catch((error: unknown) => {
        const violation = {
          operation: `${request.method} ${request.url}`,
          side: "response",
          path: "",
        } as const;
        this.violations.push({ ...violation, reason: `the server of the tests failed: ${String(error)}` });
        response.destroy();
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.#url);
    const base = new URL(this.#url).pathname.replace(/\/$/, "");
    const method = request.method ?? "GET";
    const path = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname;
    const isInside = url.pathname.startsWith(`${base}/`);
    const matched = isInside ? matchOperation(method, path) : undefined;
    const body = await readBody(request);
    const operation = matched?.operation.id ?? `${method} ${url.pathname}`;
    const record: RecordedRequest = {
      operation,
      method,
      path,
      query: url.search,
      body,
      headers: request.headers,
      status: null,
    };
    this.requests.push(record);
    const fault = this.faults.take(operation);
    const answer = await this.#answer({ request, url, matched, body, operation, fault });
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    record.status = answer.status;
    this.#send(response, answer);
  }

  /** `undefined` where the connection is dropped. */
  async #answer(asked: Asked): Promise<Answer | undefined> {
    const { fault } = asked;
    if (fault?.kind === "before") await fault.act();
    if (fault?.kind === "slow") await delay(fault.milliseconds, undefined, { ref: false });
    const isDone = fault?.kind !== "rate-limit" && fault?.kind !== "secondary-rate-limit";
    const isRefused = (fault?.kind === "status" || fault?.kind === "drop") && fault.isDone !== true;
    const answer = isDone && !isRefused ? await this.#perform(asked) : { status: 503 };
    if (fault?.kind === "after") await fault.act();
    return fault === undefined ? answer : this.#faulty(fault, answer);
  }

  #faulty(fault: Fault, answer: Answer): Answer | undefined {
    switch (fault.kind) {
      case "drop":
        return undefined;
      case "status":
        return {
          status: fault.status,
          body:
            fault.isHtml === true
              ? "<html><body>Unicorn!</body></html>"
              : { message: fault.message ?? "Server Error" },
          headers: fault.headers ?? {},
        };
      case "rate-limit": {
        const reset = Math.ceil(this.#context.state.now().getTime() / 1000) + fault.resetSeconds;
        const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
        return { status: 403, body: { message: "API rate limit exceeded for installation ID 7." }, headers };
      }
      case "secondary-rate-limit": {
        const { retryAfterSeconds: seconds } = fault;
        const message =
          "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        return {
          status: 403,
          body: { message },
          headers: seconds === null ? {} : { "retry-after": String(seconds) },
        };
      }
      case "slow":
      case "before":
      case "after":
        return answer;
    }
  }

  async #perform({ request, url, matched, body, operation }: Asked): Promise<Answer> {
    try {
      if (request.headers["user-agent"] === undefined) {
        throw new Refusal(
          403,
          "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
        );
      }
      const actor = this.#authentication.actorOf(request.headers.authorization);
      if (request.method === "POST" && url.pathname === this.#graphqlPath) {
        const { answer, violations } = await answerGraphql(operation, body, actor);
        this.violations.push(...violations);
        return answer;
      }
      if (matched === undefined) {
        this.violations.push({
          operation,
          side: "request",
          path: "path",
          reason: "GitHub's description has no such operation",
        });
        throw new Refusal(404, "Not Found");
      }
      const violations = checkRequest(matched, { query: url.searchParams, body });
      this.violations.push(...violations);
      if (violations.length > 0) throw new Refusal(422, "The request is not what GitHub's description says");
      const answer = await this.#handle({
        operation,
        path: matched.path,
        query: url.searchParams,
        body: (body ?? {}) as Known,
        actor,
        url: `${url.origin}${url.pathname}`,
      });
      this.violations.push(...checkResponse(matched.operation, { status: answer.status, body: answer.body }));
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, message, errors, headers } = error;
      const documented = {
        message,
        documentation_url: "https://docs.github.com/rest",
        status: String(status),
      };
      const refusal = { ...documented, ...(errors === undefined ? {} : { errors }) };
      if (matched !== undefined)
        this.violations.push(...checkResponse(matched.operation, { status, body: refusal }));
      return { status, body: refusal, headers };
    }
  }

  async #handle(call: Call): Promise<Answer> {
    this.#authentication.checkPermission(call);
    const { owner, name } = this.#context.state.repository;
    if (call.path.owner !== undefined && (call.path.owner !== owner || call.path.repo !== name)) {
      throw new Refusal(404, "Not Found");
    }
    const handler = this.#handlers[call.operation];
    if (handler === undefined) throw new Error(`the server of the tests does not answer ${call.operation}`);
    return await handler(call, this.#context);
  }

  #send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
    const isText = typeof body === "string";
    response.writeHead(status, {
      "content-type": isText ? "text/html" : "application/json; charset=utf-8",
      "x-github-request-id": `APEX:${this.requests.length}`,
      "x-ratelimit-limit": String(REQUESTS_PER_HOUR),
      "x-ratelimit-remaining": String(REQUESTS_PER_HOUR - this.requests.length),
      ...headers,
    });
    response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
  }
}

interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly matched: MatchedOperation | undefined;
  readonly body: unknown;
  readonly operation: string;
  readonly fault: Fault | undefined;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}
