import { AdapterError, type AdapterErrorKind } from "@apex/core";

/** An answer that is none of Prometheus' own: what a proxy, a login page or another service says. */
export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

/** What Node and OpenSSL call it, and what that means to the user. */
const CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; check --url, or start its port-forward",
  ENOTFOUND: "its host name is not known here; check --url",
  EAI_AGAIN: "its host name cannot be looked up just now; check --url and the network",
  EHOSTUNREACH: "there is no route to it; check the network or VPN",
  ENETUNREACH: "there is no route to it; check the network or VPN",
  ETIMEDOUT: "it does not answer; check the network, or give it longer with --timeout",
  ECONNRESET: "it closed the connection; if it speaks TLS, --url has to begin with https://",
  EPROTO: "it does not speak TLS; --url has to begin with http://",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS; --url has to begin with http://",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS; --url has to begin with http://",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is of an authority unknown here; give that with --ca-file",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself; give it with --ca-file",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is of an authority unknown here; give that with --ca-file",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate is of an authority unknown here; give that with --ca-file",
  CERT_HAS_EXPIRED: "its certificate has expired; renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name; use that name in --url",
};

/** What refusals of the whole request mean, by HTTP status. */
const REFUSALS: Readonly<Record<number, readonly [AdapterErrorKind, string]>> = {
  401: [
    "denied",
    "it refuses the credentials (401); give --token-file or --basic-auth-file, or a fresh token",
  ],
  403: ["denied", "these credentials may not query it (403); they need to read metrics"],
  404: [
    "not-found",
    "it answers, but has no query API at that path (404); give the path too: /prometheus for Mimir, /select/0/prometheus for VictoriaMetrics",
  ],
  407: ["denied", "a proxy on the way asks for credentials (407)"],
  429: ["throttled", "it still refuses further queries (429) after several tries; try again later"],
  502: ["unavailable", "what stands before it does not reach it (502); try again later"],
  503: ["unavailable", "it is not ready (503); try again later"],
  504: ["unavailable", "what stands before it gave up waiting for it (504); try again later"],
};

/**
 * What servers say when a query is more than they load at once: Prometheus (samples, points, time), Thanos and Cortex/Mimir (series,
 * chunks, bytes), VictoriaMetrics (time series, points). Matched as text: none of them has a code of its own for it.
 */
const TOO_MUCH =
  /too many (?:samples|points|time ?series|series|chunks)|exceeded maximum resolution|maximum number of (?:series|chunks|samples|points)|(?:max|exceed\w*)\b.*\b(?:series|chunks|samples|bytes|points)|query timed out|response size|resource exhausted/i;

/** Whether an error of the server's asks for a smaller query. */
export function isTooMuch(message: string): boolean {
  return TOO_MUCH.test(message);
}

/** The error of a connection that failed before there was an answer. */
export function connectionError(name: string, error: unknown): AdapterError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason =
    CONNECTION[code] ?? `${plain(error instanceof Error ? error.message : String(error))}; check --url`;
  return new AdapterError("unavailable", `Prometheus at ${name} cannot be reached: ${reason}`, {
    cause: error,
  });
}

/** The error of an answer that is not in Prometheus' form. */
export function httpError(name: string, { status, location }: HttpAnswer): AdapterError {
  const known = REFUSALS[status];
  if (known !== undefined) return new AdapterError(known[0], `Prometheus at ${name}: ${known[1]}`);
  if (status >= 300 && status < 400) {
    const to = location === undefined ? "" : ` to ${plain(location)}`;
    return new AdapterError(
      "denied",
      `Prometheus at ${name}: it sends elsewhere (${status}${to}), perhaps to a login page; give the address of its API itself`,
    );
  }
  return new AdapterError(
    "invalid",
    `${name} answers (${status}), but not as a Prometheus does; check --url, with the path before /api/v1 if there is one`,
  );
}

/** The error of a query that Prometheus itself refuses. */
export function queryError(name: string, message: string): AdapterError {
  return new AdapterError("invalid", `Prometheus at ${name} refuses a query: ${plain(message)}`);
}

/** One line of outside text, safe to show. */
export function plain(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 300);
}
