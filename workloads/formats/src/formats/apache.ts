import { ClfClock } from "../clf-clock.ts";
import type { LogParser, ParsedRecord } from "../log-parser.ts";
import { NOTHING, parseRequestLine, rejected, requested } from "../log-parser.ts";
import { readCount, readStatus } from "../read-number.ts";
import { closingQuote } from "../split-fields.ts";

/**
 * Apache's common and combined format, NGINX's combined: `host ident user [time] "request" status bytes …`. Whatever
 * follows (referrer, agent, forwarded-for) is not read. Host, ident and user may hold blanks, so that the time is found by
 * the bracket that closes before the request.
 */
export function apacheParser(): LogParser {
  const clock = new ClfClock();
  return (line) => parseApache(line, clock);
}

function parseApache(line: string, clock: ClfClock): ParsedRecord {
  if (line.trim() === "") return NOTHING;
  const close = line.indexOf('] "');
  const open = line.lastIndexOf(" [", close);
  if (close === -1 || open === -1) return rejected("not-in-format");
  const quoteEnd = closingQuote(line, close + 3);
  if (quoteEnd === -1) return rejected("not-in-format");
  const tail = /^ (\d{3}|-) (-|-?\d+)(?: |$)/.exec(line.slice(quoteEnd + 1));
  if (tail === null) return rejected("not-in-format");
  const request = parseRequestLine(line.slice(close + 3, quoteEnd));
  if (request === undefined) return rejected("request-unreadable");
  return requested({
    ...request,
    stamp: clock.read(line.slice(open + 2, close)),
    status: readStatus(tail[1]),
    // Apache's `%b` writes `-` for no bytes.
    responseBytes: tail[2] === "-" ? 0 : readCount(tail[2]),
  });
}
