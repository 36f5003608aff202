import { type SampleScan, TEXT_ROLES } from "./plan-scan.ts";
import type { ScanLimits, ScannedShare, SortedBatch, UnusableRow } from "./scan-batches.ts";

/**
 * Samples by series, in pieces. Plain values on shared memory: threads that are told them copy nothing of the samples.
 */
export interface SortedSamples {
  /** The texts of {@link TEXT_ROLES} that name each series, in the order of the texts; empty ones where the file has none. */
  readonly series: readonly (readonly string[])[];
  /** Where the pieces of each series begin in {@link pieces}, and where the last ones end. */
  readonly firstPieces: Int32Array;
  /** Three numbers for each piece: which batch, where in it, how many samples. In the order of the file. */
  readonly pieces: Int32Array;
  readonly batches: readonly Pick<SortedBatch, "values" | "times">[];
  readonly unusable: number;
  readonly unusableRows: readonly UnusableRow[];
  readonly zoneless: number;
  readonly firstZoneless: number;
}

const PIECE = 3;

/** Puts together what threads have read. Throws where that is more series than are read: each thread knows of its own alone. */
export function joinShares(
  { texts, batches }: SampleScan,
  { seriesMax }: Pick<ScanLimits, "seriesMax">,
  shares: readonly ScannedShare[],
): SortedSamples {
  const roles = texts.map(({ role }) => TEXT_ROLES.indexOf(role));
  const { series, numbers } = numbered(shares, roles);
  if (series.length > seriesMax) throw new Error("more series than are read");
  const inOrder = Array.from({ length: batches.length }, (): OfShare | undefined => undefined);
  for (const [index, share] of shares.entries()) {
    for (const batch of share.batches)
      inOrder[batch.ordinal] = { batch, numbers: numbers[index] ?? new Int32Array() };
  }
  const complete = inOrder.flatMap((one) => one ?? []);
  return {
    series,
    ...piecesOf(complete, series.length),
    batches: complete.map(({ batch: { values, times } }) => ({ values, times })),
    unusable: shares.reduce((sum, share) => sum + share.unusable, 0),
    zoneless: shares.reduce((sum, share) => sum + share.zoneless, 0),
    firstZoneless: Math.min(...shares.map((share) => share.firstZoneless)),
    unusableRows: shares.flatMap((share) => share.unusableRows).toSorted((a, b) => a.record - b.record),
  };
}

interface OfShare {
  readonly batch: SortedBatch;
  /** From the thread's numbers of series to those of all. */
  readonly numbers: Int32Array;
}

/** All series in the order of their texts, and their numbers by thread. */
function numbered(
  shares: readonly ScannedShare[],
  roles: readonly number[],
): { readonly series: readonly (readonly string[])[]; readonly numbers: readonly Int32Array[] } {
  const known = new Map<string, { readonly names: readonly string[]; number: number }>();
  const ofShares = shares.map((share) =>
    share.series.map((texts) => {
      const names = TEXT_ROLES.map(() => "");
      for (const [index, role] of roles.entries()) names[role] = texts[index] ?? "";
      const key = names.join("\0");
      const entry = known.get(key) ?? { names, number: 0 };
      known.set(key, entry);
      return entry;
    }),
  );
  const sorted = [...known].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [number, [, entry]] of sorted.entries()) entry.number = number;
  return {
    series: sorted.map(([, { names }]) => names),
    numbers: ofShares.map((entries) => Int32Array.from(entries, ({ number }) => number)),
  };
}

function piecesOf(
  batches: readonly OfShare[],
  series: number,
): Pick<SortedSamples, "firstPieces" | "pieces"> {
  const firstPieces = new Int32Array(new SharedArrayBuffer((series + 1) * 4));
  for (const { batch, numbers } of batches) {
    for (const slot of batch.slots) {
      const number = numbers[slot] ?? 0;
      firstPieces[number + 1] = (firstPieces[number + 1] ?? 0) + 1;
    }
  }
  for (let number = 0; number < series; number++) {
    firstPieces[number + 1] = (firstPieces[number + 1] ?? 0) + (firstPieces[number] ?? 0);
  }
  const nextPieces = firstPieces.slice();
  const pieces = new Int32Array(new SharedArrayBuffer((firstPieces[series] ?? 0) * PIECE * 4));
  for (const [index, { batch, numbers }] of batches.entries()) {
    const { slots, starts } = batch;
    for (let place = 0; place < slots.length; place++) {
      const number = numbers[slots[place] ?? 0] ?? 0;
      const piece = nextPieces[number] ?? 0;
      nextPieces[number] = piece + 1;
      const start = starts[place] ?? 0;
      pieces[piece * PIECE] = index;
      pieces[piece * PIECE + 1] = start;
      pieces[piece * PIECE + 2] = (starts[place + 1] ?? start) - start;
    }
  }
  return { firstPieces, pieces };
}

/** The values of a series, or its times, in the order of the file. */
export function gathered(
  { firstPieces, pieces, batches }: Pick<SortedSamples, "firstPieces" | "pieces" | "batches">,
  number: number,
  what: "values" | "times",
): Float64Array<ArrayBuffer> {
  const [from = 0, to = 0] = [firstPieces[number], firstPieces[number + 1]];
  let count = 0;
  for (let piece = from; piece < to; piece++) count += pieces[piece * PIECE + 2] ?? 0;
  const all = new Float64Array(count);
  let at = 0;
  for (let piece = from; piece < to; piece++) {
    const start = pieces[piece * PIECE + 1] ?? 0;
    const length = pieces[piece * PIECE + 2] ?? 0;
    const source = batches[pieces[piece * PIECE] ?? 0]?.[what];
    if (source === undefined) throw new Error("samples without what is asked of them");
    // Sooner than a view and a copy of it: most pieces are short.
    for (let index = 0; index < length; index++) all[at + index] = source[start + index] as number;
    at += length;
  }
  return all;
}
