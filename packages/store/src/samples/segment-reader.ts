import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { AdapterError, parseJson, type ResourceRange } from "@apex/core";
import { type Block, BLOCK_BYTES_MAX, blockLength, readBlock } from "./block.ts";
import { damagedSamples } from "./damaged-samples.ts";
import {
  SEGMENT_FORMAT,
  SEGMENT_HEAD_BYTES,
  SEGMENT_MAGIC,
  SEGMENT_TAIL_BYTES,
  type SegmentIndex,
  segmentIndexSchema,
} from "./segment-format.ts";

/** An open segment: what it says of itself, and its blocks. */
export interface Segment {
  readonly path: string;
  readonly index: SegmentIndex;
  /** Its size in bytes. */
  readonly size: number;
  /** A cursor before its first block of the range. */
  cursor(range: ResourceRange): SegmentCursor;
  close(): Promise<void>;
}

/** Opens a segment and reads its index. Throws an AdapterError when it is cut short, damaged or of another format. */
export async function openSegment(path: string): Promise<Segment> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const index = await readIndex(file, path, size);
    return {
      path,
      index,
      size,
      cursor: (range) => new SegmentCursor(file, path, index, range),
      close: () => file.close(),
    };
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    const isGone = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new AdapterError(
      isGone ? "not-found" : "unavailable",
      `cannot open ${path}, samples of the store`,
      {
        cause,
      },
    );
  }
}

async function readIndex(file: FileHandle, path: string, size: number): Promise<SegmentIndex> {
  const [head, tail] = [Buffer.alloc(SEGMENT_HEAD_BYTES), Buffer.alloc(SEGMENT_TAIL_BYTES)];
  await file.read(head, 0, head.length, 0);
  if (head.toString("latin1", 0, 8) !== SEGMENT_MAGIC) throw damagedSamples(path, "it holds no samples");
  const format = head.readUInt32LE(8);
  if (format !== SEGMENT_FORMAT) {
    throw new AdapterError(
      "invalid",
      `${path} has samples in format ${format}, and this Apex reads format ${SEGMENT_FORMAT}: use the version that wrote it, or collect again`,
    );
  }
  await file.read(tail, 0, tail.length, Math.max(0, size - tail.length));
  if (tail.toString("latin1", 8) !== SEGMENT_MAGIC) throw damagedSamples(path, "it is cut short");
  const length = tail.readUInt32LE(0);
  const start = size - tail.length - length;
  if (start < SEGMENT_HEAD_BYTES) throw damagedSamples(path, "its index is longer than the file");
  const text = Buffer.alloc(length);
  await file.read(text, 0, length, start);
  const parsed = segmentIndexSchema.safeParse(
    crc32(text) === tail.readUInt32LE(4) ? parseJson(text.toString()) : undefined,
  );
  if (!parsed.success || parsed.data.blocksEnd !== start)
    throw damagedSamples(path, "its index is not readable");
  return parsed.data;
}

/** Large reads in file order; one buffer, used again. Holds the largest block and some more. */
const BUFFER_BYTES = 2 * BLOCK_BYTES_MAX;
const READ_BYTES = 1024 * 1024;

/** Goes through the blocks of a segment, one at a time. */
export class SegmentCursor {
  /** The block where the cursor stands; good until the next {@link advance}. */
  block: Block | undefined;
  private readonly file: FileHandle;
  readonly path: string;
  private readonly range: ResourceRange;
  private readonly end: number;
  private readonly buffer: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;
  /** Where in the file the next read begins. */
  private offset: number;
  private start = 0;
  private filled = 0;

  constructor(file: FileHandle, path: string, index: SegmentIndex, range: ResourceRange) {
    this.file = file;
    this.path = path;
    this.range = range;
    this.offset = startOf(index, range.from);
    this.end = index.blocksEnd;
    this.buffer = new Uint8Array(Math.min(BUFFER_BYTES, Math.max(8, this.end - this.offset)));
    this.view = new DataView(this.buffer.buffer);
  }

  /** Goes to the next block of the range; `block` is `undefined` after the last one. */
  async advance(): Promise<void> {
    do {
      if (!this.hasWhole()) await this.fill();
      this.take();
    } while (this.block !== undefined && this.isBefore(this.block));
    const { before } = this.range;
    if (this.block !== undefined && before !== undefined && this.block.key.resource >= before) {
      this.block = undefined;
    }
  }

  private isBefore({ key }: Block): boolean {
    return this.range.from !== undefined && key.resource < this.range.from;
  }

  private hasWhole(): boolean {
    const left = this.filled - this.start;
    return left >= 8 && left >= this.view.getUint32(this.start, true);
  }

  private take(): void {
    const left = this.filled - this.start;
    if (left === 0) {
      this.block = undefined;
      return;
    }
    const length = left < 8 ? undefined : blockLength(this.view, this.start);
    const block =
      length === undefined || length > left
        ? undefined
        : readBlock(this.buffer.subarray(this.start, this.start + length));
    if (block === undefined)
      throw damagedSamples(this.path, `its block at byte ${this.offset - left} is not what was written`);
    this.block = block;
    this.start += block.bytes;
  }

  /** Blocks begin at multiples of 8 in the file and in the buffer, so that numbers are read where they lie. */
  private async fill(): Promise<void> {
    this.buffer.copyWithin(0, this.start, this.filled);
    this.filled -= this.start;
    this.start = 0;
    do {
      const wanted = Math.min(READ_BYTES, this.buffer.length - this.filled, this.end - this.offset);
      if (wanted <= 0) return;
      const { bytesRead } = await this.file.read(this.buffer, this.filled, wanted, this.offset);
      if (bytesRead === 0) return;
      this.filled += bytesRead;
      this.offset += bytesRead;
    } while (!this.hasWhole());
  }
}

/** Where to begin to read for a resource: at the last mark that is not behind it. */
function startOf({ marks }: SegmentIndex, from: string | undefined): number {
  let low = 0;
  let high = from === undefined ? 0 : marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.[0] ?? "") <= (from ?? "")) low = middle + 1;
    else high = middle;
  }
  return marks[Math.max(0, low - 1)]?.[1] ?? SEGMENT_HEAD_BYTES;
}
