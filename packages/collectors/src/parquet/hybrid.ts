/** Up to here a value lies within the four bytes from its first one on. */
const WIDTH_OF_ONE_LOAD_MAX = 25;

/**
 * Decodes Parquet's hybrid of run lengths and bit packing: `count` numbers of `width` bits, 32 at most, into `out` from `at` on.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE. Throws where `bytes` end early.
 */
export function decodeHybrid(
  bytes: Uint8Array,
  width: number,
  out: Int32Array,
  { at, count }: { readonly at: number; readonly count: number },
): void {
  if (width > 32) throw new Error(`a number of ${width} bits`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = at + count;
  const runBytes = Math.ceil(width / 8);
  let position = 0;
  let written = at;
  while (written < end) {
    const { value: header, next } = readVarint(bytes, position);
    position = next;
    const isPacked = (header & 1) === 1;
    const length = (header >>> 1) * (isPacked ? 8 : 1);
    if (length === 0) throw new Error("an empty run");
    const taken = Math.min(length, end - written);
    if (isPacked) {
      // The last run may be cut after the last value.
      const needed = Math.ceil((taken * width) / 8);
      if (position + needed > bytes.length) throw new Error("a run that ends early");
      unpackBits(view, { position, width }, out, { at: written, count: taken });
      position += (length / 8) * width;
    } else {
      if (position + runBytes > bytes.length) throw new Error("a run that ends early");
      out.fill(littleEndian(bytes, position, runBytes), written, written + taken);
      position += runBytes;
    }
    written += taken;
  }
}

/** Whether the first run says of all `count` values that they are 1: the levels of a column without nulls. */
export function isAllOnes(bytes: Uint8Array, count: number): boolean {
  if (bytes.length < 2) return false;
  const { value: header, next } = readVarint(bytes, 0);
  return (header & 1) === 0 && header >>> 1 >= count && bytes[next] === 1;
}

function unpackBits(
  view: DataView,
  { position, width }: { readonly position: number; readonly width: number },
  out: Int32Array,
  { at, count }: { readonly at: number; readonly count: number },
): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  // Those of which four bytes can be loaded without passing the end.
  const safeBits = (view.byteLength - 4 - position) * 8;
  const inOneLoad =
    width > WIDTH_OF_ONE_LOAD_MAX || safeBits < 0 ? 0 : Math.min(count, Math.floor(safeBits / width) + 1);
  let bit = position * 8;
  let index = at;
  for (const end = at + inOneLoad; index < end; index++) {
    out[index] = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask;
    bit += width;
  }
  for (const end = at + count; index < end; index++) {
    out[index] = bitsAt(view, bit, width);
    bit += width;
  }
}

function bitsAt(view: DataView, bit: number, width: number): number {
  let value = 0;
  for (let done = 0; done < width; done++) {
    const from = bit + done;
    value |= ((view.getUint8(Math.floor(from / 8)) >>> (from % 8)) & 1) << done;
  }
  return value;
}

function littleEndian(bytes: Uint8Array, position: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value |= (bytes[position + index] ?? 0) << (index * 8);
  return value;
}

function readVarint(bytes: Uint8Array, position: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let next = position;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[next++];
    if (byte === undefined) throw new Error("a run that ends early");
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, next };
  }
  throw new Error("a run of a length that no run has");
}
