/** Bytes of one head, chunk extensions and trailers included; what node:http allows by default for requests, times four. */
const HEAD_BYTES_MAX = 65_536;
/** Interim answers (100, 102, 103) before the final one. */
const INTERIM_MAX = 16;
const LINE_BYTES_INITIAL = 256;

const LF = 10;
const CR = 13;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
/** A field name (RFC 9110 §5.1), no blank before the colon, no folded lines, no control characters (§5.5). */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*)$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[\t -~\x80-\xff]*)?$/;
const CONTENT_LENGTH = /^\d{1,15}$/;
const KEEP_ALIVE_TIMEOUT = /(?:^|[,\s])timeout=(\d{1,6})(?:$|[,\s])/;

type State =
  | "status"
  | "fields"
  | "length"
  | "chunk-size"
  | "chunk"
  | "chunk-end"
  | "trailers"
  | "until-close"
  | "done"
  | "bad";

/** How far an answer has come: more bytes are needed, it is whole, or it is no HTTP. */
export type ParseOutcome = "more" | "done" | "bad";

/**
 * Reads one HTTP/1.1 answer after another out of the bytes of a connection, strictly (RFC 9112), and throws bodies away as
 * they come: it holds one unfinished line at most.
 */
export class ResponseParser {
  /** Of the answer, once its head is read. */
  status = 0;
  /** Whether the connection may carry another request after this answer. */
  keepsAlive = true;
  /** After how long the server says that it closes idle connections; 0 is not said. */
  keepAliveTimeoutMs = 0;
  /** Bytes of the last chunk that belong to this answer. */
  consumed = 0;

  #state: State = "done";
  #method = "GET";
  #isHttp10 = false;
  #remaining = 0;
  #contentLength = -1;
  #transferCoding = "";
  #headBytes = 0;
  #interims = 0;
  #line = Buffer.allocUnsafe(LINE_BYTES_INITIAL);
  #lineBytes = 0;

  /** The next bytes answer a request of this method. */
  expect(method: string): void {
    this.#method = method;
    this.#interims = 0;
    this.#startHead();
  }

