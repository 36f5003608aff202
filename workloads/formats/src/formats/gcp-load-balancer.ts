import { isJsonObject, parseJson } from "@apex/core";
import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, rejected, requested } from "../log-parser.ts";
import { readCount, readSecondsAsMs, readStatus } from "../read-number.ts";
import { parseStamp } from "../stamp.ts";

/** Google Cloud load balancer: LogEntry objects with an `httpRequest`, one a line or as one JSON array. */
export function gcpLoadBalancerParser(): LogParser {
  return parseEntry;
}

function parseEntry(text: string): ParsedRecord {
  if (text.trim() === "") return NOTHING;
  const entry = parseJson(text);
  const request = isJsonObject(entry) ? entry["httpRequest"] : undefined;
  if (!isJsonObject(entry) || !isJsonObject(request)) return rejected("not-in-format");
  const { requestMethod, requestUrl, latency, cacheHit } = request;
  if (typeof requestMethod !== "string" || typeof requestUrl !== "string")
    return rejected("request-unreadable");
  if (cacheHit === true) return { kind: "served-from-cache" };
  const seconds = typeof latency === "string" ? latency.replace(/s$/, "") : latency;
  return requested({
    method: requestMethod,
    target: requestUrl,
    stamp: parseStamp(entry["timestamp"]),
    status: readStatus(request["status"]),
    requestBytes: readCount(request["requestSize"]),
    responseBytes: readCount(request["responseSize"]),
    durationMs: readSecondsAsMs(seconds),
    ...(typeof entry["insertId"] === "string" ? { identity: entry["insertId"] } : {}),
  });
}
