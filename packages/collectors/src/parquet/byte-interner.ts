import { isUtf8 } from "node:buffer";

/** What a million texts of 256 bytes are; places in the arena have 32 bits. */
const ARENA_BYTES_MAX = 256 * 1024 ** 2;
/** Each takes some 30 bytes beside its own. */
const TEXTS_MAX = 8_000_000;

const INITIAL_SLOTS = 1024;
const INITIAL_ARENA_BYTES = 64 * 1024;

/** Numbers distinct pieces of bytes from 0 on, without a string for each: the same resource is in the dictionary of every row group. */
export class ByteInterner {
  private slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  private hashes = new Int32Array(INITIAL_SLOTS);
  private offsets = new Int32Array(INITIAL_SLOTS + 1);
  private arena = new Uint8Array(INITIAL_ARENA_BYTES);
  /** What followed each when it was last asked for: dictionaries of one file resemble each other. */
  private followers = new Int32Array(INITIAL_SLOTS);
  private previous = 0;
  private count = 0;

  /** How many there are. */
  get size(): number {
    return this.count;
  }

  /** The number of the bytes from `start` to `end`. Throws on more than are kept. */
  idOf(bytes: Uint8Array, start: number, end: number): number {
    const expected = this.followers[this.previous] ?? 0;
    const isExpected = expected < this.count && this.isEqual(expected, bytes, start, end);
    const id = isExpected ? expected : this.find(bytes, start, end);
    this.followers[this.previous] = id;
    this.previous = id;
    return id;
  }

  private find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.slots[slot] ?? -1;
      if (id === -1) return this.add(bytes, { start, end, hash, slot });
      if (this.hashes[id] === hash && this.isEqual(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** A number that depends on the bytes alone, whichever interner they are in. */
  hash(id: number): number {
    return (this.hashes[id] ?? 0) >>> 0;
  }

  /** The bytes of a number as text. Throws on what is not UTF-8: different bytes would become the same text. */
  text(id: number): string {
    const bytes = Buffer.from(this.arena.buffer, this.offsets[id], this.length(id));
    if (!isUtf8(bytes)) throw new Error("a text that is not UTF-8");
    return bytes.toString("utf8");
  }

  private length(id: number): number {
    return (this.offsets[id + 1] ?? 0) - (this.offsets[id] ?? 0);
  }

  private isEqual(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.length(id) !== length) return false;
    const from = this.offsets[id] ?? 0;
    for (let index = 0; index < length; index++) {
      if (this.arena[from + index] !== bytes[start + index]) return false;
    }
    return true;
  }

  private add(
    bytes: Uint8Array,
    { start, end, hash, slot }: { start: number; end: number; hash: number; slot: number },
  ): number {
    const id = this.count;
    const from = this.offsets[id] ?? 0;
    const to = from + end - start;
    if (id === TEXTS_MAX || to > ARENA_BYTES_MAX) throw new Error("more texts than are kept");
    this.count += 1;
    if (to > this.arena.length) {
      const larger = new Uint8Array(Math.max(to, this.arena.length * 2));
      larger.set(this.arena);
      this.arena = larger;
    }
    this.arena.set(bytes.subarray(start, end), from);
    this.offsets[id + 1] = to;
    this.hashes[id] = hash;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.grow();
    return id;
  }

  private grow(): void {
    const size = this.slots.length * 2;
    const hashes = new Int32Array(size);
    hashes.set(this.hashes);
    const offsets = new Int32Array(size + 1);
    offsets.set(this.offsets);
    const slots = new Int32Array(size).fill(-1);
    for (let id = 0; id < this.count; id++) {
      let slot = (hashes[id] ?? 0) & (size - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
      slots[slot] = id;
    }
    const followers = new Int32Array(size);
    followers.set(this.followers);
    this.followers = followers;
    this.hashes = hashes;
    this.offsets = offsets;
    this.slots = slots;
  }
}

/** FNV-1a, with the high bits brought down: the low ones choose the slot. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x0100_0193);
  return hash ^ (hash >>> 15);
}
