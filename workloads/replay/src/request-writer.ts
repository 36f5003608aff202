import { type Endpoint, type ReplaySchedule, TWIN_PROTOCOL } from "@apex/core";

/** Bodies up to this go out in one write with their head; longer ones follow in pieces of {@link FILLER}. */
const INLINE_BODY_BYTES_MAX = 16_384;
const FILLER_BYTES = 65_536;

/** What every body is made of: the recording knows only its length. */
export const FILLER = Buffer.alloc(FILLER_BYTES, "apex replay filler ");

/** Methods whose requests say their length even when it is 0 (RFC 9110 §8.6). */
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** What goes over the wire for one request. */
export interface RequestBytes {
  /** The head, and the body where it is short. */
  readonly first: Buffer;
  /** Bytes of body that follow, made of {@link FILLER}. */
  readonly fillerBytes: number;
}

/**
 * A path as it may stand in a request line. Paths come from logs: a blank or a line break in one would start another field,
 * so everything that is no visible ASCII character is percent-encoded, and so is `#`, which only browsers know.
 */
export function requestTarget(path: string): string {
  return path
    .toWellFormed()
    .replace(/[^\x21-\x7e]+/gu, (text) => encodeURIComponent(text))
    .replaceAll("#", "%23");
}

/** Builds the bytes of a schedule's requests, for any of the targets. */
export class RequestWriter {
  readonly #schedule: ReplaySchedule;
  /** Per method, per path and per target: the parts that repeat. */
  readonly #methods: readonly string[];
  readonly #paths: readonly string[];
  readonly #fields: readonly string[];

  constructor(schedule: ReplaySchedule, targets: readonly Endpoint[]) {
    this.#schedule = schedule;
    this.#methods = schedule.methods.values;
    this.#paths = schedule.paths.values.map(requestTarget);
    this.#fields = targets.map(
      ({ host, port }) =>
        ` HTTP/1.1\r\nhost: ${host.includes(":") ? `[${host}]` : host}:${port}\r\nuser-agent: apex-replay\r\naccept: */*\r\n`,
    );
  }

  /** Request `index` of the schedule for target `target`. */
  bytes(index: number, target: number): RequestBytes {
    const { methods, paths, bodyBytes, workUs, waitUs } = this.#schedule;
    const method = this.#methods[methods.codes[index] ?? 0] ?? "";
    const length = bodyBytes[index] ?? 0;
    let head = `${method} ${this.#paths[paths.codes[index] ?? 0]}${this.#fields[target]}`;
    if (workUs !== undefined) head += `${TWIN_PROTOCOL.workHeader}: ${Math.round(workUs[index] ?? 0)}\r\n`;
    if (waitUs !== undefined) head += `${TWIN_PROTOCOL.waitHeader}: ${Math.round(waitUs[index] ?? 0)}\r\n`;
    if (length > 0) head += `content-type: application/octet-stream\r\ncontent-length: ${length}\r\n`;
    else if (METHODS_WITH_BODY.has(method)) head += "content-length: 0\r\n";
    head += "\r\n";
    if (length === 0 || length > INLINE_BODY_BYTES_MAX)
      return { first: Buffer.from(head, "latin1"), fillerBytes: length };
    const first = Buffer.allocUnsafe(head.length + length);
    first.write(head, "latin1");
    FILLER.copy(first, head.length, 0, length);
    return { first, fillerBytes: 0 };
  }
}
