import type { FileSet, SetFile } from "../files/file-set.ts";
import { mergeSegments } from "./merge-segments.ts";
import { openSegment, type Segment } from "./segment-reader.ts";
import { createSegment } from "./segment-writer.ts";

/**
 * So many segments of one size become one of the next: of N writes at most this many for each size stay, and a sample is
 * rewritten once for each size, which is log N times. Size-tiered compaction as Cassandra has it, with more than its four
 * so that a day's samples are rewritten less.
 */
const SEGMENTS_PER_TIER = 8;

/** Segments up to this size are of the first tier. */
const FIRST_TIER_BYTES = 1024 * 1024;

/** Merges the newest segments while there are too many of one size. Call it under the write lock. */
export async function compact(set: FileSet, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const files = await set.files();
    if (files.length < SEGMENTS_PER_TIER) return;
    const chosen = await tooMany(files);
    const last = chosen.at(-1);
    if (last === undefined) return;
    const path = set.newPath();
    const rows = await mergedInto(path, chosen, signal);
    const leave = chosen.map(({ key }) => key);
    // The place of the newest: what was written later stays the later one.
    await set.commit([{ key: last.key, path, rows }], leave);
  }
}

/** The newest segments of a tier or below it, where there are enough of them; only neighbours keep the order of writes. */
async function tooMany(files: readonly SetFile[]): Promise<readonly SetFile[]> {
  const segments = await opened(files);
  const tiers = segments.map(({ size }) =>
    Math.max(0, Math.ceil(Math.log(size / FIRST_TIER_BYTES) / Math.log(SEGMENTS_PER_TIER))),
  );
  await closed(segments);
  for (const tier of new Set(tiers.toSorted((a, b) => a - b))) {
    const from = tiers.findLastIndex((other) => other > tier) + 1;
    if (files.length - from >= SEGMENTS_PER_TIER) return files.slice(from);
  }
  return [];
}

async function mergedInto(
  path: string,
  files: readonly SetFile[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const segments = await opened(files);
  const writer = await createSegment(path);
  try {
    await mergeSegments(segments, writer, signal);
    return await writer.end();
  } catch (cause) {
    await writer.discard();
    throw cause;
  } finally {
    await closed(segments);
  }
}

/** Opens all or none. */
export async function opened(files: readonly SetFile[]): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  try {
    for (const { path } of files) segments.push(await openSegment(path));
    return segments;
  } catch (cause) {
    await closed(segments);
    throw cause;
  }
}

export async function closed(segments: readonly Segment[]): Promise<void> {
  for (const segment of segments) await segment.close();
}
