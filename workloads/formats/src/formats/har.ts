import { isJsonObject, parseJson } from "@apex/core";
import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { rejected, requested } from "../log-parser.ts";
import { readAmount, readCount, readStatus } from "../read-number.ts";
import { parseStamp } from "../stamp.ts";

/** HAR 1.2: one entry of `log.entries`. Headers, cookies and bodies are not looked at. */
export function harParser(): LogParser {
  return parseEntry;
}

function parseEntry(text: string): ParsedRecord {
  const entry = parseJson(text);
  const request = isJsonObject(entry) ? entry["request"] : undefined;
  if (!isJsonObject(entry) || !isJsonObject(request)) return rejected("not-in-format");
  const { method, url } = request;
  if (typeof method !== "string" || typeof url !== "string") return rejected("request-unreadable");
  // A page's own resources (`data:`, `blob:`, extensions) never reached a service.
  if (!/^https?:\/\//i.test(url)) return rejected("request-unreadable");
  const response = isJsonObject(entry["response"]) ? entry["response"] : {};
  return requested({
    method,
    target: url,
    stamp: parseStamp(entry["startedDateTime"]),
    status: readStatus(response["status"]),
    requestBytes: readSize(request["bodySize"]),
    responseBytes: readSize(response["bodySize"]),
    durationMs: readAmount(entry["time"]),
  });
}

/** HAR writes −1 for a size that is not known. */
function readSize(value: unknown): number | undefined {
  return value === -1 ? undefined : readCount(value);
}
