import { unescape as percentDecoded } from "node:querystring";
import { AdapterError, type Cancellation, type TimeWindow } from "@apex/core";
import type { z } from "zod";
import { sleep } from "../live/cancellation.ts";
import type { PrometheusApi, RangeAnswer, RangeQuery } from "./api.ts";
import { connectionError, httpError, isTooMuch, plain, queryError } from "./errors.ts";
import { type Answer, ask, BODY_BYTES_MAX, type Endpoint } from "./http-request.ts";
import { ApiAnswer, LabelValues, RangeData, SeriesLabels } from "./schema.ts";

/** How to reach a server, as a user gives it. */
export interface PrometheusConnection {
  /** "https://prometheus.example.com/prefix"; user and password in it serve as basic auth. */
  readonly url: string;
  readonly token?: string;
  /** "user:password" */
  readonly basicAuth?: string;
  /** Further headers: Mimir's and Loki's `X-Scope-OrgID`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authorities to trust in place of the system's. */
  readonly ca?: string;
  readonly timeoutMs?: number;
}

/** Prometheus itself gives a query two minutes (`--query.timeout`). */
const TIMEOUT_MS = 150_000;
/** Statuses that another try may change. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const TRIES_MAX = 4;
const WAIT_FIRST_MS = 500;
const WAIT_MAX_MS = 30_000;

/** An answer in Prometheus' form. */
type ApiAnswer = z.infer<typeof ApiAnswer>;

/** Prometheus' HTTP API, and that of Thanos, Mimir and VictoriaMetrics. Throws an AdapterError for an address or a token that is none. */
export function httpPrometheus(connection: PrometheusConnection): PrometheusApi {
  const endpoint = endpointOf(connection);
  const name = `${endpoint.url.host}${endpoint.url.pathname.replace(/\/+$/, "")}`;
  const call = (path: string, form: Readonly<Record<string, string>>, signal: Cancellation) =>
    callApi({ endpoint, name }, path, form, signal);
  const listed = async <T>(schema: z.ZodType<T>, answer: Promise<ApiAnswer | "too-long">): Promise<T> => {
    const got = await answer;
    if (got === "too-long") throw queryError(name, `a list is longer than ${BODY_BYTES_MAX} bytes`);
    if (got.status === "error") throw queryError(name, got.error ?? "without a reason");
    // Some servers say null for an empty list.
    const data = schema.safeParse(got.data ?? []);
    if (!data.success) throw httpError(name, { status: 200, location: undefined });
    return data.data;
  };
  return {
    name,
    async check(signal) {
      const answer = await call("/query", { query: "vector(1)" }, signal);
      if (answer !== "too-long" && answer.status === "error")
        throw queryError(name, answer.error ?? "without a reason");
    },
    async queryRange(query, signal) {
      return rangeAnswer(name, await call("/query_range", rangeForm(query), signal));
    },
    labelValues: (label, match, window, signal) =>
      listed(
        LabelValues,
        call(`/label/${encodeURIComponent(label)}/values`, { "match[]": match, ...spanForm(window) }, signal),
      ),
    series: (match, window, signal) =>
      listed(SeriesLabels, call("/series", { "match[]": match, ...spanForm(window) }, signal)),
  };
}

