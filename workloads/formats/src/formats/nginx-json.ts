import { isJsonObject, type JsonObject, parseJson } from "@apex/core";
import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, parseRequestLine, rejected, requested } from "../log-parser.ts";
import { readCount, readSecondsAsMs, readStatus } from "../read-number.ts";
import { parseStamp } from "../stamp.ts";

/** Keys that people give NGINX's variables in `log_format … escape=json`, the most exact first. */
const KEYS = {
  time: ["msec", "time_iso8601", "@timestamp", "timestamp", "time", "time_local", "ts"],
  method: ["request_method", "method"],
  target: ["request_uri", "uri", "path", "url"],
  status: ["status", "response_code"],
  requestBytes: ["request_length", "request_bytes"],
  responseBytes: ["body_bytes_sent", "bytes_sent", "response_bytes", "bytes"],
  seconds: ["request_time"],
} as const;

/** NGINX's JSON lines. With `request_time` the arrival is known: NGINX stamps the end of a request. */
export function nginxJsonParser(): LogParser {
  return parseNginxJson;
}

function parseNginxJson(line: string): ParsedRecord {
  if (line.trim() === "") return NOTHING;
  const record = parseJson(line);
  if (!isJsonObject(record)) return rejected("not-in-format");
  const request = requestOf(record);
  if (request === undefined) return rejected("request-unreadable");
  const durationMs = readSecondsAsMs(pick(record, "seconds"));
  return requested({
    ...request,
    stamp: parseStamp(pick(record, "time")),
    ...(durationMs === undefined || Number.isNaN(durationMs) ? {} : { arrivedBeforeMs: durationMs }),
    status: readStatus(pick(record, "status")),
    requestBytes: readCount(pick(record, "requestBytes")),
    responseBytes: readCount(pick(record, "responseBytes")),
    durationMs,
  });
}

function requestOf(record: JsonObject): { readonly method: string; readonly target: string } | undefined {
  const method = pick(record, "method");
  const target = pick(record, "target");
  if (typeof method === "string" && typeof target === "string" && target !== "") return { method, target };
  return typeof record["request"] === "string" ? parseRequestLine(record["request"]) : undefined;
}

function pick(record: JsonObject, field: keyof typeof KEYS): unknown {
  const key = KEYS[field].find((name) => Object.hasOwn(record, name));
  return key === undefined ? undefined : record[key];
}
