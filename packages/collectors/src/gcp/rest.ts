import { AdapterError, type Cancellation } from "@apex/core";
import type { GoogleAuth } from "google-auth-library";
import { z } from "zod";
import { abortSignalOf } from "../live/abort-signal.ts";
import type { GcpCall } from "./calls.ts";
import { throwIfStopped } from "../live/cancellation.ts";
import type { GcpEndpoints } from "./endpoints.ts";
import { gcpError } from "./errors.ts";
import { type RetryPolicy, withRetries } from "./retry.ts";

/** The longest that one answer may take. A page of 100,000 points takes Monitoring some ten seconds. */
const ANSWER_TIMEOUT_MS = 120_000;

/** Pages of one list: far more than any project has, and an end for a server that never gives the last. */
const PAGES_MAX = 20_000;

/** One request: a path below its service's root, and its query; a body makes it a POST. */
export interface GcpRequest {
  readonly call: GcpCall;
  readonly project: string;
  /** "/compute/v1/projects/p/aggregated/instances", its parts already encoded. */
  readonly path: string;
  /** A list is repeated under its name. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: object;
}

/** Asks Google's REST interfaces as published. */
export interface GcpRest {
  /** The answer's JSON. Repeats what passes by itself; throws an AdapterError. */
  json(request: GcpRequest, signal: Cancellation): Promise<unknown>;
  /** All pages of a list, by `nextPageToken` and `pageToken` as everywhere in Google's interfaces. */
  pages(request: GcpRequest, signal: Cancellation): AsyncIterable<unknown>;
}

/** What the requests are made with. */
export interface GcpRestOptions {
  readonly auth: GoogleAuth;
  readonly endpoints: GcpEndpoints;
  readonly retries: RetryPolicy;
}

const Page = z.object({ nextPageToken: z.string().optional() });

/** REST through google-auth-library: tokens, their renewal, impersonation, federation and proxies are its own business. */
export function gcpRest({ auth, endpoints, retries }: GcpRestOptions): GcpRest {
  const json = async (request: GcpRequest, signal: Cancellation): Promise<unknown> => {
    const { call, path, query, body } = request;
    const attempt = async (): Promise<unknown> => {
      const stop = abortSignalOf(signal);
      try {
        const { data } = await auth.request<unknown>({
          url: `${endpoints[call.service]}${path}${queryText(query)}`,
          method: body === undefined ? "GET" : "POST",
          ...(body === undefined ? {} : { data: body }),
          responseType: "json",
          timeout: ANSWER_TIMEOUT_MS,
          signal: stop.signal,
          // One place repeats: retry.ts, which heeds Retry-After.
          retry: false,
        });
        return data;
      } finally {
        stop.release();
      }
    };
    try {
      return await withRetries(attempt, retries, signal);
    } catch (error) {
      throw gcpError(error, request);
    }
  };
  return { json, pages: (request, signal) => pagesOf(json, request, signal) };
}

/** The client would join a list by commas; Google's interfaces repeat the name. */
function queryText(query: GcpRequest["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

async function* pagesOf(
  json: GcpRest["json"],
  request: GcpRequest,
  signal: Cancellation,
): AsyncGenerator<unknown> {
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    throwIfStopped(signal);
    const query = { ...request.query, ...(token === undefined ? {} : { pageToken: token }) };
    const answer = await json({ ...request, query }, signal);
    const { success, data } = Page.safeParse(answer);
    if (!success) throw unreadable(request);
    yield answer;
    // An empty token ends a list as none does: the proto's default.
    if (data.nextPageToken === undefined || data.nextPageToken === "") return;
    token = data.nextPageToken;
  }
  throw new AdapterError(
    "invalid",
    `cannot ${request.call.action}: the list has no end after ${PAGES_MAX} pages`,
  );
}

/** An answer that has not the published shape. */
export function unreadable({ call, project }: Pick<GcpRequest, "call" | "project">): AdapterError {
  return new AdapterError(
    "invalid",
    `cannot ${call.action} in project ${project}: the answer is not what Google publishes for ${call.method}`,
  );
}
