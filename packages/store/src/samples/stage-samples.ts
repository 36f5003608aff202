import { assert, InvariantError, type MetricSeries } from "@apex/core";
import { pointsOf, readBlock, SharedTimes } from "./block.ts";
import { blocksFor, type NewBlock } from "./merge-segments.ts";
import { joinPoints, type Points } from "./points.ts";
import { createSegment } from "./segment-writer.ts";
import { compareKeys, type SeriesKey } from "./series-key.ts";

/** Encoded samples that are kept in memory before they are sorted and written: 30 million of two bytes. */
const STAGED_BYTES_MAX = 64 * 1024 * 1024;

/** A segment that was written and is not yet part of the store. */
export interface NewSegment {
  readonly path: string;
  readonly points: number;
}

/**
 * Writes series that come in any order into segments, a new one whenever so much was gathered; of two points of one series
 * and time in one segment the later one stays. Nothing is left where it throws but files that no manifest names.
 */
export async function stageSamples(
  series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
  newPath: () => string,
  signal: AbortSignal | undefined,
  stagedBytesMax = STAGED_BYTES_MAX,
): Promise<{ readonly segments: readonly NewSegment[]; readonly points: number }> {
  const segments: NewSegment[] = [];
  let staged: NewBlock[] = [];
  let bytes = 0;
  let points = 0;
  async function flush(): Promise<void> {
    if (staged.length > 0) segments.push(await writeStaged(staged, newPath()));
    staged = [];
    bytes = 0;
  }
  for await (const one of series) {
    signal?.throwIfAborted();
    checkSeries(one);
    for (const block of blocksFor(keyOf(one), one)) {
      staged.push(block);
      bytes += block.bytes.length;
    }
    points += one.values.length;
    if (bytes >= stagedBytesMax) await flush();
  }
  signal?.throwIfAborted();
  await flush();
  return { segments, points };
}

function keyOf({ resourceId, metric, part, statistic }: MetricSeries): SeriesKey {
  return { resource: resourceId, metric, part: part ?? null, statistic };
}

/** Throws an InvariantError for a series that breaks the port's promises. */
export function checkSeries(series: MetricSeries): void {
  const name = `${series.resourceId} ${series.metric}`;
  assert(series.timestampsMs.length === series.values.length, `${name}: times and values differ in length`);
  assert(
    Number.isSafeInteger(series.periodMs) && series.periodMs > 0,
    `${name}: the period is no whole number`,
  );
  let previous = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < series.values.length; index++) {
    const at = series.timestampsMs[index] ?? Number.NaN;
    const value = series.values[index];
    if (Number.isSafeInteger(at) && at > previous && Number.isFinite(value)) {
      previous = at;
      continue;
    }
    throw new InvariantError(`${name}: point ${index} (${value} at ${at}) is not a number or not in order`);
  }
}

async function writeStaged(staged: readonly NewBlock[], path: string): Promise<NewSegment> {
  // A stable sort: of one series what came first stays first.
  const sorted = staged.toSorted((a, b) => compareKeys(a.head.key, b.head.key));
  const writer = await createSegment(path);
  try {
    for (let from = 0; from < sorted.length; ) {
      const end = endOfSeries(sorted, from);
      for (const { head, bytes } of withoutRepeats(sorted.slice(from, end))) await writer.add(head, bytes);
      from = end;
    }
    return { path, points: await writer.end() };
  } catch (cause) {
    await writer.discard();
    throw cause;
  }
}

function endOfSeries(sorted: readonly NewBlock[], from: number): number {
  const key = sorted[from]?.head.key;
  let end = from + 1;
  for (; end < sorted.length; end++) {
    const next = sorted[end]?.head.key;
    if (key === undefined || next === undefined || compareKeys(key, next) !== 0) break;
  }
  return end;
}

/** The blocks of one series; those that do not simply follow each other are put together anew. */
function withoutRepeats(blocks: readonly NewBlock[]): readonly NewBlock[] {
  const isInOrder = blocks.every(({ head }, index) => {
    const before = blocks[index - 1]?.head;
    return before === undefined || (before.periodMs === head.periodMs && before.endMs < head.startMs);
  });
  const [first] = blocks;
  if (isInOrder || first === undefined) return blocks;
  const { key } = first.head;
  return joinPoints(blocks.map(decoded)).flatMap((points) => [...blocksFor(key, points)]);
}

const ALWAYS = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };

function decoded({ bytes }: NewBlock): Points {
  const block = readBlock(bytes);
  const points = block === undefined ? undefined : pointsOf(block, ALWAYS, new SharedTimes());
  assert(points !== undefined, "a block that was just encoded is not readable");
  return points;
}
