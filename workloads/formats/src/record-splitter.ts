/** A record of a file. `text` of one that is too long is only its start. */
export interface LogRecord {
  readonly line: number;
  readonly text: string;
  readonly fault?: "too-long" | "cut-off";
}

/** Cuts chunks of text into records, holding no more than one record at a time. */
export interface RecordSplitter {
  push(chunk: string): Iterable<LogRecord>;
  /** What is left at the end of the file. */
  finish(): Iterable<LogRecord>;
}

/** Longest line taken, in characters: far beyond what a server accepts as a request, far below what hurts. */
const LINE_CHARS_MAX = 1_048_576;
/** What is kept of a line that is too long: enough to show its shape. */
export const KEPT_OF_TOO_LONG = 256;

/** Lines ended by LF or CR LF. */
export class LineSplitter implements RecordSplitter {
  private rest = "";
  private isSkipping = false;
  private line = 1;

  *push(chunk: string): Generator<LogRecord> {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", from)) {
      const text = this.rest + (this.isSkipping ? "" : chunk.slice(from, end));
      yield this.record(text);
      from = end + 1;
    }
    if (!this.isSkipping) this.rest += chunk.slice(from);
    if (this.rest.length > LINE_CHARS_MAX) {
      this.rest = this.rest.slice(0, KEPT_OF_TOO_LONG);
      this.isSkipping = true;
    }
  }

  *finish(): Generator<LogRecord> {
    if (this.rest !== "") yield this.record(this.rest);
  }

  private record(text: string): LogRecord {
    const isTooLong = this.isSkipping || text.length > LINE_CHARS_MAX;
    const line = this.line;
    this.rest = "";
    this.isSkipping = false;
    this.line += 1;
    if (isTooLong) return { line, text: text.slice(0, KEPT_OF_TOO_LONG), fault: "too-long" };
    return { line, text: text.endsWith("\r") ? text.slice(0, -1) : text };
  }
}
