import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, rejected, requested } from "../log-parser.ts";
import { readCount, readSecondsAsMs, readStatus } from "../read-number.ts";
import { parseIsoStamp } from "../stamp.ts";

/** Result types that CloudFront answers alone. A RefreshHit still asks the origin. */
const SERVED_AT_EDGE: ReadonlySet<string> = new Set(["Hit", "OriginShieldHit", "Redirect"]);

/** CloudFront standard logs: tab separated, columns named by `#Fields:`, stamped in UTC when the answer was complete. */
export function cloudfrontParser(): LogParser {
  let columns: ReadonlyMap<string, number> | undefined;
  return (line) => {
    if (line.startsWith("#Fields:")) columns = columnsOf(line);
    if (line.startsWith("#") || line.trim() === "") return NOTHING;
    return columns === undefined ? rejected("not-in-format") : parseRow(line, columns);
  };
}

function columnsOf(header: string): ReadonlyMap<string, number> {
  const names = header.slice("#Fields:".length).trim().split(/\s+/);
  return new Map(names.map((name, index) => [name, index]));
}

function parseRow(line: string, columns: ReadonlyMap<string, number>): ParsedRecord {
  const cells = line.split("\t");
  const cell = (name: string): string | undefined => cells[columns.get(name) ?? -1];
  const method = cell("cs-method");
  const stem = cell("cs-uri-stem");
  if (method === undefined || stem === undefined) return rejected("not-in-format");
  if (SERVED_AT_EDGE.has(cell("x-edge-result-type") ?? "")) return { kind: "served-from-cache" };
  const query = cell("cs-uri-query") ?? "-";
  const durationMs = readSecondsAsMs(cell("time-taken"));
  const identity = cell("x-edge-request-id");
  return requested({
    method,
    target: query === "-" || query === "" ? stem : `${stem}?${query}`,
    stamp: parseIsoStamp(`${cell("date")} ${cell("time")}Z`),
    ...(durationMs === undefined || Number.isNaN(durationMs) ? {} : { arrivedBeforeMs: durationMs }),
    status: readStatus(cell("sc-status")),
    requestBytes: readCount(cell("cs-bytes")),
    responseBytes: readCount(cell("sc-bytes")),
    durationMs,
    ...(identity === undefined || identity === "-" ? {} : { identity }),
  });
}
