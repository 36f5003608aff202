/**
 * Splits on blanks outside double quotes, as load balancer logs are written. A quote inside a quoted field is written
 * `\"` or `\x22`. Undefined when a quote is never closed.
 */
export function splitQuoted(line: string, fieldsMax: number): readonly string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  while (at < line.length && fields.length < fieldsMax) {
    const isQuoted = line.charCodeAt(at) === QUOTE;
    const end = isQuoted ? closingQuote(line, at + 1) : line.indexOf(" ", at);
    if (isQuoted && end === -1) return undefined;
    fields.push(line.slice(isQuoted ? at + 1 : at, end === -1 ? undefined : end));
    if (end === -1) break;
    at = isQuoted ? end + 2 : end + 1;
  }
  return fields;
}

/** Where the quoted text that starts at `from` ends; -1 when it does not. A backslash escapes the character after it. */
export function closingQuote(line: string, from: number): number {
  for (let at = from; ; ) {
    const quote = line.indexOf('"', at);
    if (quote === -1) return -1;
    let backslashes = 0;
    while (quote - 1 - backslashes >= from && line.charCodeAt(quote - 1 - backslashes) === BACKSLASH)
      backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Splits a line of comma separated values (RFC 4180, without line breaks in a cell). Undefined when a quote is never closed. */
export function splitCsv(line: string): readonly string[] | undefined {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (cell.lastIndex <= line.length) {
    const match = cell.exec(line);
    if (match === null) return undefined;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "") return cells;
  }
  return undefined;
}