  /** Takes the first `end` bytes of `chunk`. `bad` is final. */
  feed(chunk: Buffer, end: number): ParseOutcome {
    let at = 0;
    while (at < end && this.#state !== "done" && this.#state !== "bad") {
      switch (this.#state) {
        case "length":
        case "chunk": {
          const taken = Math.min(end - at, this.#remaining);
          at += taken;
          this.#remaining -= taken;
          if (this.#remaining === 0) this.#state = this.#state === "chunk" ? "chunk-end" : "done";
          break;
        }
        case "until-close":
          at = end;
          break;
        default:
          at = this.#feedLine(chunk, at, end);
      }
    }
    this.consumed = at;
    return this.#state === "done" ? "done" : this.#state === "bad" ? "bad" : "more";
  }

  /** The server closed the connection: whether the answer ends there. */
  end(): "done" | "cut-off" {
    if (this.#state !== "until-close") return "cut-off";
    this.#state = "done";
    return "done";
  }

  #startHead(): void {
    this.#state = "status";
    this.status = 0;
    this.keepsAlive = true;
    this.keepAliveTimeoutMs = 0;
    this.#contentLength = -1;
    this.#transferCoding = "";
    this.#headBytes = 0;
    this.#lineBytes = 0;
  }

  /** Takes bytes up to and including the end of the line, or all there are. */
  #feedLine(chunk: Buffer, from: number, end: number): number {
    const newline = chunk.indexOf(LF, from);
    const isWhole = newline !== -1 && newline < end;
    const to = isWhole ? newline + 1 : end;
    this.#headBytes += to - from;
    if (this.#headBytes > HEAD_BYTES_MAX) this.#state = "bad";
    else if (!isWhole) this.#hold(chunk, from, to);
    else if (this.#lineBytes === 0) this.#takeLine(chunk, from, to);
    else {
      this.#hold(chunk, from, to);
      const bytes = this.#lineBytes;
      this.#lineBytes = 0;
      this.#takeLine(this.#line, 0, bytes);
    }
    return to;
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    const bytes = this.#lineBytes + to - from;
    if (bytes > this.#line.length) {
      const grown = Buffer.allocUnsafe(Math.min(HEAD_BYTES_MAX, Math.max(bytes, this.#line.length * 2)));
      this.#line.copy(grown, 0, 0, this.#lineBytes);
      this.#line = grown;
    }
    chunk.copy(this.#line, this.#lineBytes, from, to);
    this.#lineBytes = bytes;
  }

  #takeLine(bytes: Buffer, from: number, to: number): void {
    if (to - from < 2 || bytes[to - 2] !== CR) {
      this.#state = "bad";
      return;
    }
    const line = bytes.toString("latin1", from, to - 2);
    switch (this.#state) {
      case "status":
        return this.#takeStatus(line);
      case "fields":
        return line === "" ? this.#endHead() : this.#takeField(line);
      case "chunk-size":
        return this.#takeChunkSize(line);
      case "chunk-end":
        this.#headBytes = 0;
        this.#state = line === "" ? "chunk-size" : "bad";
        return;
      default:
        if (line === "") this.#state = "done";
        else if (!FIELD.test(line)) this.#state = "bad";
    }
  }

  #takeStatus(line: string): void {
    const match = STATUS_LINE.exec(line);
    if (match === null) {
      this.#state = "bad";
      return;
    }
    this.#isHttp10 = match[1] === "0";
    this.keepsAlive = !this.#isHttp10;
    this.status = Number(match[2]);
    this.#state = "fields";
  }

  #takeField(line: string): void {
    const match = FIELD.exec(line);
    if (match === null) {
      this.#state = "bad";
      return;
    }
    const value = (match[2] ?? "").trimEnd();
    switch ((match[1] ?? "").toLowerCase()) {
      case "content-length":
        // Twice, or a list, is how answers are smuggled (RFC 9112 §6.3).
        if (this.#contentLength !== -1 || !CONTENT_LENGTH.test(value)) this.#state = "bad";
        else this.#contentLength = Number(value);
        return;
      case "transfer-encoding":
        this.#transferCoding = this.#transferCoding === "" ? value : `${this.#transferCoding},${value}`;
        if (value === "") this.#state = "bad";
        return;
      case "connection":
        for (const option of value.toLowerCase().split(",")) {
          if (option.trim() === "close") this.keepsAlive = false;
          else if (option.trim() === "keep-alive" && this.#isHttp10) this.keepsAlive = true;
        }
        return;
      case "keep-alive":
        this.keepAliveTimeoutMs = Number(KEEP_ALIVE_TIMEOUT.exec(value.toLowerCase())?.[1] ?? 0) * 1_000;
    }
  }

  /** Decides how long the body is (RFC 9112 §6.3). */
  #endHead(): void {
    if (this.status < 200) {
      this.#interims++;
      // 101 answers an upgrade that was never asked for.
      if (this.status === 101 || this.#interims > INTERIM_MAX) this.#state = "bad";
      else this.#startHead();
      return;
    }
    const isChunked = /(?:^|,)[ \t]*chunked$/i.test(this.#transferCoding);
    if (this.#transferCoding !== "" && (this.#contentLength !== -1 || this.#isHttp10)) this.#state = "bad";
    else if (this.#method === "CONNECT" && this.status < 300) {
      this.keepsAlive = false;
      this.#state = "done";
    } else if (this.#method === "HEAD" || this.status === 204 || this.status === 304) this.#state = "done";
    else if (isChunked) {
      this.#headBytes = 0;
      this.#state = "chunk-size";
    } else if (this.#transferCoding === "" && this.#contentLength !== -1) {
      this.#remaining = this.#contentLength;
      this.#state = this.#remaining === 0 ? "done" : "length";
    } else {
      this.keepsAlive = false;
      this.#state = "until-close";
    }
  }

  #takeChunkSize(line: string): void {
    const match = CHUNK_SIZE.exec(line);
    if (match === null) {
      this.#state = "bad";
      return;
    }
    this.#remaining = Number.parseInt(match[1] ?? "", 16);
    this.#headBytes = 0;
    this.#state = this.#remaining === 0 ? "trailers" : "chunk";
  }
}