function endpointOf(connection: PrometheusConnection): Endpoint {
  const url = URL.parse(connection.url);
  if (url === null || !/^https?:$/.test(url.protocol) || url.host === "") {
    throw new AdapterError(
      "invalid",
      // A password may have any character in it; what is after the last @ is none.
      `--url: ${plain(connection.url.replace(/^.*@/s, ""))} is no address of a Prometheus; write it as http://host:9090`,
    );
  }
  const written =
    url.username === "" ? undefined : `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/api\/v1\/?.*$/, "");
  return {
    url,
    headers: { ...headersOf({ ...connection, basicAuth: connection.basicAuth ?? written }) },
    ca: connection.ca,
    timeoutMs: connection.timeoutMs ?? TIMEOUT_MS,
  };
}

function headersOf(connection: {
  readonly token?: string;
  readonly basicAuth?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}): Readonly<Record<string, string>> {
  const { token, basicAuth } = connection;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new AdapterError(
      "invalid",
      "the bearer token is empty or has characters that no token has; check --token-file",
    );
  }
  const authorization =
    token !== undefined
      ? { authorization: `Bearer ${token}` }
      : basicAuth !== undefined
        ? { authorization: `Basic ${Buffer.from(basicAuth, "utf8").toString("base64")}` }
        : {};
  return { ...authorization, ...connection.headers };
}

function rangeForm({ query, startMs, endMs, stepMs }: RangeQuery): Readonly<Record<string, string>> {
  return {
    query,
    start: String(startMs / 1000),
    end: String(endMs / 1000),
    step: String(stepMs / 1000),
  };
}

function spanForm({ startMs, endMs }: TimeWindow): Readonly<Record<string, string>> {
  return { start: String(startMs / 1000), end: String(endMs / 1000) };
}

function rangeAnswer(name: string, answer: ApiAnswer | "too-long"): RangeAnswer {
  if (answer === "too-long") return { kind: "too-much", reason: `more than ${BODY_BYTES_MAX} bytes` };
  if (answer.status === "error") {
    const reason = answer.error ?? "without a reason";
    if (isTooMuch(reason)) return { kind: "too-much", reason: plain(reason) };
    throw queryError(name, reason);
  }
  const data = RangeData.safeParse(answer.data);
  if (!data.success) throw httpError(name, { status: 200, location: undefined });
  return {
    kind: "answered",
    series: data.data.result,
    warnings: (answer.warnings ?? []).map(plain),
  };
}

async function callApi(
  server: { readonly endpoint: Endpoint; readonly name: string },
  path: string,
  form: Readonly<Record<string, string>>,
  signal: Cancellation,
): Promise<ApiAnswer | "too-long"> {
  const answer = await askPatiently(
    server,
    {
      // A query of a hundred machines is longer than a URL may be; label values know no POST.
      method: path === "/query_range" ? "POST" : "GET",
      path: `/api/v1${path}`,
      form: new URLSearchParams(form),
    },
    signal,
  );
  if (answer.body === undefined) return "too-long";
  const parsed = ApiAnswer.safeParse(jsonOf(answer.body));
  if (parsed.success) return parsed.data;
  // What stands before Mimir and the like refuses with plain text.
  if ([400, 413, 422].includes(answer.status) && isTooMuch(answer.body))
    return { status: "error", error: plain(answer.body), data: undefined };
  throw httpError(server.name, answer);
}

/** Asks again what failed in passing, with growing waits, or as long as the server asks for. */
async function askPatiently(
  { endpoint, name }: { readonly endpoint: Endpoint; readonly name: string },
  call: Parameters<typeof ask>[1],
  signal: Cancellation,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    let waitMs = Math.min(WAIT_MAX_MS, WAIT_FIRST_MS * 2 ** (attempt - 1));
    try {
      const answer = await ask(endpoint, call, signal);
      const isQueryTimeout = answer.status === 503 && isTooMuch(answer.body ?? "");
      if (!PASSING.has(answer.status) || isQueryTimeout || attempt === TRIES_MAX) return answer;
      waitMs = Math.min(WAIT_MAX_MS, (answer.retryAfter ?? 0) * 1000 || waitMs);
    } catch (error) {
      // What the network and Node refuse has a code: this is a bug of ours.
      if (error instanceof TypeError && !("code" in error)) throw error;
      const isPassing = error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (signal.aborted || !isPassing || attempt === TRIES_MAX) throw connectionError(name, error);
    }
    await sleep(waitMs, signal);
    if (signal.aborted)
      throw new AdapterError("unavailable", `Prometheus at ${name} was not asked further: stopped`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
