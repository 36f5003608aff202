import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Cancellation } from "@apex/core";

/** Where to ask and how. Node's `fetch` takes no certificate authority of one's own, so requests go through `node:https`. */
export interface Endpoint {
  /** With the path before `/api/v1`, without user and password. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM of certificate authorities to trust in place of the system's. */
  readonly ca: string | undefined;
  /** For one answer from its first to its last byte. */
  readonly timeoutMs: number;
}

/** An answer, whole; `body` is `undefined` when it is longer than {@link BODY_BYTES_MAX}. */
export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** Seconds to wait as the server asks. */
  readonly retryAfter: number | undefined;
  readonly body: string | undefined;
}

/** A day of 800 series takes about 10 MB; what is longer than this is asked for in smaller pieces. */
export const BODY_BYTES_MAX = 96 * 1024 ** 2;

const unzip = promisify(gunzip);

/** Sends a form by POST, or as a query by GET, below the endpoint's path. Throws what the network throws. */
export async function ask(
  endpoint: Endpoint,
  call: { readonly method: "GET" | "POST"; readonly path: string; readonly form: URLSearchParams },
  signal: Cancellation,
): Promise<Answer> {
  const url = new URL(endpoint.url);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${call.path}`;
  const form = call.form.toString();
  if (call.method === "GET") url.search = form;
  const limit = AbortSignal.timeout(endpoint.timeoutMs);
  const stop = signal instanceof AbortSignal ? AbortSignal.any([limit, signal]) : limit;
  const options = {
    method: call.method,
    signal: stop,
    headers: {
      accept: "application/json",
      "accept-encoding": "gzip",
      ...(call.method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...endpoint.headers,
    },
    ...(endpoint.ca === undefined ? {} : { ca: endpoint.ca }),
  };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const send = url.protocol === "https:" ? requestHttps : requestHttp;
      const request = send(url, options, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.once("error", reject);
      request.end(call.method === "POST" ? form : undefined);
    });
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw Object.assign(new Error(`no answer within ${endpoint.timeoutMs / 1000} s`, { cause: error }), {
      code: "ETIMEDOUT",
    });
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const seconds = Number(headers["retry-after"]);
  return {
    status,
    location: headers.location,
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    body: await readBody(response),
  };
}

async function readBody(response: IncomingMessage): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) {
      response.destroy();
      return undefined;
    }
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  if (response.headers["content-encoding"] !== "gzip") return body.toString("utf8");
  try {
    return (await unzip(body, { maxOutputLength: BODY_BYTES_MAX })).toString("utf8");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
