/** Seconds over which a rate counts as steady: slower change is the day's shape and survives any thinning. */
const STRETCH_SECONDS = 60;

/** Requests of each second that is counted, stretch by stretch of a minute. */
export type SecondCounts = readonly Float64Array[];

/** Counts requests by second, in whole minutes from the first one; a remainder of a minute counts as a stretch too. */
export function secondCounts(timesMs: Float64Array): SecondCounts {
  const first = timesMs[0];
  const last = timesMs.at(-1);
  if (first === undefined || last === undefined) return [];
  const startSecond = Math.floor(first / 1000);
  const stretches = new Map<number, Float64Array>();
  for (const timeMs of timesMs) {
    const second = Math.floor(timeMs / 1000) - startSecond;
    const stretch = Math.floor(second / STRETCH_SECONDS);
    const counts = stretches.get(stretch) ?? new Float64Array(STRETCH_SECONDS);
    const index = second % STRETCH_SECONDS;
    counts[index] = (counts[index] ?? 0) + 1;
    stretches.set(stretch, counts);
  }
  const end = Math.floor(last / 1000) - startSecond + 1;
  return [...stretches].map(([stretch, counts]) => counts.slice(0, end - stretch * STRETCH_SECONDS));
}

/**
 * The local index of dispersion: variance of the requests per second around their own minute's mean, over that mean. 1
 * for a Poisson process, more for bursts, less for a metronome. NaN without a second stretch of two seconds.
 */
export function indexOfDispersion(counts: SecondCounts): number {
  let squares = 0;
  let expected = 0;
  for (const stretch of counts) {
    if (stretch.length < 2) continue;
    const mean = stretch.reduce((sum, count) => sum + count, 0) / stretch.length;
    for (const count of stretch) squares += (count - mean) ** 2;
    // Sample variance has one degree of freedom less; weighted so that each stretch counts by its seconds.
    expected += mean * (stretch.length - 1);
  }
  return expected === 0 ? Number.NaN : squares / expected;
}
