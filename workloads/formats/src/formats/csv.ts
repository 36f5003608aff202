import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, rejected, requested } from "../log-parser.ts";
import { readAmount, readCount, readSecondsAsMs, readStatus } from "../read-number.ts";
import { splitCsv } from "../split-fields.ts";
import { parseStamp } from "../stamp.ts";
import { type TableColumns, tableColumns } from "../table-header.ts";

const NAMES = {
  time: ["timestamp", "time", "timems", "date"],
  method: ["method", "requestmethod"],
  target: ["path", "uri", "url", "requesturi"],
  status: ["status", "statuscode"],
  requestBytes: ["requestbytes"],
  responseBytes: ["responsebytes", "bytes"],
  durationMs: ["durationms"],
  durationSeconds: ["durations", "durationseconds"],
} as const;

type Columns = TableColumns<keyof typeof NAMES>;

/** Plain CSV with a header: `timestamp,method,path[,status,bytes,duration_ms]` in any order. The stamp is the arrival. */
export function csvParser(): LogParser {
  let header: string | undefined;
  let columns: Columns = {};
  return (line) => {
    if (line.trim() === "" || line === header) return NOTHING;
    const cells = splitCsv(line);
    if (cells === undefined) return rejected("not-in-format");
    if (header !== undefined) return parseRow(cells, columns);
    columns = tableColumns(cells, NAMES);
    if (columns.time === undefined || columns.method === undefined || columns.target === undefined) {
      return rejected("not-in-format");
    }
    header = line;
    return NOTHING;
  };
}

function parseRow(cells: readonly string[], columns: Columns): ParsedRecord {
  const cell = (field: keyof typeof NAMES): string | undefined => cells[columns[field] ?? -1]?.trim();
  const method = cell("method");
  const target = cell("target");
  if (method === undefined || target === undefined) return rejected("not-in-format");
  if (target === "") return rejected("request-unreadable");
  return requested({
    method: method.toUpperCase(),
    target,
    stamp: parseStamp(cell("time")),
    status: readStatus(cell("status")),
    requestBytes: readCount(cell("requestBytes")),
    responseBytes: readCount(cell("responseBytes")),
    durationMs: readAmount(cell("durationMs")) ?? readSecondsAsMs(cell("durationSeconds")),
  });
}
