import { AdapterError } from "@apex/core";
import { Slots } from "../live/slots.ts";
import type { AwsCall, AwsClient, AwsClientConfig, AwsSession, Optional } from "./aws-service.ts";
import type { CredentialsProvider } from "./credentials.ts";
import { awsError, type AwsFailure, awsFailure } from "./errors.ts";

/**
 * Tries of a request with the SDK's standard retry: pauses double from a second, at random, up to 20 s, so that eight last half a
 * minute on average. A fleet that is throttled for longer is asked again by the next start.
 */
const ATTEMPTS_MAX = 8;
const CONNECTION_TIMEOUT_MS = 10_000;
/** Longer than any Describe takes. */
const REQUEST_TIMEOUT_MS = 90_000;
/** EC2 throttles an account in a region: its bucket of Describe calls refills at 20 a second. Source: EC2 API reference, "Request throttling". */
const PARTS_A_REGION = 4;

/** An operation that was really sent. */
export type SentCall = Pick<AwsCall, "service" | "operation">;

/** One account, one region, and how to get in. */
export interface AwsPlace {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly credentials: CredentialsProvider;
  readonly endpointUrl?: string | undefined;
  /** That the credentials were looked for in. */
  readonly profile?: string | undefined;
  readonly nowMs: number;
  /** Told of every operation as it is sent; for tests of what is asked. */
  readonly onCall?: ((call: SentCall) => void) | undefined;
}

/** What sends commands: as much of the SDK's client as the frame wires. */
interface WiredClient extends AwsClient {
  readonly config: { readonly defaultSigningName?: string };
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: unknown) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (args: unknown) => Promise<unknown>,
      options: { readonly step: "initialize"; readonly name: string },
    ): void;
  };
  send(command: unknown, options?: object): Promise<unknown>;
}

/** A request that was sent, and where to: a service in a region. */
interface Sent extends SentCall {
  readonly endpoint: string;
}

/** Opens sessions of one account in one region, as many at a time as it bears. */
export class AwsRegion {
  readonly place: AwsPlace;
  /** Endpoints that have answered, if only with an error. */
  private readonly heard = new Set<string>();
  private readonly slots = new Slots(PARTS_A_REGION);

  constructor(place: AwsPlace) {
    this.place = place;
  }

  /** Runs `work` with a session and closes its clients. What it throws is an AdapterError, or the reason of `signal`. */
  async *during<T>(
    signal: AbortSignal,
    calls: readonly AwsCall[],
    work: (session: AwsSession) => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    const release = await this.slots.take();
    const session = new OpenSession(this.place, this.heard, { signal, calls });
    try {
      signal.throwIfAborted();
      yield* work(session);
    } catch (error) {
      signal.throwIfAborted();
      throw session.translated(error);
    } finally {
      session.close();
      release();
    }
  }

  /** As {@link during}, for one answer. */
  async ask<T>(
    signal: AbortSignal,
    calls: readonly AwsCall[],
    work: (session: AwsSession) => Promise<T>,
  ): Promise<T> {
    for await (const answer of this.during(signal, calls, async function* (session) {
      yield await work(session);
    }))
      return answer;
    throw new AdapterError("unavailable", "the request was stopped");
  }
}

/** What another try does not change. */
const DONE_WITHOUT: ReadonlySet<AwsFailure> = new Set<AwsFailure>(["not-permitted", "refused"]);

/** Whether somebody answered with an error, rather than nobody at all. */
function isAnswer(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode !== undefined;
}

class OpenSession implements AwsSession {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  private readonly place: AwsPlace;
  private readonly calls: readonly AwsCall[];
  private readonly clients: AwsClient[] = [];
  private readonly heard: Set<string>;
  /** Which request an error came from. */
  private readonly origins = new WeakMap<object, Sent>();

  constructor(
    place: AwsPlace,
    heard: Set<string>,
    { signal, calls }: { readonly signal: AbortSignal; readonly calls: readonly AwsCall[] },
  ) {
    this.place = place;
    this.heard = heard;
    this.accountId = place.accountId;
    this.region = place.region;
    this.partition = place.partition;
    this.nowMs = place.nowMs;
    this.signal = signal;
    this.calls = calls;
  }

  client<Client extends AwsClient, More extends object = object>(
    make: new (config: AwsClientConfig & More) => Client,
    more?: More,
  ): Client {
    const { region, credentials, endpointUrl } = this.place;
    const config: AwsClientConfig = {
      region,
      credentials,
      ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
      maxAttempts: ATTEMPTS_MAX,
      retryMode: "standard",
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    };
    const whole = { ...config, ...more };
    const client = new make(whole as AwsClientConfig & More);
    this.clients.push(client);
    // The SDK's generic types of a client fit no structure; what is used of them here is the same in all.
    this.wire(client as unknown as WiredClient, whole.region);
    return client;
  }

  async optional<T>(call: AwsCall, cost: string, work: () => Promise<T>): Promise<Optional<T>> {
    try {
      return { kind: "done", value: await work() };
    } catch (error) {
      const origin = this.originOf(error);
      // What no request met is a bug of ours, and what is told already no refusal: a role that cannot be assumed any more.
      if (this.signal.aborted || origin === undefined || error instanceof AdapterError) throw error;
      const failure = awsFailure(error, { isLoggedIn: true, isSilent: this.isSilent(origin) });
      // What can pass makes the part fail, so that it is done again; only what stays is done without.
      if (!DONE_WITHOUT.has(failure)) throw error;
      return {
        kind: "failed",
        diagnostic: {
          severity: "warning",
          code: failure === "not-permitted" ? "collect-not-permitted" : "collect-refused",
          summary: `${call.permissions[0] ?? call.operation} failed: ${cost}`,
          detail: this.translated(error).message,
        },
      };
    }
  }

  /** An error of this session's clients as ours; ours and bugs stay as they are. */
  translated(error: unknown): Error {
    if (error instanceof AdapterError) return error;
    const origin = this.originOf(error);
    if (origin === undefined && error instanceof Error) return error;
    const action = this.calls.find(({ operation }) => operation === origin?.operation)?.permissions[0];
    const { region, endpointUrl, profile } = this.place;
    const isLoggedIn = this.accountId !== "";
    const isSilent = origin !== undefined && this.isSilent(origin);
    return awsError(error, { region, endpointUrl, profile, action, isLoggedIn, isSilent });
  }

  private originOf(error: unknown): Sent | undefined {
    return typeof error === "object" && error !== null ? this.origins.get(error) : undefined;
  }

  /** A server of the user's own is down; an address of AWS' that has never answered may lead nowhere. */
  private isSilent({ endpoint }: Sent): boolean {
    return this.place.endpointUrl === undefined && !this.heard.has(endpoint);
  }

  close(): void {
    for (const client of this.clients) client.destroy();
  }

  /** Ends requests with the part, and tells which operation was sent and which failed. */
  private wire(client: WiredClient, region: string): void {
    const { onCall } = this.place;
    const service = client.config.defaultSigningName ?? "";
    const { origins, heard, signal } = this;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const call = { service, operation: (context.commandName ?? "").replace(/Command$/, "") };
        const endpoint = `${service} in ${region}`;
        onCall?.(call);
        try {
          const answer = await next(args);
          heard.add(endpoint);
          return answer;
        } catch (error) {
          if (typeof error === "object" && error !== null) origins.set(error, { ...call, endpoint });
          if (isAnswer(error)) heard.add(endpoint);
          throw error;
        }
      },
      { step: "initialize", name: "apexCalls" },
    );
    const send = client.send.bind(client);
    client.send = (command, options) => send(command, { abortSignal: signal, ...options });
  }
}
