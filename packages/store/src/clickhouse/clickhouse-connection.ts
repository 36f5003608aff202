import { Readable } from "node:stream";
import { AdapterError } from "@apex/core";
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from "@clickhouse/client";

/** Where a ClickHouse is, and what ends long work in it. */
export interface ClickHouseOptions {
  /** "http://user:password@host:8123/database"; without a path the database is `apex`. It is made when missing. */
  readonly url: string;
  readonly signal?: AbortSignal;
}

/** What the stores need of ClickHouse. All methods throw AdapterErrors, or the signal's reason. */
export interface ClickHouseConnection {
  /** A statement without a result. */
  command(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<void>;
  /** The rows of a small result; large integers come as text. */
  rows<T>(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<readonly T[]>;
  /** A result in RowBinary, as it arrives. */
  stream(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<Readable>;
  /** Sends rows in RowBinary to an INSERT, as they are made; what their source throws is thrown as it is. */
  insert(sql: string, rows: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_DATABASE = "apex";
/** What goes wrong is thrown; the client need not write it to the terminal as well. */
const QUIET = { log: { level: ClickHouseLogLevel.OFF } };

/** Whole fleets take minutes; headers of progress keep what lies between from hanging up. */
const LONG = {
  request_timeout: 600_000,
  clickhouse_settings: { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: "50000" },
} as const;

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Connects, and makes the database when it is missing. */
export async function connectClickHouse({ url, signal }: ClickHouseOptions): Promise<ClickHouseConnection> {
  const { database, server, shown } = addressOf(url);
  const first = clientOf({ url: server });
  try {
    await told(shown, signal, () =>
      first.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}`, ...abortable(signal) }),
    );
  } finally {
    await first.close();
  }
  return connectionOf(clientOf({ url: server, database, ...LONG }), shown, signal);
}

function clientOf(config: NonNullable<Parameters<typeof createClient>[0]>): ClickHouseClient {
  try {
    return createClient({ ...config, ...QUIET });
  } catch {
    // What is thrown may hold the password.
    throw new AdapterError(
      "invalid",
      "CLICKHOUSE_URL is not understood: write http://user:password@host:8123/database, a % of the password as %25, and nothing behind it",
    );
  }
}

function connectionOf(
  client: ClickHouseClient,
  shown: string,
  signal: AbortSignal | undefined,
): ClickHouseConnection {
  const ask = <T>(work: () => Promise<T>): Promise<T> => told(shown, signal, work);
  return {
    command: (query, query_params = {}) =>
      ask(async () => {
        await client.command({ query, query_params, ...abortable(signal) });
      }),
    rows: <T>(query: string, query_params: Readonly<Record<string, unknown>> = {}) =>
      ask(async () => {
        const answer = await client.query({
          query,
          query_params,
          format: "JSONEachRow",
          ...abortable(signal),
        });
        return answer.json<T>();
      }),
    stream: (query, query_params = {}) =>
      ask(async () => {
        const answer = await client.exec({
          query: `${query} FORMAT RowBinary`,
          query_params,
          ...abortable(signal),
        });
        return answer.stream;
      }),
    insert: async (sql, rows) => {
      const source: { failure?: { readonly cause: unknown } } = {};
      const values = Readable.from(watched(rows, source));
      const sent = ask(async () => {
        const { stream } = await client.exec({
          query: `${sql} FORMAT RowBinary`,
          values,
          ...abortable(signal),
        });
        stream.resume();
      });
      await sent.catch((cause: unknown) => {
        throw source.failure === undefined ? cause : source.failure.cause;
      });
    },
    close: () => client.close(),
  };
}

async function* watched(
  rows: AsyncIterable<Buffer> | Iterable<Buffer>,
  source: { failure?: { readonly cause: unknown } },
): AsyncGenerator<Buffer> {
  try {
    yield* rows;
  } catch (cause) {
    source.failure = { cause };
    throw cause;
  }
}

interface Address {
  readonly server: string;
  readonly database: string;
  /** Without user and password. */
  readonly shown: string;
}

function addressOf(text: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new AdapterError(
      "invalid",
      "CLICKHOUSE_URL is no http(s) address: write http://user:password@host:8123/database",
    );
  }
  const path = url.pathname.replace(/^\/+|\/+$/g, "");
  const database = path === "" ? DEFAULT_DATABASE : path;
  if (!NAME.test(database)) {
    throw new AdapterError(
      "invalid",
      "the path of CLICKHOUSE_URL names the database: letters, digits and _ alone",
    );
  }
  url.pathname = "/";
  return { server: url.href, database, shown: `${url.protocol}//${url.host}` };
}

function abortable(signal: AbortSignal | undefined): { readonly abort_signal?: AbortSignal } {
  return signal === undefined ? {} : { abort_signal: signal };
}

/** ClickHouse's numbers for what the user has to mend: unknown user, wrong password, no grant, read-only. */
const DENIED = new Set(["192", "193", "194", "516", "497", "164"]);

async function told<T>(shown: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw clickHouseError(cause, shown, signal);
  }
}

/** What ClickHouse or the way to it said, as an AdapterError with the next step; the signal's reason when that is why. */
function clickHouseError(cause: unknown, shown: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (cause instanceof AdapterError) return cause;
  const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  if (cause instanceof ClickHouseError) {
    return DENIED.has(cause.code)
      ? new AdapterError(
          "denied",
          `ClickHouse at ${shown} refuses this user: ${message}. Check user, password and grants of CLICKHOUSE_URL`,
          { cause },
        )
      : new AdapterError("invalid", `ClickHouse at ${shown} refuses a statement: ${message}`, { cause });
  }
  return new AdapterError(
    "unavailable",
    `ClickHouse at ${shown} does not answer: ${message}. Check CLICKHOUSE_URL and that the server runs`,
    { cause },
  );
}
