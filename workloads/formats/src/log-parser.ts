import type { RejectReason } from "@apex/core";
import type { Stamp } from "./stamp.ts";

/** A request as a log states it. `target` may hold secrets: only the redactor's output of it is ever stored. */
export interface LoggedRequest {
  readonly stamp: Stamp;
  /** How long before the stamp the request arrived, in milliseconds: logs that stamp the end of a request. */
  readonly arrivedBeforeMs?: number;
  readonly method: string;
  readonly target: string;
  /** Number fields: NaN when the log has a value that is no possible one, undefined when it has none. */
  readonly status?: number | undefined;
  readonly requestBytes?: number | undefined;
  readonly responseBytes?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly promptTokens?: number | undefined;
  readonly completionTokens?: number | undefined;
  /** What makes the log record unique, where the format has such a thing. */
  readonly identity?: string | undefined;
}

/** What a record of a log turned out to be. */
export type ParsedRecord =
  | { readonly kind: "request"; readonly request: LoggedRequest }
  | { readonly kind: "rejected"; readonly reason: RejectReason }
  | { readonly kind: "served-from-cache" }
  /** Blank, comment or header. */
  | { readonly kind: "nothing" };

/** Reads the records of one file one after the other; it may remember a header. Never throws on content. */
export type LogParser = (record: string) => ParsedRecord;

export const NOTHING: ParsedRecord = { kind: "nothing" };

/** A record that is not taken, and why. */
export function rejected(reason: RejectReason): ParsedRecord {
  return { kind: "rejected", reason };
}

/** A record that is a request; rejected when its stamp or method could not be read. */
export function requested(
  request: Omit<LoggedRequest, "stamp"> & { readonly stamp: Stamp | undefined },
): ParsedRecord {
  const { stamp } = request;
  if (stamp === undefined) return rejected("time-unreadable");
  if (!METHODS.has(request.method)) return rejected("request-unreadable");
  return { kind: "request", request: { ...request, stamp } };
}

/** Methods of HTTP (RFC 9110, RFC 5789) and WebDAV. A closed list: an unknown "method" may be any bytes sent to the port. */
const METHODS: ReadonlySet<string> = new Set(
  "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH PURGE QUERY".split(
    " ",
  ),
);

/** Splits `GET /path HTTP/1.1`; the path may hold blanks. Undefined when it is no request line. */
export function parseRequestLine(
  line: string,
): { readonly method: string; readonly target: string } | undefined {
  const space = line.indexOf(" ");
  if (space <= 0) return undefined;
  const method = line.slice(0, space);
  const protocol = line.lastIndexOf(" HTTP/");
  const target = line.slice(space + 1, protocol > space ? protocol : undefined).trim();
  return target === "" || target === "-" || !METHODS.has(method) ? undefined : { method, target };
}
