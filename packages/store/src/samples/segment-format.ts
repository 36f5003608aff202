import { z } from "zod";

/**
 * A segment is an immutable file of samples: a head (magic and format), the blocks of its series in the order of their keys,
 * an index as JSON, and a tail (length and CRC-32 of the index, and the magic again, so that a file that was cut short is
 * told).
 */
export const SEGMENT_MAGIC = "APEXSMPL";
export const SEGMENT_FORMAT = 1;
export const SEGMENT_HEAD_BYTES = 16;
export const SEGMENT_TAIL_BYTES = 16;

/** A resource is found by reading this far at most from the mark before it. */
export const INDEX_INTERVAL_BYTES = 256 * 1024;

/** What a segment holds, and where in it resources begin. */
export interface SegmentIndex {
  readonly points: number;
  readonly startMs: number;
  /** The end of the last period. */
  readonly endMs: number;
  /** Where the blocks end. */
  readonly blocksEnd: number;
  /** A resource and where its first block is, every {@link INDEX_INTERVAL_BYTES} or so; ascending, the first one too. */
  readonly marks: readonly (readonly [string, number])[];
}

export const segmentIndexSchema = z.object({
  points: z.int().min(0),
  startMs: z.number(),
  endMs: z.number(),
  blocksEnd: z.int().min(SEGMENT_HEAD_BYTES),
  marks: z.array(z.tuple([z.string(), z.int().min(SEGMENT_HEAD_BYTES)])),
});
