import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "@apex/core";
import type { MeterEvent } from "./meter-event.ts";
import { type Answer, type Judged, judge, judgeNetworkError, type SendOutcome } from "./stripe-answer.ts";

/** How Stripe is reached. */
export interface StripeMeterOptions {
  /** A secret or restricted key that may write meter events. Never in a message or a log. */
  readonly apiKey: string;
  /** https, or http on this machine. */
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  /** The first wait before a request is sent again; each further one is twice as long, up to half a minute. */
  readonly retryMs?: number;
}

/** A Stripe account's meter. */
export interface StripeMeter {
  /**
   * Sends one event, again where that can help. `delivery` tells deliveries of one event apart (0, 1, …): Stripe repeats its answer to
   * a request that it knows, errors of its own too. Throws the signal's reason when it is aborted.
   */
  send(event: MeterEvent, delivery: number, signal?: AbortSignal): Promise<SendOutcome>;
}

const BASE_URL = "https://api.stripe.com";
const TRIES_MAX = 4;
const TIMEOUT_MS = 20_000;
const RETRY_MS = 500;
const WAIT_MAX_MS = 30_000;
const ANSWER_MAX = 65_536;

function formOf({ eventName, identifier, timestampS, customerId, value }: MeterEvent): string {
  return new URLSearchParams({
    event_name: eventName,
    identifier,
    timestamp: String(timestampS),
    "payload[stripe_customer_id]": customerId,
    "payload[value]": value,
  }).toString();
}

/** Sent in clear over a network, the key would be anybody's. */
function endpointOf(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL("/v1/billing/meter_events", baseUrl) : undefined;
  const isLocal = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && isLocal))) {
    throw new AdapterError(
      "invalid",
      `${baseUrl} is no address that a Stripe key may be sent to: give https://…`,
    );
  }
  return url;
}

interface Connection {
  readonly endpoint: URL;
  readonly apiKey: string;
  readonly request: typeof fetch;
  readonly timeoutMs: number;
  readonly retryMs: number;
}

/** What is said to people never holds a key, whoever quotes it. */
function withoutKeys(text: string): string {
  return text.replace(/\b[sr]k_[\w*]+/g, "…");
}

async function post(
  { endpoint, apiKey, request, timeoutMs }: Connection,
  form: string,
  idempotencyKey: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await request(endpoint, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apiKey}`,
      "content-type": "application/x-www-form-urlencoded",
      "idempotency-key": idempotencyKey,
    },
    body: form,
    // Another place must not be handed the key.
    redirect: "manual",
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  return {
    status: response.status,
    body: withoutKeys((await response.text()).slice(0, ANSWER_MAX)),
    shouldRetry: response.headers.get("stripe-should-retry"),
    retryAfter: response.headers.get("retry-after"),
  };
}

async function tryOnce(
  connection: Connection,
  event: MeterEvent,
  idempotencyKey: string,
  signal: AbortSignal | undefined,
): Promise<Judged> {
  let answer: Answer;
  try {
    answer = await post(connection, formOf(event), idempotencyKey, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return judgeNetworkError(error, withoutKeys);
  }
  return judge(answer, event.identifier);
}

/** Stripe's meter over HTTP. Throws an AdapterError (`invalid`) for a key or an address that cannot be one; nothing is sent yet. */
export function stripeMeter(options: StripeMeterOptions): StripeMeter {
  const { apiKey, timeoutMs = TIMEOUT_MS, retryMs = RETRY_MS, fetch: request = fetch } = options;
  const endpoint = endpointOf(options.baseUrl ?? BASE_URL);
  if (!/^[sr]k_[A-Za-z0-9_]+$/.test(apiKey)) {
    throw new AdapterError(
      "invalid",
      "the Stripe key is not one: it begins with sk_ or rk_ (STRIPE_API_KEY)",
    );
  }
  const connection: Connection = { endpoint, apiKey, request, timeoutMs, retryMs };
  return { send: (event, delivery, signal) => send(connection, event, delivery, signal) };
}

async function send(
  connection: Connection,
  event: MeterEvent,
  delivery: number,
  signal: AbortSignal | undefined,
): Promise<SendOutcome> {
  // Of what is said: Stripe refuses a known key with other words, which a corrected customer would be.
  const digest = createHash("sha256").update(formOf(event)).digest("hex");
  let request = 0;
  let mayBeHeard = false;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const { outcome, again } = await tryOnce(connection, event, `${digest}/${delivery}/${request}`, signal);
    if (outcome.kind === "taken") return outcome;
    mayBeHeard ||= outcome.mayBeHeard;
    if (again === null || attempt === TRIES_MAX) return { ...outcome, mayBeHeard };
    // Stripe's own error would only be repeated: the identifier alone keeps a new request from counting twice.
    if (again.asNew) request += 1;
    const waitMs = again.afterMs ?? connection.retryMs * 2 ** (attempt - 1);
    await sleep(Math.min(WAIT_MAX_MS, waitMs), undefined, signal === undefined ? {} : { signal });
  }
}
