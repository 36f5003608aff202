import { open, rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { BlockHead } from "./block.ts";
import {
  INDEX_INTERVAL_BYTES,
  type SegmentIndex,
  SEGMENT_FORMAT,
  SEGMENT_HEAD_BYTES,
  SEGMENT_MAGIC,
  SEGMENT_TAIL_BYTES,
} from "./segment-format.ts";

/** Bytes that are gathered for one write. */
const BUFFER_BYTES = 1024 * 1024;

/** Writes a segment from its first block to its last, in the order of their keys. */
export interface SegmentWriter {
  add(head: BlockHead, block: Uint8Array): Promise<void>;
  /** Writes the index. Without it the file is none. Returns how many points there are. */
  end(): Promise<number>;
  /** Removes what was written. */
  discard(): Promise<void>;
}

/** Begins a segment at `path`, where nothing is yet. */
export async function createSegment(path: string): Promise<SegmentWriter> {
  const file = await open(path, "wx", 0o600);
  const buffer = new Uint8Array(BUFFER_BYTES);
  const marks: [string, number][] = [];
  let filled = 0;
  let offset = 0;
  let points = 0;
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  let resource: string | undefined;

  async function put(bytes: Uint8Array): Promise<void> {
    if (filled + bytes.length > buffer.length) await flush();
    if (bytes.length > buffer.length) await writeAll(bytes);
    else {
      buffer.set(bytes, filled);
      filled += bytes.length;
    }
    offset += bytes.length;
  }

  async function flush(): Promise<void> {
    await writeAll(buffer.subarray(0, filled));
    filled = 0;
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      written += (await file.write(bytes, written)).bytesWritten;
    }
  }

  await put(segmentHead());
  return {
    add: async (head, block) => {
      const isNew = head.key.resource !== resource;
      if (isNew && offset - (marks.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY) >= INDEX_INTERVAL_BYTES) {
        marks.push([head.key.resource, offset]);
      }
      resource = head.key.resource;
      points += head.points;
      startMs = Math.min(startMs, head.startMs);
      endMs = Math.max(endMs, head.endMs + head.periodMs);
      await put(block);
    },
    end: async () => {
      const index: SegmentIndex = { points, startMs, endMs, blocksEnd: offset, marks };
      const text = Buffer.from(JSON.stringify(index));
      await put(text);
      await put(segmentTail(text));
      await flush();
      await file.close();
      return points;
    },
    discard: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

function segmentHead(): Uint8Array {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES);
  head.write(SEGMENT_MAGIC, "latin1");
  head.writeUInt32LE(SEGMENT_FORMAT, 8);
  return head;
}

function segmentTail(index: Uint8Array): Uint8Array {
  const tail = Buffer.alloc(SEGMENT_TAIL_BYTES);
  tail.writeUInt32LE(index.length, 0);
  tail.writeUInt32LE(crc32(index), 4);
  tail.write(SEGMENT_MAGIC, 8, "latin1");
  return tail;
}
