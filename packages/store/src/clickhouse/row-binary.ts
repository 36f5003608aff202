/**
 * ClickHouse's RowBinary: values one after the other, little-endian, texts and arrays with their length before them. What JSON
 * would round (a Float64) or write as text (an Int64) keeps its bits.
 * Source: ClickHouse documentation, "RowBinary".
 */

/** Collects values into one buffer. */
export class RowBinaryWriter {
  private bytes = new Uint8Array(1 << 16);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  text(value: string): void {
    const encoded = Buffer.from(value, "utf8");
    this.varint(encoded.length);
    this.raw(encoded);
  }

  nullableText(value: string | null): void {
    this.uint8(value === null ? 1 : 0);
    if (value !== null) this.text(value);
  }

  uint8(value: number): void {
    this.reserve(1);
    this.view.setUint8(this.length, value);
    this.length += 1;
  }

  uint64(value: bigint): void {
    this.reserve(8);
    this.view.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  /** An array of Float64, as its bytes. */
  doubles(values: Float64Array): void {
    this.varint(values.length);
    this.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Bytes written since the last take. */
  get size(): number {
    return this.length;
  }

  /** Hands over what was written and begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  private varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.uint8((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.uint8(rest);
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads values from a stream of chunks; a stream that ends inside a row rejects. */
export class RowBinaryReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** Whether another row begins. */
  async hasMore(): Promise<boolean> {
    return this.at < this.held.length || (await this.grow());
  }

  async text(): Promise<string> {
    const length = await this.varint();
    const from = await this.need(length);
    return this.held.toString("utf8", from, from + length);
  }

  async nullableText(): Promise<string | null> {
    return (await this.uint8()) === 1 ? null : this.text();
  }

  async uint8(): Promise<number> {
    return this.held[await this.need(1)] ?? 0;
  }

  async uint64(): Promise<bigint> {
    return this.held.readBigUInt64LE(await this.need(8));
  }

  async doubles(): Promise<Float64Array> {
    const length = await this.varint();
    const from = await this.need(length * 8);
    const values = new Float64Array(length);
    // The bytes may begin at any offset, where a view of them could not.
    new Uint8Array(values.buffer).set(this.held.subarray(from, from + length * 8));
    return values;
  }

  /** Ends the stream early. */
  async cancel(): Promise<void> {
    await this.chunks.return?.();
  }

  private async varint(): Promise<number> {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = await this.uint8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Where the next `length` bytes lie in `held`. */
  private async need(length: number): Promise<number> {
    while (this.held.length - this.at < length) {
      if (!(await this.grow())) throw new Error("the answer ends in the middle of a row");
    }
    const from = this.at;
    this.at += length;
    return from;
  }

  private async grow(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done === true) return false;
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.held = this.at === this.held.length ? chunk : Buffer.concat([this.held.subarray(this.at), chunk]);
    this.at = 0;
    return true;
  }
}
