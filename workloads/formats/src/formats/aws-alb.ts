import type { LogParser, LoggedRequest, ParsedRecord } from "../log-parser.ts";
import { NOTHING, parseRequestLine, rejected, requested } from "../log-parser.ts";
import { readCount, readSecondsAsMs, readStatus } from "../read-number.ts";
import { splitQuoted } from "../split-fields.ts";
import { parseIsoStamp } from "../stamp.ts";

/** Fields by position, from AWS's documentation of the access log entries of Application Load Balancers. */
const FIELD = {
  type: 0,
  time: 1,
  requestSeconds: 5,
  targetSeconds: 6,
  responseSeconds: 7,
  status: 8,
  receivedBytes: 10,
  sentBytes: 11,
  request: 12,
  trace: 17,
  created: 21,
} as const;
/** Everything up to the creation time is needed; AWS adds fields at the end. */
const FIELDS_READ = 22;
const TYPES: ReadonlySet<string> = new Set(["http", "https", "h2", "grpcs", "ws", "wss"]);

/** AWS Application Load Balancer. The entry's time is that of the response; a request arrived at its creation time. */
export function awsAlbParser(): LogParser {
  return parseAlb;
}

function parseAlb(line: string): ParsedRecord {
  if (line.trim() === "") return NOTHING;
  const fields = splitQuoted(line, FIELDS_READ);
  if (fields === undefined || fields.length < FIELDS_READ || !TYPES.has(fields[FIELD.type] ?? "")) {
    return rejected("not-in-format");
  }
  const request = parseRequestLine(fields[FIELD.request] ?? "");
  if (request === undefined) return rejected("request-unreadable");
  const created = parseIsoStamp(fields[FIELD.created] ?? "");
  const durationMs = processingMs(fields);
  const trace = fields[FIELD.trace] ?? "-";
  return requested({
    ...request,
    ...arrival(fields, created, durationMs),
    status: readStatus(fields[FIELD.status]),
    requestBytes: readCount(fields[FIELD.receivedBytes]),
    responseBytes: readCount(fields[FIELD.sentBytes]),
    durationMs,
    ...(trace === "-" || trace === "" ? {} : { identity: `${trace} ${fields[FIELD.time]}` }),
  });
}

function arrival(
  fields: readonly string[],
  created: LoggedRequest["stamp"] | undefined,
  durationMs: number | undefined,
): Pick<LoggedRequest, "arrivedBeforeMs"> & { readonly stamp: LoggedRequest["stamp"] | undefined } {
  if (created !== undefined) return { stamp: created };
  const stamp = parseIsoStamp(fields[FIELD.time] ?? "");
  return durationMs === undefined ? { stamp } : { stamp, arrivedBeforeMs: durationMs };
}

/** The three processing times together; unknown when one of them is −1, which says that there was no answer. */
function processingMs(fields: readonly string[]): number | undefined {
  const parts = [FIELD.requestSeconds, FIELD.targetSeconds, FIELD.responseSeconds].map((index) =>
    readSecondsAsMs(fields[index]),
  );
  let total = 0;
  for (const part of parts) {
    if (part === undefined || Number.isNaN(part)) return undefined;
    total += part;
  }
  return Math.round(total * 1e3) / 1e3;
}
