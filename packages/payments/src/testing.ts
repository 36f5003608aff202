import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { addDecimals, DAY_MS, type Decimal, decimal } from "@apex/core";

/** The key that the server accepts. */
export const STRIPE_TEST_KEY = "sk_test_51Apex0000000000";

/** What goes wrong with one request: an answer of Stripe's, or a connection that breaks before or after the event was counted. */
export type StripeFault = 429 | 500 | 503 | "lost-request" | "lost-answer" | "proxy-page";

/** A local HTTP server that does what Stripe documents of meter events. */
export interface StripeServer extends AsyncDisposable {
  readonly url: string;
  /** Faults of the next requests, in this order. */
  readonly faults: StripeFault[];
  /** How each request named itself. */
  readonly idempotencyKeys: readonly string[];
  /** Identifiers of the events that were counted, once for each time. */
  readonly counted: readonly string[];
  /** The sum of a customer's events. */
  total(customer: string): Decimal;
  /** Its clock, Unix time in milliseconds: identifiers and requests are forgotten after a day. */
  nowMs: number;
  /** Called once an event was counted, before the answer. */
  onCounted: () => void;
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

interface State {
  readonly customers: ReadonlySet<string>;
  readonly eventName: string;
  readonly events: {
    readonly identifier: string;
    readonly customer: string;
    readonly value: string;
    readonly atMs: number;
  }[];
  readonly answered: Map<string, { readonly form: string; readonly reply: Reply; readonly atMs: number }>;
}

function refusal(status: number, type: string, message: string): Reply {
  return { status, body: { error: { type, message } } };
}

/** What the endpoint's own validation says, before anything is counted or remembered. */
function invalid(form: URLSearchParams, state: State, nowMs: number): Reply | undefined {
  const refuse = (message: string): Reply => refusal(400, "invalid_request_error", message);
  const timestampMs = Number(form.get("timestamp")) * 1000;
  const value = form.get("payload[value]") ?? "";
  if (form.get("event_name") !== state.eventName)
    return refuse(`No meter found for ${form.get("event_name")}.`);
  if (!state.customers.has(form.get("payload[stripe_customer_id]") ?? "")) return refuse("No such customer.");
  if (!/^-?\d+(\.\d+)?$/.test(value)) return refuse(`Invalid value ${value}.`);
  if (value.replace(/[-.]/g, "").replace(/^0+/, "").length > 15) {
    return refuse(`The value in the event payload can have at most 15 digits. Received ${value}.`);
  }
  if ((form.get("identifier") ?? "").length > 100) return refuse("The identifier is too long.");
  if (timestampMs < nowMs - 35 * DAY_MS) return refuse("The timestamp is too far in the past.");
  return timestampMs > nowMs + 300_000 ? refuse("The timestamp is in the future.") : undefined;
}

function execute(form: URLSearchParams, state: State, nowMs: number): Reply {
  const identifier = form.get("identifier") ?? "";
  const known = state.events.find((event) => event.identifier === identifier && nowMs - event.atMs < DAY_MS);
  if (known !== undefined) {
    return refusal(400, "invalid_request_error", `An event already exists with identifier ${identifier}.`);
  }
  const customer = form.get("payload[stripe_customer_id]") ?? "";
  state.events.push({ identifier, customer, value: form.get("payload[value]") ?? "", atMs: nowMs });
  return { status: 200, body: { object: "billing.meter_event", identifier } };
}

/** One request as the API's idempotency layer does it. */
function answer(
  {
    key,
    text,
    fault,
  }: { readonly key: string; readonly text: string; readonly fault: StripeFault | undefined },
  state: State,
  nowMs: number,
): Reply {
  const known = state.answered.get(key);
  if (known !== undefined && nowMs - known.atMs < DAY_MS) {
    return known.form === text
      ? known.reply
      : refusal(400, "idempotency_error", "Keys can only be used with the same parameters.");
  }
  const form = new URLSearchParams(text);
  const problem = invalid(form, state, nowMs);
  if (problem !== undefined) return problem;
  const reply =
    fault === 500 || fault === 503
      ? refusal(fault, "api_error", "Something went wrong.")
      : execute(form, state, nowMs);
  state.answered.set(key, { form: text, reply, atMs: nowMs });
  return reply;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const isFinal = status === 400;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(isFinal ? { "stripe-should-retry": "false" } : {}),
  });
  response.end(JSON.stringify(body));
}

/** Starts a server whose meter of this name knows these customers. */
export async function stripeServer(
  options: {
    readonly customers?: readonly string[];
    readonly eventName?: string;
    readonly nowMs?: number;
  } = {},
): Promise<StripeServer> {
  const { customers = ["cus_acme"], eventName = "apex_charges", nowMs = Date.UTC(2026, 10, 21, 7) } = options;
  const state: State = { customers: new Set(customers), eventName, events: [], answered: new Map() };
  const faults: StripeFault[] = [];
  const idempotencyKeys: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    if (request.method !== "POST" || request.url !== "/v1/billing/meter_events") {
      return send(response, refusal(404, "invalid_request_error", "Unrecognized request URL."));
    }
    const given = request.headers.authorization ?? "";
    if (given !== `Bearer ${STRIPE_TEST_KEY}`) {
      return send(
        response,
        refusal(401, "invalid_request_error", `Invalid API Key provided: ${given.slice(7)}`),
      );
    }
    const fault = faults.shift();
    if (fault === "lost-request") return void request.socket.destroy();
    if (fault === 429) return send(response, refusal(429, "rate_limit_error", "Too many requests."));
    if (fault === "proxy-page") return void response.end("<html>Welcome to the hotel</html>");
    const key = String(request.headers["idempotency-key"] ?? "");
    idempotencyKeys.push(key);
    const reply = answer({ key, text, fault }, state, server.nowMs);
    if (reply.status === 200) server.onCounted();
    if (fault === "lost-answer") return void request.socket.destroy();
    send(response, reply);
  };
  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  const server: StripeServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    faults,
    idempotencyKeys,
    get counted() {
      return state.events.map(({ identifier }) => identifier);
    },
    total: (customer) =>
      addDecimals(
        ...state.events.filter((event) => event.customer === customer).map(({ value }) => decimal(value)),
      ),
    nowMs,
    onCounted: () => undefined,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => void http.close(resolve));
    },
  };
  return server;
}
