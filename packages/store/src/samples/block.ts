import { crc32 } from "node:zlib";
import { assert, parseJson } from "@apex/core";
import { z } from "zod";
import { decodeTimes, encodeTimes, TIME_ENCODINGS } from "./encode-times.ts";
import { decodeValues, encodeValues } from "./encode-values.ts";
import type { Points } from "./points.ts";
import type { SeriesKey } from "./series-key.ts";

/**
 * A block holds points of one series: a head, the key as JSON, times and values, each padded to 8 bytes; little-endian.
 *
 *      0 u32 length of the block        16 f64 first time, ms     56 u8 encoding of the times
 *      4 u32 CRC-32 of all that follows 24 f64 last time, ms      57 u8 bytes of a value
 *      8 u32 bytes of the key           32 f64 period, ms         58 u8 decimal places
 *     12 u32 points                     40 f64 step of the times  60 u32 bytes of the times
 *                                       48 f64 base of the values 64 key, times, values
 */
const BLOCK_HEAD_BYTES = 64;

/** Longer series are several blocks, so that a reader needs no more memory than for one. */
export const BLOCK_POINTS_MAX = 65_536;

/** No block is longer: its points at 16 bytes, and a key of half a megabyte. */
export const BLOCK_BYTES_MAX = 2 * 1024 * 1024;

const KEY_BYTES_MAX = 512 * 1024;

const keySchema = z.tuple([z.string(), z.string(), z.string().nullable(), z.string()]);

/** What a block says of itself. */
export interface BlockHead {
  readonly key: SeriesKey;
  readonly bytes: number;
  readonly points: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Writes points of a series as one block; there is one at least, and {@link BLOCK_POINTS_MAX} at most. */
export function encodeBlock(key: SeriesKey, points: Points): Uint8Array {
  const count = points.values.length;
  assert(count > 0 && count <= BLOCK_POINTS_MAX, `a block of ${count} points`);
  const keyBytes = Buffer.from(JSON.stringify([key.resource, key.metric, key.part, key.statistic]));
  assert(keyBytes.length <= KEY_BYTES_MAX, `a series has a name of ${keyBytes.length} bytes`);
  const times = encodeTimes(points);
  const values = encodeValues(points.values);
  const timesAt = BLOCK_HEAD_BYTES + padded(keyBytes.length);
  const valuesAt = timesAt + padded(times.bytes.length);
  const block = new Uint8Array(valuesAt + padded(values.bytes.length));
  const head = new DataView(block.buffer);
  head.setUint32(0, block.length, true);
  head.setUint32(8, keyBytes.length, true);
  head.setUint32(12, count, true);
  head.setFloat64(16, points.timestampsMs[0] ?? 0, true);
  head.setFloat64(24, points.timestampsMs[count - 1] ?? 0, true);
  head.setFloat64(32, points.periodMs, true);
  head.setFloat64(40, times.stepMs, true);
  head.setFloat64(48, values.base, true);
  head.setUint8(56, times.encoding);
  head.setUint8(57, values.width);
  head.setUint8(58, values.decimals);
  head.setUint32(60, times.bytes.length, true);
  block.set(keyBytes, BLOCK_HEAD_BYTES);
  block.set(times.bytes, timesAt);
  block.set(values.bytes, valuesAt);
  head.setUint32(4, crc32(block.subarray(8)), true);
  return block;
}

/** How long the block is whose first four bytes are at `offset`; `undefined` for a length that no block has. */
export function blockLength(view: DataView, offset: number): number | undefined {
  const length = view.getUint32(offset, true);
  return length >= BLOCK_HEAD_BYTES && length <= BLOCK_BYTES_MAX && length % 8 === 0 ? length : undefined;
}

/** A block in a buffer that is used again: what is needed of it is taken before the next one is read. */
export interface Block extends BlockHead {
  /** All of it, as it lies in the file. */
  readonly raw: Uint8Array;
}

/** Reads a block whose checksum is right; `undefined` for one that is damaged. `raw` begins at a multiple of 8. */
export function readBlock(raw: Uint8Array): Block | undefined {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (crc32(raw.subarray(8)) !== view.getUint32(4, true)) return undefined;
  const keyBytes = view.getUint32(8, true);
  const text = Buffer.from(
    raw.buffer,
    raw.byteOffset + BLOCK_HEAD_BYTES,
    Math.min(keyBytes, raw.length),
  ).toString();
  const key = keySchema.safeParse(parseJson(text));
  if (!key.success) return undefined;
  const [resource, metric, part, statistic] = key.data;
  return {
    key: { resource, metric, part, statistic },
    bytes: raw.length,
    points: view.getUint32(12, true),
    startMs: view.getFloat64(16, true),
    endMs: view.getFloat64(24, true),
    periodMs: view.getFloat64(32, true),
    raw,
  };
}

/** Times that are the same for most blocks of a file are made once: the array is shared, and so not to be written to. */
export class SharedTimes {
  private last:
    | { readonly head: readonly [number, number, number]; readonly times: Float64Array }
    | undefined;

  of(startMs: number, stepMs: number, points: number): Float64Array | undefined {
    const head = this.last?.head;
    const isSame = head?.[0] === startMs && head[1] === stepMs && head[2] === points;
    return isSame ? this.last?.times : undefined;
  }

  keep(startMs: number, stepMs: number, times: Float64Array): Float64Array {
    this.last = { head: [startMs, stepMs, times.length], times };
    return times;
  }
}

/** The points of a block from `fromMs` on and before `beforeMs`; `undefined` for a block that is damaged. */
export function pointsOf(
  block: Block,
  window: { readonly startMs: number; readonly endMs: number },
  shared: SharedTimes,
): Points | undefined {
  const { raw, points, startMs, periodMs } = block;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const encoding = view.getUint8(56);
  const timesBytes = view.getUint32(60, true);
  const timesAt = BLOCK_HEAD_BYTES + padded(view.getUint32(8, true));
  const valuesAt = timesAt + padded(timesBytes);
  const width = view.getUint8(57);
  if (valuesAt + points * width > raw.length || points > BLOCK_POINTS_MAX) return undefined;
  const stepMs = view.getFloat64(40, true);
  const isRegular = encoding === TIME_ENCODINGS.regular;
  const times =
    (isRegular ? shared.of(startMs, stepMs, points) : undefined) ??
    decodeTimes({ encoding, stepMs, startMs, points }, raw.subarray(timesAt, timesAt + timesBytes));
  if (times === undefined) return undefined;
  if (isRegular) shared.keep(startMs, stepMs, times);
  const from = firstAtOrAfter(times, window.startMs);
  const end = firstAtOrAfter(times, window.endMs);
  const values = new Float64Array(Math.max(0, end - from));
  const head = { width, decimals: view.getUint8(58), base: view.getFloat64(48, true), points };
  if (!decodeValues(head, raw.subarray(valuesAt, valuesAt + points * width), from, values)) return undefined;
  return { periodMs, timestampsMs: cutTimes(times, from, from + values.length), values };
}

/** The array itself where nothing is cut off: who sees the same array twice need not look at it again. */
function cutTimes(times: Float64Array, from: number, end: number): Float64Array {
  return from === 0 && end === times.length ? times : times.subarray(from, end);
}

function firstAtOrAfter(times: Float64Array, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.NaN) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
