/** Points of one series and period: times ascend without duplicates, both arrays have the same length. */
export interface Points {
  readonly periodMs: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** Whether each time is `stepMs` after the one before. */
export function isRegular(timestampsMs: Float64Array, stepMs: number): boolean {
  const first = timestampsMs[0] ?? 0;
  for (let index = 1; index < timestampsMs.length; index++) {
    if (timestampsMs[index] !== first + index * stepMs) return false;
  }
  return true;
}

/**
 * Puts what several writes hold of one series together, the oldest first: of two points of one time the later written one
 * stays, with its period. Returns one piece per period, in their order.
 */
export function joinPoints(pieces: readonly Points[]): readonly Points[] {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return pieces;
  return followEachOther(pieces) ? [concatenated(pieces)] : byPeriod(latestOf(pieces));
}

/** Puts pieces without a common time together: one piece per period, in their order. */
export function groupPoints(pieces: readonly Points[]): readonly Points[] {
  return pieces.length < 2 || followEachOther(pieces) ? joinPoints(pieces) : byPeriod(pieces);
}

/** The usual case: a day after the other, in one period. */
function followEachOther(pieces: readonly Points[]): boolean {
  let end = Number.NEGATIVE_INFINITY;
  const [first] = pieces;
  for (const { periodMs, timestampsMs } of pieces) {
    const start = timestampsMs[0] ?? Number.NaN;
    if (periodMs !== first?.periodMs || !(start > end)) return false;
    end = timestampsMs[timestampsMs.length - 1] ?? Number.NaN;
  }
  return pieces.length > 0;
}

function concatenated(pieces: readonly Points[]): Points {
  const count = pieces.reduce((sum, { values }) => sum + values.length, 0);
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  let filled = 0;
  for (const piece of pieces) {
    timestampsMs.set(piece.timestampsMs, filled);
    values.set(piece.values, filled);
    filled += piece.values.length;
  }
  return { periodMs: pieces[0]?.periodMs ?? 0, timestampsMs, values };
}

/** The pieces without the points that a later piece replaces. */
function latestOf(pieces: readonly Points[]): readonly Points[] {
  const latest = new Map<number, number>();
  for (const [index, { timestampsMs }] of pieces.entries()) {
    for (const at of timestampsMs) latest.set(at, index);
  }
  return pieces.flatMap((piece, index) => {
    const kept = Uint32Array.from(piece.timestampsMs.keys()).filter(
      (point) => latest.get(piece.timestampsMs[point] ?? Number.NaN) === index,
    );
    return kept.length === 0 ? [] : [picked(piece, kept)];
  });
}

function picked(piece: Points, kept: Uint32Array): Points {
  return {
    periodMs: piece.periodMs,
    timestampsMs: Float64Array.from(kept, (point) => piece.timestampsMs[point] ?? Number.NaN),
    values: Float64Array.from(kept, (point) => piece.values[point] ?? Number.NaN),
  };
}

/** One piece per period; the times of the pieces are disjoint, in any order. */
function byPeriod(pieces: readonly Points[]): readonly Points[] {
  const periods = Map.groupBy(pieces, ({ periodMs }) => periodMs);
  return [...periods].toSorted(([a], [b]) => a - b).map(([, same]) => sorted(same));
}

function sorted(pieces: readonly Points[]): Points {
  const inOrder = pieces.toSorted((a, b) => (a.timestampsMs[0] ?? 0) - (b.timestampsMs[0] ?? 0));
  if (followEachOther(inOrder)) return inOrder.length === 1 ? (inOrder[0] as Points) : concatenated(inOrder);
  const all = concatenated(inOrder);
  const order = Uint32Array.from(all.timestampsMs.keys()).sort(
    (a, b) => (all.timestampsMs[a] ?? 0) - (all.timestampsMs[b] ?? 0),
  );
  return picked(all, order);
}
