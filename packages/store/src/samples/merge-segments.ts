import type { ResourceRange, TimeWindow } from "@apex/core";
import { type Block, type BlockHead, BLOCK_POINTS_MAX, encodeBlock, pointsOf, SharedTimes } from "./block.ts";
import { damagedSamples } from "./damaged-samples.ts";
import { groupPoints, joinPoints, type Points } from "./points.ts";
import type { Segment, SegmentCursor } from "./segment-reader.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import { compareKeys, type SeriesKey } from "./series-key.ts";

/** The cursors that stand before a series, the oldest segment's first. */
export interface SeriesTurn {
  readonly key: SeriesKey;
  readonly cursors: readonly SegmentCursor[];
}

/**
 * Goes through the series of several segments, the oldest first, in the order of their keys. Who gets a turn moves its
 * cursors behind the series.
 */
export async function* seriesTurns(
  segments: readonly Segment[],
  range: ResourceRange = {},
): AsyncGenerator<SeriesTurn> {
  const all = segments.map((segment) => segment.cursor(range));
  for (const cursor of all) await cursor.advance();
  for (;;) {
    let key: SeriesKey | undefined;
    let cursors: SegmentCursor[] = [];
    for (const cursor of all) {
      if (cursor.block === undefined) continue;
      const order = key === undefined ? -1 : compareKeys(cursor.block.key, key);
      if (order < 0) {
        key = cursor.block.key;
        cursors = [cursor];
      } else if (order === 0) cursors.push(cursor);
    }
    if (key === undefined) return;
    yield { key, cursors };
  }
}

/** The blocks of a series in one segment; each is good until the next one is asked for. */
async function* blocksOf(key: SeriesKey, cursor: SegmentCursor): AsyncGenerator<Block> {
  for (; cursor.block !== undefined && compareKeys(cursor.block.key, key) === 0; await cursor.advance()) {
    yield cursor.block;
  }
}

/** Reads a series from all its segments, as far as it is in `window`: one piece per period, in their order. */
export async function readSeries(
  { key, cursors }: SeriesTurn,
  window: TimeWindow,
  shared: SharedTimes,
): Promise<readonly Points[]> {
  const pieces: Points[] = [];
  for (const cursor of cursors) {
    for await (const block of blocksOf(key, cursor)) {
      if (block.endMs < window.startMs || block.startMs >= window.endMs) continue;
      const points = pointsOf(block, window, shared);
      if (points === undefined)
        throw damagedSamples(cursor.path, `a block of ${key.metric} does not hold what it says`);
      if (points.values.length > 0) pieces.push(points);
    }
  }
  // A segment has no time twice.
  return cursors.length === 1 ? groupPoints(pieces) : joinPoints(pieces);
}

const ALWAYS: TimeWindow = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };

/** Writes what segments hold, the oldest first, into one; what is in one of them alone is copied as it is. */
export async function mergeSegments(
  segments: readonly Segment[],
  writer: SegmentWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const shared = new SharedTimes();
  for await (const turn of seriesTurns(segments)) {
    signal?.throwIfAborted();
    const [only] = turn.cursors;
    if (only !== undefined && turn.cursors.length === 1) {
      for await (const block of blocksOf(turn.key, only)) await writer.add(block, block.raw);
    } else {
      for (const points of await readSeries(turn, ALWAYS, shared)) {
        for (const { head, bytes } of blocksFor(turn.key, points)) await writer.add(head, bytes);
      }
    }
  }
}

/** A block that is not written yet. */
export interface NewBlock {
  readonly head: BlockHead;
  readonly bytes: Uint8Array;
}

/** Encodes points of a series, in several blocks where they are many. */
export function* blocksFor(key: SeriesKey, { periodMs, timestampsMs, values }: Points): Generator<NewBlock> {
  for (let from = 0; from < values.length; from += BLOCK_POINTS_MAX) {
    const end = Math.min(values.length, from + BLOCK_POINTS_MAX);
    const part: Points = {
      periodMs,
      timestampsMs: timestampsMs.subarray(from, end),
      values: values.subarray(from, end),
    };
    const bytes = encodeBlock(key, part);
    const startMs = timestampsMs[from] ?? 0;
    const endMs = timestampsMs[end - 1] ?? 0;
    yield { head: { key, bytes: bytes.length, points: end - from, startMs, endMs, periodMs }, bytes };
  }
}
