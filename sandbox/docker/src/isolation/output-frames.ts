/** A header: stream (1 is standard output, 2 standard error), three zeros, the payload's length as a big-endian number. */
const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes the engine's multiplexed output of a command without terminal apart and keeps it up to a limit of bytes in all.
 * Frames may be cut anywhere between chunks.
 */
export class OutputFrames {
  readonly #bytesMax: number;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #header = Buffer.alloc(0);
  #stream = 0;
  #left = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Takes the next chunk; `false` once there is more than the limit: the rest is not kept. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && this.#bytes <= this.#bytesMax) {
      at += this.#left === 0 ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at);
    }
    return this.#bytes <= this.#bytesMax;
  }

  #readHeader(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + HEADER_BYTES - this.#header.length);
    this.#header = Buffer.concat([this.#header, part]);
    if (this.#header.length === HEADER_BYTES) {
      this.#stream = this.#header.readUInt8(0);
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return part.length;
  }

  #readPayload(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + this.#left);
    this.#left -= part.length;
    this.#bytes += part.length;
    if (this.#bytes <= this.#bytesMax) (this.#stream === STDERR ? this.#stderr : this.#stdout).push(part);
    return part.length;
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString("utf8");
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString("utf8");
  }
}
