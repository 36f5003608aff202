import { KEPT_OF_TOO_LONG, type LogRecord, type RecordSplitter } from "./record-splitter.ts";

/** Longest element taken, in characters. A HAR entry carries the bodies of its request and its response. */
const ELEMENT_CHARS_MAX = 33_554_432;
/** Keys are compared only up to this length. */
const KEY_CHARS_MAX = 64;

/** The objects of one array in a JSON document, `["log", "entries"]` for HAR and `[]` for an array at the top. */
export class JsonElementSplitter implements RecordSplitter {
  private readonly path: readonly string[];
  private readonly keys: string[] = [];
  private depth = 0;
  /** Depth inside the array that is read; undefined outside of it. */
  private arrayDepth: number | undefined;
  private isInString = false;
  private isEscaped = false;
  private lastString = "";
  private element: string | undefined;
  private elementLine = 1;
  private isTooLong = false;
  private line = 1;

  constructor(path: readonly string[]) {
    this.path = path;
  }

  *push(chunk: string): Generator<LogRecord> {
    let elementFrom = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (this.isInString) {
        this.stringCharacter(code, chunk, at);
        continue;
      }
      if (code === LINE_FEED) this.line += 1;
      else if (code === QUOTE) {
        this.isInString = true;
        this.lastString = "";
      } else if (code === COLON) this.keys[this.depth] = this.lastString;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (this.open(code)) elementFrom = at;
      } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && this.close()) {
        yield this.finished(chunk.slice(elementFrom, at + 1));
      }
    }
    if (this.element !== undefined) this.keep(chunk.slice(elementFrom));
  }

  *finish(): Generator<LogRecord> {
    // Brackets left open: the file ends in the middle, be it inside an element or between two.
    if (this.element === undefined && this.depth <= 0 && !this.isInString) return;
    const text = (this.element ?? "").slice(0, KEPT_OF_TOO_LONG);
    yield { line: this.element === undefined ? this.line : this.elementLine, text, fault: "cut-off" };
  }

  private stringCharacter(code: number, chunk: string, at: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (code === BACKSLASH) this.isEscaped = true;
    else if (code === QUOTE) this.isInString = false;
    else if (this.element === undefined && this.lastString.length < KEY_CHARS_MAX)
      this.lastString += chunk[at];
  }

  /** True when an element begins. */
  private open(code: number): boolean {
    const isElement = code === OPEN_BRACE && this.depth === this.arrayDepth;
    if (code === OPEN_BRACKET && this.arrayDepth === undefined && this.isAtPath())
      this.arrayDepth = this.depth + 1;
    this.depth += 1;
    if (!isElement) return false;
    this.element = "";
    this.isTooLong = false;
    this.elementLine = this.line;
    return true;
  }

  private isAtPath(): boolean {
    return this.depth === this.path.length && this.path.every((key, index) => this.keys[index + 1] === key);
  }

  /** True when the element ends. */
  private close(): boolean {
    this.depth -= 1;
    if (this.arrayDepth !== undefined && this.depth < this.arrayDepth) this.arrayDepth = undefined;
    return this.element !== undefined && this.depth === this.arrayDepth;
  }

  private keep(text: string): void {
    const all = (this.element ?? "") + (this.isTooLong ? "" : text);
    this.isTooLong ||= all.length > ELEMENT_CHARS_MAX;
    this.element = this.isTooLong ? all.slice(0, KEPT_OF_TOO_LONG) : all;
  }

  private finished(text: string): LogRecord {
    this.keep(text);
    const record = { line: this.elementLine, text: this.element ?? "" };
    this.element = undefined;
    return this.isTooLong ? { ...record, fault: "too-long" } : record;
  }
}

const LINE_FEED = 10;
const QUOTE = 34;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
