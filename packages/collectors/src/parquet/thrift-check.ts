/** A varint of 64 bits; hyparquet's reading of a longer one takes the square of its length. */
export const VARINT_BYTES_MAX = 10;

/** Parquet's own structures nest six deep. */
const DEPTH_MAX = 32;

/** Each becomes an object of some 70 bytes: a column of a row group is some 25 of them, so 25,000 row groups of eight columns. */
const ELEMENTS_MAX = 5_000_000;

/** https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
const TYPES = {
  stop: 0,
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};

/**
 * Throws unless a struct of Thrift's compact protocol is whole within `bytes` from `at` on. To be asked before hyparquet reads one: that
 * makes room for as many elements as a list says it has, which of a few bytes can be more than there is memory.
 */
export function checkThrift(bytes: Uint8Array, at: number): void {
  new ThriftCheck(bytes, at).struct(0);
}

class ThriftCheck {
  private readonly bytes: Uint8Array;
  private at: number;
  private elements = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  struct(depth: number): void {
    if (depth > DEPTH_MAX) throw new Error("metadata that nests too deep");
    for (;;) {
      const head = this.byte();
      const type = head & 0x0f;
      if (type === TYPES.stop) return;
      if (head >> 4 === 0) this.varint();
      if (type !== TYPES.yes && type !== TYPES.no) this.element(type, depth);
    }
  }

  private element(type: number, depth: number): void {
    this.elements += 1;
    if (this.elements > ELEMENTS_MAX) throw new Error("metadata of more parts than are read");
    if (type <= TYPES.byte) this.skip(1);
    else if (type <= TYPES.i64) this.varint();
    else if (type === TYPES.double) this.skip(8);
    else if (type === TYPES.binary) this.skip(this.varint());
    else if (type === TYPES.list) this.list(depth + 1);
    else if (type === TYPES.struct) this.struct(depth + 1);
    else throw new Error("metadata of a type that Parquet has not");
  }

  private list(depth: number): void {
    if (depth > DEPTH_MAX) throw new Error("metadata that nests too deep");
    const head = this.byte();
    const count = head >> 4 === 15 ? this.varint() : head >> 4;
    // None is shorter than a byte.
    if (count > this.bytes.length - this.at) throw new Error("a list that ends early");
    for (let index = 0; index < count; index++) this.element(head & 0x0f, depth);
  }

  private varint(): number {
    let value = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw new Error("a number of more than 64 bits");
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error("metadata that ends early");
    return byte;
  }

  private skip(length: number): void {
    this.at += length;
    if (this.at > this.bytes.length) throw new Error("metadata that ends early");
  }
}
